"""Register people, decide on them, withdraw, replace, merge. One door for form, file and API."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from sportsbrain.access.actions.cards import end_cards
from sportsbrain.access.actions.entries import withdraw_athletes
from sportsbrain.access.actions.judge import CategoryWords, PersonValues, trouble_of
from sportsbrain.access.actions.rows import BATCH, By, lock_people, people_of
from sportsbrain.access.errors import AccessError, QuotaError, UnknownPersonError
from sportsbrain.access.models import (
    BackgroundCheck,
    Card,
    Category,
    Client,
    Quota,
    Registration,
)
from sportsbrain.committee.actions import record_audit
from sportsbrain.committee.queries import GamesRow
from sportsbrain.live.actions import append_update
from sportsbrain.vocabulary.people import CardState, RegistrationState, Trouble, WithdrawalReason
from sportsbrain.world.actions import FactWriter
from sportsbrain.world.queries import organisations_of_participants

REGISTERED, DECIDED = "people.registered", "people.decided"
# What others have approved or looked into: nobody changes it behind their back.
IDENTITY = ("family_name", "given_name", "birth_date", "gender", "nationality", "document")
SHOWN = {"photo", "function", "starts_on", "ends_on"}  # what a gate goes by: the office changes it
OPEN = (RegistrationState.DRAFT.value, RegistrationState.SUBMITTED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A person who is not registered: place in the batch and why."""

    index: int
    trouble: Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What became of a batch: created + changed + same + refused are all of it."""

    created: int = 0
    changed: int = 0
    same: int = 0
    refused: tuple[Refused, ...] = ()
    numbers: tuple[int, ...] = ()


def categories_of(games: GamesRow) -> dict[str, CategoryWords]:
    """Return what each category asks."""
    found = {}
    rows = Category.objects.filter(games_id=games.id).prefetch_related("questions")
    for row in rows:
        questions = tuple(row.questions.all())
        found[row.code] = CategoryWords(
            id=row.pk,
            code=row.code,
            client_group=row.client_group,
            age_min=row.age_min,
            closes_at=row.closes_at,
            needed=tuple(q.key for q in questions if q.is_needed),
            choices={q.key: tuple(q.choices) for q in questions},
        )
    return found


@transaction.atomic
def register_people(
    *,
    games: GamesRow,
    people: Sequence[PersonValues],
    by: By,
    is_complete: bool = True,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Registered:
    """
    Register people: new ones are created, known codes changed, nothing else touched.

    ``is_complete``: they are handed in; else they stay drafts and may lack what is needed.
    """
    lock_people(games)
    clients = dict(Client.objects.filter(games_id=games.id).values_list("code", "pk"))
    categories = categories_of(games)
    state = RegistrationState.SUBMITTED if is_complete else RegistrationState.DRAFT
    refused: list[Refused] = []
    ready: dict[tuple[int, str], tuple[int, PersonValues, CategoryWords]] = {}
    for index, person in enumerate(people):
        trouble = _place(person, clients, categories, by) or trouble_of(
            person, categories[person.category], games, is_complete=is_complete
        )
        key = (clients.get(person.client, 0), person.code)
        if not trouble and key in ready:
            trouble = Trouble(column="code", value=person.code, reason="twice",
                              advice="another row of this organisation has the code")  # fmt: skip
        if trouble:
            refused.append(Refused(index=index, trouble=trouble))
            continue
        ready[key] = (index, person, categories[person.category])
    done = _write(games, ready, by, state, on_progress)
    if done.created or done.changed:
        counts = {"created": done.created, "changed": done.changed, "client": by.client}
        append_update(
            games_id=games.id, topic=REGISTERED, key=by.client or "*", body=counts,
            recorded_at=by.now,
        )  # fmt: skip
        record_audit(
            games_id=games.id, actor=by.name, verb="registered people",
            thing=by.client or "all", details=counts,
        )  # fmt: skip
    return Registered(
        created=done.created,
        changed=done.changed,
        same=done.same,
        refused=(*refused, *done.refused),
        numbers=done.numbers,
    )


def _place(
    person: PersonValues, clients: dict[str, int], categories: dict[str, CategoryWords], by: By
) -> Trouble | None:
    """Return why a person can't be placed with an organisation and a category."""
    if not by.owns(person.client):
        return Trouble(column="client", value=person.client, reason="not yours",
                       advice=f"you register people of {by.client}")  # fmt: skip
    if person.client not in clients:
        return Trouble(column="client", value=person.client, reason="unknown",
                       advice="the code of an organisation that registers people")  # fmt: skip
    category = categories.get(person.category)
    if category is None:
        return Trouble(column="category", value=person.category, reason="unknown",
                       advice=f"one of {', '.join(sorted(categories)) or 'none yet'}")  # fmt: skip
    if by.client and category.closes_at and by.now >= category.closes_at:
        return Trouble(column="category", value=category.code, reason="closed",
                       advice="the deadline is over: ask the registration office")  # fmt: skip
    return None


def _write(
    games: GamesRow,
    ready: dict[tuple[int, str], tuple[int, PersonValues, CategoryWords]],
    by: By,
    state: RegistrationState,
    on_progress: Callable[[int], None],
) -> Registered:
    rows = Registration.objects.filter(games_id=games.id)
    number = int(rows.aggregate(last=Max("number"))["last"] or 0)
    created = changed = same = 0
    refused: list[Refused] = []
    numbers: list[int] = []
    items = list(ready.items())
    for first in range(0, len(items), BATCH):
        batch = items[first : first + BATCH]
        known = {
            (row.client_id, row.code): row
            for row in rows.filter(code__in=[code for (_, code), _ in batch])
            .select_for_update(of=("self",))
            .order_by("pk")
        }
        new: list[Registration] = []
        touched: list[Registration] = []
        for (client_id, code), (index, person, category) in batch:
            row = known.get((client_id, code))
            if row is None:
                number += 1
                numbers.append(number)
                new.append(_new(games, client_id, number, person, category, by, state))
                continue
            numbers.append(row.number)
            outcome = _change(row, person, category, state, by)
            if isinstance(outcome, Trouble):
                refused.append(Refused(index=index, trouble=outcome))
            elif outcome:
                touched.append(row)
            else:
                same += 1
        Registration.objects.bulk_create(new, batch_size=BATCH)
        if touched:
            Registration.objects.bulk_update(touched, _FIELDS, batch_size=500)
        created += len(new)
        changed += len(touched)
        on_progress(first + len(batch))
    return Registered(
        created=created, changed=changed, same=same, refused=tuple(refused), numbers=tuple(numbers)
    )


_COPIED = (*IDENTITY, "function", "email", "phone", "guardian", "needs", "starts_on", "ends_on")
_FIELDS = (*_COPIED, "answers", "photo", "category", "registration_state")


def _new(
    games: GamesRow,
    client_id: int,
    number: int,
    person: PersonValues,
    category: CategoryWords,
    by: By,
    state: RegistrationState,
) -> Registration:
    return Registration(
        games_id=games.id,
        number=number,
        client_id=client_id,
        category_id=category.id,
        code=person.code,
        photo=person.photo,
        answers=person.answers,
        registration_state=state.value,
        is_late=bool(category.closes_at and by.now >= category.closes_at),
        registered_by=by.name,
        registered_at=by.now,
        **{name: getattr(person, name) for name in _COPIED},
    )


def _change(
    row: Registration,
    person: PersonValues,
    category: CategoryWords,
    state: RegistrationState,
    by: By,
) -> bool | Trouble:
    """Change a row in memory; return whether it differs, or why it must not."""
    wanted: dict[str, Any] = {name: getattr(person, name) for name in _COPIED}
    wanted |= {"answers": person.answers, "category_id": category.id}
    if person.photo:
        wanted["photo"] = person.photo
    differs = {name for name, value in wanted.items() if getattr(row, name) != value}
    is_handed_in = (
        state == RegistrationState.SUBMITTED
        and row.registration_state == RegistrationState.DRAFT.value
    )
    if not differs and not is_handed_in:
        return False
    kept = {*IDENTITY, "category_id"} | (
        SHOWN - {"" if row.photo else "photo"} if by.client else set()
    )
    if row.registration_state not in OPEN and differs & kept:
        column = sorted(differs & kept)[0]
        advice = f"the registration is {row.registration_state}: ask the office to correct it"
        return Trouble(column=column.removesuffix("_id"), value=row.code, reason="decided",
                       advice=advice)  # fmt: skip
    for name in differs:
        setattr(row, name, wanted[name])
    if is_handed_in:
        row.registration_state = state.value
    return True


@transaction.atomic
def approve(*, games: GamesRow, numbers: Iterable[int], by: By) -> int:
    """
    Approve registrations that were handed in, all or none; return how many.

    Athletes become participants. A background check begins where the category needs one.

    Raises
    ------
    QuotaError
        When an organisation has no place left.
    AccessError
        When one was not handed in.

    """
    rows = people_of(games, numbers)
    for row in rows:
        if row.registration_state != RegistrationState.SUBMITTED.value:
            message = f"registration {row.number} is {row.registration_state}: it can't be approved"
            raise AccessError(message)
    _decide(games, rows, RegistrationState.APPROVED, "", by)
    BackgroundCheck.objects.bulk_create(
        [BackgroundCheck(registration=row) for row in rows if row.category.needs_check],
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    _record_athletes(games, rows, by)
    return len(rows)


def _decide(
    games: GamesRow, rows: list[Registration], state: RegistrationState, why: str, by: By
) -> None:
    """Set the state of rows in one statement, so that quotas are counted once; tell the log."""
    if not rows:
        return
    try:
        with transaction.atomic():
            Registration.objects.filter(pk__in=[row.pk for row in rows]).update(
                registration_state=state.value, why=why, decided_by=by.name, decided_at=by.now
            )
    except IntegrityError as error:
        raise _quota_error(rows, error) from error
    body = {"state": state.value, "people": len(rows), "numbers": [r.number for r in rows][:200]}
    append_update(games_id=games.id, topic=DECIDED, key=state.value, body=body, recorded_at=by.now)
    record_audit(
        games_id=games.id, actor=by.name, verb=f"{state.value} people",
        thing=str(rows[0].number) if len(rows) == 1 else f"{len(rows)} people",
        details={},
    )  # fmt: skip


def _quota_error(rows: list[Registration], error: IntegrityError) -> AccessError:
    """Return an error that says which organisation has no place left, if that is why."""
    if "quota_is_kept" not in str(error):
        return AccessError("somebody still has a valid card: cancel it first, then try again")
    wanted: dict[tuple[int, int], int] = {}
    for row in rows:
        key = (row.client_id, row.category_id)
        wanted[key] = wanted.get(key, 0) + 1
    for row in rows:
        key = (row.client_id, row.category_id)
        quota = Quota.objects.filter(client_id=key[0], category_id=key[1]).first()
        left = quota.places - quota.used if quota else 0
        if left < wanted[key]:
            message = (
                f"{row.client.code} has {left} places left as {row.category.code},"
                f" {wanted[key]} are asked: raise the quota or refuse somebody"
            )
            return QuotaError(message)
    return QuotaError("a quota was used up meanwhile: look again")


def _record_athletes(games: GamesRow, rows: list[Registration], by: By) -> None:
    """Make participants of approved athletes; delegations they belong to are facts already."""
    writer = FactWriter(games_id=games.id, fact_source=f"registration, {by.name}")
    known = writer.keys("organisations")
    _refuse_foreign(games, [row for row in rows if row.category.client_group == "athletes"])
    batch = [
        {
            "code": row.code,
            "organisation": row.client.code,
            "name": f"{row.given_name} {row.family_name}".strip(),
            "gender": row.gender,
            "birth_date": row.birth_date,
            "is_withdrawn": False,
        }
        for row in rows
        if row.category.client_group == "athletes" and row.client.code in known
    ]
    for first in range(0, len(batch), BATCH):
        writer.save(table="participants", batch=batch[first : first + BATCH])


def _refuse_foreign(games: GamesRow, rows: list[Registration]) -> None:
    """Refuse an athlete whose code is a participant of another delegation."""
    owner = organisations_of_participants(games_id=games.id, codes=[row.code for row in rows])
    for row in rows:
        if owner.setdefault(row.code, row.client.code) != row.client.code:
            message = (
                f"registration {row.number}: the code {row.code} is a participant of"
                f" {owner[row.code]}: give another code"
            )
            raise AccessError(message)


@transaction.atomic
def refuse(*, games: GamesRow, numbers: Iterable[int], why: str, by: By) -> int:
    """
    Refuse registrations with a reason that their organisation reads.

    Raises
    ------
    AccessError
        Without a reason, or when one is not open.

    """
    if not why.strip():
        message = "say why: the organisation reads it"
        raise AccessError(message)
    rows = people_of(games, numbers)
    for row in rows:
        if row.registration_state not in OPEN:
            message = f"registration {row.number} is {row.registration_state}: it can't be refused"
            raise AccessError(message)
    _decide(games, rows, RegistrationState.REFUSED, why.strip()[:300], by)
    return len(rows)


@transaction.atomic
def withdraw(*, games: GamesRow, numbers: Iterable[int], why: str, by: By) -> int:
    """
    Withdraw people: their cards are cancelled at once, their places are free again.

    Raises
    ------
    AccessError
        When somebody is not of the own organisation, or has gone already.

    """
    rows = people_of(games, numbers)
    for row in rows:
        if not by.owns(row.client.code):
            message = f"registration {row.number} is not of {by.client}"
            raise UnknownPersonError(message)
        if row.registration_state not in {*OPEN, RegistrationState.APPROVED.value}:
            message = f"registration {row.number} is {row.registration_state} already"
            raise AccessError(message)
    cards = Card.objects.filter(
        registration__in=rows, card_state=CardState.VALID.value
    ).values_list("number", flat=True)
    end_cards(
        games=games, numbers=tuple(cards), state=CardState.CANCELLED, why=why or "withdrawn", by=by
    )
    _decide(games, rows, RegistrationState.WITHDRAWN, why.strip()[:300], by)
    athletes = [
        (row.client.code, row.code)
        for row in rows
        if row.category.client_group == "athletes"
        and row.registration_state == RegistrationState.APPROVED.value
    ]
    withdraw_athletes(games=games, people=athletes, by=by, reason=WithdrawalReason.ADMINISTRATIVE)
    return len(rows)


@transaction.atomic
def replace_late(*, games: GamesRow, number: int, person: PersonValues, why: str, by: By) -> int:
    """
    Replace somebody after the deadline: who leaves is withdrawn, who comes is handed in.

    Returns the new registration's number.

    Raises
    ------
    AccessError
        When the new person can't be registered; then nobody has left either.

    """
    withdraw(games=games, numbers=(number,), why=why or "replaced", by=by)
    row = Registration.objects.select_related("client", "category").get(
        games_id=games.id, number=number
    )
    same_place = {**asdict(person), "client": row.client.code, "category": row.category.code}
    office = By(name=by.name, now=by.now)
    done = register_people(games=games, people=[PersonValues(**same_place)], by=office)
    if done.refused:
        trouble = done.refused[0].trouble
        message = f"{trouble.column} {trouble.reason}: {trouble.advice}"
        raise AccessError(message)
    if done.numbers[0] == number:
        message = "who comes needs a code of their own"
        raise AccessError(message)
    Registration.objects.filter(games_id=games.id, number=done.numbers[0]).update(
        replaces=row, is_late=True
    )
    return done.numbers[0]
