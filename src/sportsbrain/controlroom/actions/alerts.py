"""Open alerts, call people step by step, let a named person take over, and watch the calling."""

import datetime as dt
from typing import Any

from django.db import transaction

from sportsbrain.committee.queries import GamesRow
from sportsbrain.controlroom.actions.log import SYSTEM, By, lock_room, next_number, write_log
from sportsbrain.controlroom.errors import RoomError, UnknownThingError
from sportsbrain.controlroom.models import (
    Alert,
    EscalationChain,
    Heartbeat,
    Paging,
    Signal,
)
from sportsbrain.controlroom.queries.rules import KindRule, chain_for, chains_of, room_rules
from sportsbrain.controlroom.updates import (
    ALERT_ACKNOWLEDGED,
    ALERT_LAPSED,
    ALERT_OPENED,
    ALERT_PAGED,
    ALERT_RESOLVED,
    CHAIN_CHANGED,
    ESCALATION_STOPPED,
)
from sportsbrain.vocabulary.statuses import AlertState

CALLS_AT_ONCE = 200
DAY_MINUTES = 1440


def open_alert(
    *,
    games: GamesRow,
    rules: dict[str, Any],
    rule: KindRule,
    key: str,
    signal: Signal,
    signals: int,
    by: By,
) -> Alert:
    """Open an alert with the chain as it is now: later changes leave it alone."""
    steps = [
        [minutes, rule.role if role == "owner" else role]
        for minutes, role in chain_for(games=games, rules=rules, priority=rule.priority).steps
    ]
    alert = Alert.objects.create(
        games_id=games.id,
        number=next_number(Alert, games.id),
        kind=rule.code,
        group_key=key,
        venue=signal.venue,
        priority=rule.priority,
        text=(signal.text or rule.name)[:300],
        role=rule.role,
        signals=signals,
        opened_at=by.now,
        deadline_at=by.now + dt.timedelta(minutes=rule.deadline_minutes),
        steps=steps,
        escalates_from=by.now,
        next_at=by.now + dt.timedelta(minutes=steps[0][0]) if steps else None,
        is_exercise=by.is_exercise,
    )
    write_log(
        games_id=games.id,
        kind=ALERT_OPENED,
        key=str(alert.number),
        body={
            "kind": alert.kind,
            "group": key,
            "venue": alert.venue,
            "priority": alert.priority,
            "text": alert.text,
            "role": alert.role,
            "signals": signals,
            "deadline_at": alert.deadline_at.isoformat(),
            "steps": steps,
            "is_exercise": alert.is_exercise,
        },
        by=by,
    )
    return alert


def resolve(*, alert: Alert, reason: str, by: By) -> None:
    """End an alert inside the running transaction; its signals may raise another one."""
    Alert.objects.filter(pk=alert.pk).update(
        alert_state=AlertState.RESOLVED, resolved_at=by.now, next_at=None
    )
    Signal.objects.filter(games_id=alert.games_id, alert_number=alert.number).update(
        alert_number=None
    )
    body = {"reason": reason}
    write_log(games_id=alert.games_id, kind=ALERT_RESOLVED, key=str(alert.number), body=body, by=by)


def _locked(games: GamesRow, number: int) -> Alert:
    lock_room(games.id)
    alert = Alert.objects.filter(games_id=games.id, number=number).first()
    if alert is None:
        message = f"there is no alert {number}"
        raise UnknownThingError(message)
    if alert.alert_state == AlertState.RESOLVED:
        message = f"alert {number} is resolved already"
        raise RoomError(message)
    return alert


@transaction.atomic
def acknowledge(*, games: GamesRow, number: int, by: By) -> None:
    """
    Let a named person take an alert over: nobody is called until that lapses.

    Raises
    ------
    UnknownThingError, RoomError
        When there is no such alert, it is resolved, or nobody is named.

    """
    if not by.name.strip() or by.name == SYSTEM:
        message = "an alert is taken over by a named person"
        raise RoomError(message)
    alert = _locked(games, number)
    until = by.now + dt.timedelta(minutes=room_rules(games)["acknowledge_minutes"])
    Alert.objects.filter(pk=alert.pk).update(
        alert_state=AlertState.ACKNOWLEDGED,
        acknowledged_by=by.name,
        acknowledged_at=alert.acknowledged_at or by.now,
        acknowledged_until=until,
        next_at=None,
    )
    body = {"until": until.isoformat()}
    write_log(games_id=games.id, kind=ALERT_ACKNOWLEDGED, key=str(number), body=body, by=by)


@transaction.atomic
def resolve_alert(*, games: GamesRow, number: int, reason: str, by: By) -> None:
    """
    End an alert with what was done.

    Raises
    ------
    UnknownThingError, RoomError
        When there is no such alert, it is resolved already, or nothing is said.

    """
    if not reason.strip():
        message = "say in a line what was done"
        raise RoomError(message)
    alert = _locked(games, number)
    Signal.objects.filter(games_id=games.id, alert_number=number).update(is_on=False)
    resolve(alert=alert, reason=reason.strip(), by=by)


def lapse_due(*, games: GamesRow, by: By) -> int:
    """Take acknowledgements back that were not confirmed in time; calling begins again."""
    due = Alert.objects.filter(
        games_id=games.id,
        alert_state=AlertState.ACKNOWLEDGED,
        acknowledged_until__lte=by.now,
        is_exercise=by.is_exercise,
    )
    if not due.exists():
        return 0
    with transaction.atomic():
        lock_room(games.id)
        rows = list(due.all())
        for alert in rows:
            Alert.objects.filter(pk=alert.pk).update(
                alert_state=AlertState.OPEN,
                acknowledged_by="",
                acknowledged_until=None,
                round=alert.round + 1,
                step_next=0,
                escalates_from=by.now,
                next_at=by.now + dt.timedelta(minutes=alert.steps[0][0]) if alert.steps else None,
            )
            body = {"was": alert.acknowledged_by}
            write_log(games_id=games.id, kind=ALERT_LAPSED, key=str(alert.number), body=body, by=by)
    return len(rows)


def escalate_due(*, games: GamesRow, by: By, calls_max: int = CALLS_AT_ONCE) -> int:
    """Make the calls that are due, one transaction each; return how many were made."""
    made = 0
    while made < calls_max and _escalate_one(games, by):
        made += 1
    return made


@transaction.atomic
def _escalate_one(games: GamesRow, by: By) -> bool:
    """Make the call that is due longest: the state is read again under the lock."""
    due = Alert.objects.filter(
        games_id=games.id,
        alert_state=AlertState.OPEN,
        next_at__lte=by.now,
        is_exercise=by.is_exercise,
    ).order_by("next_at", "pk")
    if not due.exists():
        return False
    lock_room(games.id)
    alert = due.first()
    if alert is None:
        return False
    _call(alert, alert.step_next, by)
    return True


def _call(alert: Alert, step: int, by: By) -> None:
    """Call the role of a step and set when the next one is due."""
    role = str(alert.steps[step][1])
    _, is_new = Paging.objects.get_or_create(
        alert=alert,
        round=alert.round,
        step=step,
        defaults={"role": role, "paged_at": by.now, "paged_by": by.name},
    )
    following = step + 1
    next_at = None
    if following < len(alert.steps):
        next_at = alert.escalates_from + dt.timedelta(minutes=alert.steps[following][0])
    Alert.objects.filter(pk=alert.pk).update(step_next=following, next_at=next_at)
    if is_new:
        write_log(
            games_id=alert.games_id,
            kind=ALERT_PAGED,
            key=str(alert.number),
            body={"role": role, "step": step, "round": alert.round},
            by=by,
        )


@transaction.atomic
def audit_escalations(
    *, games: GamesRow, by: By, grace_seconds: float = 0.0
) -> tuple[tuple[int, int], ...]:
    """
    Make the calls that should have gone out and did not, say so, and return (alert, step).

    It shares nothing with `escalate_due` but the rows: what is due follows from the frozen chain.
    """
    least = float(room_rules(games)["audit_grace_seconds"])
    grace = dt.timedelta(seconds=max(least, grace_seconds))
    lock_room(games.id)  # first: what is read is what is called
    rows = list(
        Alert.objects.filter(
            games_id=games.id, alert_state=AlertState.OPEN, is_exercise=by.is_exercise
        )
    )
    missed = []
    for alert in rows:
        called = set(alert.pagings.filter(round=alert.round).values_list("step", flat=True))
        for step, (minutes, _) in enumerate(alert.steps):
            due_at = alert.escalates_from + dt.timedelta(minutes=minutes)
            if due_at + grace <= by.now and step not in called:
                missed.append((alert, step))
    if not missed:
        return ()
    for alert, step in missed:
        _call(alert, step, by)
    body = {
        "text": f"{_calls(len(missed))} had not gone out; out now",
        "missed": [[alert.number, step] for alert, step in missed],
    }
    write_log(games_id=games.id, kind=ESCALATION_STOPPED, key="", body=body, by=by)
    return tuple((alert.number, step) for alert, step in missed)


def beat(*, games: GamesRow, name: str, process_id: int, real_now: dt.datetime) -> None:
    """Say that a watcher is alive."""
    Heartbeat.objects.update_or_create(
        games_id=games.id,
        name=name,
        defaults={"beaten_at": real_now, "process_id": process_id},
    )


@transaction.atomic
def save_chain(*, games: GamesRow, code: str, steps: list[tuple[float, str]], by: By) -> int:
    """
    Keep a changed chain as its next number; alerts that are open keep theirs.

    Raises
    ------
    RoomError
        When there is no such chain, or its steps are not in order.

    """
    lock_room(games.id)
    known = chains_of(games=games, rules=room_rules(games))
    if code not in known:
        message = f"no chain {code!r}; known are {', '.join(known)}"
        raise RoomError(message)
    minutes = [step[0] for step in steps]
    if not steps or minutes != sorted(minutes) or not 0 <= minutes[0] <= minutes[-1] <= DAY_MINUTES:
        message = "a chain has steps with minutes that do not fall, from 0 to 1,440"
        raise RoomError(message)
    if any(not role.strip() for _, role in steps):
        message = "each step names a role, or 'owner'"
        raise RoomError(message)
    number = known[code].number + 1
    EscalationChain.objects.create(
        games_id=games.id,
        code=code,
        number=number,
        steps=[[m, role.strip()] for m, role in steps],
        changed_by=by.name,
        changed_at=by.now,
    )
    body = {"code": code, "number": number, "steps": [list(step) for step in steps]}
    write_log(games_id=games.id, kind=CHAIN_CHANGED, key=code, body=body, by=by)
    return number


def _calls(count: int) -> str:
    return "1 call" if count == 1 else f"{count} calls"
