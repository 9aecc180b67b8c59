"""Read what tells people apart, and the pairs that wait for somebody's word."""

import datetime as dt
from dataclasses import dataclass

from sportsbrain.access.models import Alike, Registration
from sportsbrain.committee.queries import GamesRow
from sportsbrain.vocabulary.people import RegistrationState

COMPARED = (
    RegistrationState.DRAFT.value,
    RegistrationState.SUBMITTED.value,
    RegistrationState.APPROVED.value,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What is compared of a person, and where the person stands."""

    number: int
    client: str
    category: str
    registration_state: str
    family_name: str
    given_name: str
    birth_date: dt.date | None
    gender: str
    nationality: str
    document: str
    photo: str

    @property
    def name(self) -> str:
        """Return the name as it is printed."""
        return f"{self.given_name} {self.family_name}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikeRow:
    """Two people side by side, and what speaks for and against their being one."""

    one: Identity
    other: Identity
    bits: float
    reasons: tuple[str, ...]

    @property
    def people(self) -> tuple[Identity, Identity]:
        """Return both."""
        return self.one, self.other

    @property
    def ways(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return (who is kept, who goes) both ways."""
        one, other = self.one.number, self.other.number
        return (one, other), (other, one)


_FIELDS = (
    "number", "client__code", "category__code", "registration_state", "family_name", "given_name",
    "birth_date", "gender", "nationality", "document", "photo",
)  # fmt: skip
_NAMES = tuple(name.removesuffix("__code") for name in _FIELDS)


def identities(*, games: GamesRow) -> tuple[Identity, ...]:
    """Return everybody who could be somebody else."""
    rows = Registration.objects.filter(
        games_id=games.id, registration_state__in=COMPARED, erased_at__isnull=True
    )
    return tuple(
        Identity(**dict(zip(_NAMES, values, strict=True)))
        for values in rows.order_by("number").values_list(*_FIELDS)
    )


def alike_rows(*, games: GamesRow, rows_max: int = 50) -> tuple[tuple[AlikeRow, ...], int]:
    """Return pairs that nobody has decided, surest first, and how many there are."""
    rows = Alike.objects.filter(
        one__games_id=games.id,
        are_two__isnull=True,
        one__registration_state__in=COMPARED,
        other__registration_state__in=COMPARED,
    )
    part = list(rows.order_by("-bits", "pk")[:rows_max])
    keys = {key for row in part for key in (row.one_id, row.other_id)}
    people = {
        values[0]: Identity(**dict(zip(_NAMES, values[1:], strict=True)))
        for values in Registration.objects.filter(pk__in=keys).values_list("pk", *_FIELDS)
    }
    found = tuple(
        AlikeRow(
            one=people[row.one_id],
            other=people[row.other_id],
            bits=row.bits,
            reasons=tuple(row.reasons),
        )
        for row in part
    )
    return found, rows.count()
