"""Two registrations are one person, or two: a person says which."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from sportsbrain.access.actions.cards import end_cards
from sportsbrain.access.actions.rows import By, people_of
from sportsbrain.access.errors import AccessError
from sportsbrain.access.models import Alike, Card, Movement, Registration
from sportsbrain.access.queries.duplicates import COMPARED
from sportsbrain.committee.actions import record_audit
from sportsbrain.committee.queries import GamesRow
from sportsbrain.vocabulary.people import CardState, RegistrationState

FILLED = ("birth_date", "gender", "nationality", "document", "email", "phone", "guardian",
          "needs", "photo", "function")  # fmt: skip


@transaction.atomic
def merge_people(*, games: GamesRow, keep: int, drop: int, by: By) -> None:
    """
    Keep one registration of a person; the other is closed and points to it.

    What the kept one lacks is filled from the other; its cards end, its place is free again.

    Raises
    ------
    AccessError
        When both are one row, or one is closed already.

    """
    if keep == drop:
        message = "a registration can't be merged with itself"
        raise AccessError(message)
    rows = {row.number: row for row in people_of(games, (keep, drop))}
    kept, gone = rows[keep], rows[drop]
    for row in (kept, gone):
        if row.registration_state == RegistrationState.MERGED.value or row.erased_at:
            message = f"registration {row.number} is merged already, or erased"
            raise AccessError(message)
    if kept.registration_state not in COMPARED:
        message = f"registration {keep} is {kept.registration_state}: keep the other one"
        raise AccessError(message)
    cards = Card.objects.filter(registration=gone, card_state=CardState.VALID.value)
    end_cards(
        games=games,
        numbers=tuple(cards.values_list("number", flat=True)),
        state=CardState.CANCELLED,
        why=f"same person as {keep}",
        by=by,
    )
    filled = {
        name: getattr(gone, name)
        for name in FILLED
        if not getattr(kept, name) and getattr(gone, name)
    }
    Registration.objects.filter(pk=kept.pk).update(
        **filled, answers={**gone.answers, **kept.answers}
    )
    Registration.objects.filter(pk=gone.pk).update(
        registration_state=RegistrationState.MERGED.value,
        merged_into=kept,
        decided_by=by.name,
        decided_at=by.now,
    )
    known = Movement.objects.filter(registration=kept).values_list("direction", flat=True)
    Movement.objects.filter(registration=gone).exclude(direction__in=list(known)).update(
        registration=kept
    )
    one, other = sorted((kept.pk, gone.pk))
    Alike.objects.update_or_create(
        one_id=one, other_id=other,
        defaults={"are_two": False, "decided_by": by.name, "decided_at": by.now},
        create_defaults={
            "are_two": False, "decided_by": by.name, "decided_at": by.now, "proposed_at": by.now
        },
    )  # fmt: skip
    pairs = Alike.objects.filter(Q(one=gone) | Q(other=gone), are_two__isnull=True)
    pairs.delete()  # whoever else was alike is compared with who is kept
    record_audit(
        games_id=games.id, actor=by.name, verb="merged registrations", thing=f"{drop} into {keep}",
        details={"filled": sorted(filled)},
    )  # fmt: skip


@transaction.atomic
def say_two_people(*, games: GamesRow, one: int, other: int, by: By) -> None:
    """Say that two registrations are two people: they are not proposed again."""
    rows = {row.number: row for row in people_of(games, (one, other))}
    first, second = sorted((rows[one].pk, rows[other].pk))
    said = {"are_two": True, "decided_by": by.name, "decided_at": by.now}
    Alike.objects.update_or_create(
        one_id=first, other_id=second, defaults=said,
        create_defaults={**said, "proposed_at": by.now},
    )  # fmt: skip
    record_audit(
        games_id=games.id, actor=by.name, verb="said two people", thing=f"{one}, {other}",
        details={},
    )  # fmt: skip


@transaction.atomic
def keep_alike(
    *, games: GamesRow, pairs: Iterable[tuple[int, int, float, tuple[str, ...]]], by: By
) -> int:
    """
    Keep proposed pairs (number, number, bits, reasons) that nobody has decided; return how many.

    Pairs that are proposed no longer go.
    """
    found = {(min(a, b), max(a, b)): (bits, list(reasons)) for a, b, bits, reasons in pairs}
    numbers = {number for pair in found for number in pair}
    keys = dict(
        Registration.objects.filter(games_id=games.id, number__in=list(numbers)).values_list(
            "number", "pk"
        )
    )
    Alike.objects.filter(one__games_id=games.id, are_two__isnull=True).delete()
    rows = []
    for (a, b), (bits, reasons) in found.items():
        one, other = sorted((keys[a], keys[b]))
        rows.append(
            Alike(one_id=one, other_id=other, bits=bits, reasons=reasons, proposed_at=by.now)
        )
    Alike.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)
    return Alike.objects.filter(one__games_id=games.id, are_two__isnull=True).count()
