"""Read cards: what stands on them, whether a gate opens."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, replace

from django.core.files.storage import default_storage

from sportsbrain.access.models import Card, CardRight
from sportsbrain.committee.queries import GamesRow
from sportsbrain.credentials.queries import keys_of, proof_indexes
from sportsbrain.vocabulary.people import CardState
from sportsbrain.vocabulary.proofs import Colour, Proof, Verdict, judge

KIND = "card"
CHUNK = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """A card as an office sees it."""

    number: str
    registration: int
    category: str
    card_state: str
    starts_at: dt.datetime
    ends_before: dt.datetime
    issued_at: dt.datetime
    printed_at: dt.datetime | None
    ended_at: dt.datetime | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFace:
    """What is printed on a card."""

    number: str
    category: str
    category_name: str
    client: str
    client_name: str
    family_name: str
    given_name: str
    function: str
    photo: bytes | None
    rights: tuple[str, ...]
    starts_at: dt.datetime
    ends_before: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What an online gate shows: the verdict, and whose card it is."""

    verdict: Verdict
    name: str = ""
    photo: str = ""
    registration: int | None = None


def cards_of(*, games: GamesRow, registration: int) -> tuple[CardRow, ...]:
    """Return the cards of a registration, newest first."""
    rows = Card.objects.filter(games_id=games.id, registration__number=registration)
    return tuple(_row(card) for card in rows.select_related("category").order_by("-issue"))


def _row(card: Card) -> CardRow:
    return CardRow(
        number=card.number,
        registration=int(card.number.split("-")[0]),
        category=card.category.code,
        card_state=card.card_state,
        starts_at=card.starts_at,
        ends_before=card.ends_before,
        issued_at=card.issued_at,
        printed_at=card.printed_at,
        ended_at=card.ended_at,
        why=card.why,
    )


def valid_cards(
    *, games: GamesRow, client: str = "", only_unprinted: bool = False
) -> tuple[str, ...]:
    """Return the numbers of valid cards, of one organisation or of all."""
    rows = Card.objects.filter(games_id=games.id, card_state=CardState.VALID.value)
    if client:
        rows = rows.filter(registration__client__code=client)
    if only_unprinted:
        rows = rows.filter(printed_at__isnull=True)
    return tuple(rows.order_by("number").values_list("number", flat=True))


def rights_of(*, games: GamesRow, numbers: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return what stands on each card: ``kind place code``."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = CardRight.objects.filter(card__games_id=games.id, card__number__in=numbers)
    fields = ("card__number", "right__kind", "right__place", "right__code")
    for number, kind, place, code in rows.values_list(*fields).order_by("right_id"):
        found[number].append(f"{kind} {place} {code}")
    return {number: tuple(found[number]) for number in numbers}


def proof_rows(*, games: GamesRow, numbers: tuple[str, ...]) -> tuple[Proof, ...]:
    """Return what is signed of each valid card, in the order of their numbers."""
    found: list[Proof] = []
    for first in range(0, len(numbers), CHUNK):
        part = numbers[first : first + CHUNK]
        rights = rights_of(games=games, numbers=part)
        index = proof_indexes(games=games, kind=KIND, numbers=part)
        cards = Card.objects.filter(
            games_id=games.id, number__in=part, card_state=CardState.VALID.value
        )
        fields = ("number", "category__code", "starts_at", "ends_before")
        found += [
            Proof(
                issuer=games.code,
                kind=KIND,
                number=number,
                category=category,
                rights=rights[number],
                index=index[number],
                starts_at=starts_at,
                ends_before=ends_before,
            )
            for number, category, starts_at, ends_before in cards.order_by("number").values_list(
                *fields
            )
        ]
    return tuple(found)


def scan(
    *, games: GamesRow, text: str, asked: tuple[str, str, str] | None, moment: dt.datetime
) -> Scan:
    """Return what an online gate shows of a scanned card: the database knows what is cancelled."""
    keys = keys_of(games=games)
    verdict = judge(text, keys=keys, statuses=None, issuer=games.code, moment=moment, asked=asked)
    if verdict.proof is None:
        return Scan(verdict=verdict)
    number = verdict.proof.number
    card = (
        Card.objects.select_related("registration").filter(games_id=games.id, number=number).first()
    )
    if verdict.proof.kind != KIND or card is None:
        reason = "no card of ours"
        return Scan(verdict=replace(verdict, colour=Colour.RED, reason=reason))
    if card.card_state != CardState.VALID.value:
        verdict = replace(verdict, colour=Colour.RED, reason=f"{card.card_state}: {card.why}")
    elif verdict.colour == Colour.AMBER:  # no list was asked: the database is the list
        verdict = replace(verdict, colour=Colour.GREEN, reason="valid")
    person = card.registration
    return Scan(
        verdict=verdict,
        name=f"{person.given_name} {person.family_name}".strip(),
        photo=person.photo,
        registration=person.number,
    )


def photo_path(fingerprint: str) -> str:
    """Return where a photograph lies in the store."""
    return f"photos/{fingerprint[:2]}/{fingerprint}.jpg"


def photo_bytes(fingerprint: str) -> bytes | None:
    """Return a photograph of the store, None when there is none."""
    path = photo_path(fingerprint)
    if not fingerprint or not default_storage.exists(path):
        return None
    with default_storage.open(path) as file:
        content: bytes = file.read()
    return content


def card_faces(*, games: GamesRow, numbers: tuple[str, ...]) -> tuple[CardFace, ...]:
    """Return what is printed on cards, in the order of organisations and names."""
    rights = rights_of(games=games, numbers=numbers)
    cards = Card.objects.filter(games_id=games.id, number__in=numbers).select_related(
        "registration", "registration__client", "category"
    )
    return tuple(
        CardFace(
            number=card.number,
            category=card.category.code,
            category_name=card.category.name,
            client=card.registration.client.code,
            client_name=card.registration.client.name,
            family_name=card.registration.family_name,
            given_name=card.registration.given_name,
            function=card.registration.function,
            photo=photo_bytes(card.registration.photo),
            rights=rights[card.number],
            starts_at=card.starts_at,
            ends_before=card.ends_before,
        )
        for card in cards.order_by(
            "registration__client__code", "registration__family_name", "number"
        )
    )
