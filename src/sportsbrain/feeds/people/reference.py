"""Invented people for the demonstration, by the same doors as anybody's."""

import datetime as dt
import io

from sportsbrain.access.actions import (
    By,
    CheckResult,
    MovementValues,
    PersonValues,
    approve,
    begin_event_rules,
    begin_tables,
    clear_all,
    give_duty,
    issue_cards,
    keep_photo,
    record_checks,
    register_people,
    save_clients,
    save_movements,
    save_quotas,
)
from sportsbrain.access.planning import propose_duplicates
from sportsbrain.access.queries import Seats, numbers_in, person_lines
from sportsbrain.committee.actions import seat_person
from sportsbrain.committee.queries import GamesRow
from sportsbrain.credentials.actions import rotate_key
from sportsbrain.credentials.queries import keys_of
from sportsbrain.reference.dice import Dice
from sportsbrain.reference.people import Invented, generate_people, written_again
from sportsbrain.vocabulary.people import CheckState, Direction, Duty, RegistrationState, age_on
from sportsbrain.vocabulary.statuses import Role
from sportsbrain.world.queries import organisation_lines, participant_lines, person_facts

SEED = 5
OFFICE = ("demo-planner", "Demo planner", Role.APPROVER)
CHEF = ("demo-chef", "Demo chef de mission", Role.PORTAL)
MEDIA = {f"MED{n}": (f"{name} News", "media") for n, name in enumerate(("Harbour", "Northern"))}
CONTRACTORS = {"CREW": ("Games crew", "workforce")}
PORTRAITS = 24
WASHES = ("#7d93b2", "#a58fb0", "#8fae93", "#b89b82", "#8aa9ad", "#b58a8f")


def reference_people(games: GamesRow, *, count: int, now: dt.datetime) -> int:
    """Register invented people once, most of them approved; return how many there are."""
    office = Seats(duties=frozenset(Duty), clients=())
    have = person_lines(games=games, seats=office)[1]
    if have:
        return have
    by = By(name="demo", now=now)
    begin_tables(games=games, by=by)
    begin_event_rules(games=games, by=by)
    save_clients(games=games, clients={**MEDIA, **CONTRACTORS}, by=by)
    delegations = tuple(line.code for line in organisation_lines(games_id=games.id))[:6]
    people = [*_athletes(games, delegations, count // 2), *_people(delegations, count // 2)]
    places = {(p.client, p.category): 0 for p in people}
    for p in people:
        places[p.client, p.category] += 1
    save_quotas(games=games, quotas={key: n + 3 for key, n in places.items()}, by=by)
    register_people(games=games, people=people, by=by)
    _decide(games, by)
    _seat(games, delegations[0], by)
    propose_duplicates(games=games, by=by)
    _travel(games, people, by)
    return len(people)


def _travel(games: GamesRow, people: list[PersonValues], by: By) -> None:
    """Let delegations come in the days before the Games and go after them, some on one flight."""
    dice = Dice(SEED + 1)
    zone = dt.timezone(dt.timedelta(seconds=games.utc_offset))
    rows = []
    for person in people:
        if person.category not in {"ATH", "TO"}:
            continue
        before = 2 + dice.weighted((5, 3, 2))
        after = 1 + dice.weighted((7, 3))
        for direction, day in (
            (Direction.ARRIVAL, games.starts_on - dt.timedelta(days=before)),
            (Direction.DEPARTURE, games.ends_on + dt.timedelta(days=after)),
        ):
            flight = dice.below(5)
            at = dt.datetime.combine(day, dt.time(7 + 3 * flight, 10 * flight), tzinfo=zone)
            rows.append(
                MovementValues(
                    client=person.client, code=person.code, direction=direction,
                    port="RAIL" if flight == 1 else "AIR", at=at,
                    carrier=f"{person.client}{flight}", bags=1 + dice.below(4),
                    special="poles" if dice.unit() < 0.03 else "",
                )
            )  # fmt: skip
    save_movements(games=games, rows=rows, by=by)


def _athletes(games: GamesRow, delegations: tuple[str, ...], count: int) -> list[PersonValues]:
    """Return participants of the Games as their delegations register them."""
    facts = {person.code: person for person in person_facts(games_id=games.id)}
    photos = [keep_photo(portrait(n)) for n in range(PORTRAITS)]
    found: list[PersonValues] = []
    for delegation in delegations:
        for line in participant_lines(games_id=games.id, organisation=delegation):
            given, _, family = line.name.partition(" ")
            person = facts[line.code]
            found.append(
                PersonValues(
                    code=line.code, client=delegation, category="ATH", family_name=family,
                    given_name=given, birth_date=person.birth_date, gender=person.gender,
                    nationality=delegation, photo=photos[len(found) % PORTRAITS],
                    guardian="Team office" if _is_young(person.birth_date, games) else "",
                )
            )  # fmt: skip
    return found[:count]


def _is_young(born: dt.date | None, games: GamesRow) -> bool:
    return born is not None and age_on(born, games.ends_on) < 18


def _people(delegations: tuple[str, ...], count: int) -> list[PersonValues]:
    dice = Dice(SEED)
    photos = [keep_photo(portrait(n)) for n in range(PORTRAITS)]
    invented = generate_people(count=count, seed=SEED, nations=delegations, youngest=19)
    found = []
    for n, person in enumerate(invented):
        client, category = _place(dice, person, delegations)
        found.append(_values(person, client, category, dice.pick(photos) if n % 9 else ""))
    for n, person in enumerate(invented[: count // 40]):
        again = written_again(person, code=f"X{n:03}", seed=SEED + n)
        found.append(_values(again, found[n].client, found[n].category, dice.pick(photos)))
    return found


def _place(dice: Dice, person: Invented, delegations: tuple[str, ...]) -> tuple[str, str]:
    kind = dice.weighted((0.4, 0.25, 0.35))
    if kind == 1:
        return dice.pick(tuple(MEDIA)), dice.pick(("PRS", "PHO"))
    if kind == 2:
        return "CREW", "WRK"
    return person.nationality if person.nationality in delegations else delegations[0], "TO"


def _values(person: Invented, client: str, category: str, photo: str) -> PersonValues:
    return PersonValues(
        code=person.code,
        client=client,
        category=category,
        family_name=person.family_name,
        given_name=person.given_name,
        birth_date=person.birth_date,
        gender=person.gender,
        nationality=person.nationality,
        document=person.document,
        email=f"{person.code.lower()}@example.org",
        photo=photo,
    )


def _decide(games: GamesRow, by: By) -> None:
    """Approve most, clear most of these, hold one, card some."""
    numbers = numbers_in(games=games, state=RegistrationState.SUBMITTED)
    approved = tuple(n for n in numbers if n % 5)
    approve(games=games, numbers=approved, by=by)
    clear_all(games=games, numbers=[n for n in approved if n % 7], by=by)
    held = next((n for n in approved if n % 7 == 0), None)
    if held is not None:
        told = CheckResult(number=held, check_state=CheckState.HELD, reason="Papers incomplete")
        record_checks(games=games, results=[told], by=by)
    if not keys_of(games=games):
        rotate_key(games=games, actor="demo", now=by.now)
    office = Seats(duties=frozenset(Duty), clients=())
    lines = person_lines(games=games, seats=office, state=RegistrationState.APPROVED.value)[0]
    ready = [p.number for p in lines if p.has_photo and p.check_state == CheckState.CLEAR.value]
    issue_cards(games=games, numbers=ready[: len(ready) // 2], by=by)


def _seat(games: GamesRow, delegation: str, by: By) -> None:
    for username, name, role in (OFFICE, CHEF):
        user_id = seat_person(
            games_id=games.id, username=username, display_name=name, role=role, actor="demo"
        )
        if role == Role.PORTAL:
            give_duty(games=games, user_id=user_id, duty=Duty.REGISTER, client=delegation, by=by)
            continue
        for duty in Duty:
            if duty != Duty.REGISTER:
                give_duty(games=games, user_id=user_id, duty=duty, client="", by=by)


def portrait(number: int) -> bytes:
    """Return a drawn likeness of nobody: head and shoulders before a wash of colour."""
    from PIL import Image, ImageDraw

    dice = Dice(number + 77)
    picture = Image.new("RGB", (480, 640), WASHES[number % len(WASHES)])
    draw = ImageDraw.Draw(picture)
    skin = dice.pick(("#f0d2bd", "#d9a883", "#b57b56", "#8a5a3c", "#5e3d2b"))
    hair = dice.pick(("#2b2320", "#4a3526", "#7a5a38", "#b99a66", "#6b6b6f"))
    shirt = dice.pick(("#2f4858", "#5b3a5e", "#3d5c46", "#6a4a3a", "#37474f"))
    draw.ellipse((60, 470, 420, 900), fill=shirt)
    draw.rectangle((205, 420, 275, 510), fill=skin)
    width = 95 + dice.below(20)
    draw.ellipse((240 - width - 14, 150, 240 + width + 14, 420), fill=hair)
    if dice.unit() < 0.5:
        draw.rectangle((240 - width - 14, 290, 240 + width + 14, 470), fill=hair)
    draw.ellipse((240 - width, 190, 240 + width, 450), fill=skin)
    for side in (-1, 1):
        draw.ellipse((240 + side * 42 - 9, 300, 240 + side * 42 + 9, 318), fill="#2b2320")
    draw.arc((200, 340, 280, 400), 20, 160, fill="#7a3d38", width=6)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
