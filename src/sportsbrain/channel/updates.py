"""What fans may know, and how news changes it. Pure: replaying the log equals reading afresh."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sportsbrain.vocabulary.results import MEDAL_KINDS, ResultFact
from sportsbrain.vocabulary.statuses import ScheduleStatus, StoryState

RESULT, MEDALS, UNIT_STATUS, STORY = "result", "medals", "unit.status", "story"
HOLD = "hold"
HELD = "HELD"  # how firm a result is that fans wait for
AFRESH = ("facts.imported", "timetable.adopted", "entries.changed")
Place = tuple[int, int]  # a cursor of the log: transaction and sequence
RUNNING = {"RUNNING", "INTERRUPTED", "SCHEDULED_BREAK"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FanGames:
    """The Games as fans know them."""

    id: int
    code: str
    name: str
    city: str
    time_zone: str
    starts_on: dt.date
    ends_on: dt.date
    accent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FanUnit:
    """
    A unit with its results in order of rank, then of start.

    ``moves`` is how often its time or place was changed, ``moved_at`` when last; ``kept`` are the
    results of a held unit, which nobody is shown; ``fact_status`` is where its results say that it
    stands, whatever its venue says; ``said_at`` is the place in the log of the newest known of it.
    """

    code: str
    name: str
    event: str
    phase: str
    phase_order: int
    medal: str
    schedule_status: str
    result_status: str
    version: int
    venue: str
    location: str
    starts_at: dt.datetime | None
    ends_before: dt.datetime | None
    moves: int = 0
    moved_at: dt.datetime | None = None
    late_minutes: int = 0
    results: tuple[ResultFact, ...] = ()
    kept: tuple[ResultFact, ...] = ()
    fact_status: str = ""
    said_at: Place = (0, 0)

    @property
    def is_running(self) -> bool:
        """Tell whether it is under way."""
        return self.schedule_status in RUNNING

    @property
    def has_word(self) -> bool:
        """Tell whether how firm its result is says more than where it stands."""
        return self.result_status == HELD or bool(self.result_status and self.is_scored)

    @property
    def is_scored(self) -> bool:
        """Tell whether anybody has a result in it."""
        return any(result.is_scored for result in self.results)


@dataclass(frozen=True, slots=True, kw_only=True)
class FanEvent:
    """An event of a discipline."""

    code: str
    name: str
    discipline: str
    gender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FanCompetitor:
    """An athlete, pair or team; of a team its members."""

    code: str
    name: str
    organisation: str
    is_team: bool = False
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FanMedal:
    """A medal of an event; the competitor may not be known."""

    kind: str
    organisation: str
    competitor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FanText:
    """The words of a story in a language; ``note`` says what was corrected."""

    title: str
    text: str
    picture_words: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FanVideo:
    """A video record: captions are (language, address), a delay is in seconds."""

    playlist: str
    poster: str
    seconds: int
    is_live: bool
    delay_s: int
    territories: tuple[str, ...]
    captions: tuple[tuple[str, str], ...]
    has_described_audio: bool
    sign_language: str
    transcript: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FanStory:
    """
    Something told to fans, in every language it was written in.

    ``about`` holds kinds and codes as pages name them; a retracted story has no words left.
    """

    code: str
    kind: str
    state: str
    language: str
    about: tuple[str, ...]
    has_scores: bool
    version: int
    picture: str
    retraction: str
    published_at: dt.datetime
    corrected_at: dt.datetime | None
    texts: Mapping[str, FanText]
    video: FanVideo | None

    @property
    def is_out(self) -> bool:
        """Tell whether it can be read."""
        return self.state == StoryState.PUBLISHED

    def in_language(self, tag: str) -> tuple[str, FanText]:
        """Return its words in a language, else in its own, and which that is."""
        spoken = tag if tag in self.texts else self.language
        return spoken, self.texts[spoken]


def fan_story(body: Mapping[str, Any]) -> FanStory:
    """Return a story as the log carries it."""
    video = body["video"]
    texts = {tag: FanText(**words) for tag, words in sorted(body["texts"].items())}
    moments = {
        name: dt.datetime.fromisoformat(body[name]) if body[name] else None
        for name in ("published_at", "corrected_at")
    }
    own = {
        **video, "territories": tuple(video["territories"]),
        "captions": tuple((row["language"], row["address"]) for row in video["captions"]),
    } if video else None  # fmt: skip
    return FanStory(**{**body, **moments, "about": tuple(body["about"]), "texts": texts,
                       "video": FanVideo(**own) if own else None})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FanState:
    """All that fans may know, by code."""

    games: FanGames
    disciplines: Mapping[str, str]
    events: Mapping[str, FanEvent]
    units: Mapping[str, FanUnit]
    venues: Mapping[str, str]
    organisations: Mapping[str, str]
    competitors: Mapping[str, FanCompetitor]
    medals: Mapping[str, tuple[FanMedal, ...]]
    stories: Mapping[str, FanStory] = field(default_factory=dict)
    held: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What an update changed; ``is_all``: read everything afresh."""

    units: frozenset[str] = field(default_factory=frozenset)
    events: frozenset[str] = field(default_factory=frozenset)
    organisations: frozenset[str] = field(default_factory=frozenset)
    competitors: frozenset[str] = field(default_factory=frozenset)
    stories: frozenset[str] = field(default_factory=frozenset)
    has_medals: bool = False
    is_all: bool = False


def apply(
    state: FanState, topic: str, key: str, body: Mapping[str, Any], at: Place = (0, 0)
) -> tuple[FanState, Touched]:
    """
    Return the state after an update, and what it touched.

    ``at`` is its place in the log: what a venue said before what is known of a unit is passed over,
    so that a state that was read afresh may hear again what it holds already.
    """
    if topic == RESULT:
        return _result(state, body, at)
    if topic == MEDALS:
        return _medals(state, key, body)
    if topic == UNIT_STATUS:
        return _status(state, key, body, at)
    if topic == STORY:
        return _story(state, body)
    if topic == HOLD:
        return _hold(state, key) if body["is_held"] else (state, Touched(is_all=True))
    return state, Touched(is_all=topic in AFRESH)


def _result(state: FanState, body: Mapping[str, Any], at: Place) -> tuple[FanState, Touched]:
    unit = state.units.get(body["unit"])
    if unit is None:
        return state, Touched(is_all=True)
    if unit.version >= body["version"]:
        return state, Touched()
    lines = tuple(ResultFact(**row) for row in body["results"])
    if any(line.competitor not in state.competitors for line in lines):
        return state, Touched(is_all=True)
    new = replace(
        unit, results=in_order(lines), version=body["version"],
        result_status=body["result_status"], schedule_status=body["schedule_status"], kept=(),
        fact_status=body["schedule_status"], said_at=max(at, unit.said_at),
        late_minutes=late_after(body["schedule_status"], unit.late_minutes),
    )  # fmt: skip
    people = {r.competitor for r in (*unit.results, *lines)}
    new = withheld(new) if unit.code in state.held else new
    return with_unit(state, new), _touched_by(state, new, people)


def _status(
    state: FanState, key: str, body: Mapping[str, Any], at: Place
) -> tuple[FanState, Touched]:
    """Follow what the venue says of a unit; a unit whose results are in is over."""
    unit = state.units.get(key)
    if unit is None:
        return state, Touched()
    if at < unit.said_at:
        return state, Touched()
    new = status_said(unit, str(body["status"]), int(body.get("late_minutes") or 0))
    new = replace(new, said_at=at)
    if replace(new, said_at=unit.said_at) == unit:
        return with_unit(state, new), Touched()
    return with_unit(state, new), _touched_by(state, new, {r.competitor for r in unit.results})


def late_after(status: str, minutes: int) -> int:
    """Return by how much a unit is late once its results say where it stands: begun, it is not."""
    return 0 if status == ScheduleStatus.FINISHED or status in RUNNING else minutes


def status_said(unit: FanUnit, status: str, late_minutes: int) -> FanUnit:
    """Return a unit as its venue says; results that are in are the firmer word."""
    known = any(line.is_scored for line in (*unit.results, *unit.kept))
    is_known = known and unit.fact_status == ScheduleStatus.FINISHED
    return unit if is_known else replace(unit, schedule_status=status, late_minutes=late_minutes)


def _story(state: FanState, body: Mapping[str, Any]) -> tuple[FanState, Touched]:
    story = fan_story(body)
    known = state.stories.get(story.code)
    if known is not None and known.version >= story.version:
        return state, Touched()
    stories = {**state.stories, story.code: story}
    return replace(state, stories=stories), Touched(stories=frozenset({story.code}))


def _hold(state: FanState, key: str) -> tuple[FanState, Touched]:
    unit = state.units.get(key)
    if unit is None or key in state.held:
        return state, Touched()
    new = hold(state, frozenset({key}))
    gone = state.medals.get(unit.event, ())
    touched = _touched_by(
        state, unit, {*(r.competitor for r in unit.results), *(m.competitor for m in gone)} - {""}
    )
    nations = touched.organisations | {m.organisation for m in gone}
    return new, replace(touched, organisations=nations, has_medals=bool(gone))


def hold(state: FanState, units: frozenset[str]) -> FanState:
    """Return a state in which fans see no result of some units, nor the medals they decide."""
    held = units & state.units.keys()
    own = {code: withheld(state.units[code]) for code in held}
    events = {unit.event for unit in own.values()}
    return replace(
        state, units={**state.units, **own}, held=state.held | held,
        medals={event: won for event, won in state.medals.items() if event not in events},
    )  # fmt: skip


def withheld(unit: FanUnit) -> FanUnit:
    """Return a unit with who starts and nothing of what they did."""
    lines = tuple(
        ResultFact(competitor=line.competitor, start_order=line.start_order)
        for line in unit.results
    )
    return replace(unit, results=in_order(lines), result_status=HELD, kept=unit.results)


def _medals(state: FanState, key: str, body: Mapping[str, Any]) -> tuple[FanState, Touched]:
    if any(state.units[code].event == key for code in state.held):
        return state, Touched()
    if any(code not in state.competitors for _, code in body["medals"]):
        return state, Touched(is_all=True)
    won = tuple(
        FanMedal(kind=kind, competitor=code, organisation=state.competitors[code].organisation)
        for kind, code in body["medals"]
    )
    before = state.medals.get(key, ())
    both = (*before, *won)
    medals = {**state.medals, key: medals_in_order(won)}
    if not won:
        del medals[key]
    people = {m.competitor for m in both if m.competitor}
    return replace(state, medals=medals), Touched(
        events=frozenset({key}), has_medals=True, competitors=_with_members(state, people),
        organisations=frozenset(m.organisation for m in both),
    )  # fmt: skip


def _touched_by(state: FanState, unit: FanUnit, competitors: set[str]) -> Touched:
    known = [state.competitors[code] for code in competitors if code in state.competitors]
    return Touched(
        units=frozenset({unit.code}), events=frozenset({unit.event}),
        organisations=frozenset(row.organisation for row in known),
        competitors=_with_members(state, competitors),
    )  # fmt: skip


def _with_members(state: FanState, codes: set[str]) -> frozenset[str]:
    members = (state.competitors[code].members for code in codes if code in state.competitors)
    return frozenset(codes.union(*members)) if codes else frozenset()


def with_unit(state: FanState, unit: FanUnit) -> FanState:
    """Return the state with a unit as it is now."""
    return replace(state, units={**state.units, unit.code: unit})


def in_order(lines: tuple[ResultFact, ...]) -> tuple[ResultFact, ...]:
    """Return results by rank, without one winners first, then by start and code."""
    return tuple(sorted(lines, key=_place))


def _place(line: ResultFact) -> tuple[bool, int, bool, bool, int, str, str]:
    start = line.start_order
    return (
        line.rank is None, line.rank or 0, line.win_loss == "L", bool(line.irregularity),
        int(start) if start.isdecimal() else 10**6, start, line.competitor,
    )  # fmt: skip


def medals_in_order(medals: tuple[FanMedal, ...]) -> tuple[FanMedal, ...]:
    """Return medals from gold to bronze."""
    return tuple(
        sorted(medals, key=lambda m: (MEDAL_KINDS.index(m.kind), m.organisation, m.competitor))
    )
