"""
Many stays at once: of the room plan in force, or of a room list.

What is wished is compared with what is; who has come keeps the bed they have. Everything is written
in one transaction, and the constraints look at its end.
"""

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.db import IntegrityError, connection, transaction

from sportsbrain.live.actions import append_update
from sportsbrain.village.actions.once import By
from sportsbrain.village.actions.passes import revoke_residents
from sportsbrain.village.errors import VillageError
from sportsbrain.village.models import Stay, VillageRoom
from sportsbrain.vocabulary.village import GUEST, OPEN, StayState

SETTLED = "village.settled"
BATCH = 2_000
SHOWN = 10
CHANGED = ("room", "bed", "nights", "stay_state", "plan_version", "delegation", "gender", "role")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomValues:
    """A room; ``door`` is its apartment."""

    code: str
    building: str
    floor: int
    door: str
    beds: int
    is_accessible: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StayValues:
    """A bed that somebody is to have: ``bed`` counts from 0, ``after`` is the day of leaving."""

    person: str
    room: str
    bed: int
    first: dt.date
    after: dt.date
    delegation: str
    gender: str
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """
    People by what became of them.

    ``held`` have come and keep their bed; ``gone`` have left, or their nights are over.
    """

    created: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    other_nights: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    cancelled: tuple[str, ...] = ()

    @property
    def changed(self) -> int:
        """Return how many stays are other than before."""
        return len(self.created) + len(self.moved) + len(self.other_nights) + len(self.cancelled)


@dataclass(slots=True)
class _Sorting:
    """Stays to write, and who is in which list."""

    created: list[Stay] = field(default_factory=list)
    changed: list[Stay] = field(default_factory=list)
    names: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


@transaction.atomic
def save_rooms(*, games_id: int, rooms: Sequence[RoomValues]) -> int:
    """Make or change rooms and return how many; none is taken away."""
    VillageRoom.objects.bulk_create(
        [
            VillageRoom(games_id=games_id, code=row.code, building=row.building, floor=row.floor,
                        door=row.door, beds=row.beds, is_accessible=row.is_accessible)
            for row in rooms
        ],
        update_conflicts=True, unique_fields=["games", "code"], batch_size=BATCH,
        update_fields=["building", "floor", "door", "beds", "is_accessible"],
    )  # fmt: skip
    return len(rooms)


def settle_stays(
    *, games_id: int, wishes: Sequence[StayValues], by: By, is_whole: bool,
    version: int | None = None, on: dt.date | None = None,
) -> Settled:  # fmt: skip
    """
    Let stays be as wished; ``is_whole``: who is not named and has not come does not come.

    ``on`` is the day where the Games are; None: that of ``by.now``.

    Raises
    ------
    VillageError
        When a room or bed is unknown, or two would share a bed: nothing is changed then.

    """
    try:
        with transaction.atomic():
            today = on or by.now.date()
            return _settle(games_id, wishes, by, version, today, is_whole=is_whole)
    except IntegrityError as error:
        message = "nothing is changed: a bed is somebody's who has left or moved in these nights"
        raise VillageError(message) from error


def _settle(
    games_id: int, wishes: Sequence[StayValues], by: By, version: int | None, today: dt.date, *,
    is_whole: bool,
) -> Settled:  # fmt: skip
    rooms = {row.code: row for row in VillageRoom.objects.select_for_update().filter(
        games_id=games_id).order_by("pk")}  # fmt: skip
    _refuse_unknown(wishes, rooms)
    wishes, gone = _still_to_come(games_id, wishes, today) if is_whole else (wishes, ())
    have = {
        stay.person: stay
        for stay in Stay.objects.select_for_update(of=("self",))
        .filter(games_id=games_id, stay_state__in=[state.value for state in OPEN])
        .select_related("room")
        .order_by("person", "-nights")
    }
    sorting = _sorted(games_id, wishes, rooms, have, version)
    sorting.names["gone"] += gone
    if is_whole:
        named = {*(wish.person for wish in wishes), *gone}
        for person, stay in have.items():
            is_ours = stay.role == GUEST  # a bed that was ordered: no plan takes it away
            if person not in named and stay.stay_state == StayState.RESERVED.value and not is_ours:
                stay.stay_state = StayState.CANCELLED.value
                sorting.changed.append(stay)
                sorting.names["cancelled"].append(person)
    over = [stay.pk for stay in sorting.changed
            if stay.pk and stay.stay_state == StayState.CANCELLED.value]  # fmt: skip
    revoke_residents(games_id=games_id, stays=over, now=by.now)
    _refuse_shared(have)
    _refuse_rules(have, sorting, is_plan=is_whole)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS one_person_a_bed, one_bed_a_person DEFERRED")
    Stay.objects.bulk_update(sorting.changed, CHANGED, batch_size=BATCH)
    Stay.objects.bulk_create(sorting.created, batch_size=BATCH)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS one_person_a_bed, one_bed_a_person IMMEDIATE")
    if version is not None:
        people = [wish.person for wish in wishes]
        rows = Stay.objects.filter(games_id=games_id, person__in=people)
        rows.filter(stay_state__in=[state.value for state in OPEN]).update(plan_version=version)
    found = Settled(**{name: tuple(people) for name, people in sorting.names.items()})
    if found.changed:
        append_update(
            games_id=games_id, topic=SETTLED, key=str(version or "list"), recorded_at=by.now,
            body={"created": len(found.created), "moved": len(found.moved), "by": by.name,
                  "other_nights": len(found.other_nights), "cancelled": len(found.cancelled),
                  "held": len(found.held), "version": version},
        )  # fmt: skip
    return found


def nights_of(stay: Stay) -> tuple[dt.date, dt.date]:
    """Return the first night and the day of leaving, of a stay that was read or is new."""
    if isinstance(stay.nights, tuple):
        return stay.nights
    return stay.nights.lower, stay.nights.upper


def _refuse_unknown(wishes: Sequence[StayValues], rooms: dict[str, VillageRoom]) -> None:
    seen: set[str] = set()
    for wish in wishes:
        room = rooms.get(wish.room)
        if room is None:
            message = f"{wish.person}: there is no room {wish.room}"
        elif not 0 <= wish.bed < room.beds:
            message = f"{wish.person}: {wish.room} has the beds 1 to {room.beds}"
        elif wish.first >= wish.after:
            message = f"{wish.person}: a stay has a night: leaves after it arrives"
        elif wish.person in seen:
            message = f"{wish.person} stands in the list twice"
        else:
            seen.add(wish.person)
            continue
        raise VillageError(message)


def _sorted(
    games_id: int, wishes: Sequence[StayValues], rooms: dict[str, VillageRoom],
    have: dict[str, Stay], version: int | None,
) -> _Sorting:  # fmt: skip
    """Compare what is wished with what is; ``have`` is brought to what is wished."""
    sorting = _Sorting()
    for wish in wishes:
        stay = have.get(wish.person)
        room = rooms[wish.room]
        if stay is None:
            made = Stay(
                games_id=games_id, person=wish.person, delegation=wish.delegation,
                gender=wish.gender, role=wish.role, room=room, bed=wish.bed,
                nights=(wish.first, wish.after), plan_version=version,
            )  # fmt: skip
            have[wish.person] = made
            sorting.created.append(made)
            sorting.names["created"].append(wish.person)
            continue
        if _facts_of(stay, wish):
            sorting.changed.append(stay)
        nights = nights_of(stay)
        is_there = (stay.room_id, stay.bed) == (room.pk, wish.bed)
        if stay.stay_state == StayState.IN_HOUSE.value:
            if is_there and nights[1] == wish.after:
                sorting.names["same"].append(wish.person)
            elif is_there and wish.after > nights[0]:
                stay.nights = (nights[0], wish.after)
                _once(sorting.changed, stay)
                sorting.names["other_nights"].append(wish.person)
            else:
                sorting.names["held"].append(wish.person)
            continue
        stay.room, stay.bed, stay.nights = room, wish.bed, (wish.first, wish.after)
        stay.plan_version = version if version is not None else stay.plan_version
        if not is_there:
            sorting.names["moved"].append(wish.person)
        elif nights != (wish.first, wish.after):
            sorting.names["other_nights"].append(wish.person)
        else:
            sorting.names["same"].append(wish.person)
            continue
        _once(sorting.changed, stay)
    return sorting


def _once(stays: list[Stay], stay: Stay) -> None:
    """Add a stay unless it was added just now."""
    if not stays or stays[-1] is not stay:
        stays.append(stay)


def _facts_of(stay: Stay, wish: StayValues) -> bool:
    """Bring what is known of a person to what is wished; tell whether it was other."""
    known = (stay.delegation, stay.gender, stay.role)
    wished = (wish.delegation, wish.gender, wish.role)
    stay.delegation, stay.gender, stay.role = (
        new or old for old, new in zip(known, wished, strict=True)
    )
    return known != (stay.delegation, stay.gender, stay.role)


def _still_to_come(
    games_id: int, wishes: Sequence[StayValues], today: dt.date
) -> tuple[list[StayValues], tuple[str, ...]]:
    """Return the wishes of those who have not left, for nights to come; and who is left out."""
    rows = Stay.objects.filter(games_id=games_id)
    left = set(rows.filter(stay_state=StayState.DEPARTED.value).values_list("person", flat=True))
    left -= set(
        rows.filter(stay_state__in=[state.value for state in OPEN]).values_list("person", flat=True)
    )
    here = set(rows.filter(stay_state=StayState.IN_HOUSE.value).values_list("person", flat=True))
    kept, gone = [], []
    for wish in wishes:
        if wish.person in left or (wish.after <= today and wish.person not in here):
            gone.append(wish.person)
        elif wish.first < today and wish.person not in here:
            kept.append(replace(wish, first=today))
        else:
            kept.append(wish)
    return kept, tuple(gone)


def _refuse_rules(have: dict[str, Stay], sorting: _Sorting, *, is_plan: bool) -> None:
    """
    Refuse closed rooms; of a list also rooms of another gender and apartments of others.

    A plan of the beds was judged by its own check.
    """
    doors: dict[tuple[str, str], list[Stay]] = defaultdict(list)
    for stay in have.values():
        if stay.stay_state != StayState.CANCELLED.value:
            doors[stay.room.building, stay.room.door].append(stay)
    against: list[str] = []
    for name in ("created", "moved", *(() if is_plan else ("other_nights",))):
        for person in sorting.names[name]:
            stay = have[person]
            near = [] if is_plan else doors[stay.room.building, stay.room.door]
            against += [f"{person}: {text}" for text in rules_against(stay, near)]
    if against:
        more = f" and {len(against) - SHOWN} more" if len(against) > SHOWN else ""
        message = f"nothing is changed: {'; '.join(against[:SHOWN])}{more}"
        raise VillageError(message)


def rules_against(stay: Stay, near: Sequence[Stay]) -> list[str]:
    """Return the rules that a bed breaks: closed, of another gender, of another delegation."""
    first, after = nights_of(stay)
    others = [
        row
        for row in near
        if row.person != stay.person and nights_of(row)[0] < after and first < nights_of(row)[1]
    ]
    found = [f"{stay.room.code} is closed: {stay.room.closed_for}"] if stay.room.closed_for else []
    if any(row.room_id == stay.room_id and row.gender != stay.gender for row in others):
        found.append(f"{stay.room.code} is a room of another gender in these nights")
    whose = sorted({row.delegation for row in others if row.delegation != stay.delegation})
    if whose:
        found.append(f"the apartment {stay.room.door} is of {', '.join(whose)} in these nights")
    return found


def _refuse_shared(have: dict[str, Stay]) -> None:
    """Refuse two in a bed before the database does, with their names."""
    beds: dict[tuple[int, int], list[tuple[dt.date, dt.date, str]]] = defaultdict(list)
    for person, stay in have.items():
        if stay.stay_state != StayState.CANCELLED.value:
            first, after = nights_of(stay)
            beds[stay.room_id, stay.bed].append((first, after, person))
    clashes = []
    for some in beds.values():
        some.sort()
        clashes += [
            f"{a[2]} and {b[2]} in one bed from {b[0]:%d %b}"
            for a, b in itertools.pairwise(some)
            if b[0] < a[1]
        ]
    if clashes:
        more = f" and {len(clashes) - SHOWN} more" if len(clashes) > SHOWN else ""
        message = f"nothing is changed: {'; '.join(clashes[:SHOWN])}{more}"
        raise VillageError(message)
