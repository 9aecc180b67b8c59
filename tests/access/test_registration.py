"""Registering people: every row accounted for, nothing half done, identity kept once decided."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from sportsbrain.access.actions import (
    By,
    CheckResult,
    approve,
    issue_cards,
    merge_people,
    record_checks,
    refuse,
    register_people,
    replace_late,
    save_category,
    save_questions,
    save_quotas,
    withdraw,
)
from sportsbrain.access.actions.begin import rights_in
from sportsbrain.access.errors import AccessError, QuotaError, UnknownPersonError
from sportsbrain.access.models import Quota, Registration
from sportsbrain.access.queries import cards_of, person
from sportsbrain.vocabulary.people import CheckState
from sportsbrain.world.models import Participant
from tests.access.office import ALL, NOW, OFFICE, a_games, carded, registered, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def games(db: None) -> Any:
    return a_games()


def state_of(games: Any, number: int) -> str:
    return str(Registration.objects.get(games_id=games.id, number=number).registration_state)


def test_the_same_people_again_change_nothing(games: Any) -> None:
    people = [somebody(), somebody(), somebody(birth_date=None)]
    first = register_people(games=games, people=people, by=OFFICE)
    again = register_people(games=games, people=people, by=OFFICE)
    assert (first.created, first.changed, first.same, len(first.refused)) == (2, 0, 0, 1)
    assert (again.created, again.changed, again.same, len(again.refused)) == (0, 0, 2, 1)
    assert first.refused[0].trouble.column == "birth_date"


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"client": "ZZZ"}, "client"),
        ({"category": "NOPE"}, "category"),
        ({"family_name": "", "given_name": ""}, "family_name"),
        ({"birth_date": dt.date(1890, 1, 1)}, "birth_date"),
        ({"category": "TO", "birth_date": dt.date(2015, 1, 1)}, "birth_date"),
        ({"birth_date": dt.date(2014, 1, 1)}, "guardian"),
        ({"gender": "Q"}, "gender"),
        ({"nationality": "Aaa"}, "nationality"),
        ({"email": "nobody"}, "email"),
        ({"starts_on": dt.date(2030, 7, 9), "ends_on": dt.date(2030, 7, 1)}, "ends_on"),
        ({"code": ""}, "code"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(
    games: Any, values: dict[str, Any], column: str
) -> None:
    done = register_people(games=games, people=[somebody(**values)], by=OFFICE)
    trouble = done.refused[0].trouble
    assert (done.created, trouble.column) == (0, column)
    assert trouble.advice


def test_an_organisation_registers_its_own_people_until_the_deadline(games: Any) -> None:
    chef = By(name="chef", now=NOW, client="AAA")
    foreign = register_people(games=games, people=[somebody(client="BBB")], by=chef)
    assert foreign.refused[0].trouble.reason == "not yours"
    save_category(
        games=games, code="ATH", name="Athlete", client_group="athletes",
        rights=rights_in({"rights": ["zone * B"]}), by=OFFICE, closes_at=NOW,
    )  # fmt: skip
    late = register_people(games=games, people=[somebody()], by=chef)
    assert late.refused[0].trouble.reason == "closed"
    office = register_people(games=games, people=[somebody()], by=OFFICE)
    assert Registration.objects.get(number=office.numbers[0]).is_late


def test_own_questions_are_asked_and_their_choices_kept(games: Any) -> None:
    questions = {"shirt": {"text": "Shirt", "choices": ["S", "M"], "is_needed": True}}
    save_questions(games=games, category="ATH", questions=questions)
    people = [somebody(), somebody(answers={"shirt": "XXL"}), somebody(answers={"shirt": "M"})]
    done = register_people(games=games, people=people, by=OFFICE)
    assert [r.trouble.reason for r in done.refused] == ["missing", "unknown"]
    assert done.created == 1


def test_a_draft_may_lack_things_and_is_handed_in_later(games: Any) -> None:
    draft = somebody(birth_date=None)
    done = register_people(games=games, people=[draft], by=OFFICE, is_complete=False)
    assert state_of(games, done.numbers[0]) == "draft"
    whole = dataclasses.replace(draft, birth_date=dt.date(2000, 1, 1))
    register_people(games=games, people=[whole], by=OFFICE)
    assert state_of(games, done.numbers[0]) == "submitted"


def test_an_approved_athlete_is_a_participant_and_keeps_the_identity(games: Any) -> None:
    athlete = somebody()
    (number,) = registered(games, athlete)
    approve(games=games, numbers=(number,), by=OFFICE)
    assert Participant.objects.get(code=athlete.code).name == "Tova Brelin"
    renamed = dataclasses.replace(athlete, family_name="Brelin-Nor")
    done = register_people(games=games, people=[renamed], by=OFFICE)
    assert done.refused[0].trouble.reason == "decided"
    phoned = dataclasses.replace(athlete, phone="+351 1")
    assert register_people(games=games, people=[phoned], by=OFFICE).changed == 1


def test_no_place_no_approval_and_nobody_is_half_approved(games: Any) -> None:
    numbers = registered(games, somebody(), somebody(), somebody(), places=2)
    with pytest.raises(QuotaError, match="AAA has 2 places left as ATH, 3 are asked"):
        approve(games=games, numbers=numbers, by=OFFICE)
    assert {state_of(games, n) for n in numbers} == {"submitted"}
    approve(games=games, numbers=numbers[:2], by=OFFICE)
    withdraw(games=games, numbers=numbers[:1], why="injured", by=OFFICE)
    approve(games=games, numbers=numbers[2:], by=OFFICE)
    assert Quota.objects.get().used == 2
    with pytest.raises(AccessError, match="2 places are used"):
        save_quotas(games=games, quotas={("AAA", "ATH"): 1}, by=OFFICE)


def test_without_a_quota_nobody_is_approved(games: Any) -> None:
    done = register_people(games=games, people=[somebody(client="BBB")], by=OFFICE)
    with pytest.raises(QuotaError, match="BBB has 0 places left"):
        approve(games=games, numbers=done.numbers, by=OFFICE)


def test_a_refusal_says_why(games: Any) -> None:
    (number,) = registered(games, somebody())
    with pytest.raises(AccessError, match="say why"):
        refuse(games=games, numbers=(number,), why=" ", by=OFFICE)
    refuse(games=games, numbers=(number,), why="not on the long list", by=OFFICE)
    assert person(games=games, seats=ALL, number=number).why == "not on the long list"


def test_who_withdraws_frees_the_place_and_the_card_ends(games: Any) -> None:
    (card,) = carded(games, somebody())
    number = int(card.split("-")[0])
    withdraw(games=games, numbers=(number,), why="injured", by=OFFICE)
    assert [c.card_state for c in cards_of(games=games, registration=number)] == ["cancelled"]
    assert Quota.objects.get().used == 0


def test_a_late_replacement_is_all_or_nothing(games: Any) -> None:
    (number,) = registered(games, somebody())
    approve(games=games, numbers=(number,), by=OFFICE)
    with pytest.raises(AccessError):
        replace_late(
            games=games, number=number, person=somebody(birth_date=None), why="", by=OFFICE
        )
    assert state_of(games, number) == "approved"
    comes = replace_late(games=games, number=number, person=somebody(), why="ill", by=OFFICE)
    assert (state_of(games, number), state_of(games, comes)) == ("withdrawn", "submitted")
    assert person(games=games, seats=ALL, number=comes).replaces == number


def test_a_check_that_is_refused_ends_the_card_and_is_left_by_appeal_only(games: Any) -> None:
    (card,) = carded(games, somebody())
    number = int(card.split("-")[0])

    def result(state: CheckState) -> int:
        told = [CheckResult(number=number, check_state=state, reason="told by letter")]
        return record_checks(games=games, results=told, by=OFFICE)

    result(CheckState.REFUSED)
    assert cards_of(games=games, registration=number)[0].card_state == "cancelled"
    with pytest.raises(AccessError, match="can't become clear"):
        result(CheckState.CLEAR)
    with pytest.raises(AccessError, match="waits for the background check"):
        issue_cards(games=games, numbers=(number,), by=OFFICE)
    result(CheckState.APPEALED)
    result(CheckState.CLEAR)
    assert issue_cards(games=games, numbers=(number,), by=OFFICE) == (f"{number:06}-2",)


def test_merging_fills_what_is_lacking_and_is_done_once(games: Any) -> None:
    numbers = registered(games, somebody(document=""), somebody(document="X9", phone="+1"))
    merge_people(games=games, keep=numbers[0], drop=numbers[1], by=OFFICE)
    kept = person(games=games, seats=ALL, number=numbers[0])
    assert (kept.fields["document"], kept.fields["phone"]) == ("X9", "+1")
    assert person(games=games, seats=ALL, number=numbers[1]).merged_into == numbers[0]
    with pytest.raises(AccessError, match="merged already"):
        merge_people(games=games, keep=numbers[0], drop=numbers[1], by=OFFICE)
    with pytest.raises(UnknownPersonError):
        merge_people(games=games, keep=numbers[0], drop=999, by=OFFICE)
