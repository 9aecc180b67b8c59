"""Write incidents, tasks, lines, readiness and handovers; start playbooks."""

import datetime as dt
import math
from typing import Any

from django.db import transaction

from sportsbrain.committee.queries import GamesRow
from sportsbrain.controlroom.actions.log import By, lock_room, next_number, write_log
from sportsbrain.controlroom.errors import RoomError, UnknownThingError
from sportsbrain.controlroom.models import Alert, Handover, Incident, Playbook, Task
from sportsbrain.controlroom.queries.rules import playbooks_of, room_rules
from sportsbrain.controlroom.updates import (
    ALERT_TIED,
    HANDED_OVER,
    INCIDENT_CHANGED,
    INCIDENT_CLOSED,
    INCIDENT_NOTED,
    INCIDENT_OPENED,
    LINE,
    PLAYBOOK_STARTED,
    READINESS,
    RUN_SHEET,
    TASK_DONE,
    TASK_OPENED,
    TASK_SKIPPED,
    WEATHER,
)
from sportsbrain.live.actions import append_update
from sportsbrain.vocabulary.statuses import IncidentState, TaskState
from sportsbrain.world.queries import site_facts

TEXT_MAX = 300
DAY_MINUTES = 1440


def _text(text: str, what: str) -> str:
    clean = text.strip()
    if not clean:
        message = f"say {what} in a line"
        raise RoomError(message)
    return clean[:TEXT_MAX]


@transaction.atomic
def open_incident(
    *,
    games: GamesRow,
    text: str,
    venue: str,
    severity: int,
    area: str,
    by: By,
    alert: int | None = None,
    is_confidential: bool = False,
) -> int:
    """
    Open an incident and return its number; an alert it comes from is tied to it.

    Raises
    ------
    RoomError
        When nothing is said or the severity is not 1 to 5.

    """
    clean = _text(text, "what happened")
    _check_venue(games, venue)
    if not 1 <= severity <= 5:
        message = f"severity is 1 (worst) to 5, not {severity}"
        raise RoomError(message)
    lock_room(games.id)
    incident = Incident.objects.create(
        games_id=games.id,
        number=next_number(Incident, games.id),
        text=clean,
        venue=venue,
        severity=severity,
        area=area,
        opened_by=by.name,
        opened_at=by.now,
        is_confidential=is_confidential,
        is_exercise=by.is_exercise,
    )
    body: dict[str, Any] = {
        "incident": incident.number,
        "text": clean,
        "venue": venue,
        "severity": severity,
        "area": area,
        "is_confidential": is_confidential,
        "is_exercise": by.is_exercise,
    }
    key = str(incident.number)
    write_log(games_id=games.id, kind=INCIDENT_OPENED, key=key, body=body, by=by,
              is_confidential=is_confidential)  # fmt: skip
    if alert is not None:
        tied = Alert.objects.filter(games_id=games.id, number=alert)
        if tied.update(incident_number=incident.number):
            body = {"incident": incident.number}
            write_log(games_id=games.id, kind=ALERT_TIED, key=str(alert), body=body, by=by)
    return incident.number


def _check_venue(games: GamesRow, venue: str) -> None:
    if venue and venue not in {site.code for site in site_facts(games_id=games.id)}:
        message = f"no venue {venue!r}"
        raise RoomError(message)


def _incident(games: GamesRow, number: int) -> Incident:
    lock_room(games.id)
    incident = Incident.objects.filter(games_id=games.id, number=number).first()
    if incident is None:
        message = f"there is no incident {number}"
        raise UnknownThingError(message)
    if incident.incident_state == IncidentState.CLOSED:
        message = f"incident {number} is closed: open a new one that names it"
        raise RoomError(message)
    return incident


@transaction.atomic
def note_incident(
    *, games: GamesRow, number: int, text: str, by: By, severity: int | None = None
) -> None:
    """
    Add a line to the story of an incident, with another severity if it is told.

    Raises
    ------
    UnknownThingError, RoomError
        When there is no such incident, it is closed, or nothing is said.

    """
    incident = _incident(games, number)
    if severity is not None and severity != incident.severity:
        if not 1 <= severity <= 5:
            message = f"severity is 1 (worst) to 5, not {severity}"
            raise RoomError(message)
        Incident.objects.filter(pk=incident.pk).update(severity=severity)
        body: dict[str, Any] = {"incident": number, "severity": severity, "was": incident.severity}
        write_log(games_id=games.id, kind=INCIDENT_CHANGED, key=str(number), body=body, by=by,
                  is_confidential=incident.is_confidential)  # fmt: skip
    if text.strip() or severity is None:
        body = {"incident": number, "text": _text(text, "what is new")}
        write_log(games_id=games.id, kind=INCIDENT_NOTED, key=str(number), body=body, by=by,
                  is_confidential=incident.is_confidential)  # fmt: skip


@transaction.atomic
def close_incident(*, games: GamesRow, number: int, text: str, by: By) -> None:
    """
    Close an incident with how it ended; tasks that are open have to be done or skipped first.

    Raises
    ------
    UnknownThingError, RoomError
        When there is no such incident, it is closed, tasks are open, or nothing is said.

    """
    incident = _incident(games, number)
    left = Task.objects.filter(
        games_id=games.id,
        incident_number=number,
        task_state__in=[TaskState.OPEN, TaskState.HALF_DONE],
    ).count()
    if left:
        message = f"{left} tasks are open: do them, or skip them with a reason"
        raise RoomError(message)
    body = {"incident": number, "text": _text(text, "how it ended")}
    Incident.objects.filter(pk=incident.pk).update(
        incident_state=IncidentState.CLOSED, closed_at=by.now
    )
    write_log(games_id=games.id, kind=INCIDENT_CLOSED, key=str(number), body=body, by=by,
              is_confidential=incident.is_confidential)  # fmt: skip


@transaction.atomic
def open_task(
    *,
    games: GamesRow,
    text: str,
    role: str,
    by: By,
    incident: int | None = None,
    due_at: dt.datetime | None = None,
    needs_two: bool = False,
) -> int:
    """
    Open a task and return its number.

    Raises
    ------
    UnknownThingError, RoomError
        When its incident is not there or is closed, or nothing is said.

    """
    lock_room(games.id)
    if incident is not None:
        _incident(games, incident)
    task = Task.objects.create(
        games_id=games.id,
        number=next_number(Task, games.id),
        incident_number=incident,
        text=_text(text, "what is to be done"),
        role=role,
        due_at=due_at,
        needs_two=needs_two,
        is_exercise=by.is_exercise,
    )
    body = {
        "incident": incident,
        "text": task.text,
        "role": role,
        "due_at": due_at.isoformat() if due_at else None,
        "needs_two": needs_two,
    }
    write_log(games_id=games.id, kind=TASK_OPENED, key=str(task.number), body=body, by=by,
              is_confidential=is_for_few(games, incident))  # fmt: skip
    return task.number


def is_for_few(games: GamesRow, incident: int | None) -> bool:
    """Tell whether what is said of an incident is confidential."""
    if incident is None:
        return False
    own = Incident.objects.filter(games_id=games.id, number=incident, is_confidential=True)
    return own.exists()


def _task(games: GamesRow, number: int) -> Task:
    lock_room(games.id)
    task = Task.objects.filter(games_id=games.id, number=number).first()
    if task is None:
        message = f"there is no task {number}"
        raise UnknownThingError(message)
    if task.task_state in {TaskState.DONE, TaskState.SKIPPED}:
        message = f"task {number} is {task.task_state} already"
        raise RoomError(message)
    return task


@transaction.atomic
def do_task(*, games: GamesRow, number: int, by: By) -> bool:
    """
    Do a task, or the half of one that needs two people; return whether it is done.

    Raises
    ------
    UnknownThingError, RoomError
        When there is no such task, it is done, or one person would do both halves.

    """
    task = _task(games, number)
    is_half = task.needs_two and task.task_state == TaskState.OPEN
    if task.task_state == TaskState.HALF_DONE and task.done_by == by.name:
        message = f"task {number} can't be undone: another person has to confirm it"
        raise RoomError(message)
    values: dict[str, Any] = {"task_state": TaskState.HALF_DONE if is_half else TaskState.DONE}
    values["confirmed_by" if task.task_state == TaskState.HALF_DONE else "done_by"] = by.name
    Task.objects.filter(pk=task.pk).update(**values)
    body = {"incident": task.incident_number, "text": task.text, "is_half": is_half}
    write_log(games_id=games.id, kind=TASK_DONE, key=str(number), body=body, by=by,
              is_confidential=is_for_few(games, task.incident_number))  # fmt: skip
    return not is_half


@transaction.atomic
def skip_task(*, games: GamesRow, number: int, reason: str, by: By) -> None:
    """
    Leave a task out with a reason.

    Raises
    ------
    UnknownThingError, RoomError
        When there is no such task, it is done, or no reason is said.

    """
    task = _task(games, number)
    clean = _text(reason, "why it is left out")[:200]
    Task.objects.filter(pk=task.pk).update(task_state=TaskState.SKIPPED, reason=clean)
    body = {"incident": task.incident_number, "text": task.text, "reason": clean}
    write_log(games_id=games.id, kind=TASK_SKIPPED, key=str(number), body=body, by=by,
              is_confidential=is_for_few(games, task.incident_number))  # fmt: skip


@transaction.atomic
def start_playbook(*, games: GamesRow, number: int, code: str, by: By) -> int:
    """
    Turn the steps of a playbook, as they are now, into tasks of an incident; return how many.

    Raises
    ------
    UnknownThingError, RoomError
        When there is no such incident or playbook, or one runs already.

    """
    incident = _incident(games, number)
    book = playbooks_of(games=games, rules=room_rules(games)).get(code)
    if book is None:
        message = f"there is no playbook {code!r}"
        raise UnknownThingError(message)
    if incident.playbook:
        message = f"incident {number} follows {incident.playbook} already"
        raise RoomError(message)
    Incident.objects.filter(pk=incident.pk).update(playbook=f"{code} {book.number}")
    body: dict[str, Any] = {
        "incident": number,
        "code": code,
        "number": book.number,
        "steps": [list(step) for step in book.steps],
    }
    write_log(games_id=games.id, kind=PLAYBOOK_STARTED, key=str(number), body=body, by=by,
              is_confidential=incident.is_confidential)  # fmt: skip
    for role, minutes, text, needs_two in book.steps:
        open_task(
            games=games,
            text=text,
            role=role,
            by=by,
            incident=number,
            due_at=by.now + dt.timedelta(minutes=minutes),
            needs_two=bool(needs_two),
        )
    return len(book.steps)


@transaction.atomic
def save_playbook(
    *, games: GamesRow, code: str, title: str, steps: list[tuple[str, float, str, bool]], by: By
) -> int:
    """
    Keep a changed playbook as its next number; incidents that follow it keep theirs.

    Raises
    ------
    RoomError
        When it has no steps, or a step no role or text.

    """
    is_whole = all(
        role.strip() and text.strip() and 0 <= minutes <= DAY_MINUTES
        for role, minutes, text, _ in steps
    )
    if not steps or not is_whole:
        message = "a playbook has steps, and each a role, minutes from 0 to 1,440 and a text"
        raise RoomError(message)
    lock_room(games.id)
    known = playbooks_of(games=games, rules=room_rules(games)).get(code)
    number = (known.number if known else 0) + 1
    Playbook.objects.create(
        games_id=games.id,
        code=code,
        number=number,
        title=_text(title, "what the playbook is for")[:120],
        steps=[list(step) for step in steps],
        changed_by=by.name,
        changed_at=by.now,
    )
    return number


@transaction.atomic
def write_line(*, games: GamesRow, text: str, by: By, venue: str = "") -> int:
    """Write a line that has no life of its own."""
    body = {"text": _text(text, "what is to be kept"), "venue": venue}
    return write_log(games_id=games.id, kind=LINE, key=venue, body=body, by=by)


@transaction.atomic
def say_readiness(
    *, games: GamesRow, venue: str, item: str, is_ready: bool, note: str, by: By
) -> None:
    """
    Say whether something of a venue is ready; what is not needs a word why.

    Raises
    ------
    RoomError
        When the item is unknown or the word is missing.

    """
    known = {row["code"] for row in room_rules(games)["readiness"]}
    if item not in known:
        message = f"no item {item!r}; known are {', '.join(sorted(known))}"
        raise RoomError(message)
    if not is_ready and not note.strip():
        message = "what is not ready needs a word why"
        raise RoomError(message)
    body = {"venue": venue, "item": item, "is_ready": is_ready, "note": note.strip()[:200]}
    write_log(games_id=games.id, kind=READINESS, key=f"{venue}/{item}", body=body, by=by)


@transaction.atomic
def mark_run_sheet(*, games: GamesRow, key: str, text: str, by: By) -> None:
    """Mark a line of a run sheet as done."""
    write_log(games_id=games.id, kind=RUN_SHEET, key=key, body={"text": text}, by=by)


@transaction.atomic
def report_weather(*, games: GamesRow, area: str, body: dict[str, Any], by: By) -> None:
    """
    Tell both logs what the weather is, entered or fed.

    Raises
    ------
    RoomError
        When a figure is none.

    """
    if any(isinstance(value, float) and not math.isfinite(value) for value in body.values()):
        message = "figures of the weather are numbers"
        raise RoomError(message)
    body = {k: v + 0.0 if isinstance(v, float) else v for k, v in body.items()}  # no −0
    append_update(games_id=games.id, topic=WEATHER, key=area[:80], body=body, recorded_at=by.now)
    if by.station:  # a person said so: the log keeps who
        write_log(games_id=games.id, kind=WEATHER, key=area, body=body, by=by)


@transaction.atomic
def hand_over(*, games: GamesRow, note: str, items: list[dict[str, Any]], by: By) -> int:
    """Sign a shift's note out and return its number."""
    lock_room(games.id)
    row = Handover.objects.create(
        games_id=games.id,
        number=next_number(Handover, games.id),
        station=by.station,
        note=note.strip(),
        items=items,
        signed_out_by=by.name,
        signed_out_at=by.now,
    )
    body = {"number": row.number, "note": row.note, "items": len(items), "side": "out"}
    write_log(games_id=games.id, kind=HANDED_OVER, key=str(row.number), body=body, by=by)
    return row.number


@transaction.atomic
def take_over(*, games: GamesRow, number: int, by: By) -> None:
    """
    Sign a shift's note in.

    Raises
    ------
    UnknownThingError, RoomError
        When there is no such note, it is signed, or by the same person.

    """
    lock_room(games.id)
    row = Handover.objects.filter(games_id=games.id, number=number).first()
    if row is None:
        message = f"there is no handover {number}"
        raise UnknownThingError(message)
    if row.signed_in_by or row.signed_out_by == by.name:
        message = "a handover is signed by two people, once"
        raise RoomError(message)
    Handover.objects.filter(pk=row.pk).update(signed_in_by=by.name, signed_in_at=by.now)
    body = {"number": number, "side": "in"}
    write_log(games_id=games.id, kind=HANDED_OVER, key=str(number), body=body, by=by)
