"""The publisher: follows the live log, numbers deltas, keeps finished pages on the shelf."""

import datetime as dt
import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.db import OperationalError, connection

from sportsbrain.channel.actions import publish_due, vapid_key
from sportsbrain.channel.exports import LANGUAGES, RANKS, PageKey, Site
from sportsbrain.channel.exports.data import medal_data, unit_delta
from sportsbrain.channel.jobs.journal import EVERYBODY, Delta, Journal
from sportsbrain.channel.jobs.shelf import Shelf
from sportsbrain.channel.queries import fan_state, place_of
from sportsbrain.channel.updates import (
    HOLD,
    MEDALS,
    RESULT,
    STORY,
    UNIT_STATUS,
    FanUnit,
    Touched,
    apply,
)
from sportsbrain.committee.queries import GamesRow, games_clock
from sportsbrain.live.errors import CursorLostError
from sportsbrain.live.queries import Cursor, News, newest_cursor, updates_after

EVERY_LANGUAGE = tuple(one.tag for one in LANGUAGES)
LOG = logging.getLogger(__name__)
EACH_SECOND = 1.0  # a page is made at most so often
AGAIN = 60.0  # the page of now is made again though nothing came: time passes
SLICE = 0.1  # seconds of making pages between two looks at the log
IDLE = 0.05


class Publisher:
    """Publish one Games into a folder; ``told`` hears of each file that is another one."""

    def __init__(
        self, *, games: GamesRow, folder: Path, base: str = "",
        tags: tuple[str, ...] = EVERY_LANGUAGE,
        clock: Callable[[], float] = time.monotonic,
        told: Callable[[str], None] | None = None,
    ) -> None:  # fmt: skip
        self.games, self.folder, self.clock = games, folder, clock
        self.languages = tuple(one for one in LANGUAGES if one.tag in tags)
        self.shelf = Shelf(folder, told=told)
        self.cursor = newest_cursor(games_id=games.id)
        self.journal = Journal(
            folder / games.code / "deltas", epoch=f"{time.time_ns():x}", cursor=str(self.cursor)
        )
        self.site = Site(fan_state(games=games), base=base)
        self.dirty: list[dict[PageKey, None]] = [{} for _ in range(2 * RANKS)]
        self._made: dict[PageKey, float] = {}
        self.failed: set[PageKey] = set()
        self._fed: dict[PageKey, tuple[tuple[str, int], ...]] = {}
        self._tick = self._due_at = self.clock()
        self._look_at_clock()
        self._begin()

    def _look_at_clock(self) -> None:
        self.now = games_clock(games_id=self.games.id, now=dt.datetime.now(dt.UTC))

    def _begin(self) -> None:
        """Put what never changes, mark every page, and tell what came while nobody published."""
        code = self.games.code
        looks = files("sportsbrain") / "ui" / "static" / "ui" / "tokens.css"
        own = files("sportsbrain.channel") / "static" / "channel"
        self.shelf.put(f"{code}/fan.css", looks.read_bytes() + (own / "fan.css").read_bytes())
        for name in ("fan.js", "worker.js"):
            self.shelf.put(f"{code}/{name}", (own / name).read_bytes())
        key = vapid_key(games=self.games)[1] if find_spec("pywebpush") else ""
        self.shelf.put(f"{code}/data/push.json", json.dumps({"key": key}).encode())
        self._mark(frozenset(self.site.pages()), is_news=False)
        try:
            since = Cursor.parse(self.journal.cursor)
            if self.journal.was_torn:  # of the last update some deltas may be missing: all again
                since = Cursor(transaction_id=since.transaction_id, sequence=since.sequence - 1)
            missed = [d for news in self._after(since) for d in self._deltas(news)]
        except CursorLostError:
            missed = [self._afresh(str(self.cursor))]
        self.journal.append(missed)

    def _after(self, cursor: Cursor) -> Iterator[News]:
        """Yield the updates behind a cursor, up to where the state was read."""
        while news := updates_after(games_id=self.games.id, cursor=cursor):
            for one in news:
                if one.cursor > self.cursor:
                    return
                yield one
            cursor = news[-1].cursor

    def _mark(self, keys: frozenset[PageKey], *, is_news: bool = True) -> None:
        """Note pages to be made: those of news before those that only may be old."""
        for key in sorted(keys):
            if is_news:
                self.dirty[RANKS + key.rank].pop(key, None)
                self.dirty[key.rank].setdefault(key)
            elif key not in self.dirty[key.rank]:
                self.dirty[RANKS + key.rank].setdefault(key)

    @property
    def due(self) -> int:
        """Return how many pages are to be made."""
        return sum(map(len, self.dirty))

    def step(self) -> int:
        """Take what the log has, and return how many updates there were."""
        self._look_at_clock()
        if self.clock() - self._due_at > EACH_SECOND:
            self._due_at = self.clock()
            publish_due(games=self.games, now=self.now)
        try:
            news = updates_after(games_id=self.games.id, cursor=self.cursor)
        except CursorLostError:
            self.cursor = newest_cursor(games_id=self.games.id)
            self._reload()
            self.journal.append([self._afresh(str(self.cursor))])
            return 1
        deltas: list[Delta] = []
        for place, one in enumerate(news):
            state, touched = apply(self.site.state, one.topic, one.key, one.body, place_of(one))
            if touched.is_all:  # what is read afresh has the rest already
                self.cursor = news[-1].cursor
                self._reload()
                rest = [delta for other in news[place:] for delta in self._deltas(other)]
                deltas += [self._afresh(str(self.cursor)), *rest]
                break
            stood = self._stands(one)
            if touched != Touched():
                self._mark(self.site.take(state, touched))
            self.cursor = one.cursor
            deltas += self._deltas(one, stood)
        self.journal.append(deltas)
        return len(news)

    def _reload(self) -> None:
        self._mark(self.site.take(fan_state(games=self.games)), is_news=False)

    def _stands(self, news: News) -> set[str]:
        """Return who listens to the pages on which a story stands."""
        story = self.site.state.stories.get(news.key) if news.topic == STORY else None
        return set(self.site.stands_on(story)) if story else set()

    def _deltas(self, news: News, stood: Iterable[str] = ()) -> Iterator[Delta]:
        """Yield what open pages hear of an update."""
        cursor = str(news.cursor)
        state = self.site.state
        medals_of = news.key if news.topic == MEDALS else ""
        if news.topic == HOLD and news.key in state.units:
            medals_of = state.units[news.key].event
        if news.topic in {RESULT, UNIT_STATUS, HOLD} and news.key in state.units:
            unit = state.units[news.key]
            yield Delta(event="u", topics=self._topics(unit), body=unit_delta(state, unit),
                        cursor=cursor)  # fmt: skip
        if news.topic == STORY and news.key in state.stories:
            story = state.stories[news.key]
            topics = sorted({"story", f"story-{story.code}", *stood, *self._stands(news)})
            yield Delta(
                event="n", topics=tuple(topics), cursor=cursor,
                body={"n": story.code, "v": story.version, "st": story.state},
            )  # fmt: skip
        if medals_of:
            won = state.medals.get(medals_of, ())
            nations = sorted({f"organisation-{m.organisation}" for m in won})
            yield Delta(
                event="m", topics=("medals", f"event-{medals_of}", *nations), cursor=cursor,
                body={"m": medals_of, "medals": medal_data(won)},
            )  # fmt: skip

    def _topics(self, unit: FanUnit) -> tuple[str, ...]:
        state = self.site.state
        people = [state.competitors[r.competitor] for r in unit.results]
        day = (f"day-{self.site.day_of(unit)}",) if unit.starts_at else ()
        who = {f"organisation-{row.organisation}" for row in people}
        who |= {f"athlete-{code}" for row in people for code in (row.code, *row.members)}
        return ("live", *day, f"unit-{unit.code}", f"event-{unit.event}", f"venue-{unit.venue}",
                f"discipline-{state.events[unit.event].discipline}", *sorted(who))  # fmt: skip

    @staticmethod
    def _afresh(cursor: str) -> Delta:
        return Delta(event="s", topics=(EVERYBODY,), body={}, cursor=cursor)

    def make(self, *, seconds: float = SLICE) -> int:
        """Make pages that are due for so many seconds, those people look at first."""
        began = self.clock()
        made = 0
        for due, key in [(bucket, key) for bucket in self.dirty for key in bucket]:
            now = self.clock()
            if now - began > seconds:
                break
            if now - self._made.get(key, -EACH_SECOND) < EACH_SECOND:
                continue
            del due[key]
            self._made[key] = now
            try:
                self._put(key)
            except Exception:  # one page that can't be made must not take all others with it
                LOG.exception("%s can't be made; it is tried again in a minute", key)
                self.failed.add(key)
                continue
            made += 1
        return made

    def _put(self, key: PageKey) -> None:
        for language in self.languages:
            text = self.site.page(language, key, at=self.journal.at, now=self.now)
            self.shelf.put(self.site.path(language, key), text.encode())
        mark = self.site.told.mark(key.kind, key.code)
        if self._fed.get(key) != mark:  # results change a page often, its feed seldom
            for language in self.languages:
                for name, content in self.site.feeds(language, key):
                    self.shelf.put(f"{self.games.code}/{name}", content)
            self._fed[key] = mark
        data = self.site.data_text(key)
        if data is not None:
            self.shelf.put(f"{self.games.code}/data/{key.address}.json", data.encode())
        for name, content in self.site.calendars(key):
            self.shelf.put(f"{self.games.code}/calendars/{name}", content)

    def keep_only(self, keys: Iterable[PageKey]) -> None:
        """Of what is due keep some pages alone."""
        wanted = set(keys)
        for due in self.dirty:
            for key in [key for key in due if key not in wanted]:
                del due[key]

    def make_all(self, on_progress: Callable[[int], Any] | None = None) -> int:
        """Make every page that is due, whenever it was made last."""
        made = 0
        self._made.clear()
        while self.due:
            made += self.make(seconds=IDLE)
            self._made.clear()
            if on_progress:
                on_progress(self.due)
        return made

    def run(self, *, stop: Callable[[], bool]) -> None:
        """Publish until told to stop; a database that is away is waited for."""
        while not stop():
            try:
                news = self.step()
            except OperationalError as error:
                LOG.warning("no database, pages stay as they are: %s", error)
                connection.close()
                time.sleep(EACH_SECOND)
                continue
            if self.clock() - self._tick > AGAIN:
                self._tick = self.clock()
                self._mark(frozenset({PageKey(kind="now"), *self.failed}))
                self.failed.clear()
            if not self.make() and not news:
                time.sleep(IDLE)
