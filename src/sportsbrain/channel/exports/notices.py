"""What is told by push: which change is whose news, and its words in a language."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from sportsbrain.channel.exports.words import (
    Language,
    clock,
    medal_word,
    short_moment,
    speaking,
    state_word,
)
from sportsbrain.channel.updates import FanState, FanUnit, Touched
from sportsbrain.vocabulary.statuses import ResultStatus, ScheduleStatus, StoryKind

KINDS = ("medal", "result", "moved", "starts", "story")  # what is told first comes first
EVERYTHING = "all"
OFF = {"CANCELLED", "POSTPONED", "INTERRUPTED"}
LATE = 5  # minutes later than said before, from which on it is news
BEFORE = dt.timedelta(minutes=15)
RECENT = dt.timedelta(hours=6)  # a first word of longer ago is no news
PLACES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """
    Something to tell: its kind, who follows it, the page it is on.

    ``is_again``: it was told before and is right now; ``but``: who asked for medals and follows one
    of these is told of the medals instead.
    """

    kind: str
    code: str
    page: str
    follows: frozenset[str]
    is_again: bool = False
    but: frozenset[str] = frozenset()

    @property
    def tag(self) -> str:
        """Return what a later notice of the same thing replaces."""
        return f"{self.page}-{self.code}" if self.kind != "medal" else f"medals-{self.code}"

    @property
    def rank(self) -> int:
        """Return how soon it is told: less is sooner."""
        return KINDS.index(self.kind)


Time = tuple[str | None, str, str, int]


@dataclass(slots=True, kw_only=True)
class Said:
    """
    What was said last of each thing: marks of official results, times, medals, stories.

    News is what differs from it, however it came about; what is held stays as it was said.
    """

    results: dict[str, str] = field(default_factory=dict)
    times: dict[str, Time] = field(default_factory=dict)
    medals: dict[str, str] = field(default_factory=dict)
    stories: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, state: FanState) -> "Said":
        """Return a state as if all of it had been said."""
        said = cls()
        said.take(state, Touched(is_all=True))
        return said

    @classmethod
    def read(cls, text: bytes) -> "Said":
        """Return what `text` wrote."""
        row = json.loads(text)
        times = {code: (one[0], one[1], one[2], one[3]) for code, one in row["times"].items()}
        return cls(results=row["results"], times=times, medals=row["medals"],
                   stories=row["stories"])  # fmt: skip

    def text(self) -> bytes:
        """Return it for a file."""
        return json.dumps({"results": self.results, "times": self.times, "medals": self.medals,
                           "stories": self.stories}).encode()  # fmt: skip

    def take(self, state: FanState, touched: Touched) -> None:
        """Note what a state says of things that were touched, and of what is held nothing."""
        units, events, stories = _which(state, touched)
        held = {state.units[code].event for code in state.held}
        for code in units - state.held:
            unit = state.units[code]
            self.results[code] = _mark(unit)
            if code not in self.times or _is_other_time(self.times[code], unit):
                self.times[code] = _time(unit)
        for code in events - held:
            self.medals[code] = _medals_mark(state, code)
        for code in stories:
            self.stories[code] = _story_mark(state, code)


def _which(state: FanState, touched: Touched) -> tuple[set[str], set[str], set[str]]:
    if touched.is_all:
        return set(state.units), {*state.events, *state.medals}, set(state.stories)
    return (
        {code for code in touched.units if code in state.units}, set(touched.events),
        {code for code in touched.stories if code in state.stories},
    )  # fmt: skip


def _mark(unit: FanUnit) -> str:
    """Return what an official result is known by; nothing where there is none."""
    if unit.result_status != ResultStatus.OFFICIAL or not unit.is_scored:
        return ""
    lines = [(r.competitor, r.rank, r.value, r.win_loss, r.irregularity) for r in unit.results]
    return hashlib.blake2b(repr(lines).encode(), digest_size=8).hexdigest()


def _medals_mark(state: FanState, code: str) -> str:
    won = state.medals.get(code, ())
    return " ".join(f"{m.kind}:{m.organisation}:{m.competitor}" for m in won)


def _story_mark(state: FanState, code: str) -> str:
    story = state.stories[code]
    return f"{story.state} {story.corrected_at or ''}"


def _time(unit: FanUnit) -> Time:
    off = unit.schedule_status if unit.schedule_status in OFF else ""
    starts = unit.starts_at.isoformat() if unit.starts_at else None
    return starts, unit.venue, off, unit.late_minutes


def _is_other_time(was: Time, unit: FanUnit) -> bool:
    """Tell whether a unit is elsewhere, off or back on, or at another time by some minutes."""
    now = _time(unit)
    if was[1:3] != now[1:3] or abs(was[3] - now[3]) >= LATE:
        return True
    if was[0] is None or now[0] is None:
        return was[0] != now[0]
    moved = dt.datetime.fromisoformat(now[0]) - dt.datetime.fromisoformat(was[0])
    return abs(moved) >= dt.timedelta(minutes=LATE)


def news(said: Said, state: FanState, touched: Touched, now: dt.datetime) -> Iterator[Notice]:
    """
    Yield what differs from what was said, among things that were touched.

    A first result, medal or story of long ago is none; a correction is one whenever it comes.
    """
    units, events, stories = _which(state, touched)
    held = {state.units[code].event for code in state.held}
    covered: dict[str, frozenset[str]] = {}
    for code in sorted(events - held):
        was, mark = said.medals.get(code, ""), _medals_mark(state, code)
        if was != mark:
            medal = _medal(state, code, was)
            covered[code] = medal.follows
            if was or _is_recent(state, _deciders(state, code), now):
                yield medal
    for code in sorted(units - state.held):
        unit = state.units[code]
        if code not in said.results:  # nobody knew of it
            continue
        was, mark = said.results[code], _mark(unit)
        if was != mark and (was or _is_recent(state, [code], now)):
            but = covered.get(unit.event, frozenset()) if unit.medal != "0" else frozenset()
            yield _of_unit("result", unit, state, is_again=bool(was), but=but)
        is_over = unit.schedule_status == ScheduleStatus.FINISHED
        if not is_over and _is_other_time(said.times[code], unit):
            yield _of_unit("moved", unit, state)
    for code in sorted(stories):
        was, mark = said.stories.get(code, ""), _story_mark(state, code)
        story = state.stories[code]
        is_new = not was and story.is_out and now - story.published_at < RECENT
        if is_new or (was and was != mark):
            yield _story(state, code, is_again=bool(was))


def _is_recent(state: FanState, units: Iterable[str], now: dt.datetime) -> bool:
    starts = [state.units[code].starts_at for code in units if code in state.units]
    return any(at is None or now - at < RECENT for at in starts)


def _deciders(state: FanState, event: str) -> list[str]:
    return [unit.code for unit in state.units.values() if unit.event == event and unit.medal != "0"]


def _medal(state: FanState, key: str, was: str) -> Notice:
    """Return the news of medals: of all who were in what decided them, so that it tells nothing."""
    people = {one.rpartition(":")[2] for one in was.split()} - {""}
    people |= {m.competitor for m in state.medals.get(key, ()) if m.competitor}
    follows = {EVERYTHING, f"event-{key}", *_of_people(people, state)}
    follows |= {f"organisation-{one.split(':')[1]}" for one in was.split()}
    follows |= {f"organisation-{m.organisation}" for m in state.medals.get(key, ())}
    for code in _deciders(state, key):
        follows |= _of_unit("result", state.units[code], state).follows
    return Notice(kind="medal", code=key, page="event", follows=frozenset(follows),
                  is_again=bool(was))  # fmt: skip


def _story(state: FanState, key: str, *, is_again: bool) -> Notice:
    story = state.stories[key]
    follows = {*story.about, *({EVERYTHING} if story.kind != StoryKind.POST else ())}
    return Notice(kind="story", code=key, page="story", follows=frozenset(follows),
                  is_again=is_again)  # fmt: skip


def starting(state: FanState, since: dt.datetime, until: dt.datetime) -> Iterator[Notice]:
    """Yield the units that begin a quarter of an hour after a time that has just passed."""
    for unit in state.units.values():
        if unit.starts_at and since < unit.starts_at - BEFORE <= until and not unit.is_running:
            if unit.schedule_status in OFF | {"FINISHED"} or unit.late_minutes >= LATE:
                continue
            yield _of_unit("starts", unit, state)


def _of_unit(
    kind: str,
    unit: FanUnit,
    state: FanState,
    *,
    is_again: bool = False,
    but: frozenset[str] = frozenset(),
) -> Notice:
    event = state.events[unit.event]
    follows = {
        f"unit-{unit.code}",
        f"event-{unit.event}",
        f"discipline-{event.discipline}",
        f"venue-{unit.venue}",
        *_of_people((r.competitor for r in unit.results), state),
    }
    return Notice(kind=kind, code=unit.code, page="unit", follows=frozenset(follows),
                  is_again=is_again, but=but)  # fmt: skip


def _of_people(codes: Iterable[str], state: FanState) -> Iterator[str]:
    for code in codes:
        row = state.competitors.get(code)
        yield f"athlete-{code}"
        if row:
            yield f"organisation-{row.organisation}"
            yield from (f"athlete-{member}" for member in row.members)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A notice in words."""

    title: str
    body: str


def told(notice: Notice, state: FanState, language: Language, *, hides_scores: bool) -> Told | None:
    """
    Return a notice in a language; without any result for who hides scores.

    Nothing is said of what the state no longer has.
    """
    with speaking(language, ZoneInfo(state.games.time_zone)):
        if notice.kind == "story":
            return _story_words(notice, state, language, hides_scores=hides_scores)
        if notice.kind == "medal":
            return _medal_words(notice, state, hides_scores=hides_scores)
        unit = state.units.get(notice.code)
        if unit is None:
            return None
        event = state.events[unit.event]
        title = f"{state.disciplines.get(event.discipline, '')}: {event.name}, {unit.phase}"
        if notice.kind == "result":
            body = _result_words(notice, unit, state, hides_scores=hides_scores)
        else:
            body = _time_words(notice, unit, state)
        return Told(title=title, body=body)


def _time_words(notice: Notice, unit: FanUnit, state: FanState) -> str:
    place = state.venues.get(unit.venue, "")
    if notice.kind == "starts":
        where = ", ".join(part for part in (clock(unit.starts_at), place) if part)
        return _("Begins at %(when)s") % {"when": where}
    if unit.schedule_status in OFF or unit.starts_at is None:
        return state_word(unit.schedule_status)
    if unit.late_minutes:
        return _("%(n)s minutes late") % {"n": unit.late_minutes}
    return _("Now: %(when)s") % {"when": f"{short_moment(unit.starts_at)}, {place}"}


def _result_words(notice: Notice, unit: FanUnit, state: FanState, *, hides_scores: bool) -> str:
    if unit.result_status != ResultStatus.OFFICIAL:
        return _("The result is open again.")
    if hides_scores:
        return _("The result is in.")
    best = " · ".join(
        f"{r.rank or r.win_loss or '–'} {state.competitors[r.competitor].organisation}"
        f" {state.competitors[r.competitor].name} {r.irregularity or r.value}".rstrip()
        for r in unit.results[:PLACES]
    )
    return _("Corrected: %(what)s") % {"what": best} if notice.is_again else best


def _medal_words(notice: Notice, state: FanState, *, hides_scores: bool) -> Told | None:
    event = state.events.get(notice.code)
    if event is None:
        return None
    title = f"{state.disciplines.get(event.discipline, '')}: {event.name}"
    won = state.medals.get(notice.code, ())
    if not won:
        return Told(title=title, body=_("The medals are open again."))
    if hides_scores:
        return Told(title=title, body=_("The medals are decided."))
    each = " · ".join(
        f"{medal_word(m.kind)} {m.organisation} {name.name}" if name else
        f"{medal_word(m.kind)} {m.organisation}"
        for m in won for name in (state.competitors.get(m.competitor),)
    )  # fmt: skip
    return Told(
        title=title, body=_("Corrected: %(what)s") % {"what": each} if notice.is_again else each
    )


def _story_words(
    notice: Notice, state: FanState, language: Language, *, hides_scores: bool
) -> Told | None:
    story = state.stories.get(notice.code)
    if story is None:
        return None
    if not story.is_out:
        return Told(title=state.games.name, body=_("A story was withdrawn."))
    _spoken, words = story.in_language(language.tag)
    is_hushed = story.has_scores and hides_scores
    said = _("A result is told here") if is_hushed else words.title
    return Told(
        title=state.games.name,
        body=_("Corrected: %(what)s") % {"what": said} if notice.is_again else said,
    )
