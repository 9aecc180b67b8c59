"""Note who read what of whom; erase people."""

import datetime as dt
import pathlib
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from sportsbrain.access.actions.cards import end_cards
from sportsbrain.access.actions.entries import withdraw_athletes
from sportsbrain.access.actions.photos import drop_photos
from sportsbrain.access.actions.rows import By, people_of
from sportsbrain.access.models import (
    Alike,
    BackgroundCheck,
    Card,
    EntryStep,
    Movement,
    PersonalRead,
    Registration,
)
from sportsbrain.committee.actions import record_audit
from sportsbrain.committee.queries import GamesRow
from sportsbrain.inbox.actions import drop_uploads, forget_files
from sportsbrain.vocabulary.people import (
    CardState,
    FieldClass,
    RegistrationState,
    WithdrawalReason,
)
from sportsbrain.world.actions import forget_participants
from sportsbrain.world.queries import organisations_of_participants

SOURCES = ("people", "arrivals")  # whose lists hold what is erased
BLANK: dict[str, Any] = {
    "family_name": "", "given_name": "", "birth_date": None, "gender": "", "nationality": "",
    "document": "", "email": "", "phone": "", "guardian": "", "needs": "", "answers": {},
    "photo": "", "function": "", "why": "",
}  # fmt: skip


def note_read(
    *, games: GamesRow, classes: Iterable[FieldClass], by: By, number: int | None = None,
    people: int = 1,
) -> None:  # fmt: skip
    """Note that somebody read sensitive fields of a person, or of a list of people."""
    row = None
    if number is not None:
        row = Registration.objects.filter(games_id=games.id, number=number).first()
    PersonalRead.objects.bulk_create(
        [
            PersonalRead(
                games_id=games.id,
                registration=row,
                field_class=name.value,
                people=people,
                read_by=by.name,
                read_at=by.now,
            )
            for name in classes
        ]
    )


@transaction.atomic
def erase_people(*, games: GamesRow, numbers: Iterable[int], why: str, by: By) -> int:
    """Blank everything that says who people are; numbers and cards stay. It can't be undone."""
    wanted = set(numbers)
    merged = Registration.objects.filter(games_id=games.id, merged_into__number__in=wanted)
    wanted |= set(merged.values_list("number", flat=True))  # the same person under another number
    rows = [row for row in people_of(games, wanted) if row.erased_at is None]
    keys = [row.pk for row in rows]
    photos = {row.photo for row in rows if row.photo}
    Alike.objects.filter(Q(one_id__in=keys) | Q(other_id__in=keys)).delete()
    Movement.objects.filter(registration_id__in=keys).delete()
    cards = Card.objects.filter(registration_id__in=keys, card_state=CardState.VALID.value)
    end_cards(
        games=games,
        numbers=tuple(cards.values_list("number", flat=True)),
        state=CardState.CANCELLED,
        why="erased",
        by=by,
    )
    BackgroundCheck.objects.filter(registration_id__in=keys).update(reason="", told_by="")
    _leave_sport(games, rows, by)
    gone = Registration.objects.filter(pk__in=keys)
    gone.filter(
        registration_state__in=[
            RegistrationState.DRAFT.value,
            RegistrationState.SUBMITTED.value,
            RegistrationState.APPROVED.value,
        ]
    ).update(registration_state=RegistrationState.WITHDRAWN.value)
    owner = organisations_of_participants(games_id=games.id, codes=[row.code for row in rows])
    own = [row.code for row in rows if owner.get(row.code) == row.client.code]
    forget_participants(games_id=games.id, codes=own)
    for row in rows:
        gone.filter(pk=row.pk).update(**BLANK, code=f"erased-{row.number}", erased_at=by.now)
    transaction.on_commit(lambda: drop_photos(photos))
    if rows:
        record_audit(
            games_id=games.id, actor=by.name, verb="erased people", thing=f"{len(rows)} people",
            details={"why": why},
        )  # fmt: skip
    return len(rows)


def _leave_sport(games: GamesRow, rows: list[Registration], by: By) -> None:
    """Withdraw athletes from what they are entered in, and blank what was written of them."""
    people = [
        (row.client.code, row.code)
        for row in rows
        if row.category.client_group == "athletes"
        and row.registration_state == RegistrationState.APPROVED.value
    ]
    withdraw_athletes(games=games, people=people, by=by, reason=WithdrawalReason.ADMINISTRATIVE)
    own = Q()
    for row in rows:
        named = Q(competitor=row.code) | Q(instead_of=row.code) | Q(note__contains=row.code)
        own |= Q(client_id=row.client_id) & named
    if rows:
        steps = EntryStep.objects.filter(own, games_id=games.id)
        steps.update(reason="", note="", mark="")


def erase_old(*, games: GamesRow, days: int, by: By) -> int:
    """Erase everybody of a Games that ended so many days ago, and return how many were."""
    if by.now.date() < games.ends_on + dt.timedelta(days=days):
        return 0
    numbers = Registration.objects.filter(games_id=games.id, erased_at__isnull=True)
    forget_files(games_id=games.id, sources=SOURCES)
    for source in SOURCES:
        drop_uploads(pathlib.Path(settings.UPLOADS) / source, older_than=0.0)
    return erase_people(
        games=games,
        numbers=tuple(numbers.values_list("number", flat=True)),
        why=f"{days} days after the Games",
        by=by,
    )
