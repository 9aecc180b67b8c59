"""A day of real results at ×600: everything that is served agrees with a fresh read."""

import csv
import datetime as dt
import json
import pathlib
import re
from collections import Counter
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

from sportsbrain.bench.rows import BenchRow
from sportsbrain.channel.actions import tell_medals, tell_results
from sportsbrain.channel.exports import LANGUAGES, Site
from sportsbrain.channel.jobs.journal import Follower
from sportsbrain.channel.jobs.publisher import Publisher
from sportsbrain.channel.queries import fan_state
from sportsbrain.committee.queries import GamesRow, get_games
from sportsbrain.feeds.tables.record import import_tables
from sportsbrain.rehearsal.results import Word, in_time, played_in_tables, replay
from sportsbrain.vocabulary.results import ResultFact
from sportsbrain.vocabulary.statuses import ResultStatus
from sportsbrain.world.errors import ResultError, UnknownFactError
from sportsbrain.world.queries import open_podiums

DAY, SPEED = dt.date(2024, 7, 30), 600.0
SETTLED = 274.0  # of the 281 whose medals are known: fewer is a rule that was lost
SEEN = re.compile(r'data-at="[^"]*"|As of <time.*?</time>', re.DOTALL)


def replayed(
    data: pathlib.Path, folder: pathlib.Path, on_progress: Callable[[str], None]
) -> list[BenchRow]:
    """Return the rows of line 1."""
    on_progress("importing the real Games as planned")
    import_tables(path=data, mapping_name="paris2024", games_code="", is_applied=True,
                  actor="bench", now=dt.datetime.now(dt.UTC), is_as_planned=True)  # fmt: skip
    games = get_games(code="G2024")
    assert games is not None  # noqa: S101  # just imported
    zone = ZoneInfo(games.time_zone)
    played = played_in_tables(data, mapping_name="paris2024", games_id=games.id, zone=zone)
    begins = dt.datetime.combine(DAY, dt.time(7), tzinfo=zone)
    ends = dt.datetime.combine(DAY + dt.timedelta(days=1), dt.time(2), tzinfo=zone)
    before, said = in_time(played, since=begins, until=ends)
    on_progress(f"{len(before):,} units of the days before")
    for word in before:
        _bring(games, word)
    publisher = Publisher(games=games, folder=folder / "real", tags=("en",))
    on_progress(f"{len(said):,} words of {DAY} at ×{SPEED:.0f}")
    late = 0.0
    going = replay(said=said, bring=lambda word: _bring(games, word), begins_at=begins,
                   ends_at=ends, speed=SPEED, refused=(ResultError, UnknownFactError),
                   tick=0.0)  # fmt: skip
    refused = 0
    for told in going:
        late, refused = max(late, told.late_seconds), told.refused
        publisher.step()
        publisher.make(seconds=0.1)
    while publisher.step():
        pass
    on_progress(f"making the {publisher.due:,} pages that were not due yet")
    publisher.make_all()
    rows = [
        BenchRow(line=1, case=f"words of a day at ×{SPEED:.0f}, refused", value=float(refused),
                 unit="words", op="==", target=0.0),
        BenchRow(line=1, case="of so many", value=float(len(said)), unit="words"),
        BenchRow(line=1, case="the replay was behind by at most", value=late, unit="s"),
        *_agree(games, publisher, folder / "real"),
    ]  # fmt: skip
    on_progress("the other days, for all medals")
    rest, _ = in_time(played, since=ends + dt.timedelta(days=60), until=ends)
    for word in rest:
        if word.at >= ends:
            _bring(games, word)
    return rows + _medals(games, data)


def _bring(games: GamesRow, word: Word) -> None:
    tell_results(
        games=games, unit=word.unit, status=ResultStatus(word.status), actor="replay",
        now=word.at, finished_at=word.finished_at,
        results=[ResultFact(**dict(row)) for row in word.results],
    )  # fmt: skip


def _agree(games: GamesRow, publisher: Publisher, folder: pathlib.Path) -> list[BenchRow]:
    """Return how many pages, data, calendars and listeners differ from a fresh read."""
    fresh = Site(fan_state(games=games))
    now = dt.datetime.now(dt.UTC)
    keys = [key for key in fresh.pages() if key.kind != "now"]  # what is next depends on the clock
    pages = sum(
        _plain((folder / fresh.path(LANGUAGES[0], key)).read_text())
        != _plain(fresh.page(LANGUAGES[0], key, at="", now=now)) for key in keys
    )  # fmt: skip
    data = [key for key in keys if fresh.data(key) is not None]
    wrong = sum(
        json.loads((folder / games.code / "data" / f"{key.address}.json").read_text())
        != json.loads(fresh.data_text(key) or "null") for key in data
    )  # fmt: skip
    calendar = (folder / games.code / "calendars" / "all.ics").read_bytes()
    uids = {str(e["uid"]) for e in Calendar.from_ical(calendar).walk("VEVENT")}
    scheduled = {f"{u.code}@{games.code}.sportsbrain" for u in fresh.state.units.values()
                 if u.starts_at}  # fmt: skip
    return [
        BenchRow(line=1, case="state followed and state read afresh differ", unit="",
                 value=float(publisher.site.state != fresh.state), op="==", target=0.0),
        BenchRow(line=1, case=f"of {len(keys):,} pages, other than fresh", value=float(pages),
                 unit="pages", op="==", target=0.0),
        BenchRow(line=1, case=f"of {len(data):,} data files, other than fresh",
                 value=float(wrong), unit="files", op="==", target=0.0),
        BenchRow(line=1, case=f"of {len(scheduled):,} units, not in the calendar or too many",
                 value=float(len(uids ^ scheduled)), unit="units", op="==", target=0.0),
        BenchRow(line=1, case="units that a listener has other than fresh",
                 value=float(_listener_differs(games, fresh, folder)), unit="units", op="==",
                 target=0.0),
    ]  # fmt: skip


def _plain(text: str) -> str:
    return SEEN.sub("", text)


def _listener_differs(games: GamesRow, fresh: Site, folder: pathlib.Path) -> int:
    """Return how many units the last delta of each says otherwise than a fresh read."""
    newest: dict[str, dict[str, Any]] = {}
    follower = Follower(folder / games.code / "deltas", kept=10**9)
    for one in follower.follow():
        if one.delta.event == "u":
            row = dict(one.delta.body)
            if row["v"] >= newest.get(row["u"], {"v": -1})["v"]:
                newest[row["u"]] = row
    return sum(
        row["rs"] != unit.result_status or row["st"] != unit.schedule_status
        or [line[2:5] for line in row["r"]]
        != [[r.rank, r.value, r.win_loss] for r in unit.results[: len(row["r"])]]
        for code, row in newest.items() if (unit := fresh.state.units[code])
    )  # fmt: skip


def _medals(games: GamesRow, data: pathlib.Path) -> list[BenchRow]:
    """Return how our medals compare with the real ones, before and after decisions."""
    state = fan_state(games=games)
    real: dict[str, Counter[tuple[str, str]]] = {}
    names = {(state.disciplines[e.discipline], e.gender, e.name): e.code
             for e in state.events.values()}  # fmt: skip
    with (data / "medals.csv").open() as file:
        for row in csv.DictReader(file):
            event = names[row["discipline"], row["gender"], row["event"]]
            real.setdefault(event, Counter())[row["medal"], row["organisation"]] += 1
    ours = {code: Counter((m.kind, m.organisation) for m in won)
            for code, won in state.medals.items()}  # fmt: skip
    other = [code for code in real if ours.get(code, Counter()) != real[code]]
    causes = open_podiums(games_id=games.id)
    unsaid = [code for code in other if not causes.get(code)]
    for code in other:
        _decide(games, state, code, real[code])
    state = fan_state(games=games)
    after = {code: Counter((m.kind, m.organisation) for m in won)
             for code, won in state.medals.items()}  # fmt: skip
    return [
        BenchRow(line=1, case=f"of {len(real)} events, medals as in medals.csv",
                 value=float(len(real) - len(other)), unit="events", op=">=",
                 target=SETTLED),
        *(BenchRow(line=1, case=f"{code}: {causes.get(code) or 'no cause is known'}", value=None,
                   unit="") for code in sorted(other)),
        BenchRow(line=1, case="differences without a cause", value=float(len(unsaid)),
                 unit="events", op="==", target=0.0),
        BenchRow(line=1, case="differing after recorded decisions", unit="events", op="==",
                 target=0.0, value=float(sum(after.get(c, Counter()) != real[c] for c in real))),
    ]  # fmt: skip


def _decide(
    games: GamesRow, state: Any, event: str, wanted: Counter[tuple[str, str]]
) -> None:  # fmt: skip
    """Record the real medals of an event as an official decision."""
    there = {r.competitor for u in state.units.values() if u.event == event for r in u.results}
    medals: list[tuple[str, str]] = []
    for (kind, organisation), count in wanted.items():
        own = sorted(c for c in there if state.competitors[c].organisation == organisation
                     and c not in {taken for _, taken in medals})  # fmt: skip
        medals += [(kind, code) for code in own[:count]]
    tell_medals(
        games=games, event=event, medals=medals, actor="jury", reason="as officially announced",
        now=dt.datetime(2024, 8, 11, tzinfo=dt.UTC),
    )  # fmt: skip
