"""The notifier: follows the live log and tells by Web Push who asked to be told."""

import base64
import datetime as dt
import hashlib
import heapq
import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import OperationalError, connection

from sportsbrain.channel.actions import (
    keep_subscription,
    note_told,
    push_failed,
    push_held,
    vapid_key,
)
from sportsbrain.channel.errors import PushError
from sportsbrain.channel.exports import LANGUAGES
from sportsbrain.channel.exports.notices import (
    KINDS,
    Notice,
    newest_only,
    notices_of,
    starting,
    told,
)
from sportsbrain.channel.jobs.sender import LIVES, Outcome, Parcel, Sender
from sportsbrain.channel.queries import PushRow, fan_state, subscribers_of, told_until
from sportsbrain.channel.updates import MEDALS, RESULT, FanState, Touched, apply
from sportsbrain.committee.queries import GamesRow, games_clock
from sportsbrain.live.errors import CursorLostError
from sportsbrain.live.queries import Cursor, News, newest_cursor, updates_after

LOG = logging.getLogger(__name__)
WORKERS = 16
CHUNK = 2_000
TOO_OLD = dt.timedelta(minutes=10)  # what nobody was told by then is no news any more
PAUSES = (2.0, 10.0, 60.0, 300.0)  # seconds before another try
IDLE = 0.2
STARTS_EVERY = 5.0
SPOOL_AT_ONCE = 500


@dataclass(slots=True)
class Counts:
    """What became of parcels."""

    taken: int = 0
    gone: int = 0
    failed: int = 0
    put_off: int = 0


@dataclass(slots=True)
class Waiting:
    """Parcels to be tried again, by when; and services that want to be left alone."""

    heap: list[tuple[float, int, Parcel]] = field(default_factory=list)
    paused: dict[str, float] = field(default_factory=dict)
    number: int = 0

    def add(self, parcel: Parcel, due: float) -> None:
        """Keep a parcel for later, unless nobody wants it then."""
        if due < parcel.until:
            self.number += 1
            heapq.heappush(self.heap, (due, self.number, parcel))

    def due(self, now: float) -> Iterator[Parcel]:
        """Yield what is due."""
        while self.heap and self.heap[0][0] <= now:
            yield heapq.heappop(self.heap)[2]


class Notifier:
    """Tell what happens in one Games; ``folder`` is where the page server puts what is asked."""

    def __init__(
        self, *, games: GamesRow, folder: Path, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.games, self.clock = games, clock
        self.spool = folder / ".push" / games.code
        self.counts, self.waiting = Counts(), Waiting()
        self.sender = Sender(vapid_key(games=games)[0], settings.PUSH_CONTACT)
        self.pool = ThreadPoolExecutor(WORKERS)
        self._look_at_clock()
        self.cursor = newest_cursor(games_id=games.id)
        self.state = fan_state(games=games)
        known = told_until(games_id=games.id)
        self.starts_until = max(known[1], self.now - TOO_OLD) if known else self.now
        self._starts_at = -STARTS_EVERY
        self.first = list(self._missed(known[0])) if known else []

    def _look_at_clock(self) -> None:
        self.now = games_clock(games_id=self.games.id, now=dt.datetime.now(dt.UTC))

    def _missed(self, cursor: str) -> Iterator[Notice]:
        """Yield what happened while nobody told it, as far as it is news still."""
        try:
            news = updates_after(games_id=self.games.id, cursor=Cursor.parse(cursor))
        except CursorLostError:
            return
        for one in news:
            if one.cursor <= self.cursor and self.now - one.recorded_at < TOO_OLD:
                before = _without(self.state, one)
                touched = Touched(units=frozenset({one.key}), stories=frozenset({one.key}))
                yield from notices_of(before, self.state, topic=one.topic, key=one.key,
                                      touched=touched)  # fmt: skip

    def step(self) -> int:
        """Take who asks, tell what is new, try again what is due; return how many were told."""
        self._look_at_clock()
        self._take_spool()
        before = self.counts.taken
        notices = [*self.first, *self._news(), *self._starts()]
        self.first = []
        self._send(self.waiting.due(self.clock()))
        for notice in newest_only(notices):
            self._tell(notice)
        if notices or self._is_moved:
            note_told(games_id=self.games.id, cursor=str(self.cursor),
                      starts_until=self.starts_until)  # fmt: skip
        return self.counts.taken - before

    def _news(self) -> list[Notice]:
        self._is_moved = False
        try:
            news = updates_after(games_id=self.games.id, cursor=self.cursor)
        except CursorLostError:
            self.cursor, self.state = newest_cursor(games_id=self.games.id), self._afresh()
            self._is_moved = True
            return []
        found: list[Notice] = []
        for one in news:
            before = self.state
            self.state, touched = apply(before, one.topic, one.key, one.body)
            if touched.is_all:
                self.state = self._afresh()
            found += notices_of(before, self.state, topic=one.topic, key=one.key, touched=touched)
            self.cursor, self._is_moved = one.cursor, True
        return found

    def _afresh(self) -> FanState:
        return fan_state(games=self.games)

    def _starts(self) -> list[Notice]:
        if self.clock() - self._starts_at < STARTS_EVERY:
            return []
        self._starts_at = self.clock()
        since, self.starts_until = self.starts_until, self.now
        self._is_moved = True
        return list(starting(self.state, since, self.now))

    def _take_spool(self) -> None:
        """Keep what browsers asked for; what does not hold is said in the log and dropped."""
        try:
            waiting = sorted(self.spool.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        except OSError:  # another notifier took one of them
            return
        for path in waiting[:SPOOL_AT_ONCE]:
            try:
                asked = json.loads(path.read_bytes())
                keep_subscription(games=self.games, asked=asked, kinds=KINDS, now=self.now)
            except FileNotFoundError:
                continue
            except (PushError, ValueError) as error:
                LOG.info("push: %s: %s", path.name, error)
            path.unlink(missing_ok=True)

    def _tell(self, notice: Notice) -> None:
        """Tell everybody who asked, in chunks."""
        rows = subscribers_of(games_id=self.games.id, kind=notice.kind, follows=notice.follows,
                              now=self.now, but=notice.covered_by)  # fmt: skip
        payloads: dict[tuple[str, bool], str | None] = {}
        parcels = self._parcels(notice, rows, payloads)
        while chunk := list(islice(parcels, CHUNK)):
            self._send(chunk)

    def _parcels(
        self, notice: Notice, rows: Iterable[PushRow],
        payloads: dict[tuple[str, bool], str | None],
    ) -> Iterator[Parcel]:  # fmt: skip
        mark = hashlib.blake2b(f"{self.games.code} {notice.tag}".encode(), digest_size=18).digest()
        topic = base64.urlsafe_b64encode(mark).decode()
        until = self.clock() + LIVES[notice.kind]
        for row in rows:
            key = (row.language, row.hides_scores)
            if key not in payloads:
                payloads[key] = self._payload(notice, key[0], hides_scores=key[1])
            payload = payloads[key]
            if payload:
                yield Parcel(row=row, payload=payload, kind=notice.kind, topic=topic, until=until)

    def _payload(self, notice: Notice, tag: str, *, hides_scores: bool) -> str | None:
        language = next((one for one in LANGUAGES if one.tag == tag), LANGUAGES[0])
        words = told(notice, self.state, language, hides_scores=hides_scores)
        if words is None:
            return None
        return json.dumps({
            "title": words.title[:200], "body": words.body[:600], "tag": notice.tag,
            "url": f"/{self.games.code}/{language.tag}/{notice.page}/{notice.code}/",
            "lang": language.tag, "dir": language.direction,
        }, ensure_ascii=False)  # fmt: skip

    def _send(self, parcels: Iterable[Parcel]) -> None:
        now = self.clock()
        ready = []
        for parcel in parcels:
            host = urlsplit(parcel.row.endpoint).netloc
            free_at = self.waiting.paused.get(host, now)
            if free_at > now:
                self.waiting.add(parcel, free_at)
            else:
                ready.append(parcel)
        held = []
        for outcome in self.pool.map(self.sender.send, ready):
            if outcome.is_taken:
                held.append(outcome.parcel.row.id)
            else:
                self._failed(outcome)
        self.counts.taken += len(held)
        push_held(subscriptions=held)

    def _failed(self, outcome: Outcome) -> None:
        parcel = outcome.parcel
        if outcome.is_tried_again and parcel.tries < len(PAUSES):
            pause = max(outcome.pause, PAUSES[parcel.tries])
            if outcome.pause:
                host = urlsplit(parcel.row.endpoint).netloc
                self.waiting.paused[host] = self.clock() + outcome.pause
            self.counts.put_off += 1
            self.waiting.add(replace(parcel, tries=parcel.tries + 1), self.clock() + pause)
            return
        self.counts.gone += outcome.is_gone
        self.counts.failed += not outcome.is_gone
        push_failed(subscription=parcel.row.id, is_gone=outcome.is_gone)

    def run(self, *, stop: Callable[[], bool]) -> None:
        """Tell until told to stop; a database that is away is waited for."""
        while not stop():
            try:
                count = self.step()
            except OperationalError as error:
                LOG.warning("no database, nobody is told: %s", error)
                connection.close()
                time.sleep(1.0)
                continue
            if not count:
                time.sleep(IDLE)
        self.pool.shutdown()


def _without(state: FanState, news: News) -> FanState:
    """Return a state as if a piece of news had not come: what it tells is told as new."""
    if news.topic == RESULT and news.key in state.units:
        unit = replace(state.units[news.key], result_status="", results=())
        return replace(state, units={**state.units, news.key: unit})
    if news.topic == MEDALS:
        return replace(state, medals={k: v for k, v in state.medals.items() if k != news.key})
    return replace(state, stories={k: v for k, v in state.stories.items() if k != news.key})
