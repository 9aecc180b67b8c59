"""What is cooked and served, by day and meal."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import Sources, version_items, version_of, version_row
from sportsbrain.village.models import Stay
from sportsbrain.vocabulary.village import StayState

PLANNER = "meals"


@dataclass(frozen=True, slots=True, kw_only=True)
class NightBeds:
    """
    Who has a bed in a night.

    ``planned`` by the plan of the beds; ``here`` really do, or still come.
    """

    planned: int = 0
    here: int = 0

    @property
    def factor(self) -> float:
        """Return what to cook of what is planned; 1 where nobody knows who is here."""
        return self.here / self.planned if self.planned and self.here else 1.0


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
    """
    A meal of a day.

    ``come`` guests came or will, by what dining halls count; None where that is not known.
    """

    day: str
    service: str
    served: int
    packed: int
    width: float
    dishes: tuple[DishRow, ...]
    come: int | None = None
    is_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MealsPage:
    """
    All meals of one day, and what the whole plan says.

    ``served`` are guests by day and service; ``beds`` who sleeps here in the night of the day.
    """

    version: int
    day: str
    days: tuple[str, ...]
    meals: tuple[MealRow, ...]
    statistics: dict[str, object]
    served: dict[str, dict[str, int]]
    beds: NightBeds

    @property
    def percent(self) -> int:
        """Return what to cook of what is planned for who is here, in percent."""
        return round(100 * self.beds.factor)

    @property
    def is_corrected(self) -> bool:
        """Return whether other portions than the planned are to be made."""
        return self.percent != 100 or self.is_counted

    @property
    def is_counted(self) -> bool:
        """Return whether halls have counted who comes."""
        return any(meal.come is not None for meal in self.meals)


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
    beds = at_table(games=games, days=(shown,) if shown else ()).get(shown, NightBeds())
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
                        now=round(sums[0] * beds.factor),
                        waste=sums[1],
                        shortage=sums[2],
                    )
                    for dish, sums in sorted(dishes[service].items(), key=lambda d: -d[1][0])
                ),
            )
            for service, people in served.get(shown, {}).items()
        ),
        statistics=row.statistics,
        served=dict(served),
        beds=beds,
    )


def at_table(*, games: GamesRow, days: Sequence[str]) -> dict[str, NightBeds]:
    """Return who has a bed in the nights of some days by the plan of the beds, and by the stays."""
    number = version_of(games_id=games.id, planner="rooms", sources=Sources())
    if number is None or not days:
        return dict.fromkeys(days, NightBeds())
    row = version_row(games_id=games.id, planner="rooms", number=number)
    first = dt.date.fromisoformat(row.statistics["first_night"])
    nights = {day: games.starts_on + dt.timedelta(days=int(day) - 1) for day in days}
    spans = [
        (int(item[2]), int(item[3]))
        for item in version_items(games_id=games.id, planner="rooms", number=number).values()
    ]
    here = Stay.objects.filter(games_id=games.id).exclude(stay_state=StayState.CANCELLED.value)
    counts = here.aggregate(
        **{f"night_{n}": Count("pk", filter=Q(nights__contains=night))
           for n, night in enumerate(nights.values())}
    )  # fmt: skip
    return {
        day: NightBeds(
            planned=sum(begins <= (night - first).days < ends for begins, ends in spans),
            here=counts[f"night_{n}"],
        )
        for n, (day, night) in enumerate(nights.items())
    }


def _parts(meal: str) -> tuple[str, str]:
    """Return the day and the service of ``day +03 dinner``."""
    _, day, service = meal.split(" ", 2)
    return str(int(day)), service
