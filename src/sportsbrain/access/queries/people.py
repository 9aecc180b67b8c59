"""Read people: lists, one person, what an organisation has, what waits for the office."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from sportsbrain.access.errors import UnknownPersonError
from sportsbrain.access.models import (
    BackgroundCheck,
    Card,
    Category,
    CategoryRight,
    Client,
    Question,
    Quota,
    Registration,
)
from sportsbrain.access.queries.privacy import FIELDS, Seats
from sportsbrain.committee.queries import GamesRow, member_id
from sportsbrain.vocabulary.people import CardState, CheckState, FieldClass, RegistrationState
from sportsbrain.world.queries import venue_lines

PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """A person in a list."""

    number: int
    name: str
    client: str
    category: str
    function: str
    registration_state: str
    check_state: str
    card: str
    has_photo: bool
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person, with the fields that who asks may see; others are not there at all."""

    number: int
    code: str
    client: str
    client_name: str
    category: str
    category_name: str
    registration_state: str
    why: str
    is_late: bool
    replaces: int | None
    merged_into: int | None
    registered_by: str
    registered_at: dt.datetime
    decided_by: str
    decided_at: dt.datetime | None
    erased_at: dt.datetime | None
    fields: dict[str, Any]
    answers: tuple[tuple[str, str], ...]
    check_state: str
    check_reason: str
    needs_check: bool
    needs_photo: bool
    is_minor: bool
    starts_on: dt.date | None
    ends_on: dt.date | None
    kept_answers: dict[str, str]

    @property
    def name(self) -> str:
        """Return the name as it is printed."""
        given, family = self.fields.get("given_name", ""), self.fields.get("family_name", "")
        return f"{given} {family}".strip() or f"{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRow:
    """An organisation with how far its people are."""

    code: str
    name: str
    client_group: str
    states: dict[str, int]
    places: int
    used: int


def person_lines(
    *,
    games: GamesRow,
    seats: Seats,
    client: str = "",
    state: str = "",
    category: str = "",
    words: str = "",
    page: int = 1,
) -> tuple[tuple[PersonLine, ...], int]:
    """Return a page of the people that are the user's business, and how many there are."""
    rows = _visible(games, seats)
    if client:
        rows = rows.filter(client__code=client)
    if state:
        rows = rows.filter(registration_state=state)
    if category:
        rows = rows.filter(category__code=category)
    for word in words.split()[:4]:
        name = Q(family_name__icontains=word) | Q(given_name__icontains=word) | Q(code=word)
        rows = rows.filter(name | Q(number=int(word)) if word.isdecimal() else name)
    first = max(0, page - 1) * PAGE
    found = rows.select_related("client", "category").order_by("client__code", "number")
    part = list(found[first : first + PAGE])
    return _lines(part, seats), rows.count()


def _visible(games: GamesRow, seats: Seats) -> QuerySet[Registration]:
    """Return the registrations that are a user's business: deny by default."""
    rows = Registration.objects.filter(games_id=games.id)
    if seats.is_office:
        return rows
    return rows.filter(client__code__in=seats.clients)


def _lines(rows: list[Registration], seats: Seats) -> tuple[PersonLine, ...]:
    keys = [row.pk for row in rows]
    checks = dict(
        BackgroundCheck.objects.filter(registration_id__in=keys).values_list(
            "registration_id", "check_state"
        )
    )
    cards = dict(
        Card.objects.filter(registration_id__in=keys, card_state=CardState.VALID.value).values_list(
            "registration_id", "number"
        )
    )
    return tuple(
        PersonLine(
            number=row.number,
            name=f"{row.given_name} {row.family_name}".strip() or row.code,
            client=row.client.code,
            category=row.category.code,
            function=row.function,
            registration_state=row.registration_state,
            check_state=(
                checks.get(row.pk, "") if FieldClass.IDENTITY in seats.sees(row.client.code) else ""
            ),
            card=cards.get(row.pk, ""),
            has_photo=bool(row.photo),
            is_late=row.is_late,
        )
        for row in rows
    )


def person(*, games: GamesRow, seats: Seats, number: int) -> Person:
    """
    Return one person with what the user's duties open.

    Raises
    ------
    UnknownPersonError
        When there is nobody of this number, or it is not the user's business.

    """
    rows = _visible(games, seats).select_related("client", "category", "replaces", "merged_into")
    row = rows.filter(number=number).first()
    if row is None:
        message = f"there is no registration {number}"
        raise UnknownPersonError(message)
    sees = seats.sees(row.client.code)
    check = BackgroundCheck.objects.filter(registration=row).first()
    fields = {
        name: getattr(row, name)
        for name, kind in FIELDS.items()
        if kind in sees and hasattr(row, name)
    }
    born = row.birth_date
    return Person(
        number=row.number,
        code=row.code,
        client=row.client.code,
        client_name=row.client.name,
        category=row.category.code,
        category_name=row.category.name,
        registration_state=row.registration_state,
        why=row.why,
        is_late=row.is_late,
        replaces=row.replaces.number if row.replaces else None,
        merged_into=row.merged_into.number if row.merged_into else None,
        registered_by=row.registered_by,
        registered_at=row.registered_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        erased_at=row.erased_at,
        fields=fields,
        answers=_answers(row, sees),
        check_state=check.check_state if check and FieldClass.IDENTITY in sees else "",
        check_reason=check.reason if check and FieldClass.VETTING in sees else "",
        needs_check=row.category.needs_check,
        needs_photo=row.category.needs_photo,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        kept_answers=dict(row.answers) if FieldClass.NEEDS in sees else {},
        is_minor=born is not None and born > games.ends_on.replace(year=games.ends_on.year - 18),
    )


def _answers(row: Registration, sees: frozenset[FieldClass]) -> tuple[tuple[str, str], ...]:
    found = []
    for question in Question.objects.filter(category_id=row.category_id).order_by("pk"):
        kind = FieldClass.NEEDS if question.is_sensitive else FieldClass.CONTACT
        if kind in sees:
            found.append((question.text, str(row.answers.get(question.key, ""))))
    return tuple(found)


def client_rows(*, games: GamesRow, seats: Seats) -> tuple[ClientRow, ...]:
    """Return the organisations that are the user's business, with counts by state."""
    clients = Client.objects.filter(games_id=games.id)
    if not seats.is_office:
        clients = clients.filter(code__in=seats.clients)
    states: dict[str, dict[str, int]] = {}
    counted = (
        _visible(games, seats)
        .values_list("client__code", "registration_state")
        .annotate(people=Count("pk"))
    )
    for code, state, people in counted:
        states.setdefault(code, {})[state] = people
    places = {
        code: (most, used)
        for code, most, used in Quota.objects.filter(client__games_id=games.id)
        .values_list("client__code")
        .annotate(most=Sum("places"), taken=Sum("used"))
    }
    return tuple(
        ClientRow(
            code=row.code,
            name=row.name,
            client_group=row.client_group,
            states=states.get(row.code, {}),
            places=places.get(row.code, (0, 0))[0],
            used=places.get(row.code, (0, 0))[1],
        )
        for row in clients.order_by("client_group", "code")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaRow:
    """Places of an organisation in a category."""

    client: str
    category: str
    category_name: str
    places: int
    used: int


def quota_rows(*, games: GamesRow, client: str) -> tuple[QuotaRow, ...]:
    """Return the places that an organisation has."""
    rows = Quota.objects.filter(client__games_id=games.id, client__code=client)
    return tuple(
        QuotaRow(
            client=client,
            category=row.category.code,
            category_name=row.category.name,
            places=row.places,
            used=row.used,
        )
        for row in rows.select_related("category").order_by("category__code")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRow:
    """A category with its row of the matrix and its questions."""

    id: int
    code: str
    name: str
    client_group: str
    needs_check: bool
    needs_photo: bool
    age_min: int
    closes_at: dt.datetime | None
    rights: tuple[tuple[str, str, str, bool], ...]
    questions: tuple[tuple[str, str, tuple[str, ...], bool, bool], ...]


def category_rows(*, games: GamesRow) -> tuple[CategoryRow, ...]:
    """Return the categories with their rights."""
    rows = Category.objects.filter(games_id=games.id).order_by("client_group", "code")
    rights: dict[int, list[tuple[str, str, str, bool]]] = {}
    for right in CategoryRight.objects.filter(category__games_id=games.id).order_by(
        "kind", "place", "code"
    ):
        cell = (right.kind, right.place, right.code, right.is_default)
        rights.setdefault(right.category_id, []).append(cell)
    questions: dict[int, list[tuple[str, str, tuple[str, ...], bool, bool]]] = {}
    for q in Question.objects.filter(category__games_id=games.id).order_by("pk"):
        asked = (q.key, q.text, tuple(q.choices), q.is_needed, q.is_sensitive)
        questions.setdefault(q.category_id, []).append(asked)
    return tuple(
        CategoryRow(
            id=row.pk,
            code=row.code,
            name=row.name,
            client_group=row.client_group,
            needs_check=row.needs_check,
            needs_photo=row.needs_photo,
            age_min=row.age_min,
            closes_at=row.closes_at,
            rights=tuple(rights.get(row.pk, ())),
            questions=tuple(questions.get(row.pk, ())),
        )
        for row in rows
    )


def upgrades_of(*, games: GamesRow, category: str) -> tuple[tuple[int, str, str, str], ...]:
    """Return (key, kind, place, code) of what a category may have on demand."""
    rows = CategoryRight.objects.filter(
        category__games_id=games.id, category__code=category, is_default=False
    )
    return tuple(rows.order_by("kind", "place", "code").values_list("pk", "kind", "place", "code"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits for whom."""

    submitted: int
    late: int
    checks_waiting: int
    checks_sent: int
    checks_held: int
    without_photo: int
    without_card: int
    cards: int
    people: int


def waiting(*, games: GamesRow) -> Waiting:
    """Return what waits for the office, for vetting and for the printer."""
    rows = Registration.objects.filter(games_id=games.id)
    submitted = rows.filter(registration_state=RegistrationState.SUBMITTED.value)
    approved = rows.filter(registration_state=RegistrationState.APPROVED.value)
    checks = BackgroundCheck.objects.filter(
        registration__games_id=games.id,
        registration__registration_state=RegistrationState.APPROVED.value,
    )
    states = dict(checks.values_list("check_state").annotate(n=Count("pk")))
    cards = Card.objects.filter(games_id=games.id, card_state=CardState.VALID.value).count()
    held = approved.filter(category__needs_photo=True, photo="")
    return Waiting(
        submitted=submitted.count(),
        late=submitted.filter(is_late=True).count(),
        checks_waiting=states.get(CheckState.WAITING.value, 0),
        checks_sent=states.get(CheckState.SENT.value, 0),
        checks_held=states.get(CheckState.HELD.value, 0) + states.get(CheckState.APPEALED.value, 0),
        without_photo=held.count(),
        without_card=approved.count() - cards,
        cards=cards,
        people=approved.count(),
    )


def numbers_in(*, games: GamesRow, state: RegistrationState, client: str = "") -> tuple[int, ...]:
    """Return the numbers of registrations in a state, of one organisation or of all."""
    rows = Registration.objects.filter(games_id=games.id, registration_state=state.value)
    if client:
        rows = rows.filter(client__code=client)
    return tuple(rows.order_by("number").values_list("number", flat=True))


def codes_in(*, games: GamesRow, category: str) -> list[tuple[str, str]]:
    """Return (organisation, own code) of everybody in a category."""
    rows = Registration.objects.filter(games_id=games.id, category__code=category)
    return list(rows.order_by("number").values_list("client__code", "code"))


def ready_for_cards(*, games: GamesRow, client: str = "") -> tuple[int, ...]:
    """Return who could have a card and has none."""
    rows = Registration.objects.filter(
        games_id=games.id, registration_state=RegistrationState.APPROVED.value
    )
    rows = rows.exclude(
        pk__in=Card.objects.filter(games_id=games.id, card_state=CardState.VALID.value).values(
            "registration_id"
        )
    )
    rows = rows.exclude(category__needs_photo=True, photo="")
    clear = Q(category__needs_check=False) | Q(background_check__check_state=CheckState.CLEAR.value)
    if client:
        rows = rows.filter(client__code=client)
    return tuple(rows.filter(clear).order_by("number").values_list("number", flat=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """A person whose check is not clear."""

    number: int
    name: str
    client: str
    category: str
    check_state: str
    sent_at: dt.datetime | None
    reason: str


def check_rows(*, games: GamesRow, rows_max: int = 300) -> tuple[CheckRow, ...]:
    """Return the checks that somebody has to look at: held, appealed, refused; for vetting only."""
    rows = BackgroundCheck.objects.filter(
        registration__games_id=games.id,
        check_state__in=[
            CheckState.HELD.value, CheckState.APPEALED.value, CheckState.REFUSED.value,
        ],
    ).select_related("registration", "registration__client", "registration__category")  # fmt: skip
    return tuple(
        CheckRow(
            number=row.registration.number,
            name=f"{row.registration.given_name} {row.registration.family_name}".strip(),
            client=row.registration.client.code,
            category=row.registration.category.code,
            check_state=row.check_state,
            sent_at=row.sent_at,
            reason=row.reason,
        )
        for row in rows.order_by("check_state", "registration__number")[:rows_max]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NameToCheck:
    """What is handed over about a person, and nothing else."""

    number: int
    family_name: str
    given_name: str
    birth_date: dt.date | None
    gender: str
    nationality: str
    document: str


def names_to_check(*, games: GamesRow) -> tuple[NameToCheck, ...]:
    """Return the approved whose check was not sent yet."""
    rows = Registration.objects.filter(
        games_id=games.id,
        registration_state=RegistrationState.APPROVED.value,
        background_check__check_state=CheckState.WAITING.value,
    )
    fields = ("number", "family_name", "given_name", "birth_date", "gender", "nationality",
              "document")  # fmt: skip
    return tuple(
        NameToCheck(**dict(zip(fields, values, strict=True)))
        for values in rows.order_by("number").values_list(*fields)
    )


def venue_codes(*, games: GamesRow) -> tuple[tuple[str, str], ...]:
    """Return (code, name) of the venues that have gates."""
    return tuple((line.code, line.name) for line in venue_lines(games_id=games.id))


def user_id_of(*, games: GamesRow, username: str) -> int | None:
    """Return the user of this name who has a seat in the Games, if there is one."""
    return member_id(games_id=games.id, username=username)


def names_of_people(*, games: GamesRow) -> tuple[str, ...]:
    """Return names, guardians and addresses of everybody: to be taken out of texts."""
    rows = Registration.objects.filter(games_id=games.id)
    fields = ("family_name", "given_name", "guardian", "email")
    return tuple(text for values in rows.values_list(*fields) for text in values if text)
