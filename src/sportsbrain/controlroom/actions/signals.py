"""Take signals: count them, raise one alert for what belongs together, clear what has gone."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Sum

from sportsbrain.committee.queries import GamesRow
from sportsbrain.controlroom.actions.alerts import open_alert, resolve
from sportsbrain.controlroom.actions.log import By, lock_room, write_log
from sportsbrain.controlroom.errors import RoomError
from sportsbrain.controlroom.models import Alert, Shelf, Signal
from sportsbrain.controlroom.queries.rules import KindRule, kind_rules, room_rules
from sportsbrain.controlroom.updates import ALERT_COUNTED, LINE, SHELVED
from sportsbrain.vocabulary.statuses import AlertState
from sportsbrain.world.queries import site_facts

FINGERPRINT_MAX, SOURCE_MAX, TEXT_MAX = 200, 80, 300
SHELF_HOURS_MAX = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """
    What a source says: something is on or off, or has a value.

    ``fingerprint`` is what it is about: the same one again is counted, not kept again.
    """

    source: str
    kind: str
    fingerprint: str
    at: dt.datetime
    text: str = ""
    venue: str = ""
    gateway: str = ""
    value: float | None = None
    is_on: bool | None = None


@dataclass(slots=True)
class _Sum:
    """All that one batch says of one fingerprint."""

    last: Said
    count: int
    is_on: bool | None


UPSERT = """
INSERT INTO controlroom_signal AS s (games_id, fingerprint, source, kind, venue, gateway, text,
    value, is_on, count, flips, first_at, last_at, turned_at)
SELECT %(games)s, f, source, kind, venue, gateway, text,
    value, COALESCE(says, false), n, 0, at, at, at
FROM unnest(%(f)s::text[], %(source)s::text[], %(kind)s::text[], %(venue)s::text[],
    %(gateway)s::text[], %(text)s::text[], %(value)s::float8[], %(says)s::bool[], %(n)s::bigint[],
    %(at)s::timestamptz[]) AS t(f, source, kind, venue, gateway, text, value, says, n, at)
ON CONFLICT (games_id, fingerprint) DO UPDATE SET
    source = EXCLUDED.source, kind = EXCLUDED.kind, venue = EXCLUDED.venue,
    count = s.count + EXCLUDED.count, last_at = GREATEST(s.last_at, EXCLUDED.last_at),
    text = EXCLUDED.text, value = EXCLUDED.value, gateway = EXCLUDED.gateway,
    flips = s.flips + CASE WHEN EXCLUDED.last_at >= s.last_at
        AND s.is_on <> (%(said)s::jsonb ->> s.fingerprint)::bool THEN 1 ELSE 0 END,
    turned_at = CASE WHEN EXCLUDED.last_at >= s.last_at
        AND s.is_on <> (%(said)s::jsonb ->> s.fingerprint)::bool
        THEN EXCLUDED.last_at ELSE s.turned_at END,
    is_on = CASE WHEN EXCLUDED.last_at >= s.last_at
        THEN COALESCE((%(said)s::jsonb ->> s.fingerprint)::bool, s.is_on) ELSE s.is_on END
"""


def receive_signals(
    *, games: GamesRow, said: Iterable[Said], by: By
) -> tuple[int, tuple[str, ...]]:
    """
    Count what sources say and raise what has to be; return how many were taken and why not others.

    Raises nothing for bad rows: each is refused with its reason, the others are kept.
    """
    rules = kind_rules(room_rules(games))
    venues = {"", *(site.code for site in site_facts(games_id=games.id))}
    sums: dict[str, _Sum] = {}
    refused, taken, lines = [], 0, []
    for row in said:
        why = _trouble(row, rules, venues)
        if why:
            refused.append(why)
            continue
        taken += 1
        rule = rules[row.kind]
        if not rule.is_alert:
            lines.append(row)
            continue
        row = replace(row, at=min(row.at, by.now))  # noqa: PLW2901  # a clock that is fast delays nothing
        own = sums.get(row.fingerprint)
        is_on = _is_on(row, rule)
        if own is None:
            sums[row.fingerprint] = _Sum(last=row, count=1, is_on=is_on)
        else:
            own.last, own.count = row, own.count + 1
            own.is_on = own.is_on if is_on is None else is_on
    with transaction.atomic():
        lock_room(games.id)  # the room first, then signals: everybody in one order
        _keep(games.id, sums)
        for row in lines:
            body = {"text": row.text or rules[row.kind].name, "venue": row.venue}
            write_log(games_id=games.id, kind=LINE, key=row.source, body=body, by=by)
    raise_and_clear(games=games, by=by)
    return taken, tuple(refused)


def _trouble(row: Said, rules: dict[str, KindRule], venues: set[str]) -> str:
    if row.kind not in rules:
        return f"{row.fingerprint}: no kind {row.kind!r}; known are {', '.join(sorted(rules))}"
    if not row.fingerprint or len(row.fingerprint) > FINGERPRINT_MAX:
        return f"{row.source}: a fingerprint has 1 to {FINGERPRINT_MAX} characters"
    if len(row.source) > SOURCE_MAX or len(row.venue) > SOURCE_MAX or len(row.gateway) > SOURCE_MAX:
        return f"{row.fingerprint}: source, venue and gateway have {SOURCE_MAX} characters at most"
    if row.venue not in venues:
        return f"{row.fingerprint}: no venue {row.venue!r}"
    if row.is_on is None and row.value is None:
        return f"{row.fingerprint}: say whether it is on, or its value"
    if row.at.tzinfo is None:
        return f"{row.fingerprint}: its moment needs a time zone"
    return ""


def _is_on(row: Said, rule: KindRule) -> bool | None:
    """Return whether it is on; None between threshold and deadband: as it was."""
    if row.is_on is not None:
        return row.is_on
    if rule.threshold is None or row.value is None:
        return True
    if row.value >= rule.threshold:
        return True
    return False if row.value < rule.threshold - rule.deadband else None


def _keep(games_id: int, sums: dict[str, _Sum]) -> None:
    if not sums:
        return
    ordered = sorted(sums.items())  # one order for all writers: no deadlock
    with connection.cursor() as cursor:
        cursor.execute(
            UPSERT,
            {
                "games": games_id,
                "f": [key for key, _ in ordered],
                "source": [own.last.source for _, own in ordered],
                "kind": [own.last.kind for _, own in ordered],
                "venue": [own.last.venue for _, own in ordered],
                "gateway": [own.last.gateway for _, own in ordered],
                "text": [own.last.text[:TEXT_MAX] for _, own in ordered],
                "value": [own.last.value for _, own in ordered],
                "says": [own.is_on for _, own in ordered],
                "n": [own.count for _, own in ordered],
                "at": [own.last.at for _, own in ordered],
                "said": json.dumps(
                    {key: own.is_on for key, own in ordered if own.is_on is not None}
                ),
            },
        )


def raise_and_clear(*, games: GamesRow, by: By) -> tuple[int, int]:
    """Raise what has been on long enough, clear what has been off; return how many of each."""
    rules = room_rules(games)
    kinds = kind_rules(rules)
    waiting = Signal.objects.filter(games_id=games.id, is_on=True, alert_number__isnull=True)
    counted = Signal.objects.filter(games_id=games.id, alert_number__isnull=False)
    if not waiting.exists() and not counted.exists():
        return 0, 0
    with transaction.atomic():
        lock_room(games.id)
        raised = _raise_due(games, rules, kinds, by)
        _count(games, by)
        return raised, _clear_due(games, kinds, by)


def group_key(signal: Signal, rule: KindRule) -> str:
    """Return what an alert of this signal is about: what shares it is one alert."""
    if rule.group == "gateway" and signal.gateway:
        return f"gateway:{signal.gateway}"
    if rule.group == "venue":
        return f"{rule.code}:{signal.venue}"
    return rule.code if rule.group == "kind" else f"{rule.code}:{signal.fingerprint}"


def _raise_due(games: GamesRow, rules: dict[str, Any], kinds: dict[str, KindRule], by: By) -> int:
    """Open one alert a group of signals that have been on long enough, unless they are shelved."""
    shelves = list(Shelf.objects.filter(games_id=games.id, begins_at__lte=by.now, until__gt=by.now))
    groups: dict[str, list[Signal]] = defaultdict(list)
    waiting = Signal.objects.filter(games_id=games.id, is_on=True, alert_number__isnull=True)
    for signal in waiting.order_by("pk"):
        rule = kinds.get(signal.kind)
        if rule is None or _is_shelved(signal, rule, shelves):
            continue
        if by.now - signal.turned_at >= dt.timedelta(seconds=rule.raise_after):
            groups[group_key(signal, rule)].append(signal)
    raised = 0
    for key, signals in groups.items():
        alert = Alert.objects.filter(games_id=games.id, group_key=key)
        row = alert.exclude(alert_state=AlertState.RESOLVED).first()
        if row is None:
            row = open_alert(
                games=games, rules=rules, rule=kinds[signals[0].kind], key=key,
                signal=signals[0], signals=sum(s.count for s in signals), by=by,
            )  # fmt: skip
            raised += 1
        Signal.objects.filter(pk__in=[s.pk for s in signals]).update(alert_number=row.number)
    return raised


def _is_shelved(signal: Signal, rule: KindRule, shelves: list[Shelf]) -> bool:
    return rule.priority > 1 and any(
        shelf.kind == signal.kind and shelf.venue in {"", signal.venue} for shelf in shelves
    )


def _count(games: GamesRow, by: By) -> None:
    """Tell the log how many signals an alert has, each time that they have doubled."""
    sums = (
        Signal.objects.filter(games_id=games.id, alert_number__isnull=False)
        .values_list("alert_number")
        .annotate(total=Sum("count"))
    )
    known = dict(
        Alert.objects.filter(games_id=games.id)
        .exclude(alert_state=AlertState.RESOLVED)
        .values_list("number", "signals")
    )
    for number, total in sums:
        if number in known and total >= 2 * max(1, known[number]):
            Alert.objects.filter(games_id=games.id, number=number).update(signals=total)
            body = {"signals": total}
            write_log(games_id=games.id, kind=ALERT_COUNTED, key=str(number), body=body, by=by)


def _clear_due(games: GamesRow, kinds: dict[str, KindRule], by: By) -> int:
    """Resolve alerts whose signals have been off long enough; a latched one waits for a person."""
    rows = Alert.objects.filter(games_id=games.id, is_exercise=by.is_exercise)
    cleared = 0
    for alert in rows.exclude(alert_state=AlertState.RESOLVED):
        rule = kinds.get(alert.kind)
        own = Signal.objects.filter(games_id=games.id, alert_number=alert.number)
        if rule is None or rule.latch or not own.exists() or own.filter(is_on=True).exists():
            continue
        turned = own.aggregate(last=Max("turned_at"))["last"]
        if by.now - turned >= dt.timedelta(seconds=rule.clear_after):
            resolve(alert=alert, reason="it has gone by itself", by=by)
            cleared += 1
    return cleared


def note_silence(*, games: GamesRow, by: By) -> int:
    """Say of sources that have something on and are silent that they are; return how many."""
    rules = room_rules(games)
    before = by.now - dt.timedelta(minutes=rules["stale_minutes"])
    once = [code for code, rule in kind_rules(rules).items() if rule.latch]  # said once, by people
    own = Signal.objects.filter(games_id=games.id)
    told = set(own.filter(kind="source.silent", is_on=True).values_list("fingerprint", flat=True))
    last = dict(
        own.filter(is_on=True)
        .exclude(kind__in=["source.silent", *once])
        .values_list("source")
        .annotate(last=Max("last_at"))
    )
    quiet = {f"silent:{source}": (source, at) for source, at in last.items() if at < before}
    said = [
        Said(source=source, kind="source.silent", fingerprint=key, at=by.now, is_on=True,
             text=f"{source} says nothing since {at:%H:%M} UTC; its last state is kept")
        for key, (source, at) in quiet.items()
        if key not in told
    ]  # fmt: skip
    back = [
        Said(source=key, kind="source.silent", fingerprint=key, at=by.now, is_on=False)
        for key in sorted(told - quiet.keys())
    ]
    if said or back:
        receive_signals(games=games, said=[*said, *back], by=by)
    return len(said)


@transaction.atomic
def shelve(*, games: GamesRow, kind: str, venue: str, hours: float, reason: str, by: By) -> None:
    """
    Let a kind of signal raise no alert for some hours, with a reason.

    Raises
    ------
    RoomError
        When the kind is unknown or about life, the reason missing, the time too long.

    """
    rule = kind_rules(room_rules(games)).get(kind)
    if rule is None or rule.priority == 1:
        message = f"{kind!r} can't be shelved: it is unknown, or about life"
        raise RoomError(message)
    if not reason.strip():
        message = "say why it is shelved"
        raise RoomError(message)
    if not 0 < hours <= SHELF_HOURS_MAX:
        message = f"a shelf lasts up to {SHELF_HOURS_MAX} hours, not {hours:g}"
        raise RoomError(message)
    until = by.now + dt.timedelta(hours=hours)
    Shelf.objects.create(
        games_id=games.id,
        kind=kind,
        venue=venue,
        reason=reason.strip()[:200],
        shelved_by=by.name,
        begins_at=by.now,
        until=until,
    )
    body = {"kind": kind, "venue": venue, "reason": reason.strip(), "until": until.isoformat()}
    write_log(games_id=games.id, kind=SHELVED, key=kind, body=body, by=by)
