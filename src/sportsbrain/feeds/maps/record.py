"""A file of a drawing becomes the next drawing of its venue."""

import datetime as dt

from sportsbrain.committee.queries import GamesRow
from sportsbrain.feeds.maps.messages import features_of
from sportsbrain.feeds.maps.parse import drawing_of
from sportsbrain.venues.actions import save_map
from sportsbrain.world.queries import SiteFact


def record_map(
    *, games: GamesRow, site: SiteFact, content: bytes, name: str, actor: str, now: dt.datetime
) -> int:
    """
    Keep the drawing of a file and return its number.

    Raises
    ------
    DrawingError
        When the file is not understood; nothing is kept then.

    """
    features = features_of(content, latitude=site.latitude or 0.0, longitude=site.longitude or 0.0)
    return save_map(
        games=games,
        venue=site.code,
        drawing=drawing_of(features),
        source=name[:80],
        actor=actor,
        now=now,
    )
