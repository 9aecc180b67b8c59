"""How well the village knows what comes: halls beside persistence, energy of days not used."""

import numpy as np

from sportsbrain.bench.rows import BenchRow
from sportsbrain.brain.energy.problem import Hour, Option, Problem, Tariff
from sportsbrain.brain.energy.solve import by_day, expected, fit, save
from sportsbrain.brain.occupancy.problem import PastDay
from sportsbrain.brain.occupancy.problem import Problem as HallProblem
from sportsbrain.brain.occupancy.solve import forecast
from sportsbrain.reference.dice import Dice
from sportsbrain.rehearsal.village.houses import (
    House,
    darker,
    houses,
    presence,
    use,
    warmer,
    weather,
)
from sportsbrain.rehearsal.village.people import Resident, live
from sportsbrain.village.planning.energy import energy_rules

RESIDENTS, HALL_DAYS, JUDGED = 14_500, 12, 4
HOUSES, VENUES, DAYS, HELD_OUT, SEED = 24, 8, 20, 6, 7
HALLS = {"MAIN": ("dining", 3_200), "CASUAL": ("dining", 900), "GRAB": ("dining", 420),
         "GYM": ("gym", 380), "WASH": ("laundry", 300)}  # fmt: skip
HOUR_STEPS = 4


def people(count: int = RESIDENTS) -> tuple[Resident, ...]:
    """Return residents of delegations in houses: few large ones, many small ones."""
    found: list[Resident] = []
    dice, team = Dice(5), 0
    while len(found) < count:
        size = 6 + int(380 / (1 + team) ** 0.8) + dice.below(9)
        for n in range(min(size, count - len(found))):
            number = len(found)
            house = f"H{number // 610 + 1:02}"
            found.append(Resident(person=f"P{number}", delegation=f"D{team:03}", building=house,
                                  room=f"R{n // 2}"))  # fmt: skip
        team += 1
    return tuple(found)


def forecasts() -> list[BenchRow]:
    """Return the errors of forecasts on days that were not used, and what options save."""
    return [*dining(), *energy()]


def dining() -> list[BenchRow]:
    """Return the mean absolute error an hour ahead, of halls between 6 and 23 o'clock."""
    residents = people()
    days = [live(residents=residents, halls=HALLS, seed=SEED, day=n) for n in range(HALL_DAYS)]
    rows = []
    for kind in ("dining", "gym", "laundry"):
        errors: list[float] = []
        naive: list[float] = []
        for code in (name for name, (what, _) in HALLS.items() if what == kind):
            quarters = [day.halls[code].reshape(96, 15).mean(axis=1) for day in days]
            for today in range(HALL_DAYS - JUDGED, HALL_DAYS):
                past = tuple(PastDay(values=tuple(q.tolist()), people=1.0)
                             for q in quarters[:today])  # fmt: skip
                real = quarters[today]
                for now in range(24, 92 - HOUR_STEPS):
                    seen = tuple(real[:now].tolist())
                    problem = HallProblem(place=code, step_minutes=15, places=HALLS[code][1],
                                          days=past, today=seen, people=1.0)  # fmt: skip
                    said = forecast(problem).values[HOUR_STEPS - 1]
                    errors.append(abs(said - real[now + HOUR_STEPS - 1]))
                    naive.append(abs(real[now - 1] - real[now + HOUR_STEPS - 1]))
        rows.append(
            BenchRow(line=7, case=f"{kind}, an hour ahead: mean error, {JUDGED} days not used",
                     value=float(np.mean(errors)), unit="people", peer="as it is now",
                     peer_value=float(np.mean(naive)), target=round(float(np.mean(naive)), 2))
        )  # fmt: skip
    return rows


def energy() -> list[BenchRow]:
    """Return errors of days by building and venue, and what options save beside what they would."""
    outdoor, sky = weather(seed=SEED, days=DAYS)
    tariff, options, _currency = energy_rules("default")
    errors: dict[str, list[float]] = {"house-day": [], "venue-day": []}
    naive: dict[str, list[float]] = {"house-day": [], "venue-day": []}
    said = {option.code: [0.0, 0.0, 0.0, 0.0] for option in options}
    real = {option.code: [0.0, 0.0] for option in options}
    for house in houses(seed=SEED, count=HOUSES, venues=VENUES):
        there, told = presence(house, seed=SEED, days=DAYS, full=0.9)
        metered = use(house, outdoor, sky, there, seed=SEED)
        rows = _hours(outdoor, told, metered.kw)
        late = tuple(row for row in rows if row.day >= DAYS - HELD_OUT)
        early = Problem(building=house.code, lighting=house.corridor,
                        hours=tuple(row for row in rows if row.day < DAYS - HELD_OUT))  # fmt: skip
        word = "venue-day" if house.is_venue else "house-day"
        _judge(early, late, tariff, errors[word], naive[word])
        baseline = fit(early)
        for option in options:
            saving = save(early, baseline, late, option, tariff)
            for n, name in enumerate(("kwh", "cost", "carbon", "discomfort")):
                said[option.code][n] += getattr(saving, name)
            truth = _other(house, option)
            other = use(truth, outdoor, sky, there, seed=SEED)
            first = (DAYS - HELD_OUT) * 288
            real[option.code][0] += float((metered.kw - other.kw)[first:].sum() / 12)
            warm = np.abs(other.indoor - metered.indoor)[first:] * there[first:]
            real[option.code][1] += float(warm.sum() / 12)
    found = [
        BenchRow(line=7, case=f"energy of a {word}: median error, {HELD_OUT} days not used",
                 value=float(100 * np.median(errors[word])), unit="%", peer="as the day before",
                 peer_value=float(100 * np.median(naive[word])))
        for word in errors
    ] + [
        BenchRow(line=7, case=f"energy of a {word}: 90 of 100 within",
                 value=float(100 * np.quantile(errors[word], 0.9)), unit="%",
                 peer="as the day before", peer_value=float(100 * np.quantile(naive[word], 0.9)))
        for word in errors
    ]  # fmt: skip
    return found + [row for option in options for row in _option(option, said, real)]


def _hours(outdoor: np.ndarray, told: np.ndarray, kw: np.ndarray) -> tuple[Hour, ...]:
    warm, used = outdoor.reshape(-1, 12).mean(axis=1), kw.reshape(-1, 12).mean(axis=1)
    return tuple(
        Hour(day=n // 24, hour=n % 24, outdoor=float(warm[n]), presence=float(told[n]),
             used=float(used[n]))
        for n in range(len(used))
    )  # fmt: skip


def _judge(
    early: Problem, late: tuple[Hour, ...], tariff: Tariff, errors: list[float],
    naive: list[float],
) -> None:  # fmt: skip
    """Add the errors of late days by what was fitted to early ones, and by the day before."""
    said = by_day("", late, expected(fit(early), late), tariff)
    truth = by_day("", late, [row.used or 0.0 for row in late], tariff)
    last = by_day("", early.hours, [row.used or 0.0 for row in early.hours], tariff)[-1]
    before = last.kwh
    for guess, day in zip(said, truth, strict=True):
        errors.append(abs(guess.kwh - day.kwh) / day.kwh)
        naive.append(abs(before - day.kwh) / day.kwh)
        before = day.kwh


def _other(house: House, option: Option) -> House:
    """Return the house as it would really be under an option."""
    found = warmer(house, option.cooling_up) if option.cooling_up else house
    return darker(found) if option.lights_off else found


def _option(
    option: Option, said: dict[str, list[float]], real: dict[str, list[float]]
) -> list[BenchRow]:  # fmt: skip
    kwh, cost, carbon, discomfort = (n / HELD_OUT for n in said[option.code])
    true_kwh, true_warm = (n / HELD_OUT for n in real[option.code])
    return [
        BenchRow(line=7, case=f"{option.title}: said to save a day", value=kwh, unit="kWh",
                 peer="really", peer_value=true_kwh),
        BenchRow(line=7, case=f"{option.title}: money a day", value=cost / 100, unit="EUR"),
        BenchRow(line=7, case=f"{option.title}: carbon a day", value=carbon, unit="kg"),
        BenchRow(line=7, case=f"{option.title}: comfort a day", value=discomfort, unit="K·h",
                 peer="really", peer_value=true_warm),
    ]  # fmt: skip
