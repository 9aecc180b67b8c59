"""
Invented Games of three sizes: a host city and a complete, consistent edition from a seed.

Sizes follow the reference Games of the project: small, middle and large. Delegation sizes follow
the long tail measured at a large games (median 12, upper quartile 50, largest 6 % of all athletes).
"""

import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from sportsbrain.reference.dice import Dice
from sportsbrain.reference.field import Field, entries_and_people
from sportsbrain.reference.library import SPORTS, Sport
from sportsbrain.reference.names import VENUE_WORDS, nations, word
from sportsbrain.reference.timetable import lay_out
from sportsbrain.reference.village import generate_village
from sportsbrain.vocabulary.rsc import compose

Tables = dict[str, list[dict[str, Any]]]
START = dt.date(2030, 7, 19)
DAYS = 17
CITY = (41.15, -8.61)
RESIDENTS_AN_ATHLETE = 1.38  # with the officials who live with them
BLOCK = 0.0006  # degrees between the houses of the village


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a reference Games is."""

    name: str
    disciplines: int
    events: int
    athletes: int
    delegations: int
    venues: int
    seats_share: float


SIZES = {
    "small": Size(name="small", disciplines=17, events=104, athletes=1762, delegations=40, venues=15, seats_share=0.2),
    "middle": Size(name="middle", disciplines=31, events=280, athletes=5000, delegations=72, venues=18, seats_share=0.6),
    "large": Size(name="large", disciplines=46, events=329, athletes=10700, delegations=206, venues=35, seats_share=1.0),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """
    The Games that shall be invented.

    Parameters
    ----------
    days
        Competition days and the day before them; the library's days are drawn together to fit.
    sports
        Discipline codes of the library.
    events, athletes, delegations, venues
        How many of each; fewer venues than disciplines share, alike beside alike.
    middle
        Latitude and longitude about which venues are placed.

    """

    code: str
    name: str
    city: str
    time_zone: str
    starts_on: dt.date
    days: int
    sports: tuple[str, ...]
    events: int
    athletes: int
    delegations: int
    venues: int
    seats_share: float = 1.0
    middle: tuple[float, float] = CITY


def generate_games(*, size: str, seed: int) -> Tables:
    """Return the tables of an invented Games. The same size and seed give the same rows."""
    wanted = SIZES[size]
    dice = Dice(seed * 7919 + len(size))
    city = word(dice, 3)
    wish = Wish(
        code=f"REF{size[0].upper()}{seed}",
        name=f"{city} Games 2030",
        city=city,
        time_zone="Europe/Lisbon",
        starts_on=START,
        days=DAYS,
        sports=tuple(sport.code for sport in SPORTS[: wanted.disciplines]),
        events=wanted.events,
        athletes=wanted.athletes,
        delegations=wanted.delegations,
        venues=wanted.venues,
        seats_share=wanted.seats_share,
    )
    return {**invented(wish, dice), **_village(wish, seed)}


def _village(wish: Wish, seed: int) -> Tables:
    """Return the houses and rooms of a village in the middle of the city."""
    tables = generate_village(residents=round(wish.athletes * RESIDENTS_AN_ATHLETE), seed=seed)
    for number, row in enumerate(tables["buildings"]):
        row["latitude"] = round(wish.middle[0] + 0.012 + BLOCK * (number // 8), 5)
        row["longitude"] = round(wish.middle[1] + BLOCK * (number % 8), 5)
    return tables


def events_of(codes: tuple[str, ...]) -> int:
    """Return how many events the library holds of some disciplines."""
    return sum(sport.event_count for sport in SPORTS if sport.code in codes)


def invented(wish: Wish, dice: Dice) -> Tables:
    """Return the tables of a Games as wished."""
    counts = event_counts(wish)
    sports = [_in_days(sport, wish.days) for sport in SPORTS if sport.code in counts]
    tables: Tables = {
        "games": [
            {
                "code": wish.code,
                "name": wish.name,
                "city": wish.city,
                "time_zone": wish.time_zone,
                "starts_on": wish.starts_on,
                "ends_on": wish.starts_on + dt.timedelta(days=wish.days - 1),
            }
        ],
        "organisations": [
            {"code": code, "name": name} for code, name in nations(dice, wish.delegations)
        ],
    }
    homes = _venues(tables, dice, sports, wish)
    _ladder(tables, sports, counts)
    field = Field(
        organisations=tuple(row["code"] for row in tables["organisations"]),
        athletes=wish.athletes,
    )
    start_lists = entries_and_people(tables=tables, field=field, sports=sports, dice=dice)
    lay_out(
        tables=tables,
        sports=sports,
        homes=homes,
        start=wish.starts_on,
        zone=ZoneInfo(wish.time_zone),
    )
    tables["results"] = [
        {
            "code": f"{unit}/{competitor}",
            "unit": unit,
            "competitor": competitor,
            "start_order": str(place),
        }
        for unit, competitors in start_lists.items()
        for place, competitor in enumerate(competitors, start=1)
    ]
    tables["medals"] = []
    return tables


def proposed_venues(wish: Wish, dice: Dice) -> list[dict[str, Any]]:
    """Return venues for a wish, each with the disciplines it would hold."""
    tables: Tables = {}
    sports = [sport for sport in SPORTS if sport.code in wish.sports]
    homes = _venues(tables, dice, sports, wish)
    names = {sport.code: sport.name for sport in sports}
    venue_of = {row["code"]: row["venue"] for row in tables["locations"]}
    return [
        {
            **venue,
            "sports": [
                names[c] for c, places in homes.items() if venue_of[places[0]] == venue["code"]
            ],
        }
        for venue in tables["venues"]
    ]


def _in_days(sport: Sport, days: int) -> Sport:
    """Draw the days of a discipline together (or apart) so that they fit the Games."""
    first, last = (1 + round((day - 1) * (days - 2) / (DAYS - 2)) for day in sport.days)
    return replace(sport, days=(max(min(first, last), min(1, sport.days[0])), last))


def event_counts(wish: Wish) -> dict[str, int]:
    """Return how many events each discipline holds, summing to the number wished."""
    sports = [sport for sport in SPORTS if sport.code in wish.sports]
    total = sum(sport.event_count for sport in sports)
    share = wish.events / total
    counts = {
        sport.code: max(min(2, sport.event_count), math.floor(sport.event_count * share))
        for sport in sports
    }
    largest = sorted(sports, key=lambda s: (-s.event_count, s.code))
    while sum(counts.values()) != wish.events:
        step = 1 if sum(counts.values()) < wish.events else -1
        for sport in largest:
            if sum(counts.values()) == wish.events:
                break
            moved = counts[sport.code] + step
            if 1 <= moved <= sport.event_count:
                counts[sport.code] = moved
    return counts


def _venues(tables: Tables, dice: Dice, sports: list[Sport], wish: Wish) -> dict[str, list[str]]:
    """Make venues and locations and return the location codes of each discipline."""
    groups: list[list[Sport]] = [[sport] for sport in sports]
    while len(groups) > wish.venues:
        groups = _merge_two(groups)
    homes: dict[str, list[str]] = {}
    tables["venues"], tables["locations"] = [], []
    for number, group in enumerate(groups):
        code = f"V{number + 1:02}"
        kind = group[0].venue_kind
        name = f"{word(dice, 2)} {VENUE_WORDS[kind]}"
        angle, far = dice.unit() * math.tau, 0.01 + 0.22 * dice.unit() ** 2
        seats = int(max(s.seats for s in group) * wish.seats_share * (0.8 + 0.4 * dice.unit()))
        tables["venues"].append(
            {
                "code": code,
                "name": name,
                "latitude": round(wish.middle[0] + far * math.sin(angle), 5),
                "longitude": round(wish.middle[1] + far * math.cos(angle), 5),
                "zone": f"zone-{1 + int(angle / math.tau * 5)}",
                "spectators_max": max(300, seats // 100 * 100),
                "is_indoor": kind in {"hall", "arena", "pool", "velodrome", "range"},
            }
        )
        for sport in group:
            homes[sport.code] = []
            for place in range(sport.fields):
                location = f"{code}{sport.code}{place + 1}"
                homes[sport.code].append(location)
                tables["locations"].append(
                    {
                        "code": location,
                        "venue": code,
                        "name": f"{name}, {sport.name} {place + 1}",
                        "units_at_once": 1,
                    }
                )
    return homes


def _merge_two(groups: list[list[Sport]]) -> list[list[Sport]]:
    """Put the two most alike groups of disciplines into one venue."""

    def price(a: list[Sport], b: list[Sport]) -> tuple[int, int, int]:
        unlike = 0 if a[0].venue_kind == b[0].venue_kind else 1
        shared = sum(
            max(0, min(x.days[1], y.days[1]) - max(x.days[0], y.days[0]) + 1) for x in a for y in b
        )
        return (unlike, len(a) + len(b), shared)

    pairs = [
        (price(a, b), i, j) for i, a in enumerate(groups) for j, b in enumerate(groups) if i < j
    ]
    _, i, j = min(pairs)
    merged = groups[i] + groups[j]
    return [*(g for k, g in enumerate(groups) if k not in {i, j}), merged]


def _ladder(tables: Tables, sports: list[Sport], counts: dict[str, int]) -> None:
    """Make disciplines, events, phases and units."""
    for name in ("disciplines", "events", "phases", "sessions", "units"):
        tables[name] = []
    titles = {"M": "Men", "W": "Women", "X": "Mixed", "O": "Open"}
    for sport in sports:
        tables["disciplines"].append({"code": sport.code, "name": sport.name})
        kinds = _interleaved(sport)[: counts[sport.code]]
        for gender, number in kinds:
            part = f"EVENT{number:02}"
            event = compose(discipline=sport.code, gender=gender, event=part, phase="")[:22].rstrip(
                "-"
            )
            tables["events"].append(
                {
                    "code": event,
                    "discipline": sport.code,
                    "gender": gender,
                    "name": f"{titles[gender]} {number}",
                }
            )
            _phases(tables, sport, event, gender, part)


def _interleaved(sport: Sport) -> list[tuple[str, int]]:
    """Return the events, women and men in turn."""
    columns = [[(gender, n + 1) for n in range(count)] for gender, count in sport.events]
    longest = max(len(column) for column in columns)
    return [c[i] for i in range(longest) for c in columns if i < len(c)]


PHASE_NAMES = {
    "PREL": "Preliminary round", "RANK": "Ranking round", "QUAL": "Qualification", "HEAT": "Heats",
    "RND1": "Round 1", "REP-": "Repechage", "R64-": "Round of 64", "R32-": "Round of 32",
    "8FNL": "Round of 16", "QFNL": "Quarterfinals", "SFNL": "Semifinals",
    "REPF": "Bronze medal contests", "FNL-": "Final",
}  # fmt: skip


def _phases(tables: Tables, sport: Sport, event: str, gender: str, part: str) -> None:
    for phase, order, units, _minutes in sport.ladder:
        code = compose(discipline=sport.code, gender=gender, event=part, phase=phase)[:26].rstrip(
            "-"
        )
        name = PHASE_NAMES.get(phase, f"Group {phase[2]}")
        tables["phases"].append({"code": code, "event": event, "name": name, "order": order})
        for number in range(1, units + 1):
            is_last = number == units
            medal = "0"
            if phase == "FNL-" and is_last:
                medal = "1"
            elif phase == "REPF" or (
                phase == "FNL-" and sport.team_size > 1 and number == units - 1
            ):
                medal = "3"
            rsc = compose(
                discipline=sport.code,
                gender=gender,
                event=part,
                phase=phase,
                unit=f"{number:04}00--",
            )
            tables["units"].append(
                {
                    "code": rsc,
                    "rsc": rsc,
                    "phase": code,
                    "name": name if units == 1 else f"{name} {number}",
                    "medal": medal,
                }
            )
