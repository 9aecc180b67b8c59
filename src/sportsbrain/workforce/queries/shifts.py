"""Shifts as they are now: the roster in force, less what was given away, with what was taken."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import Sources, version_items, version_of, version_row
from sportsbrain.vocabulary.statuses import ShiftReply
from sportsbrain.workforce.models import ShiftAnswer, ShiftSwap

PLANNER = "roster"
GONE = {ShiftReply.DECLINED, ShiftReply.ABSENT}
Key = tuple[str, int, int]  # person, day, shift


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftRow:
    """One shift of one person; ``reply`` is empty before a word, ``taken_from`` who gave it."""

    person: str
    team: str
    day: int
    date: dt.date
    shift: int
    name: str
    starts: str
    ends: str
    reply: str = ""
    taken_from: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenShift:
    """A shift that somebody gave away and nobody has taken."""

    team: str
    day: int
    date: dt.date
    shift: int
    name: str
    starts: str
    ends: str
    given_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRow:
    """A team with how full its shifts are."""

    code: str
    venue: str
    area: str
    people: int
    shifts: int
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterPage:
    """The whole workforce."""

    version: int
    statistics: dict[str, Any]
    teams: tuple[TeamRow, ...]
    by_day: tuple[tuple[dt.date, int, float], ...]
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody of a team with the kind of shift of each day, empty when off."""

    code: str
    days: tuple[str, ...]
    shifts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPage:
    """A team day by day."""

    code: str
    dates: tuple[dt.date, ...]
    members: tuple[Member, ...]
    totals: tuple[tuple[str, tuple[int, ...]], ...]
    open: tuple[OpenShift, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Roster:
    """A version read once: versions never change."""

    version: int
    first_day: dt.date
    kinds: tuple[tuple[str, str, str], ...]
    posts: dict[str, str]
    shifts: dict[Key, str]
    statistics: dict[str, Any]


def _roster(games: GamesRow) -> _Roster | None:
    number = version_of(games_id=games.id, planner=PLANNER, sources=Sources())
    return None if number is None else _read(games, number)


@lru_cache(maxsize=2)
def _read(games: GamesRow, number: int) -> _Roster:
    row = version_row(games_id=games.id, planner=PLANNER, number=number)
    items = version_items(games_id=games.id, planner=PLANNER, number=number)
    return _Roster(
        version=number,
        first_day=games.starts_on + dt.timedelta(days=int(row.statistics["first_day"])),
        kinds=tuple((name, starts, ends) for name, starts, ends in row.statistics["kinds"]),
        posts=items["posts"],
        shifts={
            (person, int(day), int(shift)): team
            for team, rows in items["shifts"].items()
            for person, day, shift in rows
        },
        statistics=row.statistics,
    )


def _replies(games: GamesRow, **where: Any) -> dict[Key, str]:
    rows = ShiftAnswer.objects.filter(games_id=games.id, **where)
    return {(row.person, row.day, row.shift): row.reply for row in rows}


def _held(games: GamesRow, roster: _Roster) -> dict[Key, tuple[str, str]]:
    """Return (team, who gave it) of every shift by who has it now; a swap moves it on."""
    found = {key: (team, "") for key, team in roster.shifts.items()}
    for swap in ShiftSwap.objects.filter(games_id=games.id).order_by("id"):
        held = found.pop((swap.given_by, swap.day, swap.shift), None)
        if held is not None:
            found[swap.taken_by, swap.day, swap.shift] = (held[0], swap.given_by)
    return found


def all_shifts(*, games: GamesRow) -> dict[Key, str]:
    """Return the team of every shift that somebody has and has not given away."""
    roster = _roster(games)
    if roster is None:
        return {}
    gone = {key for key, reply in _replies(games).items() if reply in GONE}
    return {key: team for key, (team, _) in _held(games, roster).items() if key not in gone}


def team_of(*, games: GamesRow, person: str) -> str:
    """Return the team of a person, empty without one."""
    roster = _roster(games)
    return roster.posts.get(person, "") if roster else ""


def shifts_of(*, games: GamesRow, person: str) -> tuple[ShiftRow, ...]:
    """Return somebody's shifts in order of time, declined ones too until somebody takes them."""
    roster = _roster(games)
    if roster is None:
        return ()
    replies = _replies(games, person=person)
    rows = [
        _row(
            roster,
            key,
            team,
            # who took a shift over has said yes
            reply=replies.get(key, ShiftReply.ACCEPTED.value if given_by else ""),
            taken_from=given_by,
        )
        for key, (team, given_by) in _held(games, roster).items()
        if key[0] == person
    ]
    return tuple(sorted(rows, key=lambda r: (r.day, r.shift)))


def _row(
    roster: _Roster, key: Key, team: str, *, reply: str = "", taken_from: str = ""
) -> ShiftRow:
    person, day, shift = key
    name, starts, ends = roster.kinds[shift]
    return ShiftRow(
        person=person,
        team=team,
        day=day,
        date=roster.first_day + dt.timedelta(days=day),
        shift=shift,
        name=name,
        starts=starts,
        ends=ends,
        reply=reply,
        taken_from=taken_from,
    )


def open_shifts(*, games: GamesRow, team: str = "") -> tuple[OpenShift, ...]:
    """Return the shifts given away that nobody has taken, of one team or of all."""
    roster = _roster(games)
    if roster is None:
        return ()
    held = _held(games, roster)
    found = []
    for key, reply in sorted(_replies(games).items(), key=lambda r: (r[0][1:], r[0][0])):
        own, _ = held.get(key, ("", ""))
        if reply not in GONE or not own or (team and own != team):
            continue
        row = _row(roster, key, own)
        found.append(
            OpenShift(
                team=own,
                day=row.day,
                date=row.date,
                shift=row.shift,
                name=row.name,
                starts=row.starts,
                ends=row.ends,
                given_by=key[0],
            )
        )
    return tuple(found)


def roster_page(*, games: GamesRow) -> RosterPage | None:
    """Return the whole workforce; None before a plan."""
    roster = _roster(games)
    if roster is None:
        return None
    shifts = Counter(roster.shifts.values())
    people = Counter(roster.posts.values())
    opened = Counter(row.team for row in open_shifts(games=games))
    days = Counter(key[1] for key in all_shifts(games=games))
    most = max(days.values(), default=1) or 1
    return RosterPage(
        version=roster.version,
        statistics=roster.statistics,
        teams=tuple(
            TeamRow(
                code=code,
                venue=code.split(": ")[0],
                area=code.split(": ")[-1],
                people=count,
                shifts=shifts[code],
                open=opened[code],
            )
            for code, count in sorted(people.items())
        ),
        by_day=tuple(
            (roster.first_day + dt.timedelta(days=day), count, round(100 * count / most, 1))
            for day, count in sorted(days.items())
        ),
        open=sum(opened.values()),
    )


def team_page(*, games: GamesRow, code: str) -> TeamPage | None:
    """Return one team day by day as it is now; None when there is no such team."""
    roster = _roster(games)
    if roster is None or code not in set(roster.posts.values()):
        return None
    now = {key: team for key, team in all_shifts(games=games).items() if team == code}
    last = max((key[1] for key in roster.shifts), default=0)
    of: dict[str, dict[int, int]] = defaultdict(dict)
    for person, day, shift in now:
        of[person][day] = shift
    people = sorted({p for p, post in roster.posts.items() if post == code} | of.keys())
    names = [name for name, _, _ in roster.kinds]
    return TeamPage(
        code=code,
        dates=tuple(roster.first_day + dt.timedelta(days=day) for day in range(last + 1)),
        members=tuple(
            Member(
                code=person,
                days=tuple(
                    names[of[person][day]] if day in of[person] else "" for day in range(last + 1)
                ),
                shifts=len(of[person]),
            )
            for person in people
        ),
        totals=tuple(
            (name, tuple(sum(1 for p in of if of[p].get(day) == n) for day in range(last + 1)))
            for n, name in enumerate(names)
        ),
        open=open_shifts(games=games, team=code),
    )
