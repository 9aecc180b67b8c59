"""What is different between two plans of the beds, with the energy that meters know of."""

import dataclasses
import datetime as dt
from collections import Counter

from sportsbrain.committee.queries import GamesRow, games_clock
from sportsbrain.plans.queries import version_items
from sportsbrain.village.planning.energy import energy_a_night, energy_rules
from sportsbrain.village.queries import building_of_rooms
from sportsbrain.village.queries import rooms_difference as without_energy
from sportsbrain.vocabulary.comparison import Difference, Figure
from sportsbrain.vocabulary.money import DIGITS


def rooms_difference(
    *, games: GamesRow, before: int, after: int, now: dt.datetime | None = None
) -> Difference:
    """Return what is different between two plans of the beds; ``now`` is for the meters."""
    found = without_energy(games=games, before=before, after=after)
    moment = now or games_clock(games_id=games.id, now=dt.datetime.now(dt.UTC))
    each = energy_a_night(games=games, now=moment)
    if not each:
        return found
    nights = [_nights(games, number) for number in (before, after)]
    kwh, cost = ([sum(n[b] * both[part] for b, both in each.items()) for n in nights]
                 for part in (0, 1))  # fmt: skip
    _tariff, _options, currency = energy_rules(games.rules_name)
    unit = 10 ** DIGITS.get(currency, 2)
    more = (
        Figure(key="sleep_kwh", before=round(kwh[0]), after=round(kwh[1]), unit="kWh"),
        Figure(key="sleep_cost", before=round(cost[0] / unit), after=round(cost[1] / unit),
               unit=currency),
    )  # fmt: skip
    return dataclasses.replace(found, figures=(*found.figures, *more))


def _nights(games: GamesRow, number: int) -> Counter[str]:
    """Return how many nights of people a plan has, by building."""
    buildings = building_of_rooms(games_id=games.id)
    found: Counter[str] = Counter()
    for item in version_items(games_id=games.id, planner="rooms", number=number).values():
        found[buildings.get(str(item[0]), "")] += int(item[3]) - int(item[2])
    return found
