"""Who sees what: the one table, and what is kept of reading it."""

import datetime as dt
from dataclasses import dataclass

from sportsbrain.access.models import DutySeat, PersonalRead
from sportsbrain.committee.queries import GamesRow
from sportsbrain.vocabulary.people import Duty, FieldClass

FIELDS: dict[str, FieldClass] = {
    "family_name": FieldClass.NAME,
    "given_name": FieldClass.NAME,
    "photo": FieldClass.NAME,
    "function": FieldClass.NAME,
    "birth_date": FieldClass.IDENTITY,
    "gender": FieldClass.IDENTITY,
    "nationality": FieldClass.IDENTITY,
    "document": FieldClass.IDENTITY,
    "email": FieldClass.CONTACT,
    "phone": FieldClass.CONTACT,
    "guardian": FieldClass.CONTACT,
    "needs": FieldClass.NEEDS,
    "check_state": FieldClass.IDENTITY,
    "reason": FieldClass.VETTING,
}
SEES: dict[Duty, frozenset[FieldClass]] = {
    Duty.REGISTER: frozenset(
        {FieldClass.NAME, FieldClass.IDENTITY, FieldClass.CONTACT, FieldClass.NEEDS}
    ),
    Duty.REGISTRATION: frozenset(
        {FieldClass.NAME, FieldClass.IDENTITY, FieldClass.CONTACT, FieldClass.NEEDS}
    ),
    Duty.VETTING: frozenset({FieldClass.NAME, FieldClass.IDENTITY, FieldClass.VETTING}),
    Duty.CARDS: frozenset({FieldClass.NAME}),
    Duty.GATE: frozenset({FieldClass.NAME}),
    Duty.ARRIVALS: frozenset({FieldClass.NAME, FieldClass.CONTACT}),
    Duty.PRIVACY: frozenset({FieldClass.NAME}),
}
# Reading these of one person or of a list is noted.
NOTED = frozenset({FieldClass.IDENTITY, FieldClass.NEEDS, FieldClass.VETTING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """The duties of a user in a Games; of `Duty.REGISTER` the organisations."""

    duties: frozenset[Duty]
    clients: tuple[str, ...]

    def has(self, *wanted: Duty) -> bool:
        """Tell whether the user has one of these duties."""
        return bool(self.duties & set(wanted))

    def sees(self, client: str) -> frozenset[FieldClass]:
        """Return the classes of fields that the duties open, of people of an organisation."""
        found: set[FieldClass] = set()
        for duty in self.duties:
            if duty != Duty.REGISTER or client in self.clients:
                found |= SEES[duty]
        return frozenset(found)

    @property
    def is_office(self) -> bool:
        """Tell whether the user sees people of every organisation."""
        return bool(self.duties - {Duty.REGISTER, Duty.GATE})


def seats_of_user(*, games: GamesRow, user_id: int) -> Seats:
    """Return the duties of a user in a Games."""
    rows = DutySeat.objects.filter(games_id=games.id, user_id=user_id)
    found = list(rows.values_list("duty", "client__code"))
    return Seats(
        duties=frozenset(Duty(duty) for duty, _ in found),
        clients=tuple(sorted(c for duty, c in found if c and duty == Duty.REGISTER.value)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRow:
    """A user's duty."""

    user_id: int
    user: str
    duty: str
    client: str


def duty_rows(*, games: GamesRow) -> tuple[DutyRow, ...]:
    """Return who has which duty."""
    rows = DutySeat.objects.filter(games_id=games.id).select_related("user", "client")
    return tuple(
        DutyRow(
            user_id=row.user_id,
            user=str(row.user),
            duty=row.duty,
            client=row.client.code if row.client else "",
        )
        for row in rows.order_by("duty", "user__username", "client__code")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRow:
    """Who read what of whom."""

    read_at: dt.datetime
    read_by: str
    field_class: str
    people: int
    registration: int | None


def reads(*, games: GamesRow, rows_max: int = 200) -> tuple[ReadRow, ...]:
    """Return the newest reads of sensitive fields."""
    rows = PersonalRead.objects.filter(games_id=games.id).select_related("registration")
    return tuple(
        ReadRow(
            read_at=row.read_at,
            read_by=row.read_by,
            field_class=row.field_class,
            people=row.people,
            registration=row.registration.number if row.registration else None,
        )
        for row in rows.order_by("-id")[:rows_max]
    )


def matrix() -> tuple[tuple[str, tuple[bool, ...]], ...]:
    """Return (duty, whether it sees each class in the order of `FieldClass`)."""
    return tuple((duty.value, tuple(name in SEES[duty] for name in FieldClass)) for duty in Duty)
