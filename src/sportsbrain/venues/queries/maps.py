"""Read drawings of venues: the newest, or a template until somebody draws."""

import math
from dataclasses import dataclass
from typing import Any

from sportsbrain.committee.queries import GamesRow
from sportsbrain.venues.models import VenueMap
from sportsbrain.vocabulary import frozen
from sportsbrain.vocabulary.drawings import Drawing, template_of
from sportsbrain.world.queries import SiteFact

SEATS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRow:
    """The drawing that holds; number 0 is a template that nobody has changed."""

    venue: str
    number: int
    drawing: Drawing
    source: str
    drawn_by: str = ""


def maps_of(*, games: GamesRow, sites: list[SiteFact], rules: dict[str, Any]) -> dict[str, MapRow]:
    """Return the drawing of each venue."""
    drawn = {
        row.venue: row
        for row in VenueMap.objects.filter(games_id=games.id).order_by("venue", "number")
    }
    found = {}
    for site in sites:
        row = drawn.get(site.code)
        if row is None:
            found[site.code] = MapRow(
                venue=site.code, number=0, drawing=template_for(site, rules), source="template"
            )
        else:
            found[site.code] = MapRow(
                venue=site.code,
                number=row.number,
                drawing=frozen.from_json(Drawing, frozen.to_json(row.drawing)),
                source=row.source,
                drawn_by=row.drawn_by,
            )
    return found


def template_for(site: SiteFact, rules: dict[str, Any], kind: str = "") -> Drawing:
    """Return the template of a venue: an arena up to a size, a stadium above, unless told."""
    seats = site.spectators_max or SEATS
    usual = "arena" if seats <= rules["arena_seats_max"] else "stadium"
    return template_of(
        kind or usual,
        seats=seats,
        lanes=max(2, math.ceil(rules["lanes_per_1000"] * seats / 1000)),
        gates=max(2, math.ceil(rules["gates_per_1000"] * seats / 1000)),
    )
