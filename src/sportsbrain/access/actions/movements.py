"""Take arrivals and departures in; report how far travellers are."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from sportsbrain.access.actions.rows import BATCH, By
from sportsbrain.access.errors import AccessError, UnknownPersonError
from sportsbrain.access.models import Movement, Registration
from sportsbrain.committee.actions import record_audit
from sportsbrain.committee.queries import GamesRow
from sportsbrain.live.actions import append_update
from sportsbrain.vocabulary.people import Direction, MovementState, Trouble

MOVED = "people.moved"
AROUND = dt.timedelta(days=60)
BAGS_MAX = 40
FIELDS = ("port", "carrier", "at", "bags", "special")


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementValues:
    """One person's way in or out; the person is named as in the list of people."""

    client: str
    code: str
    direction: Direction
    port: str
    at: dt.datetime
    carrier: str = ""
    bags: int = 1
    special: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What became of a list; created + changed + same + refused are all of it."""

    created: int
    changed: int
    same: int
    refused: tuple[tuple[int, Trouble], ...]


@transaction.atomic
def save_movements(*, games: GamesRow, rows: Sequence[MovementValues], by: By) -> Moved:
    """Create or change arrivals and departures of registered people; the rest is refused."""
    people = {
        (client, code): key
        for key, client, code in Registration.objects.filter(
            games_id=games.id, code__in=[row.code for row in rows]
        ).values_list("pk", "client__code", "code")
    }
    known = {
        (row.registration_id, row.direction): row
        for row in Movement.objects.filter(
            games_id=games.id, registration__in=list(people.values())
        ).select_for_update(of=("self",)).order_by("pk")
    }  # fmt: skip
    new: list[Movement] = []
    touched: list[Movement] = []
    refused: list[tuple[int, Trouble]] = []
    same = 0
    seen: set[tuple[int, str]] = set()
    for index, row in enumerate(rows):
        key = people.get((row.client, row.code))
        trouble = _trouble(row, games, key, by)
        place = (key or 0, row.direction.value)
        if not trouble and place in seen:
            trouble = Trouble(column="code", value=row.code, reason="twice",
                              advice="a person has one arrival and one departure")  # fmt: skip
        if trouble or key is None:
            refused.append((index, trouble or _unknown(row)))
            continue
        seen.add(place)
        values = {name: getattr(row, name) for name in FIELDS}
        before = known.get(place)
        if before is None:
            new.append(
                Movement(games_id=games.id, registration_id=key, direction=place[1], **values)
            )
        elif any(getattr(before, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(before, name, value)
            touched.append(before)
        else:
            same += 1
    Movement.objects.bulk_create(new, batch_size=BATCH)
    if touched:
        Movement.objects.bulk_update(touched, FIELDS, batch_size=500)
    if new or touched:
        counts = {"created": len(new), "changed": len(touched)}
        append_update(games_id=games.id, topic=MOVED, key="*", body=counts, recorded_at=by.now)
        record_audit(games_id=games.id, actor=by.name, verb="saved arrivals and departures",
                     thing=f"{len(new) + len(touched)} people", details=counts)  # fmt: skip
    return Moved(created=len(new), changed=len(touched), same=same, refused=tuple(refused))


def _unknown(row: MovementValues) -> Trouble:
    return Trouble(column="code", value=row.code, reason="unknown",
                   advice=f"nobody of {row.client} is registered with this code")  # fmt: skip


def _trouble(row: MovementValues, games: GamesRow, key: int | None, by: By) -> Trouble | None:
    if not by.owns(row.client):
        return Trouble(column="organisation", value=row.client, reason="not yours",
                       advice=f"you report people of {by.client}")  # fmt: skip
    if key is None:
        return _unknown(row)
    first = dt.datetime.combine(games.starts_on, dt.time(), tzinfo=dt.UTC) - AROUND
    last = dt.datetime.combine(games.ends_on, dt.time(), tzinfo=dt.UTC) + AROUND
    if not first <= row.at <= last:
        return Trouble(column="at", value=row.at.isoformat(), reason="far away",
                       advice="within sixty days of the Games")  # fmt: skip
    if not 0 <= row.bags <= BAGS_MAX:
        return Trouble(column="bags", value=str(row.bags), reason="impossible",
                       advice=f"0 to {BAGS_MAX} bags a person")  # fmt: skip
    for name, most in (("port", 40), ("carrier", 20), ("special", 200)):
        value = getattr(row, name)
        if len(value) > most or "\x00" in value:
            return Trouble(column=name, value=value[:40].replace("\x00", ""), reason="too long",
                           advice=f"at most {most} letters")  # fmt: skip
    if not row.port:
        return Trouble(column="port", value="", reason="missing",
                       advice="airport or station")  # fmt: skip
    return None


@transaction.atomic
def report_movement(
    *, games: GamesRow, number: int, direction: Direction, state: MovementState, by: By
) -> None:
    """
    Report how far a traveller is.

    Raises
    ------
    UnknownPersonError
        When the person has no such movement.
    AccessError
        When the traveller is further already.

    """
    row = (
        Movement.objects.select_for_update(of=("self",))
        .filter(games_id=games.id, registration__number=number, direction=direction.value)
        .first()
    )
    if row is None:
        message = f"registration {number} has no {direction}"
        raise UnknownPersonError(message)
    order = list(MovementState)
    if order.index(state) < order.index(MovementState(row.movement_state)):
        message = f"{number} is {row.movement_state} already"
        raise AccessError(message)
    Movement.objects.filter(pk=row.pk).update(
        movement_state=state.value, reported_at=by.now, reported_by=by.name
    )
    append_update(
        games_id=games.id, topic=MOVED, key=str(number),
        body={"direction": direction.value, "state": state.value}, recorded_at=by.now,
    )  # fmt: skip


@transaction.atomic
def report_carrier(
    *,
    games: GamesRow,
    carrier: str,
    at: dt.datetime,
    direction: Direction,
    state: MovementState,
    by: By,
) -> int:
    """Report everybody of a carrier who is not further yet, and return how many were."""
    order = list(MovementState)
    before = [s.value for s in order[: order.index(state)]]
    changed = Movement.objects.filter(
        games_id=games.id,
        carrier=carrier,
        at=at,
        direction=direction.value,
        movement_state__in=before,
    ).update(movement_state=state.value, reported_at=by.now, reported_by=by.name)
    if changed:
        append_update(
            games_id=games.id, topic=MOVED, key=carrier or "*",
            body={"direction": direction.value, "state": state.value, "people": changed},
            recorded_at=by.now,
        )  # fmt: skip
    return changed
