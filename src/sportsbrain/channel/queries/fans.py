"""Read all that fans may know, afresh; and what operators need of a day and of a unit."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from sportsbrain.channel.models import ResultHold
from sportsbrain.channel.queries.stories import StoryRow, shown_stories, story_body
from sportsbrain.channel.updates import (
    RESULT,
    UNIT_STATUS,
    FanCompetitor,
    FanEvent,
    FanGames,
    FanMedal,
    FanState,
    FanUnit,
    fan_story,
    hold,
    in_order,
    late_after,
    medals_in_order,
    status_said,
)
from sportsbrain.committee.queries import GamesRow
from sportsbrain.live.queries import News, newest_by_key, newest_cursors
from sportsbrain.vocabulary.results import ResultFact
from sportsbrain.vocabulary.statuses import ResultStatus, StoryState
from sportsbrain.world.queries import (
    DecisionRow,
    FactLine,
    UnitLine,
    UnitResults,
    decision_on,
    history_of,
    medals_of_event,
    open_reason,
    public_facts,
    unit_lines,
    unit_results,
)


def fan_state(*, games: GamesRow) -> FanState:
    """Return what fans may know: the facts, and where the venues say that units stand."""
    facts = public_facts(games_id=games.id)
    results: dict[str, list[ResultFact]] = defaultdict(list)
    for unit, *values in facts.results:
        results[unit].append(
            ResultFact(**dict(zip(ResultFact.__dataclass_fields__, values, strict=True)))
        )
    medals: dict[str, list[FanMedal]] = defaultdict(list)
    for event, kind, organisation, competitor in facts.medals:
        medals[event].append(FanMedal(kind=kind, organisation=organisation, competitor=competitor))
    units = {
        row["code"]: FanUnit(
            **row,
            fact_status=row["schedule_status"],
            results=in_order(tuple(results.get(row["code"], ()))),
        )
        for row in facts.units
    }
    results_at = newest_cursors(games_id=games.id, topic=RESULT)
    for code, at in results_at.items():
        if code in units:
            units[code] = replace(units[code], said_at=(at.transaction_id, at.sequence))
    for news in newest_by_key(games_id=games.id, topic=UNIT_STATUS):
        if unit := units.get(news.key):
            said, late = str(news.body["status"]), int(news.body.get("late_minutes") or 0)
            place = place_of(news)
            if place < unit.said_at:  # results came later and say where it stands
                late = late_after(unit.schedule_status, late)
                units[news.key] = replace(unit, late_minutes=late)
            else:
                units[news.key] = replace(status_said(unit, said, late), said_at=place)
    state = FanState(
        games=FanGames(**{n: getattr(games, n) for n in FanGames.__dataclass_fields__}),
        disciplines=facts.disciplines,
        events={row["code"]: FanEvent(**row) for row in facts.events},
        units=units,
        venues=facts.venues,
        organisations=facts.organisations,
        competitors={row["code"]: FanCompetitor(**row) for row in facts.competitors},
        medals={event: medals_in_order(tuple(won)) for event, won in medals.items()},
        stories={body["code"]: fan_story(body) for body in shown_stories(games_id=games.id)},
    )
    return hold(state, held_units(games_id=games.id))


def place_of(news: News) -> tuple[int, int]:
    """Return the place of an update in the log, as states know it."""
    return news.cursor.transaction_id, news.cursor.sequence


def held_units(*, games_id: int) -> frozenset[str]:
    """Return the units whose results fans wait for."""
    return frozenset(ResultHold.objects.filter(games_id=games_id).values_list("unit", flat=True))


def hold_on(*, games_id: int, unit: str) -> tuple[str, str, dt.datetime] | None:
    """Return who holds the results of a unit, why and since when; None when nobody does."""
    rows = ResultHold.objects.filter(games_id=games_id, unit=unit)
    return rows.values_list("held_by", "reason", "held_at").first()


def preview_state(*, games: GamesRow, row: StoryRow, now: dt.datetime) -> FanState:
    """Return what fans would know if a story were out and nothing else known."""
    own = fan_story({**story_body(row), "state": StoryState.PUBLISHED.value,
                     "published_at": (row.published_at or now).isoformat()})  # fmt: skip
    return FanState(
        games=FanGames(**{n: getattr(games, n) for n in FanGames.__dataclass_fields__}),
        disciplines={}, events={}, units={}, venues={}, organisations={}, competitors={},
        medals={}, stories={own.code: own},
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPage:
    """The units of a day for whoever records results, and how many are at which point."""

    day: dt.date
    days: tuple[dt.date, ...]
    units: tuple[UnitLine, ...]
    official: int
    open: int


def board_of(*, games: GamesRow, day: dt.date, text: str = "") -> BoardPage:
    """Return the units of a day where the Games are, those with a word in them when told."""
    zone = ZoneInfo(games.time_zone)
    begins = dt.datetime.combine(day, dt.time(), tzinfo=zone)
    ends = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=zone)
    lines = unit_lines(games_id=games.id, starts_at__gte=begins, starts_at__lt=ends)
    word = text.casefold()
    units = tuple(
        unit for unit in lines
        if word in f"{unit.code} {unit.discipline} {unit.event} {unit.name} {unit.venue}".casefold()
    )  # fmt: skip
    official = sum(unit.result_status == ResultStatus.OFFICIAL for unit in units)
    length = (games.ends_on - games.starts_on).days + 1
    return BoardPage(
        day=day, units=units, official=official, open=len(units) - official,
        days=tuple(games.starts_on + dt.timedelta(days=n) for n in range(length)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsolePage:
    """A unit with its results, the medals of its event, why some are open, and what changed."""

    unit: UnitResults
    medals: tuple[tuple[str, str], ...]
    reason: str
    decision: DecisionRow | None
    hold: tuple[str, str, dt.datetime] | None
    history: tuple[FactLine, ...]


def console_of(*, games: GamesRow, unit: str) -> ConsolePage | None:
    """Return all that a console shows of a unit; None for one nobody knows."""
    found = unit_results(games_id=games.id, code=unit)
    if found is None:
        return None
    changes = history_of(games_id=games.id, table="results", code_begins=f"{unit}/", most=40)
    return ConsolePage(
        unit=found,
        medals=medals_of_event(games_id=games.id, event=found.event_code),
        reason=open_reason(games_id=games.id, event=found.event_code),
        decision=decision_on(games_id=games.id, event=found.event_code),
        hold=hold_on(games_id=games.id, unit=unit),
        history=changes,
    )
