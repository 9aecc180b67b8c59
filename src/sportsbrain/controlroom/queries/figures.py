"""Key figures of alarm practice, and the rows of the room's other pages."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from sportsbrain.committee.queries import GamesRow
from sportsbrain.controlroom.models import Alert, Handover, Incident, Shelf, Signal, Task
from sportsbrain.controlroom.queries.rules import KindRule, kind_rules, room_rules
from sportsbrain.controlroom.queries.situation import (
    alert_row,
    incident_row,
    room_state_now,
    task_row,
)
from sportsbrain.controlroom.updates import AlertNow, IncidentNow, TaskNow

TEN = 600
WORST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How the alarms of a day behave; rates are alerts in ten minutes of one operator."""

    since: dt.datetime
    until: dt.datetime
    operators: int
    alerts: int
    rate: float
    rate_target: float
    flood_share: float
    flood_limit: int
    worst: tuple[tuple[str, int, int], ...]
    stale: int
    chattering: tuple[tuple[str, int], ...]
    taken_p50_seconds: float | None
    taken_p90_seconds: float | None
    first_priority_share: float
    hours: tuple[tuple[dt.datetime, int], ...]
    shelved: tuple[tuple[str, str, str, dt.datetime], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverRow:
    """A shift's note."""

    number: int
    station: str
    note: str
    items: tuple[dict[str, str], ...]
    signed_out_by: str
    signed_out_at: dt.datetime
    signed_in_by: str
    signed_in_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPage:
    """An incident with its tasks, also when it is closed."""

    incident: IncidentNow
    incident_state: str
    closed_at: dt.datetime | None
    playbook: str
    tasks: tuple[TaskNow, ...]
    alerts: tuple[AlertNow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that went out for an alert."""

    step: int
    role: str
    paged_at: dt.datetime
    paged_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPage:
    """An alert with its chain, its calls and the signals behind it."""

    alert: AlertNow
    group_key: str
    resolved_at: dt.datetime | None
    steps: tuple[tuple[float, str], ...]
    next_at: dt.datetime | None
    calls: tuple[Call, ...]
    signals: tuple[tuple[str, str, int, bool, dt.datetime], ...]


def figures(*, games: GamesRow, until: dt.datetime, hours: int = 24) -> Figures:
    """Return the figures of the last hours; there is an operator at each station."""
    since = until - dt.timedelta(hours=hours)
    rules = room_rules(games)
    kinds = kind_rules(rules)
    operators = max(1, len(rules["stations"]))
    rows = list(Alert.objects.filter(games_id=games.id, opened_at__gt=since, opened_at__lte=until))
    bins = Counter(int((row.opened_at - since).total_seconds() // TEN) for row in rows)
    count = hours * 3600 // TEN
    flood = rules["flood_per_10_minutes"]
    taken = sorted(
        (row.acknowledged_at - row.opened_at).total_seconds()
        for row in rows
        if row.acknowledged_at is not None
    )
    groups = Counter(row.group_key for row in rows)
    signals = Counter({row.group_key: 0 for row in rows})
    for row in rows:
        signals[row.group_key] += row.signals
    by_hour = Counter(int((row.opened_at - since).total_seconds() // 3600) for row in rows)
    shelves = Shelf.objects.filter(games_id=games.id, until__gt=until).order_by("until")
    return Figures(
        since=since,
        until=until,
        operators=operators,
        alerts=len(rows),
        rate=len(rows) / count / operators,
        rate_target=rules["target_per_10_minutes"],
        flood_share=sum(1 for n in bins.values() if n / operators > flood) / count,
        flood_limit=flood,
        worst=tuple((_words(key, kinds), n, signals[key]) for key, n in groups.most_common(WORST)),
        stale=Alert.objects.filter(games_id=games.id, opened_at__lte=until - dt.timedelta(days=1))
        .exclude(alert_state="resolved")
        .count(),
        chattering=tuple(
            Signal.objects.filter(
                games_id=games.id, flips__gte=rules["chattering_flips"], last_at__gt=since
            )
            .order_by("-flips")
            .values_list("fingerprint", "flips")[:WORST]
        ),
        taken_p50_seconds=_share(taken, 0.5),
        taken_p90_seconds=_share(taken, 0.9),
        first_priority_share=sum(row.priority == 1 for row in rows) / len(rows) if rows else 0.0,
        hours=tuple((since + dt.timedelta(hours=n), by_hour.get(n, 0)) for n in range(hours)),
        shelved=tuple(
            (shelf.kind, shelf.venue, f"{shelf.reason} ({shelf.shelved_by})", shelf.until)
            for shelf in shelves
        ),
    )


def _words(key: str, kinds: dict[str, KindRule]) -> str:
    """Return what a group of signals is about: the name of its kind, and where."""
    kind, _, rest = key.partition(":")
    return f"{kinds[kind].name} {rest}".strip() if kind in kinds else f"{kind} {rest}"


def _share(values: list[float], share: float) -> float | None:
    return values[min(len(values) - 1, int(share * len(values)))] if values else None


def incident_page(*, games: GamesRow, number: int) -> IncidentPage | None:
    """Return an incident, open or closed; None when there is none."""
    row = Incident.objects.filter(games_id=games.id, number=number).first()
    if row is None:
        return None
    tasks = Task.objects.filter(games_id=games.id, incident_number=number).order_by("number")
    alerts = Alert.objects.filter(games_id=games.id, incident_number=number).order_by("number")
    return IncidentPage(
        incident=incident_row(row),
        incident_state=row.incident_state,
        closed_at=row.closed_at,
        playbook=row.playbook,
        tasks=tuple(task_row(task) for task in tasks),
        alerts=tuple(alert_row(alert) for alert in alerts),
    )


def alert_page(*, games: GamesRow, number: int) -> AlertPage | None:
    """Return an alert, open or resolved; None when there is none."""
    row = Alert.objects.filter(games_id=games.id, number=number).first()
    if row is None:
        return None
    own = Signal.objects.filter(games_id=games.id, alert_number=number).order_by("-count")[:50]
    return AlertPage(
        alert=alert_row(row),
        group_key=row.group_key,
        resolved_at=row.resolved_at,
        steps=tuple((float(minutes), str(role)) for minutes, role in row.steps),
        next_at=row.next_at,
        calls=tuple(
            Call(step=p.step, role=p.role, paged_at=p.paged_at, paged_by=p.paged_by)
            for p in row.pagings.order_by("paged_at", "step")
        ),
        signals=tuple((s.fingerprint, s.text, s.count, s.is_on, s.last_at) for s in own),
    )


def open_items(*, games: GamesRow) -> list[dict[str, str]]:
    """Return everything that is open, as a handover lists it."""
    state = room_state_now(games=games)
    rows = [
        {"kind": "incident", "number": str(i.number), "text": i.text, "where": i.venue}
        for i in state.incidents.values()
        if not i.is_confidential
    ]
    rows += [
        {"kind": "alert", "number": str(a.number), "text": a.text, "where": a.venue}
        for a in state.alerts.values()
    ]
    secret = {i.number for i in state.incidents.values() if i.is_confidential}
    rows += [
        {"kind": "task", "number": str(t.number), "text": t.text, "where": t.role}
        for t in state.tasks.values()
        if t.incident not in secret
    ]
    return rows


def signals_on(*, games: GamesRow, kinds: tuple[str, ...]) -> tuple[tuple[str, str, str, str], ...]:
    """Return (source, kind, fingerprint, venue) of what is on now."""
    rows = Signal.objects.filter(games_id=games.id, kind__in=kinds, is_on=True).order_by("pk")
    return tuple(rows.values_list("source", "kind", "fingerprint", "venue"))


def is_incident_hidden(*, games: GamesRow, number: int) -> bool:
    """Tell whether an incident, open or closed, is confidential."""
    rows = Incident.objects.filter(games_id=games.id, number=number, is_confidential=True)
    return rows.exists()


def venue_of(*, games: GamesRow, kind: str, number: int) -> str:
    """Return the venue of an alert, an incident, or of the incident of a task; nothing without."""
    if kind == "alert":
        alerts = Alert.objects.filter(games_id=games.id, number=number)
        return alerts.values_list("venue", flat=True).first() or ""
    if kind == "task":
        tasks = Task.objects.filter(games_id=games.id, number=number)
        number = tasks.values_list("incident_number", flat=True).first() or 0
    incidents = Incident.objects.filter(games_id=games.id, number=number)
    return incidents.values_list("venue", flat=True).first() or ""


def is_task_hidden(*, games: GamesRow, number: int) -> bool:
    """Tell whether a task belongs to a confidential incident."""
    task = Task.objects.filter(games_id=games.id, number=number).first()
    if task is None or task.incident_number is None:
        return False
    return is_incident_hidden(games=games, number=task.incident_number)


def handovers(*, games: GamesRow, rows_max: int = 20) -> tuple[HandoverRow, ...]:
    """Return the newest notes first."""
    rows = Handover.objects.filter(games_id=games.id).order_by("-number")[:rows_max]
    return tuple(
        HandoverRow(
            number=row.number,
            station=row.station,
            note=row.note,
            items=tuple(row.items),
            signed_out_by=row.signed_out_by,
            signed_out_at=row.signed_out_at,
            signed_in_by=row.signed_in_by,
            signed_in_at=row.signed_in_at,
        )
        for row in rows
    )
