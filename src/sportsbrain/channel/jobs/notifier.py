"""The notifier: follows the live log and tells by Web Push who asked to be told."""

import base64
import datetime as dt
import hashlib
import heapq
import json
import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import groupby, islice
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import Error, OperationalError, connection

from sportsbrain.channel.actions import (
    keep_subscription,
    push_refused,
    push_taken,
    vapid_key,
)
from sportsbrain.channel.errors import PushError
from sportsbrain.channel.exports import LANGUAGES
from sportsbrain.channel.exports.notices import KINDS, Notice, Said, news, starting, told
from sportsbrain.channel.jobs.sender import LIVES, Outcome, Parcel, Sender
from sportsbrain.channel.queries import PushRow, fan_state, place_of, still_wanted, subscribers_of
from sportsbrain.channel.updates import FanState, Touched, apply
from sportsbrain.committee.queries import GamesRow, games_clock
from sportsbrain.live.errors import CursorLostError
from sportsbrain.live.queries import newest_cursor, updates_after

LOG = logging.getLogger(__name__)
TAGS = tuple(one.tag for one in LANGUAGES)
WORKERS = 16
CHUNK = 2_000
TOO_OLD = dt.timedelta(minutes=10)  # a start that nobody told of by then is no news any more
PAUSES = (2.0, 10.0, 60.0, 300.0)  # seconds before another try
IDLE = 0.2
STARTS_EVERY = KEPT_EVERY = 5.0
SPOOL_AT_ONCE = 500
Key = tuple[int, str]


@dataclass(slots=True)
class Counts:
    """What became of parcels."""

    taken: int = 0
    gone: int = 0
    refused: int = 0
    put_off: int = 0


@dataclass(slots=True)
class Waiting:
    """
    Parcels to be tried again, by when; and services that want to be left alone.

    Of one thing to one browser only the newest waits.
    """

    heap: list[tuple[float, int, Parcel]] = field(default_factory=list)
    newest: dict[Key, int] = field(default_factory=dict)
    paused: dict[str, float] = field(default_factory=dict)
    number: int = 0

    def add(self, parcel: Parcel, due: float) -> None:
        """Keep a parcel for later, unless nobody wants it then."""
        if due < parcel.until:
            self.number += 1
            self.newest[parcel.key] = self.number
            heapq.heappush(self.heap, (due, self.number, parcel))

    def drop(self, key: Key) -> None:
        """Forget what waits of a thing: something newer of it is told."""
        self.newest.pop(key, None)

    def due(self, now: float) -> Iterator[Parcel]:
        """Yield what is due."""
        while self.heap and self.heap[0][0] <= now:
            _, number, parcel = heapq.heappop(self.heap)
            if self.newest.get(parcel.key) == number:
                del self.newest[parcel.key]
                yield parcel


class Notifier:
    """
    Tell what happens in one Games; ``folder`` is where the page server puts what is asked.

    What was said last is kept in a file there, and is taken further after what it says was sent.
    """

    def __init__(
        self, *, games: GamesRow, folder: Path, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.games, self.clock = games, clock
        self.spool = folder / ".push" / games.code
        self.kept = folder / ".push" / f"{games.code}-said.json"
        self.counts, self.waiting = Counts(), Waiting()
        self.sender = Sender(vapid_key(games=games)[0], settings.PUSH_CONTACT)
        self.pool = ThreadPoolExecutor(WORKERS)
        self._look_at_clock()
        self._bring_back()
        self.cursor = newest_cursor(games_id=games.id)
        self.state = self._afresh()
        self.starts_until = self.now
        self.said = self._said_before()
        self.touched = Touched(is_all=True)
        self._starts_at = self._kept_at = -KEPT_EVERY
        self._is_behind = False

    def _look_at_clock(self) -> None:
        self.now = games_clock(games_id=self.games.id, now=dt.datetime.now(dt.UTC))

    def _said_before(self) -> Said:
        """Return what was said before this process; everything there is when that is not known."""
        try:
            until, _, text = self.kept.read_bytes().partition(b"\n")
            self.starts_until = dt.datetime.fromisoformat(until.decode())
            return Said.read(text)
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            return Said.of(self.state)

    def step(self) -> int:
        """Take who asks, tell what is new, try again what is due; return how many were told."""
        self._look_at_clock()
        self._take_spool()
        before = self.counts.taken
        self._follow()
        self._try_again()
        notices = list(news(self.said, self.state, self.touched, self.now))
        since = max(self.starts_until, self.now - TOO_OLD)
        is_time = self.clock() - self._starts_at >= STARTS_EVERY
        if is_time:
            notices += starting(self.state, since, self.now)
        for notice in sorted(notices, key=lambda one: one.rank):
            self._tell(notice)
        if is_time:
            self._starts_at, self.starts_until = self.clock(), self.now
        self.said.take(self.state, self.touched)
        self._keep(is_due=bool(notices) or is_time)
        self.touched = Touched()
        return self.counts.taken - before

    def _follow(self) -> None:
        """Bring the state up to the log, and note what was touched until it is told."""
        try:
            while more := updates_after(games_id=self.games.id, cursor=self.cursor):
                for one in more:
                    self.state, touched = apply(
                        self.state, one.topic, one.key, one.body, place_of(one)
                    )
                    self.touched = _both(self.touched, touched)
                    self._is_behind |= touched.is_all
                    self.cursor = one.cursor
        except CursorLostError:
            self.cursor = newest_cursor(games_id=self.games.id)
            self.touched = Touched(is_all=True)
            self.state = self._afresh()
            return
        if self._is_behind:
            self.state = self._afresh()
            self._is_behind = False

    def _afresh(self) -> FanState:
        return fan_state(games=self.games)

    def _keep(self, *, is_due: bool) -> None:
        """Write down what was said, at most every few seconds."""
        if is_due and self.clock() - self._kept_at >= KEPT_EVERY:
            self._kept_at = self.clock()
            new = self.kept.with_suffix(".new")
            self.kept.parent.mkdir(parents=True, exist_ok=True)
            new.write_bytes(self.starts_until.isoformat().encode() + b"\n" + self.said.text())
            new.replace(self.kept)

    def _take_spool(self) -> None:
        """Keep what browsers asked for; what does not hold is said in the log and dropped."""
        try:
            waiting = sorted(os.listdir(self.spool))
        except OSError:  # nobody has asked yet
            return
        for name in [name for name in waiting if name.endswith(".json")][:SPOOL_AT_ONCE]:
            path, own = self.spool / name, self.spool / f"{name}.taken"
            try:
                path.replace(own)  # who asks again from now on is not taken away with it
                asked = json.loads(own.read_bytes())
                keep_subscription(games=self.games, asked=asked, kinds=KINDS, languages=TAGS,
                                  now=self.now)  # fmt: skip
            except FileNotFoundError:
                continue
            except OperationalError:
                own.replace(path)
                raise
            except (PushError, ValueError, Error) as error:
                LOG.info("push: %s: %s", name, error)
            own.unlink(missing_ok=True)

    def _bring_back(self) -> None:
        """Take up wishes that a notifier before this one had in its hands when it ended."""
        for own in self.spool.glob("*.json.taken"):
            path = own.with_suffix("")
            if path.exists():  # who asked again meanwhile said what holds now
                own.unlink()
            else:
                own.replace(path)

    def _tell(self, notice: Notice) -> None:
        """Tell everybody who asked, in chunks."""
        but = ("medal", notice.but) if notice.but else None
        rows = subscribers_of(games_id=self.games.id, kind=notice.kind, follows=notice.follows,
                              now=self.now, but=but)  # fmt: skip
        payloads: dict[tuple[str, bool], str | None] = {}
        parcels = self._parcels(notice, rows, payloads)
        while chunk := list(islice(parcels, CHUNK)):
            for parcel in chunk:
                self.waiting.drop(parcel.key)
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

    def _try_again(self) -> None:
        due = list(self.waiting.due(self.clock()))
        try:
            self._send(list(self._wanted_still(due)))
        except OperationalError:
            for parcel in due:
                self.waiting.add(parcel, self.clock())
            raise

    def _wanted_still(self, parcels: Iterable[Parcel]) -> Iterator[Parcel]:
        """Yield what is to be tried again, where it is wanted still and nobody sleeps."""
        for kind, some in groupby(sorted(parcels, key=lambda one: one.kind), lambda p: p.kind):
            own = list(some)
            ids = still_wanted(ids=[one.row.id for one in own], kind=kind, now=self.now)
            yield from (one for one in own if one.row.id in ids)

    def _send(self, parcels: Iterable[Parcel]) -> None:
        now = self.clock()
        ready = []
        for parcel in parcels:
            host = urlsplit(parcel.row.endpoint).netloc
            free_at = self.waiting.paused.get(host, now)
            if free_at > now:
                self.waiting.add(parcel, free_at)
            else:
                ready.append(replace(parcel, ttl=int(parcel.until - now)))
        held = []
        for outcome in self.pool.map(self.sender.send, ready):
            if outcome.is_taken:
                held.append(outcome.parcel.row.id)
            else:
                self._failed(outcome)
        self.counts.taken += len(held)
        push_taken(subscriptions=held)

    def _failed(self, outcome: Outcome) -> None:
        """Try again what a service was too busy for; forget whom it does not know any more."""
        parcel = outcome.parcel
        if outcome.is_tried_again:
            if parcel.tries >= len(PAUSES):
                return
            pause = max(outcome.pause, PAUSES[parcel.tries])
            if outcome.pause:
                host = urlsplit(parcel.row.endpoint).netloc
                self.waiting.paused[host] = self.clock() + outcome.pause
            self.counts.put_off += 1
            self.waiting.add(replace(parcel, tries=parcel.tries + 1), self.clock() + pause)
            return
        self.counts.gone += outcome.is_gone
        self.counts.refused += not outcome.is_gone
        push_refused(subscription=parcel.row.id, is_gone=outcome.is_gone, today=self.now.date())

    def run(self, *, stop: Callable[[], bool]) -> None:
        """Tell until told to stop; a database that is away is waited for, and nothing is lost."""
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
        self._kept_at = -KEPT_EVERY
        self._keep(is_due=True)
        self.pool.shutdown()


def _both(one: Touched, other: Touched) -> Touched:
    """Return what two updates touched, as far as notices look at it."""
    return Touched(
        units=one.units | other.units, events=one.events | other.events,
        stories=one.stories | other.stories, is_all=one.is_all or other.is_all,
    )  # fmt: skip
