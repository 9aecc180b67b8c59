"""Issue cards, print them, end them. Never edit one."""

import datetime as dt
from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo

from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from sportsbrain.access.actions.rows import BATCH, By, people_of
from sportsbrain.access.errors import AccessError, UnknownPersonError
from sportsbrain.access.models import BackgroundCheck, Card, Registration
from sportsbrain.access.queries.cards import proof_rows
from sportsbrain.committee.actions import record_audit
from sportsbrain.committee.queries import GamesRow
from sportsbrain.credentials.actions import issue_proofs, revoke_proofs, sign_proofs
from sportsbrain.live.actions import append_update
from sportsbrain.vocabulary.people import CardState, CheckState, RegistrationState

ISSUED, ENDED = "cards.issued", "cards.ended"
KIND = "card"
AROUND = dt.timedelta(days=14)  # before and after the Games, unless a stay says otherwise


@transaction.atomic
def issue_cards(
    *,
    games: GamesRow,
    numbers: Iterable[int],
    by: By,
    upgrades: Iterable[int] = (),
    on_progress: Callable[[int], None] = lambda _: None,
) -> tuple[str, ...]:
    """
    Issue a card to each registration and return their numbers; a valid one is replaced.

    ``upgrades``: cells of the matrix that are not given by default.

    Raises
    ------
    AccessError
        When one is not approved, not cleared, has no photograph where one is needed, or an upgrade
        is none of its category.

    """
    rows = people_of(games, numbers)
    if not rows:
        return ()
    _refuse_unready(rows)
    last = dict(
        Card.objects.filter(registration__in=rows)
        .values_list("registration_id")
        .annotate(last=Max("issue"))
    )
    known = Card.objects.filter(registration__in=rows, card_state=CardState.VALID.value)
    replaced = tuple(known.values_list("number", flat=True))
    known_keys = tuple(known.values_list("pk", flat=True))
    end_cards(games=games, numbers=replaced, state=CardState.REPLACED, why="issued again", by=by)
    cards = [_card(games, row, last.get(row.pk, 0) + 1, by) for row in rows]
    try:
        with transaction.atomic():
            for first in range(0, len(cards), BATCH):
                Card.objects.bulk_create(cards[first : first + BATCH])
                on_progress(first + len(cards[first : first + BATCH]))
            _give_rights([card.pk for card in cards], tuple(upgrades))
            _hand_on(list(known_keys), [card.pk for card in cards])
    except IntegrityError as error:
        message = (
            "an upgrade is not of this category, or somebody was decided on meanwhile: look again"
        )
        raise AccessError(message) from error
    issued = tuple(card.number for card in cards)
    issue_proofs(games=games, kind=KIND, numbers=issued, now=by.now)
    _tell(games, ISSUED, issued, "issued cards", {}, by)
    return issued


def _refuse_unready(rows: list[Registration]) -> None:
    clear = set(
        BackgroundCheck.objects.filter(
            registration__in=rows, check_state=CheckState.CLEAR.value
        ).values_list("registration_id", flat=True)
    )
    for row in rows:
        why = ""
        if row.registration_state != RegistrationState.APPROVED.value:
            why = f"is {row.registration_state}, not approved"
        elif row.category.needs_check and row.pk not in clear:
            why = "waits for the background check"
        elif row.category.needs_photo and not row.photo:
            why = "has no photograph"
        if why:
            message = f"registration {row.number} {why}: no card was issued"
            raise AccessError(message)


def _card(games: GamesRow, row: Registration, issue: int, by: By) -> Card:
    zone = ZoneInfo(games.time_zone)
    first = row.starts_on or games.starts_on - AROUND
    last = row.ends_on or games.ends_on + AROUND
    return Card(
        games_id=games.id,
        number=f"{row.number:06}-{issue}",
        registration=row,
        category_id=row.category_id,
        issue=issue,
        starts_at=dt.datetime.combine(first, dt.time(), tzinfo=zone),
        ends_before=dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), tzinfo=zone),
        issued_by=by.name,
        issued_at=by.now,
    )


def _give_rights(cards: list[int], upgrades: tuple[int, ...]) -> None:
    """Copy the cells of the matrix to cards; the database refuses those of other categories."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_cardright (card_id, right_id, category_id)"
            " SELECT c.id, m.id, c.category_id FROM access_card c"
            " JOIN access_categoryright m ON m.category_id = c.category_id AND m.is_default"
            " WHERE c.id = ANY(%s)",
            [cards],
        )
        for upgrade in upgrades:
            cursor.execute(
                "INSERT INTO access_cardright (card_id, right_id, category_id)"
                " SELECT c.id, %s, c.category_id FROM access_card c WHERE c.id = ANY(%s)"
                " ON CONFLICT DO NOTHING",
                [upgrade, cards],
            )


def _hand_on(replaced: list[int], cards: list[int]) -> None:
    """Copy what was given on demand from cards that are replaced; a new category keeps none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_cardright (card_id, right_id, category_id)"
            " SELECT c.id, m.id, c.category_id FROM access_card o"
            " JOIN access_cardright r ON r.card_id = o.id"
            " JOIN access_card c ON c.registration_id = o.registration_id AND c.id = ANY(%s)"
            " JOIN access_categoryright m ON m.id = r.right_id AND m.category_id = c.category_id"
            " WHERE o.id = ANY(%s) ON CONFLICT DO NOTHING",
            [cards, replaced],
        )


def end_cards(
    *, games: GamesRow, numbers: tuple[str, ...], state: CardState, why: str, by: By
) -> int:
    """End valid cards for good: gates refuse them from the next scan on; return how many."""
    if not numbers:
        return 0
    rows = Card.objects.filter(
        games_id=games.id, number__in=numbers, card_state=CardState.VALID.value
    )
    ended = rows.update(card_state=state.value, why=why[:300], ended_by=by.name, ended_at=by.now)
    revoke_proofs(games_id=games.id, kind=KIND, numbers=numbers, now=by.now)
    if ended:
        _tell(
            games, ENDED, numbers, f"{state.value} cards", {}, by
        )  # why is not everybody's business
    return ended


@transaction.atomic
def cancel_card(*, games: GamesRow, number: str, why: str, by: By) -> None:
    """
    Cancel a card: lost, stolen, misused.

    Raises
    ------
    AccessError
        When it is not valid, or nobody said why.

    """
    if not why.strip():
        message = "say why the card is cancelled: gates show it"
        raise AccessError(message)
    card = Card.objects.select_for_update().filter(games_id=games.id, number=number).first()
    if card is None:
        message = f"there is no card {number}"
        raise UnknownPersonError(message)
    if not end_cards(
        games=games, numbers=(number,), state=CardState.CANCELLED, why=why.strip(), by=by
    ):
        message = f"card {number} is {card.card_state} already"
        raise AccessError(message)


def print_cards(*, games: GamesRow, numbers: tuple[str, ...], by: By) -> dict[str, str]:
    """
    Return the signed text of each valid card and note that it was printed.

    Raises
    ------
    KeyMissingError
        Without the key to sign with.

    """
    proofs = proof_rows(games=games, numbers=numbers)
    texts = sign_proofs(games=games, proofs=proofs)
    printed = [proof.number for proof in proofs]
    Card.objects.filter(games_id=games.id, number__in=printed).update(printed_at=by.now)
    return dict(zip(printed, texts, strict=True))


def _tell(
    games: GamesRow, topic: str, numbers: tuple[str, ...], verb: str, body: dict[str, str], by: By
) -> None:
    thing = numbers[0] if len(numbers) == 1 else f"{len(numbers)} cards"
    told = {**body, "cards": len(numbers), "numbers": list(numbers[:200])}
    append_update(games_id=games.id, topic=topic, key=numbers[0], body=told, recorded_at=by.now)
    record_audit(games_id=games.id, actor=by.name, verb=verb, thing=thing, details=dict(body))
