"""What is cooked and served, by day and meal."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import Sources, version_items, version_of, version_row
from sportsbrain.village.models import Stay
from sportsbrain.vocabulary.village import StayState

PLANNER = "meals"


@dataclass(frozen=True, slots=True, kw_only=True)
class DishRow:
    """Portions of a dish at a meal, all halls together; ``now`` for those who are really here."""

    dish: str
    portions: int
    now: int
    waste: float
    shortage: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MealRow:
    """A meal of a day."""

    day: str
    service: str
    served: int
    packed: int
    width: float
    dishes: tuple[DishRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MealsPage:
    """
    All meals of one day, and what the whole plan says.

    ``planned`` people have a bed that night by the plan of the beds, ``here`` really do, or still
    come.
    """

    version: int
    day: str
    days: tuple[str, ...]
    meals: tuple[MealRow, ...]
    statistics: dict[str, object]
    planned: int = 0
    here: int = 0

    @property
    def factor(self) -> float:
        """Return what to cook of what is planned; 1 where nobody knows who is here."""
        return self.here / self.planned if self.planned and self.here else 1.0

    @property
    def percent(self) -> int:
        """Return the same in percent."""
        return round(100 * self.factor)


def meals_page(*, games: GamesRow, day: str = "") -> MealsPage | None:
    """Return the meals of a day, the fullest unless told; None before a plan."""
    number = version_of(games_id=games.id, planner=PLANNER, sources=Sources())
    if number is None:
        return None
    row = version_row(games_id=games.id, planner=PLANNER, number=number)
    items = version_items(games_id=games.id, planner=PLANNER, number=number)
    served: dict[str, dict[str, int]] = defaultdict(dict)
    for meal, people in items["meals"].items():
        name, service = _parts(meal)
        served[name][service] = int(people)
    days = tuple(sorted(served, key=int))
    shown = day if day in served else max(days, key=lambda d: sum(served[d].values()), default="")
    dishes: dict[str, dict[str, list[float]]] = defaultdict(
        lambda: defaultdict(lambda: [0.0, 0.0, 0.0])
    )
    for portion in items["portions"]:
        name, service = _parts(portion["meal"])
        if name == shown:
            sums = dishes[service][portion["dish"]]
            for n, key in enumerate(("portions", "waste", "shortage")):
                sums[n] += portion[key]
    packed = Counter({_parts(m)[1]: n for m, n in items["packed"].items() if _parts(m)[0] == shown})
    most = max(served.get(shown, {}).values(), default=1) or 1
    planned, here = _at_table(games, shown)
    factor = here / planned if planned and here else 1.0
    return MealsPage(
        version=number,
        day=shown,
        days=days,
        meals=tuple(
            MealRow(
                day=shown,
                service=service,
                served=people,
                packed=packed[service],
                width=round(100 * people / most, 1),
                dishes=tuple(
                    DishRow(
                        dish=dish,
                        portions=round(sums[0]),
                        now=round(sums[0] * factor),
                        waste=sums[1],
                        shortage=sums[2],
                    )
                    for dish, sums in sorted(dishes[service].items(), key=lambda d: -d[1][0])
                ),
            )
            for service, people in served.get(shown, {}).items()
        ),
        statistics=row.statistics,
        planned=planned,
        here=here,
    )


def _at_table(games: GamesRow, day: str) -> tuple[int, int]:
    """Return who has a bed in the night of a day by the plan of the beds, and by the stays."""
    number = version_of(games_id=games.id, planner="rooms", sources=Sources())
    if number is None or not day:
        return 0, 0
    row = version_row(games_id=games.id, planner="rooms", number=number)
    night = games.starts_on + dt.timedelta(days=int(day) - 1)
    at = (night - dt.date.fromisoformat(row.statistics["first_night"])).days
    items = version_items(games_id=games.id, planner="rooms", number=number).values()
    planned = sum(int(item[2]) <= at < int(item[3]) for item in items)
    stays = Stay.objects.filter(games_id=games.id, nights__contains=night).exclude(
        stay_state=StayState.CANCELLED.value
    )
    return planned, stays.count()


def _parts(meal: str) -> tuple[str, str]:
    """Return the day and the service of ``day +03 dinner``."""
    _, day, service = meal.split(" ", 2)
    return str(int(day)), service
