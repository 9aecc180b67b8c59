"""What a review found: each hole has its test."""

import dataclasses
import datetime as dt
import io
from typing import Any

import pytest
from PIL import Image

from sportsbrain.access.actions import (
    By,
    MovementValues,
    approve,
    erase_people,
    give_duty,
    issue_cards,
    keep_photo,
    merge_people,
    register_people,
    save_movements,
    withdraw,
)
from sportsbrain.access.actions.duplicates import keep_alike
from sportsbrain.access.actions.photos import upright
from sportsbrain.access.errors import AccessError
from sportsbrain.access.models import (
    Alike,
    CategoryRight,
    Movement,
    PersonalRead,
    Registration,
)
from sportsbrain.access.queries import Seats, person, person_lines, rights_of
from sportsbrain.committee.models import AuditEntry
from sportsbrain.inbox.models import Reject
from sportsbrain.ui.pdf import plain
from sportsbrain.vocabulary.people import Direction, Duty
from sportsbrain.vocabulary.statuses import Role
from sportsbrain.world.models import Participant
from tests.access.office import ALL, NOW, OFFICE, a_games, carded, registered, somebody
from tests.access.test_pages import HOME, chef_of, client_of, form, office_of

pytestmark = pytest.mark.django_db
CHEF = By(name="chef", now=NOW, client="AAA")


@pytest.fixture
def games(db: None) -> Any:
    return a_games()


def test_only_registering_is_a_duty_for_one_organisation(games: Any) -> None:
    client_of(games, "bob", Role.PORTAL)
    with pytest.raises(AccessError, match="whole Games"):
        give_duty(games=games, user_id=1, duty=Duty.REGISTRATION, client="AAA", by=OFFICE)


def test_another_duty_opens_nothing_of_other_organisations(games: Any) -> None:
    (own,) = registered(games, somebody())
    (other,) = registered(games, somebody(client="BBB"))
    seats = Seats(duties=frozenset({Duty.REGISTER, Duty.CARDS}), clients=("AAA",))
    assert "document" in person(games=games, seats=seats, number=own).fields
    found = person(games=games, seats=seats, number=other)
    assert "document" not in found.fields
    assert found.check_state == ""
    both = client_of(games, "both", Role.PORTAL, (Duty.REGISTER, "AAA"), (Duty.CARDS, ""))
    assert both.get(f"{HOME}{other}/edit/AAA/ATH/").status_code == 404
    assert both.get(f"{HOME}{own}/edit/AAA/ATH/").status_code == 200


def test_who_acts_for_two_organisations_does_so_for_both(games: Any) -> None:
    both = By(name="chef", now=NOW, client="AAA BBB")
    people = [somebody(client=code) for code in ("AAA", "BBB")]
    done = register_people(games=games, people=people, by=both)
    assert done.created == 2
    assert withdraw(games=games, numbers=done.numbers, why="", by=both) == 2


def test_nobody_takes_over_the_participant_of_another_delegation(games: Any) -> None:
    first = registered(games, somebody(code="7"))
    second = registered(games, somebody(code="7", client="BBB"))
    approve(games=games, numbers=first, by=OFFICE)
    with pytest.raises(AccessError, match="participant of AAA"):
        approve(games=games, numbers=second, by=OFFICE)
    erase_people(games=games, numbers=second, why="", by=OFFICE)
    assert Participant.objects.get(code="7").name == "Tova Brelin"


def test_an_organisation_does_not_change_the_face_on_a_card(games: Any) -> None:
    athlete = somebody()
    (card,) = carded(games, athlete)
    other = dataclasses.replace(athlete, photo="1" * 64)
    assert (
        register_people(games=games, people=[other], by=CHEF).refused[0].trouble.column == "photo"
    )
    assert register_people(games=games, people=[other], by=OFFICE).changed == 1
    longer = dataclasses.replace(athlete, photo="1" * 64, ends_on=dt.date(2030, 8, 30))
    refused = register_people(games=games, people=[longer], by=CHEF).refused
    assert refused[0].trouble.column == "ends_on"
    assert card


def test_why_is_not_told_to_everybody(games: Any) -> None:
    (card,) = carded(games, somebody())
    withdraw(games=games, numbers=(int(card.split("-")[0]),), why="tested positive", by=OFFICE)
    assert "positive" not in str(list(AuditEntry.objects.values_list("details", "thing")))
    assert Reject.objects.count() == 0


def test_lists_of_checks_and_forms_leave_a_line_when_they_are_read(games: Any) -> None:
    (number,) = registered(games, somebody())
    chef_of(games).get(f"{HOME}{number}/edit/AAA/ATH/")
    assert set(PersonalRead.objects.values_list("read_by", flat=True)) == {"chef"}


def test_who_is_merged_or_gone_is_erased_whole(games: Any, tmp_path: Any, settings: Any) -> None:
    one, other = registered(games, somebody(), somebody())
    way = MovementValues(
        client="AAA", code=Registration.objects.get(number=other).code,
        direction=Direction.ARRIVAL, port="AIR", at=dt.datetime(2030, 7, 16, 9, tzinfo=dt.UTC),
    )  # fmt: skip
    save_movements(games=games, rows=[way], by=OFFICE)
    keep_alike(games=games, pairs=[(one, other, 30.0, ())], by=OFFICE)
    merge_people(games=games, keep=one, drop=other, by=OFFICE)
    assert Movement.objects.get().registration.number == one, "the way goes with the person"
    assert erase_people(games=games, numbers=(one,), why="", by=OFFICE) == 2
    assert set(Registration.objects.values_list("family_name", flat=True)) == {""}
    assert (Movement.objects.count(), Alike.objects.count()) == (0, 0)
    (third,) = registered(games, somebody())
    with pytest.raises(AccessError):
        merge_people(games=games, keep=one, drop=third, by=OFFICE)
    withdraw(games=games, numbers=(third,), why="", by=OFFICE)
    (fourth,) = registered(games, somebody())
    with pytest.raises(AccessError, match="keep the other"):
        merge_people(games=games, keep=third, drop=fourth, by=OFFICE)


def test_a_form_keeps_what_it_does_not_show_and_never_weakens_what_is_handed_in(
    games: Any,
) -> None:
    guest = somebody(starts_on=dt.date(2030, 7, 20), ends_on=dt.date(2030, 7, 20),
                     answers={"plate": "L-1"})  # fmt: skip
    (number,) = registered(games, guest)
    chef = chef_of(games)
    address = f"{HOME}{number}/edit/AAA/ATH/"
    assert chef.post(address, form(birth_date="", draft="yes")).status_code == 422
    assert chef.post(address, form(phone="1")).status_code == 302
    row = Registration.objects.get(number=number)
    assert (row.ends_on, row.answers) == (dt.date(2030, 7, 20), {"plate": "L-1"})
    chef.post(HOME + "new/AAA/ATH/", form())
    chef.post(HOME + "new/AAA/ATH/", form(given_name="Another"))
    assert Registration.objects.filter(code__startswith="web-k1").count() == 2


def test_nobody_ready_is_no_error_and_a_new_card_keeps_what_was_given(games: Any) -> None:
    office = office_of(games)
    assert office.post(HOME + "cards/issue/").status_code == 302
    (card,) = carded(games, somebody(category="TO", birth_date=dt.date(1990, 1, 1)))
    upgrade = CategoryRight.objects.get(category__code="TO", is_default=False).pk
    number = int(card.split("-")[0])
    issue_cards(games=games, numbers=(number,), by=OFFICE, upgrades=(upgrade,))
    (third,) = issue_cards(games=games, numbers=(number,), by=OFFICE)
    assert "zone * B" in rights_of(games=games, numbers=(third,))[third]


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"family_name": "x" * 121}, "family_name"),
        ({"given_name": "a\x00b"}, "given_name"),
        ({"document": "9" * 41}, "document"),
        ({"ends_on": dt.date(9999, 12, 31)}, "ends_on"),
        ({"answers": {"shirt": "M" * 2000}}, "shirt"),
    ],
)
def test_what_does_not_fit_is_one_row_and_not_the_whole_list(
    games: Any, values: dict[str, Any], column: str
) -> None:
    done = register_people(games=games, people=[somebody(), somebody(**values)], by=OFFICE)
    assert (done.created, done.refused[0].trouble.column) == (1, column)


def test_a_picture_that_would_fill_the_memory_is_refused_unopened() -> None:
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    with pytest.raises(AccessError, match="million pixels"):
        upright(out.getvalue())


def test_a_rehearsal_stores_no_picture(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    out = io.BytesIO()
    Image.new("RGB", (300, 400), "grey").save(out, "PNG")
    keep_photo(out.getvalue(), is_kept=False)
    assert list(tmp_path.rglob("*.jpg")) == []


@pytest.mark.parametrize(
    ("name", "printed"), [("Müller", "Müller"), ("Łukasz Kovač", "Lukasz Kovac"), ("王", "Wang")]
)
def test_a_name_is_printed_in_letters_that_the_card_has(name: str, printed: str) -> None:
    assert plain(name) == printed


def test_a_gate_that_is_set_up_wrongly_does_not_open(games: Any) -> None:
    gate = client_of(games, "gate", Role.PORTAL, (Duty.GATE, ""))
    answer = gate.post(HOME + "gate/scan/", {"text": "SB1:X", "gate": "V01 B"})
    assert answer.status_code == 422


def test_an_office_sees_everybody(games: Any) -> None:
    registered(games, somebody(), somebody(client="BBB"), somebody())
    assert person_lines(games=games, seats=ALL)[1] == 3
