"""
Results of a Games again, or invented: who starts, that it runs, who wins, when it is official.

Real ones are read from tables; invented ones from hidden strengths. Both come in by the door that
operators use.
"""

import contextlib
import datetime as dt
import pathlib
import time
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from sportsbrain.feeds.tables.mapping import load_mapping
from sportsbrain.feeds.tables.messages import Row
from sportsbrain.feeds.tables.parse import Reading, read_mapped, read_own
from sportsbrain.feeds.tables.sources import open_tables
from sportsbrain.rehearsal.day import Told
from sportsbrain.rehearsal.doors import DoorError, Doors, rehearsal_clock
from sportsbrain.world.queries import PublicFacts, public_facts

MINUTE = dt.timedelta(minutes=1)
CALLED, LONGEST, CONFIRMED = 15 * MINUTE, 240 * MINUTE, 3 * MINUTE
FIELDS = ("competitor", "start_order", "rank", "value", "value_kind", "win_loss", "irregularity",
          "qualified")  # fmt: skip
FINAL_FIELD = 8
Lines = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What an operator says of a unit at a moment; ``finished_at``: of a unit that is over."""

    at: dt.datetime
    unit: str
    status: str
    results: tuple[Mapping[str, Any], ...]
    finished_at: dt.datetime | None = None

    @property
    def body(self) -> dict[str, Any]:
        """Return what the door takes."""
        ends = self.finished_at.isoformat() if self.finished_at else None
        return {"status": self.status, "results": list(self.results), "finished_at": ends}


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A unit that was played: when it ran and what came of it."""

    unit: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    lines: tuple[Mapping[str, Any], ...]

    def words(self) -> Iterator[Word]:
        """Yield the start list, that it runs, the result, and that it is official."""
        starters = tuple(
            {"competitor": row["competitor"], "start_order": row["start_order"]}
            for row in sorted(self.lines, key=_start)
        )
        for at, status, rows in (
            (self.starts_at - CALLED, "START_LIST", starters),
            (self.starts_at, "LIVE", starters),
            (self.ends_at, "UNOFFICIAL", self.lines),
            (self.ends_at + CONFIRMED, "OFFICIAL", self.lines),
        ):
            ends = self.ends_at if at >= self.ends_at else None
            yield Word(at=at, unit=self.unit, status=status, results=rows, finished_at=ends)


def _start(row: Mapping[str, Any]) -> tuple[int, str]:
    text = str(row["start_order"])
    return (int(text) if text.isdecimal() else 10**6, text)


def played_in_tables(
    path: pathlib.Path, *, mapping_name: str, games_id: int, zone: ZoneInfo
) -> tuple[Played, ...]:
    """Return the units of a table of results; what can not be read is passed over, as by import."""
    tables, reading = open_tables(path), Reading(zone=zone)
    mapping = load_mapping(mapping_name) if mapping_name else None
    rows = (
        read_mapped(tables=tables, mapping=mapping, reading=reading)
        if mapping
        else read_own(tables=tables, reading=reading)
    )
    facts = public_facts(games_id=games_id)
    known = {row["code"] for row in facts.competitors}
    starts = {row["code"]: row["starts_at"] for row in facts.units}
    lines: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    ends: dict[str, dt.datetime] = {}
    for item in rows:
        if not isinstance(item, Row) or item.table != "results":
            continue
        values = item.values
        unit, moment = values["unit"], values.get("finished_at")
        if moment is None or values["competitor"] not in known or unit not in starts:
            continue
        line: dict[str, Any] = {name: values.get(name) for name in FIELDS}
        lines[unit].setdefault(str(line["competitor"]), {k: "" if v is None and k != "rank" else v
                                                    for k, v in line.items()})  # fmt: skip
        ends[unit] = max(moment, ends.get(unit, moment))
    return tuple(
        Played(unit=unit, lines=tuple(rows.values()), ends_at=ends[unit],
               starts_at=_began(starts[unit], ends[unit]))
        for unit, rows in lines.items()
    )  # fmt: skip


def _began(planned: dt.datetime | None, ended: dt.datetime) -> dt.datetime:
    """Return when a unit began: as planned, where that fits its end."""
    if planned is not None and MINUTE <= ended - planned <= LONGEST:
        return planned
    return ended - 30 * MINUTE


def played_by_chance(*, games_id: int, seed: int) -> tuple[Played, ...]:
    """
    Return all units of a Games, played by hidden strengths.

    Who is not drawn into a later round yet is taken from the best of the one before.
    """
    facts = public_facts(games_id=games_id)
    return tuple(_Chance(facts, np.random.default_rng([seed, games_id])).play())


class _Chance:
    """Play event by event, phase by phase."""

    def __init__(self, facts: PublicFacts, dice: np.random.Generator) -> None:
        self.dice = dice
        self.strength: dict[str, float] = defaultdict(lambda: float(dice.normal()))
        self.starters: dict[str, list[str]] = defaultdict(list)
        for unit, competitor, *_ in facts.results:
            self.starters[unit].append(competitor)
        self.events: dict[str, dict[int, Lines]] = defaultdict(lambda: defaultdict(list))
        for row in facts.units:
            if row["starts_at"] and row["schedule_status"] != "CANCELLED":
                self.events[row["event"]][row["phase_order"]].append(row)

    def play(self) -> Iterator[Played]:
        """Yield each unit with its results."""
        for phases in self.events.values():
            came: list[str] = []
            for _, units in sorted(phases.items()):
                given = [code for unit in units for code in self.starters[unit["code"]]]
                field = list(dict.fromkeys(given)) or came
                drawn = self._draw(units, field)
                played = [self._unit(unit, drawn[unit["code"]]) for unit in units]
                yield from (one for one in played if one.lines)
                best = [code for one in self._best(played) for code in one]
                came = list(dict.fromkeys(best)) or came

    def _draw(self, units: Lines, field: list[str]) -> dict[str, list[str]]:
        """Return who starts where: as listed, else dealt out in order of how good they were."""
        listed = {unit["code"]: self.starters[unit["code"]] for unit in units}
        if any(listed.values()):
            return listed
        is_duel = len(units) > 1 or any(unit["medal"] == "3" for unit in units)
        seats = len(units) * (2 if is_duel else FINAL_FIELD)
        dealt: dict[str, list[str]] = {unit["code"]: [] for unit in units}
        for n, code in enumerate(field[:seats]):
            dealt[units[-1 - n % len(units)]["code"]].append(code)
        return dealt

    def _unit(self, unit: dict[str, Any], starters: Sequence[str]) -> Played:
        form = {code: self.strength[code] + float(self.dice.normal(0, 0.6)) for code in starters}
        order = sorted(starters, key=lambda code: -form[code])
        is_duel = len(order) == 2
        long = (unit["ends_before"] or unit["starts_at"] + 30 * MINUTE) - unit["starts_at"]
        points = [f"{80 + 6 * form[code]:.2f}" for code in order]
        if is_duel:
            least = int(self.dice.integers(0, 3))
            points = [str(least + int(self.dice.integers(1, 4))), str(least)]
        lines = [
            {"competitor": code, "start_order": str(1 + starters.index(code)), "rank": place,
             "value": score, "value_kind": "POINTS",
             "win_loss": "WL"[place - 1] if is_duel else ""}
            for place, (code, score) in enumerate(zip(order, points, strict=True), start=1)
        ]  # fmt: skip
        return Played(unit=unit["code"], starts_at=unit["starts_at"], lines=tuple(lines),
                      ends_at=unit["starts_at"] + max(long * 0.95, 2 * MINUTE))  # fmt: skip

    @staticmethod
    def _best(played: Sequence[Played]) -> Iterator[list[str]]:
        """Yield those of a rank in all units of a phase: winners first."""
        most = max((len(one.lines) for one in played), default=0)
        for place in range(most):
            yield [str(one.lines[place]["competitor"]) for one in played if place < len(one.lines)]


def in_time(
    played: Sequence[Played], *, since: dt.datetime, until: dt.datetime
) -> tuple[list[Word], list[Word]]:
    """Return the newest words of units before a moment, and all words up to another."""
    words = sorted((w for one in played for w in one.words()), key=lambda w: (w.at, w.unit))
    before = {word.unit: word for word in words if word.at < since}
    return list(before.values()), [word for word in words if since <= word.at < until]


def replay(
    *,
    said: Sequence[Word],
    bring: Callable[[Word], Any],
    begins_at: dt.datetime,
    ends_at: dt.datetime,
    speed: float,
    refused: tuple[type[Exception], ...],
    tick: float = 0.2,
    began: float | None = None,
) -> Generator[Told, None, None]:
    """Yield how far the day is while results come in on time; ``began`` is when it did, or now."""
    began = time.monotonic() if began is None else began
    brought = wrong = 0
    while True:
        now = begins_at + dt.timedelta(seconds=speed * (time.monotonic() - began))
        due = [word for word in said[brought:] if word.at <= now]
        for word in due:
            try:
                bring(word)
            except refused:
                wrong += 1
        brought += len(due)
        late = (now - due[0].at).total_seconds() / speed if due else 0.0
        yield Told(at=now, brought=brought, of=len(said), refused=wrong, late_seconds=late)
        if now >= ends_at:
            return
        time.sleep(tick)


def replay_at(
    doors: Doors,
    *,
    played: Sequence[Played],
    begins_at: dt.datetime,
    ends_at: dt.datetime,
    speed: float,
    patience: float | None,
    tell: Callable[[Told], None],
    heard: Callable[[Word], None] | None = None,
) -> None:
    """
    Bring what was said before in at once, then the rest on time, in an exercise of its own.

    With ``patience`` the clock is that of the rehearsal that goes on, or begins in so many seconds.
    ``heard`` is told of each word that was taken on time.

    Raises
    ------
    DoorError
        When the server is not there or will not begin.

    """

    def bring(word: Word) -> None:
        doors.post(f"units/{word.unit}/results", word.body)

    def bring_on_time(word: Word) -> None:
        bring(word)
        if heard:
            heard(word)

    if patience is not None:
        begins_at, speed = rehearsal_clock(doors, patience=patience)
    began = time.monotonic()
    before, said = in_time(played, since=begins_at, until=ends_at)
    for word in before:
        with contextlib.suppress(DoorError):
            bring(word)
    if patience is None:
        title = f"Replay from {begins_at:%Y-%m-%d %H:%M}"
        body = {"title": title, "shows_at": begins_at.isoformat(), "speed": speed}
        doors.post("exercise", body)
        began = time.monotonic()
    try:
        for told in replay(said=said, bring=bring_on_time, begins_at=begins_at, ends_at=ends_at,
                           speed=speed, refused=(DoorError,), began=began):  # fmt: skip
            tell(told)
    finally:
        if patience is None:
            doors.delete("exercise")
