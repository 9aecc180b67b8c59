"""What the committee decides: organisations, categories, the rights matrix, quotas, duties."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from sportsbrain.access.actions.rows import By
from sportsbrain.access.errors import AccessError
from sportsbrain.access.models import (
    Category,
    CategoryRight,
    Client,
    DutySeat,
    Question,
    Quota,
)
from sportsbrain.committee.actions import record_audit
from sportsbrain.committee.queries import GamesRow
from sportsbrain.vocabulary.people import Duty, RightKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RightValues:
    """One cell of the matrix."""

    kind: RightKind
    code: str
    place: str = "*"
    is_default: bool = True


@transaction.atomic
def save_clients(*, games: GamesRow, clients: dict[str, tuple[str, str]], by: By) -> int:
    """Create or rename organisations: code → (name, client group); return how many are new."""
    known = set(Client.objects.filter(games_id=games.id).values_list("code", flat=True))
    Client.objects.bulk_create(
        [
            Client(games_id=games.id, code=code, name=name, client_group=group)
            for code, (name, group) in clients.items()
        ],
        update_conflicts=True,
        unique_fields=["games", "code"],
        update_fields=["name", "client_group"],
    )
    new = len(clients.keys() - known)
    _audit(games, by, "saved organisations", f"{len(clients)}", {"new": new})
    return new


@transaction.atomic
def save_category(
    *,
    games: GamesRow,
    code: str,
    name: str,
    client_group: str,
    rights: tuple[RightValues, ...],
    by: By,
    needs_check: bool = True,
    needs_photo: bool = True,
    age_min: int = 0,
    closes_at: dt.datetime | None = None,
) -> None:
    """
    Create or change a category with its row of the matrix.

    Raises
    ------
    AccessError
        When a cell is to go that stands on a card.

    """
    category, _ = Category.objects.update_or_create(
        games_id=games.id,
        code=code,
        defaults={
            "name": name,
            "client_group": client_group,
            "needs_check": needs_check,
            "needs_photo": needs_photo,
            "age_min": age_min,
            "closes_at": closes_at,
        },
    )
    wanted = {(r.kind.value, r.place, r.code): r.is_default for r in rights}
    for row in CategoryRight.objects.filter(category=category):
        key = (row.kind, row.place, row.code)
        if key in wanted:
            if row.is_default != wanted.pop(key):
                CategoryRight.objects.filter(pk=row.pk).update(is_default=not row.is_default)
            continue
        try:
            with transaction.atomic():
                row.delete()
        except (ProtectedError, IntegrityError):
            message = (
                f"{code}: {row} stands on cards: give it on demand only, or cancel those first"
            )
            raise AccessError(message) from None
    CategoryRight.objects.bulk_create(
        [
            CategoryRight(category=category, kind=kind, place=place, code=right, is_default=d)
            for (kind, place, right), d in wanted.items()
        ]
    )
    _audit(games, by, "saved category", code, {"rights": len(rights)})


@transaction.atomic
def save_questions(*, games: GamesRow, category: str, questions: dict[str, dict[str, Any]]) -> None:
    """Set what a category asks beside the usual: key → text, choices, is_needed, is_sensitive."""
    row = Category.objects.get(games_id=games.id, code=category)
    Question.objects.filter(category=row).exclude(key__in=list(questions)).delete()
    for key, values in questions.items():
        Question.objects.update_or_create(category=row, key=key, defaults=values)


@transaction.atomic
def save_quotas(*, games: GamesRow, quotas: dict[tuple[str, str], int], by: By) -> tuple[int, int]:
    """
    Set how many places organisations have: (organisation, category) → places.

    Returns how many are new and how many changed.

    Raises
    ------
    AccessError
        When one is unknown, or a quota would fall below what is used.

    """
    clients = dict(Client.objects.filter(games_id=games.id).values_list("code", "pk"))
    categories = dict(Category.objects.filter(games_id=games.id).values_list("code", "pk"))
    known = {
        (row.client_id, row.category_id): row
        for row in Quota.objects.select_for_update()
        .filter(client__games_id=games.id)
        .order_by("pk")
    }
    new, changed = [], 0
    for (client, category), places in sorted(quotas.items()):
        if client not in clients or category not in categories:
            message = f"there is no organisation {client} or no category {category}"
            raise AccessError(message)
        if places < 0:
            message = f"{client}, {category}: a quota is no less than 0"
            raise AccessError(message)
        row = known.get((clients[client], categories[category]))
        if row is None:
            new.append(
                Quota(client_id=clients[client], category_id=categories[category], places=places)
            )
        elif row.places != places:
            if row.used > places:
                message = f"{client}, {category}: {row.used} places are used, {places} are too few"
                raise AccessError(message)
            Quota.objects.filter(pk=row.pk).update(places=places)
            changed += 1
    Quota.objects.bulk_create(new, batch_size=2000)
    _audit(games, by, "saved quotas", f"{len(quotas)}", {"new": len(new), "changed": changed})
    return len(new), changed


@transaction.atomic
def give_duty(*, games: GamesRow, user_id: int, duty: Duty, client: str, by: By) -> None:
    """
    Give a user a duty, for one organisation or for all.

    Raises
    ------
    AccessError
        When the organisation is unknown, or a duty is for one only.

    """
    row = Client.objects.filter(games_id=games.id, code=client).first()
    if client and row is None:
        message = f"there is no organisation {client}"
        raise AccessError(message)
    if client and duty != Duty.REGISTER:
        message = f"{duty} is a duty for the whole Games: only registering is for one organisation"
        raise AccessError(message)
    if duty == Duty.REGISTER and row is None:
        message = "say for which organisation"
        raise AccessError(message)
    DutySeat.objects.get_or_create(games_id=games.id, user_id=user_id, duty=duty.value, client=row)
    _audit(games, by, f"gave duty {duty}", f"user {user_id}", {"client": client})


@transaction.atomic
def take_duty(*, games: GamesRow, user_id: int, duty: Duty, client: str, by: By) -> bool:
    """Take a duty away and tell whether there was one."""
    rows = DutySeat.objects.filter(games_id=games.id, user_id=user_id, duty=duty.value)
    rows = rows.filter(client__code=client) if client else rows.filter(client__isnull=True)
    taken, _ = rows.delete()
    if taken:
        _audit(games, by, f"took duty {duty}", f"user {user_id}", {"client": client})
    return bool(taken)


def _audit(games: GamesRow, by: By, verb: str, thing: str, details: dict[str, Any]) -> None:
    record_audit(games_id=games.id, actor=by.name, verb=verb, thing=thing, details=details)
