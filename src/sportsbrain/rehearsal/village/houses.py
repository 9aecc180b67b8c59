"""
Houses as they really use energy: a wall, a thermostat, people, sun, and things that are left on.

One thermal mass a house, in steps of five minutes: what comes through walls and windows, from
people and lights, against what cooling and heating take away at an efficiency that falls with the
heat outside. A meter adds what it reads wrong.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numba import njit

STEP_HOURS = 1 / 12
STEPS = 24 * 12
Floats = np.ndarray[Any, np.dtype[np.float64]]
AWAKE = np.array([0.25, 0.18, 0.15, 0.15, 0.18, 0.3, 0.55, 0.8, 0.85, 0.7, 0.6, 0.6,
                  0.65, 0.65, 0.6, 0.6, 0.65, 0.75, 0.85, 0.95, 1.0, 0.95, 0.75, 0.45])  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """
    A house, or a venue.

    Parameters
    ----------
    loss
        kW a Kelvin through walls and air.
    mass
        kWh a Kelvin.
    sun
        kW at noon of a clear day.
    lights, plugs
        kW with everybody there; ``corridor`` of the lights burn all night.
    cooled, heated
        Set-points.
    is_venue
        Filled by sessions, not by nights.

    """

    code: str
    loss: float
    mass: float
    sun: float
    lights: float
    corridor: float
    plugs: float
    body_heat: float
    cooled: float = 24.0
    heated: float = 20.0
    capacity: float = 400.0
    is_venue: bool = False
    is_dark_at_night: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Metered:
    """What a house used and how warm it was, by steps of five minutes."""

    kw: Floats
    indoor: Floats
    presence: Floats


def houses(*, seed: int, count: int, venues: int) -> tuple[House, ...]:
    """Return invented houses of a village and some venues."""
    dice = np.random.default_rng([seed, 11])
    found = []
    for n in range(count + venues):
        size = float(dice.uniform(0.6, 1.6)) * (3.0 if n >= count else 1.0)
        lights = 22 * size
        found.append(
            House(
                code=f"V{n - count + 1:02}" if n >= count else f"H{n + 1:02}", loss=4.2 * size,
                mass=55 * size * float(dice.uniform(0.7, 1.3)), sun=38 * size, lights=lights,
                corridor=0.25 * lights, plugs=30 * size, body_heat=26 * size,
                capacity=240 * size, cooled=float(dice.normal(24.0, 0.5)),
                is_venue=n >= count,
            )
        )  # fmt: skip
    return tuple(found)


def weather(*, seed: int, days: int) -> tuple[Floats, Floats]:
    """Return the outdoor temperature and the share of clear sky, by steps, day after day."""
    dice = np.random.default_rng([seed, 12])
    mean, sky, warm, clear = 23.0, [], [], 0.7
    hours = np.arange(STEPS) * STEP_HOURS
    for _day in range(days):
        mean = 23.0 + 0.72 * (mean - 23.0) + float(dice.normal(0, 2.1))
        clear = float(np.clip(0.7 + 0.5 * (clear - 0.7) + dice.normal(0, 0.22), 0.05, 1.0))
        swing = 3.2 + 4.2 * clear + float(dice.normal(0, 0.5))
        warm.append(mean + swing * np.sin((hours - 9.2) / 24 * 2 * np.pi)
                    + dice.normal(0, 0.15, STEPS).cumsum() * 0.12)  # fmt: skip
        sky.append(np.clip(clear + dice.normal(0, 0.08, STEPS), 0, 1))
    return np.concatenate(warm), np.concatenate(sky)


def presence(house: House, *, seed: int, days: int, full: float) -> tuple[Floats, Floats]:
    """Return who is really there by steps, and what calendars say by the hour."""
    dice = np.random.default_rng([seed, 13, sum(map(ord, house.code))])
    real, told = [], []
    for day in range(days):
        if house.is_venue:
            plan = np.zeros(24)
            for begins in [9, 14, 19] if dice.random() < 0.6 else [10, 18]:
                if dice.random() < 0.85:
                    plan[begins : begins + 3] = 1.0
            share = np.repeat(plan, 12) * float(np.clip(dice.normal(0.82, 0.12), 0.3, 1.0))
            share = np.convolve(share, np.ones(12) / 12, mode="same")
        else:
            fill = full * (0.55 + 0.45 * min(1.0, day / 5))  # people arrive over some days
            plan = np.full(24, fill)
            share = np.repeat(fill * AWAKE, 12) * float(dice.normal(1.0, 0.04))
        real.append(np.clip(share, 0, 1.2))
        told.append(plan)
    return np.concatenate(real), np.concatenate(told)


@njit(cache=True)
def _heat(
    outdoor: Floats, gains: Floats, loss: float, mass: float, cooled: float, heated: float,
    capacity: float,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return how warm it is and what heats (above 0) or cools, step by step."""
    steps = len(outdoor)
    indoor, power = np.empty(steps), np.empty(steps)
    now = cooled - 1.0
    for n in range(steps):
        ahead = now + (loss * (outdoor[n] - now) + gains[n]) * STEP_HOURS / mass
        power[n] = 0.0
        if ahead > cooled:
            power[n] = -min(capacity, (ahead - cooled) * mass / STEP_HOURS)
        elif ahead < heated:
            power[n] = min(capacity, (heated - ahead) * mass / STEP_HOURS)
        now = ahead + power[n] * STEP_HOURS / mass
        indoor[n] = now
    return indoor, power


def use(house: House, outdoor: Floats, sky: Floats, there: Floats, *, seed: int) -> Metered:
    """Return what a house uses when it is used so."""
    dice = np.random.default_rng([seed, 14, sum(map(ord, house.code))])
    steps = len(outdoor)
    hours = (np.arange(steps) * STEP_HOURS) % 24
    noon = np.clip(np.sin((hours - 6) / 13 * np.pi), 0, 1) * sky
    dark = np.clip(1.0 - 1.6 * noon, 0.25, 1.0)
    night = (hours < 5) & house.is_dark_at_night
    lights = house.lights * there * dark + np.where(night, 0.0, house.corridor)
    plugs = house.plugs * (0.22 + 0.78 * there) * (1 + dice.normal(0, 0.05, steps))
    gains = house.sun * noon + house.body_heat * there + 0.8 * (lights + plugs)
    indoor, power = _heat(outdoor, gains, house.loss, house.mass, house.cooled, house.heated,
                          house.capacity)  # fmt: skip
    good = np.where(power < 0, 3.9 - 0.055 * np.maximum(0.0, outdoor - 20), 3.1)
    kw = lights + plugs + np.abs(power) / good
    return Metered(kw=kw * (1 + dice.normal(0, 0.01, steps)), indoor=indoor, presence=there)


def warmer(house: House, kelvin: float) -> House:
    """Return the house with a higher set-point of cooling."""
    return replace(house, cooled=house.cooled + kelvin)


def darker(house: House) -> House:
    """Return the house with corridor lights off from 0 to 5."""
    return replace(house, is_dark_at_night=True)
