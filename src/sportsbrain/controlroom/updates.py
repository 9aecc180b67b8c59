"""What the log of the control room says is so: pure functions of its entries."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sportsbrain.vocabulary.statuses import AlertState, TaskState

ALERT_OPENED = "alert.opened"
ALERT_COUNTED = "alert.counted"
ALERT_PAGED = "alert.paged"
ALERT_ACKNOWLEDGED = "alert.acknowledged"
ALERT_LAPSED = "alert.lapsed"
ALERT_RESOLVED = "alert.resolved"
ALERT_TIED = "alert.tied"
INCIDENT_OPENED = "incident.opened"
INCIDENT_NOTED = "incident.noted"
INCIDENT_CHANGED = "incident.changed"
INCIDENT_CLOSED = "incident.closed"
TASK_OPENED = "task.opened"
TASK_DONE = "task.done"
TASK_SKIPPED = "task.skipped"
LINE = "line"
READINESS = "readiness.said"
RUN_SHEET = "run_sheet.done"
WEATHER = "weather.reported"
SHELVED = "shelf.begun"
HANDED_OVER = "handover.signed"
PLAYBOOK_STARTED = "playbook.started"
ESCALATION_STOPPED = "escalation.stopped"
CHAIN_CHANGED = "chain.changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of the log as these functions read it."""

    number: int
    at: dt.datetime
    kind: str
    key: str
    body: Mapping[str, Any]
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertNow:
    """An alert that is not resolved; ``signals`` is at least so many."""

    number: int
    kind: str
    venue: str
    priority: int
    text: str
    role: str
    opened_at: dt.datetime
    deadline_at: dt.datetime
    alert_state: str
    acknowledged_by: str
    acknowledged_until: dt.datetime | None
    signals: int
    calls: int
    incident: int | None
    is_exercise: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentNow:
    """An incident that is open."""

    number: int
    text: str
    venue: str
    severity: int
    area: str
    opened_by: str
    opened_at: dt.datetime
    is_confidential: bool
    is_exercise: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskNow:
    """A task that is not done yet."""

    number: int
    incident: int | None
    text: str
    role: str
    due_at: dt.datetime | None
    needs_two: bool
    task_state: str
    done_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomState:
    """What is open, by number."""

    alerts: Mapping[int, AlertNow] = field(default_factory=dict)
    incidents: Mapping[int, IncidentNow] = field(default_factory=dict)
    tasks: Mapping[int, TaskNow] = field(default_factory=dict)


def _moment(text: str | None) -> dt.datetime | None:
    return None if text is None else dt.datetime.fromisoformat(text)


def _with(rows: Mapping[int, Any], number: int, row: Any) -> dict[int, Any]:
    return {**rows, number: row}


def _without(rows: Mapping[int, Any], number: int) -> dict[int, Any]:
    return {n: row for n, row in rows.items() if n != number}


def _alert_opened(state: RoomState, entry: Entry) -> RoomState:
    body = entry.body
    alert = AlertNow(
        number=int(entry.key),
        kind=body["kind"],
        venue=body["venue"],
        priority=body["priority"],
        text=body["text"],
        role=body["role"],
        opened_at=entry.at,
        deadline_at=dt.datetime.fromisoformat(body["deadline_at"]),
        alert_state=AlertState.OPEN,
        acknowledged_by="",
        acknowledged_until=None,
        signals=body["signals"],
        calls=0,
        incident=None,
        is_exercise=body["is_exercise"],
    )
    return replace(state, alerts=_with(state.alerts, alert.number, alert))


def _changed_alert(**how: Callable[[AlertNow, Entry], Any]) -> Callable[..., RoomState]:
    def change(state: RoomState, entry: Entry) -> RoomState:
        alert = state.alerts.get(int(entry.key))
        if alert is None:
            return state
        values = {name: value(alert, entry) for name, value in how.items()}
        return replace(state, alerts=_with(state.alerts, alert.number, replace(alert, **values)))

    return change


def _alert_resolved(state: RoomState, entry: Entry) -> RoomState:
    return replace(state, alerts=_without(state.alerts, int(entry.key)))


def _incident_opened(state: RoomState, entry: Entry) -> RoomState:
    body = entry.body
    incident = IncidentNow(
        number=int(entry.key),
        text=body["text"],
        venue=body["venue"],
        severity=body["severity"],
        area=body["area"],
        opened_by=entry.actor,
        opened_at=entry.at,
        is_confidential=body["is_confidential"],
        is_exercise=body["is_exercise"],
    )
    return replace(state, incidents=_with(state.incidents, incident.number, incident))


def _incident_changed(state: RoomState, entry: Entry) -> RoomState:
    incident = state.incidents.get(int(entry.key))
    if incident is None:
        return state
    changed = replace(incident, severity=entry.body["severity"])
    return replace(state, incidents=_with(state.incidents, incident.number, changed))


def _incident_closed(state: RoomState, entry: Entry) -> RoomState:
    return replace(state, incidents=_without(state.incidents, int(entry.key)))


def _task_opened(state: RoomState, entry: Entry) -> RoomState:
    body = entry.body
    task = TaskNow(
        number=int(entry.key),
        incident=body["incident"],
        text=body["text"],
        role=body["role"],
        due_at=_moment(body["due_at"]),
        needs_two=body["needs_two"],
        task_state=TaskState.OPEN,
        done_by="",
    )
    return replace(state, tasks=_with(state.tasks, task.number, task))


def _task_done(state: RoomState, entry: Entry) -> RoomState:
    task = state.tasks.get(int(entry.key))
    if task is None:
        return state
    if not entry.body["is_half"]:
        return replace(state, tasks=_without(state.tasks, task.number))
    half = replace(task, task_state=TaskState.HALF_DONE, done_by=entry.actor)
    return replace(state, tasks=_with(state.tasks, task.number, half))


def _task_skipped(state: RoomState, entry: Entry) -> RoomState:
    return replace(state, tasks=_without(state.tasks, int(entry.key)))


APPLIES: dict[str, Callable[[RoomState, Entry], RoomState]] = {
    ALERT_OPENED: _alert_opened,
    ALERT_COUNTED: _changed_alert(signals=lambda _a, e: e.body["signals"]),
    ALERT_PAGED: _changed_alert(calls=lambda a, _e: a.calls + 1),
    ALERT_ACKNOWLEDGED: _changed_alert(
        alert_state=lambda _a, _e: AlertState.ACKNOWLEDGED,
        acknowledged_by=lambda _a, e: e.actor,
        acknowledged_until=lambda _a, e: _moment(e.body["until"]),
    ),
    ALERT_LAPSED: _changed_alert(
        alert_state=lambda _a, _e: AlertState.OPEN,
        acknowledged_by=lambda _a, _e: "",
        acknowledged_until=lambda _a, _e: None,
    ),
    ALERT_TIED: _changed_alert(incident=lambda _a, e: e.body["incident"]),
    ALERT_RESOLVED: _alert_resolved,
    INCIDENT_OPENED: _incident_opened,
    INCIDENT_CHANGED: _incident_changed,
    INCIDENT_CLOSED: _incident_closed,
    TASK_OPENED: _task_opened,
    TASK_DONE: _task_done,
    TASK_SKIPPED: _task_skipped,
}


def apply(state: RoomState, entry: Entry) -> RoomState:
    """Return the state after one entry; entries that change nothing that is open leave it."""
    change = APPLIES.get(entry.kind)
    return state if change is None else change(state, entry)
