"""What buildings use and what options save: meters and weather to the model of the brain."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sportsbrain.brain.energy.problem import HOURS, LEAST_DAYS, Hour, Option, Problem, Tariff
from sportsbrain.brain.energy.solve import by_day, expected, fit, save
from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import load_slice_rules
from sportsbrain.village.queries.energy import Hours, meter_hours
from sportsbrain.village.queries.stays import buildings_of, nights_by_building
from sportsbrain.vocabulary.money import text_of

PAST_DAYS, HELD_OUT, ENOUGH = 21, 3, 9
LEAST_SPREAD = 0.2  # of presence: with less, hour and presence can't be told apart


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingEnergy:
    """
    A building: kWh a day, and by how much the forecast of a day is off.

    The error is that of the last three days, which were not used to fit, once there are nine.
    """

    building: str
    kwh: float
    error_percent: float
    is_held_out: bool

    @property
    def error_text(self) -> str:
        """Return the error as people read it."""
        return f"{self.error_percent:.0f}\N{NO-BREAK SPACE}%"


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionSaving:
    """What an option saves a day, in all buildings together."""

    code: str
    title: str
    kwh: float
    cost_text: str
    carbon: float
    discomfort: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyPage:
    """Energy, money and carbon of the days that were metered, and what options would save."""

    days: int
    kwh: float
    cost_text: str
    tonnes: float
    buildings: tuple[BuildingEnergy, ...]
    options: tuple[OptionSaving, ...]

    @property
    def rows(self) -> tuple[tuple[BuildingEnergy, int], ...]:
        """Return buildings with their share of the largest, in percent."""
        most = max((row.kwh for row in self.buildings), default=0.0) or 1.0
        return tuple((row, round(100 * row.kwh / most)) for row in self.buildings)


def energy_rules(rules_name: str) -> tuple[Tariff, tuple[Option, ...], str]:
    """Return what energy costs and emits, what may be done about it, and the currency."""
    rules = load_slice_rules("village", rules_name)["energy"]
    tariff = Tariff(prices=tuple(map(float, rules["prices"])), grams=tuple(rules["grams"]))
    options = tuple(
        Option(**{**option, "lights_off": tuple(option.get("lights_off", ()))})
        for option in rules["options"]
    )
    return tariff, options, str(rules["currency"])


def energy_page(*, games: GamesRow, now: dt.datetime) -> EnergyPage:
    """Return what buildings used in the last three weeks, and what options save."""
    tariff, options, currency = energy_rules(games.rules_name)
    problems = _metered(games, now)
    buildings, totals = [], [0.0, 0.0, 0.0]
    sums = {option.code: [0.0, 0.0, 0.0, 0.0] for option in options}
    days = 0
    for problem in problems:
        used = [row for row in problem.hours if row.used is not None]
        figures = by_day(problem.building, used, [row.used or 0.0 for row in used], tariff)
        days = max(days, len(figures))
        for n, name in enumerate(("kwh", "cost", "carbon")):
            totals[n] += sum(getattr(figure, name) for figure in figures)
        buildings.append(_building(problem, tariff, len(figures), sum(f.kwh for f in figures)))
        baseline = fit(problem)
        for option in options:
            saving = save(problem, baseline, used, option, tariff)
            for n, name in enumerate(("kwh", "cost", "carbon", "discomfort")):
                sums[option.code][n] += getattr(saving, name) / len(figures)
    return EnergyPage(
        days=days, kwh=totals[0], cost_text=text_of(round(totals[1]), currency),
        tonnes=totals[2] / 1_000, buildings=tuple(sorted(buildings, key=lambda row: -row.kwh)),
        options=tuple(
            OptionSaving(code=o.code, title=o.title, kwh=sums[o.code][0],
                         cost_text=text_of(round(sums[o.code][1]), currency),
                         carbon=sums[o.code][2], discomfort=sums[o.code][3])
            for o in options
        ),
    )  # fmt: skip


def energy_a_night(*, games: GamesRow, now: dt.datetime) -> dict[str, tuple[float, float]]:
    """
    Return what one person's night adds in each building: kWh, and money in minor units.

    Only of buildings whose presence differed enough among the metered days to know it.
    """
    tariff, _options, _currency = energy_rules(games.rules_name)
    beds = buildings_of(games_id=games.id)
    found = {}
    for problem in _metered(games, now):
        shares = [row.presence for row in problem.hours]
        if problem.building in beds and max(shares) - min(shares) >= LEAST_SPREAD:
            each = fit(problem).presence / beds[problem.building]
            found[problem.building] = (HOURS * each, sum(tariff.prices) * each)
    return found


def _metered(games: GamesRow, now: dt.datetime) -> tuple[Problem, ...]:
    """Return the problems of the buildings, of the whole days of the last three weeks."""
    zone = ZoneInfo(games.time_zone)
    midnight = dt.datetime.combine(now.astimezone(zone).date(), dt.time(), tzinfo=zone)
    since = midnight - dt.timedelta(days=PAST_DAYS)
    found = meter_hours(games_id=games.id, since=since, until=midnight, zone=games.time_zone)
    people = nights_by_building(games_id=games.id, first=since.date(), after=midnight.date())
    return build_energy(found.power, found.outdoor, found.lighting, people)


def build_energy(
    power: dict[str, Hours], outdoor: Hours, lighting: dict[str, float],
    people: dict[tuple[str, dt.date], float],
) -> tuple[Problem, ...]:  # fmt: skip
    """Return the problem of each building that was metered for five days or more."""
    found = []
    for building, hours in sorted(power.items()):
        known = sorted(moment for moment in hours if moment in outdoor)
        days = sorted({day for day, _ in known})
        if len(days) < LEAST_DAYS:
            continue
        found.append(
            Problem(
                building=building, lighting=lighting.get(building, 0.0),
                hours=tuple(
                    Hour(day=days.index(day), hour=hour, outdoor=outdoor[day, hour],
                         presence=_presence(people, building, day),
                         used=max(0.0, hours[day, hour]))
                    for day, hour in known
                ),
            )
        )  # fmt: skip
    return tuple(found)


def _presence(people: dict[tuple[str, dt.date], float], building: str, day: dt.date) -> float:
    """Return the share of beds that were slept in; of a house nobody knows of: a full one."""
    if not any(name == building for name, _ in people):
        return 1.0
    return min(2.0, people.get((building, day), 0.0))


def _building(problem: Problem, tariff: Tariff, days: int, kwh: float) -> BuildingEnergy:
    """Return a building with the error of days that were not used to fit."""
    last = max(row.day for row in problem.hours)
    is_held_out = days >= ENOUGH
    late = set(range(last - HELD_OUT + 1, last + 1)) if is_held_out else set()
    early = tuple(row for row in problem.hours if row.day not in late)
    baseline = fit(Problem(building=problem.building, hours=early)) if late else fit(problem)
    judged = [row for row in problem.hours if row.day in late] or list(problem.hours)
    truth = by_day("", judged, [row.used or 0.0 for row in judged], tariff)
    said = by_day("", judged, expected(baseline, judged), tariff)
    errors = [abs(a.kwh - b.kwh) / b.kwh for a, b in zip(said, truth, strict=True) if b.kwh]
    return BuildingEnergy(
        building=problem.building, kwh=kwh / max(1, days), is_held_out=is_held_out,
        error_percent=100 * sum(errors) / max(1, len(errors)),
    )  # fmt: skip
