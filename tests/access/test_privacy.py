"""Who sees what, cell by cell; what is read is noted; who is erased is nobody any more."""

import datetime as dt
from typing import Any

import pytest

from sportsbrain.access.actions import (
    CheckResult,
    erase_old,
    erase_people,
    note_read,
    record_checks,
)
from sportsbrain.access.actions.rows import By
from sportsbrain.access.errors import UnknownPersonError
from sportsbrain.access.models import BackgroundCheck, Card, Registration
from sportsbrain.access.queries import FIELDS, SEES, Seats, person, person_lines, reads
from sportsbrain.vocabulary.people import CheckState, Duty, FieldClass
from sportsbrain.world.models import FactChange, Participant
from tests.access.office import ALL, NOW, OFFICE, a_games, carded, registered, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def games(db: None) -> Any:
    return a_games()


@pytest.fixture
def number(games: Any) -> int:
    (card,) = carded(games, somebody(needs="wheelchair", phone="+351 9", email="t@example.org"))
    found = int(card.split("-")[0])
    held = CheckResult(number=found, check_state=CheckState.HELD, reason="letter 7")
    record_checks(games=games, results=[held], by=OFFICE)
    return found


@pytest.mark.parametrize("duty", list(Duty))
def test_a_duty_opens_its_classes_of_fields_and_no_other(
    games: Any, number: int, duty: Duty
) -> None:
    if duty == Duty.GATE:
        with pytest.raises(UnknownPersonError):
            person(games=games, seats=Seats(duties=frozenset({duty}), clients=()), number=number)
        return
    clients = ("AAA",) if duty == Duty.REGISTER else ()
    found = person(
        games=games, seats=Seats(duties=frozenset({duty}), clients=clients), number=number
    )
    for name, kind in FIELDS.items():
        if name in {"reason", "check_state"}:
            continue
        assert (name in found.fields) == (kind in SEES[duty]), (duty, name)
    assert bool(found.check_reason) == (duty == Duty.VETTING), "reasons are seen by few"


def test_people_of_others_do_not_exist(games: Any, number: int) -> None:
    chef = Seats(duties=frozenset({Duty.REGISTER}), clients=("BBB",))
    nobody = Seats(duties=frozenset(), clients=())
    for seats in (chef, nobody):
        assert person_lines(games=games, seats=seats) == ((), 0)
        with pytest.raises(UnknownPersonError):
            person(games=games, seats=seats, number=number)


def test_reading_sensitive_fields_leaves_a_line(games: Any, number: int) -> None:
    note_read(games=games, classes=(FieldClass.NEEDS,), by=OFFICE, number=number)
    note_read(games=games, classes=(FieldClass.IDENTITY,), by=OFFICE, people=40)
    lines = reads(games=games)
    assert [(r.field_class, r.people, r.registration) for r in lines] == [
        ("identity", 40, None),
        ("needs", 1, number),
    ]


def test_who_is_erased_is_nobody_any_more(games: Any, number: int) -> None:
    assert erase_people(games=games, numbers=(number,), why="asked", by=OFFICE) == 1
    assert erase_people(games=games, numbers=(number,), why="asked", by=OFFICE) == 0
    row = Registration.objects.get(number=number)
    text = str(Registration.objects.filter(number=number).values())
    for word in ("Brelin", "Tova", "wheelchair", "+351", "example.org", "X00"):
        assert word not in text
    assert row.erased_at == NOW
    assert BackgroundCheck.objects.get().reason == ""
    assert set(Card.objects.values_list("card_state", flat=True)) == {"cancelled"}
    names = [*Participant.objects.values_list("name", flat=True)]
    assert "Tova Brelin" not in names, "facts forget the person too"
    assert "Brelin" not in str(list(FactChange.objects.values_list("before", "after")))


def test_people_are_erased_when_their_time_is_over(games: Any) -> None:
    registered(games, somebody(), somebody())
    early = By(name="job", now=dt.datetime(2030, 12, 1, tzinfo=dt.UTC))
    late = By(name="job", now=dt.datetime(2031, 3, 1, tzinfo=dt.UTC))
    assert erase_old(games=games, days=180, by=early) == 0
    assert erase_old(games=games, days=180, by=late) == 2
    assert person(games=games, seats=ALL, number=1).name == "1"
