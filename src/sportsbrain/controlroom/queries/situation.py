"""The situation, now or at a past moment: what was in force and what had been said by then."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any

from sportsbrain.committee.queries import GamesRow
from sportsbrain.controlroom.models import Alert, Heartbeat, Incident, Task
from sportsbrain.controlroom.queries.log import entries_until, newest_by_key
from sportsbrain.controlroom.queries.rules import room_rules
from sportsbrain.controlroom.updates import (
    APPLIES,
    READINESS,
    WEATHER,
    AlertNow,
    IncidentNow,
    RoomState,
    TaskNow,
    apply,
)
from sportsbrain.live.queries import newest_by_key as newest_updates
from sportsbrain.plans.queries import Schedule, Sources, schedule_now, version_at
from sportsbrain.sport.updates import UNIT_STATUS
from sportsbrain.transport.updates import DELAYED
from sportsbrain.venues.queries import Expected, expected_now
from sportsbrain.vocabulary.geography import eased
from sportsbrain.vocabulary.statuses import AlertState, IncidentState, ScheduleStatus, TaskState
from sportsbrain.world.queries import SiteFact, site_facts

HIDDEN = "confidential"
MIDDLE = (50.0, 50.0)
EDGE = 6.0  # percent of the map left free
DAY = dt.timedelta(days=1)
AHEAD = dt.timedelta(hours=1)
STALE = dt.timedelta(minutes=15)
OPEN = (ScheduleStatus.RUNNING, ScheduleStatus.SCHEDULED_BREAK, ScheduleStatus.INTERRUPTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTile:
    """A session of the day: planned times, and what was said of it."""

    code: str
    venue: str
    starts_at: dt.datetime
    ends_before: dt.datetime
    word: str
    late_minutes: int
    told_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueTile:
    """A venue at a glance; ``word`` is what it is worst at."""

    code: str
    name: str
    word: str
    level: str
    sessions: tuple[SessionTile, ...]
    queue: int | None
    wait_ahead: tuple[int, int] | None
    advice: dict[str, Any] | None
    alerts: int
    incidents: int
    told_at: dt.datetime | None
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A figure with its source and its age; None when nobody has said anything."""

    key: str
    value: str
    text: str
    level: str
    source: str
    told_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """Something that is expected within the hour; ``x`` in percent of it."""

    at: dt.datetime
    x: float
    kind: str
    venue: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything on the situation page."""

    moment: dt.datetime
    venues: tuple[VenueTile, ...]
    tiles: tuple[Tile, ...]
    coming: tuple[Coming, ...]
    alerts: tuple[AlertNow, ...]
    incidents: tuple[IncidentNow, ...]
    tasks: tuple[TaskNow, ...]
    timetable: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """A process that has to be alive, and for how long it was silent, in real seconds."""

    name: str
    silent_seconds: float | None
    is_alive: bool


def room_state_now(*, games: GamesRow) -> RoomState:
    """Return what is open now, from the rows."""
    alerts = Alert.objects.filter(games_id=games.id).exclude(alert_state=AlertState.RESOLVED)
    return RoomState(
        alerts={
            a.number: alert_row(a) for a in alerts.order_by("number").prefetch_related("pagings")
        },
        incidents={
            i.number: incident_row(i)
            for i in Incident.objects.filter(
                games_id=games.id, incident_state=IncidentState.OPEN
            ).order_by("number")
        },
        tasks={
            t.number: task_row(t)
            for t in Task.objects.filter(
                games_id=games.id, task_state__in=[TaskState.OPEN, TaskState.HALF_DONE]
            ).order_by("number")
        },
    )


def room_state_at(*, games: GamesRow, moment: dt.datetime) -> RoomState:
    """Return what was open at a moment, by replaying the log."""
    state = RoomState()
    for entry in entries_until(games_id=games.id, until=moment, kinds=tuple(APPLIES)):
        state = apply(state, entry)
    return RoomState(
        alerts=dict(sorted(state.alerts.items())),
        incidents=dict(sorted(state.incidents.items())),
        tasks=dict(sorted(state.tasks.items())),
    )


def alert_row(row: Alert) -> AlertNow:
    """Return an alert as the log would rebuild it."""
    return AlertNow(
        number=row.number,
        kind=row.kind,
        venue=row.venue,
        priority=row.priority,
        text=row.text,
        role=row.role,
        opened_at=row.opened_at,
        deadline_at=row.deadline_at,
        alert_state=row.alert_state,
        acknowledged_by=row.acknowledged_by,
        acknowledged_until=row.acknowledged_until,
        signals=row.signals,
        calls=len(row.pagings.all()),
        incident=row.incident_number,
        is_exercise=row.is_exercise,
    )


def incident_row(row: Incident) -> IncidentNow:
    """Return an incident as the log would rebuild it."""
    return IncidentNow(
        number=row.number,
        text=row.text,
        venue=row.venue,
        severity=row.severity,
        area=row.area,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        is_confidential=row.is_confidential,
        is_exercise=row.is_exercise,
    )


def task_row(row: Task) -> TaskNow:
    """Return a task as the log would rebuild it."""
    return TaskNow(
        number=row.number,
        incident=row.incident_number,
        text=row.text,
        role=row.role,
        due_at=row.due_at,
        needs_two=row.needs_two,
        task_state=row.task_state,
        done_by=row.done_by if row.task_state == TaskState.HALF_DONE else "",
    )


def watchers(*, games: GamesRow, real_now: dt.datetime) -> tuple[Watcher, ...]:
    """Return who has to be alive: the caller of escalations, its auditor, the forecasts."""
    limit = room_rules(games)["watcher_silent_seconds"]
    beaten = dict(Heartbeat.objects.filter(games_id=games.id).values_list("name", "beaten_at"))
    found = []
    for name in ("escalation", "auditor", "forecasts"):
        at = beaten.get(name)
        silent = None if at is None else (real_now - at).total_seconds()
        found.append(
            Watcher(
                name=name,
                silent_seconds=silent,
                is_alive=silent is not None and silent <= limit,
            )
        )
    return tuple(found)


def situation(
    *, games: GamesRow, moment: dt.datetime, is_past: bool = False, may_read_all: bool = False
) -> Situation:
    """
    Return the situation at a moment: with ``is_past`` rebuilt from the logs alone.

    What a confidential incident and its tasks say is left out unless one may read all.
    """
    state = room_state_at(games=games, moment=moment) if is_past else room_state_now(games=games)
    state = state if may_read_all else _public(state)
    number = version_at(games_id=games.id, planner="timetable", moment=moment)
    numbers = () if number is None else (("timetable", number),)
    maker = _Maker(
        games=games,
        moment=moment,
        state=state,
        schedule=schedule_now(games=games, sources=Sources(numbers=numbers)),
        late_minutes=float(room_rules(games)["late_minutes"]),
        sites=site_facts(games_id=games.id),
        expected=expected_now(games=games, moment=moment),
    )
    alerts = sorted(
        state.alerts.values(), key=lambda a: (a.alert_state, a.deadline_at, a.priority, a.number)
    )
    venues = maker.venues()
    return Situation(
        moment=moment,
        venues=venues,
        tiles=maker.tiles(venues),
        coming=maker.coming(),
        alerts=tuple(sorted(alerts, key=lambda a: a.alert_state != AlertState.OPEN)),
        incidents=tuple(
            sorted(state.incidents.values(), key=lambda i: (i.severity, i.opened_at, i.number))
        ),
        tasks=tuple(
            sorted(
                state.tasks.values(),
                key=lambda t: (t.due_at is None, t.due_at or moment, t.number),
            )
        ),
        timetable=number,
    )


def _public(state: RoomState) -> RoomState:
    """Return the state without what confidential incidents and their tasks say."""
    secret = {i.number for i in state.incidents.values() if i.is_confidential}
    if not secret:
        return state
    return replace(
        state,
        incidents={
            n: replace(i, text=HIDDEN) if n in secret else i for n, i in state.incidents.items()
        },
        tasks={
            n: replace(t, text=HIDDEN) if t.incident in secret else t
            for n, t in state.tasks.items()
        },
    )


@dataclass(slots=True, kw_only=True)
class _Maker:
    """Put tiles together from what was known at one moment."""

    games: GamesRow
    moment: dt.datetime
    state: RoomState
    schedule: Schedule
    late_minutes: float
    sites: list[SiteFact]
    expected: dict[str, Expected]
    told: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read what was said of units in the last day."""
        rows = newest_updates(
            games_id=self.games.id,
            topic=UNIT_STATUS,
            since=self.moment - DAY,
            until=self.moment,
        )
        self.told = {news.key: news for news in rows}

    def sessions(self) -> dict[str, list[SessionTile]]:
        """Return the sessions of twelve hours around, by venue."""
        found: dict[str, list[SessionTile]] = defaultdict(list)
        for block in self.schedule.sessions:
            starts = self.schedule.epoch + dt.timedelta(seconds=block.starts_at)
            ends = self.schedule.epoch + dt.timedelta(seconds=block.ends_before)
            if ends < self.moment - DAY / 4 or starts > self.moment + DAY / 4:
                continue
            found[block.venue].append(self._session(block, starts, ends))
        return found

    def _session(self, block: Any, starts: dt.datetime, ends: dt.datetime) -> SessionTile:
        said = [self.told[code] for code in block.units if code in self.told]
        told_at = max((news.recorded_at for news in said), default=None)
        statuses = {news.body["status"] for news in said}
        late, word = 0, "coming"
        is_over = len(said) == len(block.units) and statuses <= {
            ScheduleStatus.FINISHED,
            ScheduleStatus.CANCELLED,
        }
        if is_over:
            word = "over"
        elif statuses & {*OPEN, ScheduleStatus.FINISHED}:
            word = "running"
            begun = [n.body.get("begun_at") for n in said if n.body.get("begun_at")]
            if begun:
                first = dt.datetime.fromisoformat(min(begun))
                late = max(0, int((first - starts).total_seconds() // 60))
        elif ScheduleStatus.DELAYED in statuses:
            late = max(int(news.body.get("late_minutes", 0)) for news in said)
            word = "late"
        elif self.moment >= starts and self.told:
            late = int((self.moment - starts).total_seconds() // 60)
            word = "late" if late >= self.late_minutes else "due"
        elif self.moment >= starts:
            word = "planned"
        return SessionTile(
            code=block.code,
            venue=block.venue,
            starts_at=starts,
            ends_before=ends,
            word=word,
            late_minutes=late,
            told_at=told_at,
        )

    def venues(self) -> tuple[VenueTile, ...]:
        """Return the tile of each venue, the worst first."""
        sessions = self.sessions()
        places = _places(self.sites)
        rows = []
        for site in self.sites:
            own = sorted(sessions.get(site.code, []), key=lambda s: s.starts_at)
            alerts = [a for a in self.state.alerts.values() if a.venue == site.code]
            incidents = [i for i in self.state.incidents.values() if i.venue == site.code]
            expected = self.expected.get(site.code)
            body = expected.body if expected else None
            word, level = _worst(own, alerts, incidents, body)
            ages = [s.told_at for s in own if s.told_at]
            ages += [expected.recorded_at] if expected else []
            rows.append(
                VenueTile(
                    code=site.code,
                    name=site.name,
                    word=word,
                    level=level,
                    sessions=tuple(own),
                    queue=_queue(body),
                    wait_ahead=_wait(body),
                    advice=body["advice"] if body else None,
                    alerts=len(alerts),
                    incidents=len(incidents),
                    told_at=max(ages, default=None),
                    x=places.get(site.code, MIDDLE)[0],
                    y=places.get(site.code, MIDDLE)[1],
                )
            )
        order = {"bad": 0, "warn": 1, "busy": 2, "good": 3, "quiet": 4}
        return tuple(sorted(rows, key=lambda v: (order[v.level], v.name)))

    def tiles(self, venues: tuple[VenueTile, ...]) -> tuple[Tile, ...]:
        """Return the figures of the whole Games."""
        sessions = [s for v in venues for s in v.sessions]
        return (
            _sessions_tile(sessions, self.late_minutes),
            _gates_tile(venues),
            self._transport(),
            self._readiness(),
            *self._weather(),
        )

    def _transport(self) -> Tile:
        rows = newest_updates(
            games_id=self.games.id, topic=DELAYED, since=self.moment - DAY, until=self.moment
        )
        late = [news for news in rows if int(news.body["seconds"]) >= 300]
        gone = [news for news in rows if int(news.body["seconds"]) < 0]
        worst = max((int(news.body["seconds"]) // 60 for news in late), default=0)
        return Tile(
            key="buses",
            value=str(len(late) + len(gone)),
            text=str(worst),
            level="warn" if late or gone else "good",
            source="transport",
            told_at=max((news.recorded_at for news in rows), default=None),
        )

    def _readiness(self) -> Tile:
        rows = newest_by_key(games_id=self.games.id, kind=READINESS, until=self.moment)
        not_ready = [row for row in rows.values() if not row.body["is_ready"]]
        return Tile(
            key="readiness",
            value=str(len(not_ready)),
            text=str(len(rows)),
            level="warn" if not_ready else "good",
            source="venues",
            told_at=max((row.at for row in rows.values()), default=None),
        )

    def _weather(self) -> list[Tile]:
        rows = newest_updates(
            games_id=self.games.id, topic=WEATHER, since=self.moment - DAY, until=self.moment
        )
        found = []
        for news in rows[:4]:
            body = news.body
            near = body.get("lightning_km")
            is_bad = near is not None and near <= 10
            found.append(
                Tile(
                    key="weather",
                    value=f"{body.get('temperature', '—')} °C",
                    text=f"{news.key}: {body.get('text', '')}".strip(": "),
                    level="bad" if is_bad else "good",
                    source=str(body.get("source", "entered")),
                    told_at=news.recorded_at,
                )
            )
        return found

    def coming(self) -> tuple[Coming, ...]:
        """Return what is expected within the hour."""
        end = self.moment + AHEAD
        found = []

        def add(at: dt.datetime, kind: str, venue: str, text: str) -> None:
            if self.moment <= at < end:
                x = round(100 * (at - self.moment) / AHEAD, 1)
                found.append(Coming(at=at, x=x, kind=kind, venue=venue, text=text))

        for rows in self.sessions().values():
            for row in rows:
                add(row.starts_at, "start", row.venue, row.code)
                add(row.ends_before, "end", row.venue, row.code)
        for venue, expected in self.expected.items():
            peak = expected.body["peak"]
            if peak[1] >= 50:
                add(dt.datetime.fromisoformat(expected.body["peak_at"]), "peak", venue,
                    str(peak[1]))  # fmt: skip
            advice = expected.body["advice"]
            if advice and advice["first"]:
                add(dt.datetime.fromisoformat(advice["at"]), "lanes", venue,
                    _from_to(advice["first"], advice["last"]))  # fmt: skip
        return tuple(sorted(found, key=lambda c: (c.at, c.venue, c.kind)))


def _from_to(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def _queue(body: dict[str, Any] | None) -> int | None:
    if body is None or not body["curve"]:
        return None
    return int(body["curve"][0][1])


def _wait(body: dict[str, Any] | None) -> tuple[int, int] | None:
    """Return the queue in 15 and 30 minutes."""
    if body is None:
        return None
    ahead = [band for _, band in body["ahead"] if band]
    return (int(ahead[0][1]), int(ahead[-1][1])) if ahead else None


def _worst(
    sessions: list[SessionTile],
    alerts: list[AlertNow],
    incidents: list[IncidentNow],
    body: dict[str, Any] | None,
) -> tuple[str, str]:
    """Return the word and the level of a venue: what needs somebody first."""
    if any(i.severity <= 2 for i in incidents):
        return "incident", "bad"
    if any(a.priority == 1 for a in alerts):
        return "alert", "bad"
    if any(s.word == "late" for s in sessions):
        return "late", "warn"
    if alerts or incidents:
        return "alert" if alerts else "incident", "warn"
    if body and body["advice"]:
        return "lanes", "warn"
    if any(s.word == "running" for s in sessions):
        return "running", "busy"
    if body and body["curve"]:
        return "filling", "busy"
    return ("coming", "good") if any(s.word == "coming" for s in sessions) else ("quiet", "quiet")


def _sessions_tile(sessions: list[SessionTile], late_minutes: float) -> Tile:
    running = sum(1 for s in sessions if s.word == "running")
    words = {"late", "running"}
    late = [s for s in sessions if s.late_minutes >= late_minutes and s.word in words]
    return Tile(
        key="sessions",
        value=str(running),
        text=str(len(late)),
        level="warn" if late else "good",
        source="results",
        told_at=max((s.told_at for s in sessions if s.told_at), default=None),
    )


def _gates_tile(venues: tuple[VenueTile, ...]) -> Tile:
    need = [v for v in venues if v.advice]
    waits = sum(v.queue or 0 for v in venues)
    return Tile(
        key="gates",
        value=str(len(need)),
        text=str(waits),
        level="warn" if need else "good",
        source="gates",
        told_at=max((v.told_at for v in venues if v.told_at and v.queue is not None), default=None),
    )


def _places(sites: list[SiteFact]) -> dict[str, tuple[float, float]]:
    """Return where venues are drawn, in percent, around the middle one."""
    known = {
        s.code: (s.latitude, s.longitude)
        for s in sites
        if s.latitude is not None and s.longitude is not None
    }
    if not known:
        return {}
    middle = (
        median(latitude for latitude, _ in known.values()),
        median(longitude for _, longitude in known.values()),
    )
    return eased(known, middle=middle, edge=EDGE)
