"""What comes in by the doors on a day of the village: gates, requests, orders, turnover."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sportsbrain.rehearsal.village.people import LivedDay, Resident

MINUTE = dt.timedelta(minutes=1)
DULL_GATES = 0.02  # of reads that a gate without network lets in alone and tells later
AGAIN = 0.01  # of reads and orders whose answer was lost: they are sent again
WORDS = {
    "water": "the tap drips", "power": "no light", "climate": "too warm", "lift": "stuck",
    "furniture": "a chair is broken", "linen": "towels, please", "cleaning": "please clean",
    "lost": "a blue bottle",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """Something that comes in by a door at a moment; ``body`` is what is brought."""

    at: dt.datetime
    door: str
    body: dict[str, Any]


def reads(
    day: LivedDay, passes: Sequence[str], begins_at: dt.datetime, dice: np.random.Generator
) -> list[Coming]:
    """Return reads of the gates, some of them late or twice."""
    found = []
    for n, (minute, who, is_in) in enumerate(day.crossings):
        at = begins_at + minute * MINUTE
        body = {"uid": f"{begins_at:%m%d}-{n}", "text": passes[who], "zone": "R",
                "direction": "in" if is_in else "out", "at": at.isoformat(),
                "was_let_in": False}  # fmt: skip
        told = at
        if dice.random() < DULL_GATES:
            body["was_let_in"] = True
            told = at + float(dice.uniform(2, 25)) * MINUTE
        found.append(Coming(at=told, door="gates", body=body))
        if dice.random() < AGAIN:
            found.append(Coming(at=told + MINUTE, door="gates", body=body))
    return found


def requests(
    day: LivedDay, residents: Sequence[Resident], begins_at: dt.datetime
) -> list[Coming]:  # fmt: skip
    """Return what residents ask for."""
    return [
        Coming(at=begins_at + minute * MINUTE, door="requests",
               body={"kind": kind, "text": WORDS[kind], "delegation": residents[who].delegation,
                     "place": f"{residents[who].building} {residents[who].room}"[:80]})
        for minute, kind, who in day.broken
    ]  # fmt: skip


def orders(
    rates: Sequence[Mapping[str, Any]], people: Mapping[str, int], date: dt.date,
    begins_at: dt.datetime, dice: np.random.Generator,
) -> list[Coming]:  # fmt: skip
    """Return what delegations order on a day: guest meals, bicycles, rooms, beds, late desks."""
    often = {"MEAL": 14.0, "BIKE": 2.0, "MEET": 1.6, "TREAT": 2.4, "GUESTBED": 1.1, "DESK": 0.5,
             "FRIDGE": 0.3, "PRINTER": 0.1}  # fmt: skip
    found, number = [], 0
    for rate in rates:
        mean = often.get(str(rate["code"]), 0.0)
        for code, count in sorted(people.items()):
            for _n in range(int(dice.poisson(mean * count / 1000)) if mean else 0):
                number += 1
                at = begins_at + float(np.clip(dice.normal(13, 4), 0.1, 23.5)) * 60 * MINUTE
                body = _order(rate, date, dice) | {"key": f"sim-{date:%m%d}-{number}"}
                coming = Coming(at=at, door=f"folios/{code}/orders", body=body)
                found.append(coming)
                if dice.random() < AGAIN:
                    found.append(Coming(at=at + MINUTE, door=coming.door, body=body))
    return found


def _order(rate: Mapping[str, Any], date: dt.date, dice: np.random.Generator) -> dict[str, Any]:
    body: dict[str, Any] = {"item": rate["code"], "quantity": 1 + int(dice.poisson(0.8))}
    if rate["period"] == "once":
        return body
    first = date + dt.timedelta(days=int(dice.integers(0, 3)))
    body |= {"first": first.isoformat(), "last": first.isoformat()}
    if rate["period"] == "hour":
        hour = int(dice.integers(8, 20))
        body["hours"] = [hour, hour + 1]
    if rate["is_bed"]:
        body["gender"] = "W" if dice.random() < 0.5 else "M"
    return body


def turnovers(
    leases: Sequence[str], date: dt.date, begins_at: dt.datetime, people: int,
    dice: np.random.Generator,
) -> list[Coming]:  # fmt: skip
    """Return what tenants say they sold, at the end of the day."""
    return [
        Coming(at=begins_at + (22 * 60 + 5 * n) * MINUTE, door="turnover",
               body={"space": space, "day": date.isoformat(),
                     "amount": int(people * dice.gamma(5, 9))})
        for n, space in enumerate(leases)
    ]  # fmt: skip


@dataclass(slots=True)
class Team:
    """People who do what is asked for: each is free from a moment on."""

    free_at: list[dt.datetime]

    def next_free(self) -> int:
        """Return who is free first."""
        return min(range(len(self.free_at)), key=lambda n: self.free_at[n])


WORK = {  # minutes of doing, and of getting there
    "water": (38, 9), "power": (32, 9), "climate": (47, 10), "lift": (55, 12),
    "furniture": (40, 15), "linen": (9, 12), "cleaning": (27, 12), "lost": (20, 60),
}  # fmt: skip


def staffed(people: int, now: dt.datetime) -> dict[str, Team]:
    """Return the teams of a village of so many."""
    sizes = {"maintenance": 1.5, "housekeeping": 1.7, "desk": 0.5}
    return {name: Team(free_at=[now] * max(2, round(rate * people / 1000)))
            for name, rate in sizes.items()}  # fmt: skip


def worked(
    waiting: Sequence[Mapping[str, Any]], teams: Mapping[str, Team], now: dt.datetime,
    dice: np.random.Generator,
) -> list[Coming]:  # fmt: skip
    """Return who takes which open request now, what is due first first, and when it is done."""
    found = []
    for row in waiting:
        team = teams.get(str(row["team"]))
        if team is None or row["request_state"] != "open":
            continue
        who = team.next_free()
        if team.free_at[who] > now:
            continue
        does, gets_there = WORK[str(row["kind"])]
        takes = float(dice.gamma(2.0, gets_there / 2) + dice.lognormal(np.log(does), 0.45))
        done = now + takes * MINUTE
        team.free_at[who] = done
        found += [Coming(at=now, door=f"requests/{row['id']}/take", body={}),
                  Coming(at=done, door=f"requests/{row['id']}/done", body={})]  # fmt: skip
    return found
