"""What is told by push: which change is whose news, and its words in a language."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
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
from sportsbrain.channel.updates import (
    HOLD,
    MEDALS,
    RESULT,
    STORY,
    UNIT_STATUS,
    FanState,
    FanUnit,
    Touched,
)
from sportsbrain.vocabulary.statuses import ResultStatus, StoryKind

KINDS = ("medal", "result", "moved", "starts", "story")  # what is told first comes first
EVERYTHING = "all"
OFF = {"CANCELLED", "POSTPONED", "INTERRUPTED"}
LATE = 5  # minutes later than said before, from which on it is news
BEFORE = dt.timedelta(minutes=15)
PLACES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """
    Something to tell: its kind, who follows it, the page it is on.

    ``is_again``: it was told before and is right now; ``covers``: who is told of that kind as well
    needs not this one.
    """

    kind: str
    code: str
    page: str
    follows: frozenset[str]
    is_again: bool = False
    covered_by: str = ""

    @property
    def tag(self) -> str:
        """Return what a later notice of the same thing replaces."""
        return f"{self.page}-{self.code}" if self.kind != "medal" else f"medals-{self.code}"

    @property
    def rank(self) -> int:
        """Return how soon it is told: less is sooner."""
        return KINDS.index(self.kind)


def notices_of(
    before: FanState, after: FanState, *, topic: str, key: str, touched: Touched
) -> Iterator[Notice]:
    """Yield what an update is news of."""
    if topic == HOLD and key in before.units and key in after.units:
        yield from _released(before, after, key)
    elif touched.is_all:
        yield from _moved(before, after)
    elif topic == RESULT and key in after.units:
        yield from _result(before.units[key], after.units[key], after)
    elif topic == MEDALS and before.medals.get(key, ()) != after.medals.get(key, ()):
        yield _medal(before, after, key)
    elif topic == UNIT_STATUS and key in touched.units:
        yield from _status(before.units[key], after.units[key], after)
    elif topic == STORY and key in touched.stories:
        yield from _story(before, after, key)


def _released(before: FanState, after: FanState, key: str) -> Iterator[Notice]:
    """Yield what was kept back until now."""
    if key in after.held:
        return
    unit = after.units[key]
    yield from _result(before.units[key], unit, after)
    if unit.event in after.medals and unit.event not in before.medals:
        yield _medal(before, after, unit.event)


def _result(old: FanUnit, new: FanUnit, state: FanState) -> Iterator[Notice]:
    was, now = (u.result_status == ResultStatus.OFFICIAL for u in (old, new))
    if new.is_scored and now and (not was or old.results != new.results):
        is_final = "medal" if new.medal != "0" else ""
        yield _of_unit("result", new, state, is_again=was, covered_by=is_final)
    elif was and not now:
        yield _of_unit("result", new, state, is_again=True)


def _status(old: FanUnit, new: FanUnit, state: FanState) -> Iterator[Notice]:
    is_off = new.schedule_status in OFF and old.schedule_status != new.schedule_status
    if is_off or abs(new.late_minutes - old.late_minutes) >= LATE:
        yield _of_unit("moved", new, state)


def _moved(before: FanState, after: FanState) -> Iterator[Notice]:
    """Yield the units that have another time or place than before."""
    for code, new in after.units.items():
        old = before.units.get(code)
        if old and old.starts_at and (old.starts_at, old.venue) != (new.starts_at, new.venue):
            yield _of_unit("moved", new, after)


def _medal(before: FanState, after: FanState, key: str) -> Notice:
    medals = (*before.medals.get(key, ()), *after.medals.get(key, ()))
    people = [m.competitor for m in medals if m.competitor]
    event = after.events.get(key)
    follows = {EVERYTHING, f"event-{key}", *_of_people(people, after)}
    follows |= {f"organisation-{m.organisation}" for m in medals}
    if event:
        follows.add(f"discipline-{event.discipline}")
    return Notice(kind="medal", code=key, page="event", follows=frozenset(follows),
                  is_again=key in before.medals)  # fmt: skip


def _story(before: FanState, after: FanState, key: str) -> Iterator[Notice]:
    story = after.stories[key]
    follows = {*story.about, *({EVERYTHING} if story.kind != StoryKind.POST else ())}
    yield Notice(kind="story", code=key, page="story", follows=frozenset(follows),
                 is_again=key in before.stories)  # fmt: skip


def starting(state: FanState, since: dt.datetime, until: dt.datetime) -> Iterator[Notice]:
    """Yield the units that begin a quarter of an hour after a time that has just passed."""
    for unit in state.units.values():
        if unit.starts_at and since < unit.starts_at - BEFORE <= until and not unit.is_running:
            if unit.schedule_status in OFF | {"FINISHED"} or unit.late_minutes >= LATE:
                continue
            yield _of_unit("starts", unit, state)


def _of_unit(
    kind: str, unit: FanUnit, state: FanState, *, is_again: bool = False, covered_by: str = ""
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
                  is_again=is_again, covered_by=covered_by)  # fmt: skip


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


def newest_only(notices: Iterable[Notice]) -> list[Notice]:
    """Return one notice a thing and kind, the last of each, those to be told first before."""
    found: dict[str, Notice] = {}
    for notice in notices:
        old = found.pop(notice.tag + notice.kind, None)
        follows = notice.follows | (old.follows if old else frozenset())
        found[notice.tag + notice.kind] = replace(notice, follows=follows)
    return sorted(found.values(), key=lambda notice: notice.rank)
