"""Stays: a bed is one person's a night, whatever is asked for, by whom and how often."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from sportsbrain.live.queries import updates_between
from sportsbrain.reference.dice import Dice
from sportsbrain.village.actions import By, cancel_stay, check_in, close_room, depart, move, swap
from sportsbrain.village.errors import VillageError
from sportsbrain.village.models import Stay, VillageOrder, VillageRoom
from sportsbrain.village.queries import (
    delegation_stays,
    desk_of,
    differing_stays,
    free_beds,
)
from tests.village.houses import (
    CHEF,
    FIRST,
    LAST,
    NOW,
    OFFICE,
    PEOPLE,
    a_wish,
    day,
    houses,
    key,
    settled,
    wishes,
)

pytestmark = pytest.mark.django_db


def stay_of(games: int, person: str) -> tuple[str, int, str]:
    row = Stay.objects.filter(games_id=games, person=person).order_by("-nights")[0]
    return row.room.code, row.bed, row.stay_state


def nights_of(games: int, person: str) -> list[tuple[dt.date, dt.date]]:
    rows = Stay.objects.filter(games_id=games, person=person).order_by("nights")
    return [(row.nights.lower, row.nights.upper) for row in rows]


def test_wishes_become_stays_and_the_same_again_changes_nothing() -> None:
    games = houses()
    assert settled(games).created == ("ann", "amy", "abe", "ben")
    again = settled(games)
    assert (again.changed, len(again.same)) == (0, 4)
    desk = desk_of(games_id=games, day=FIRST)
    assert (desk.beds, desk.in_house, len(desk.expected)) == (7, 0, 4)
    assert desk.delegations == (("AAA", 0, 3), ("BBB", 0, 1))


def test_who_has_come_keeps_the_bed_and_the_others_follow_the_new_plan() -> None:
    games = houses()
    settled(games)
    check_in(games_id=games, key=key(), person="ann", on=FIRST, by=OFFICE)
    new = [a_wish("ann", "C1", 0), a_wish("amy", "C1", 1), a_wish("abe", "A2", 0, gender="M",
                                                                  after=day(30))]  # fmt: skip
    found = settled(games, new)
    assert (found.held, found.moved) == (("ann",), ("amy",))
    assert (found.other_nights, found.cancelled) == (("abe",), ("ben",))
    assert stay_of(games, "ann") == ("A1", 0, "in house")
    assert differing_stays(games_id=games) == ()


def test_a_plan_taken_later_leaves_who_has_left_and_nights_that_are_over() -> None:
    games = houses()
    settled(games)
    for person in ("ann", "amy"):
        check_in(games_id=games, key=key(), person=person, on=FIRST, by=OFFICE)
    depart(games_id=games, key=key(), person="ann", on=day(20), by=OFFICE)
    late = By(name="desk", now=dt.datetime(2030, 7, 25, tzinfo=dt.UTC))
    some = [*wishes(), a_wish("zoe", "C1", 0, first=day(19)),
            a_wish("una", "C1", 1, first=day(18), after=day(22))]  # fmt: skip
    found = settled(games, some, by=late)
    assert (found.gone, found.created) == (("ann", "una"), ("zoe",))
    assert nights_of(games, "zoe") == [(day(25), LAST)], "nobody sleeps in nights that are over"
    assert nights_of(games, "abe") == [(day(25), LAST)]
    assert nights_of(games, "amy") == [(FIRST, LAST)]
    again = settled(games, [a_wish("eve", "A1", 0, first=day(18))], by=late)
    assert again.created == ("eve",), "the bed of who has left"
    assert differing_stays(games_id=games) == ()


def test_what_is_known_of_a_person_follows_the_plan() -> None:
    games = houses()
    settled(games)
    check_in(games_id=games, key=key(), person="ann", on=FIRST, by=OFFICE)
    new = [a_wish("ann", "A1", 0, delegation="CCC", role="official"), *wishes()[1:]]
    assert settled(games, new, version=7).same == ("ann", "amy", "abe", "ben")
    ann = Stay.objects.get(person="ann")
    assert (ann.delegation, ann.role, ann.gender, ann.plan_version) == ("CCC", "official", "W", 7)


def test_a_list_is_under_the_rules_and_a_plan_fills_no_closed_room() -> None:
    games = houses()
    settled(games)
    for some, why in (
        ([a_wish("zed", "C1", 0, gender="M"), a_wish("zoe", "C1", 1)], "another gender"),
        ([a_wish("zoe", "B1", 1)], "is of BBB"),
    ):
        with pytest.raises(VillageError, match=why):
            settled(games, some, is_whole=False)
    close_room(games_id=games, room="C1", why="water", by=OFFICE)
    with pytest.raises(VillageError, match="zoe: C1 is closed: water"):
        settled(games, [*wishes(), a_wish("zoe", "C1", 0)])


def test_two_in_a_bed_are_refused_with_their_names_and_nothing_is_changed() -> None:
    games = houses()
    settled(games)
    with pytest.raises(VillageError, match="ann and amy in one bed from 20 Jul"):
        settled(games, [a_wish("amy", "A1", 0, first=day(20)), a_wish("ann", "A1", 0)])
    assert stay_of(games, "amy") == ("A1", 1, "reserved")
    for wrong, why in (
        (a_wish("ann", "Z9", 0), "no room Z9"),
        (a_wish("ann", "A2", 1), "has the beds 1 to 1"),
        (a_wish("ann", "A1", 0, after=FIRST), "a stay has a night"),
    ):
        with pytest.raises(VillageError, match=why):
            settled(games, [wrong])


def test_the_database_itself_refuses_two_in_a_bed_and_two_beds() -> None:
    games = houses()
    settled(games)
    ann = Stay.objects.get(person="ann")
    room = VillageRoom.objects.get(code="C1")
    for person, place, bed in (("zoe", ann.room, 0), ("ann", room, 0)):
        with pytest.raises(IntegrityError, match="one_"), transaction.atomic():
            Stay.objects.create(games_id=games, person=person, delegation="AAA", gender="W",
                                room=place, bed=bed, nights=(day(20), day(21)))  # fmt: skip
    with pytest.raises(IntegrityError, match="stay_has_nights"), transaction.atomic():
        Stay.objects.create(games_id=games, person="zoe", delegation="AAA", gender="W",
                            room=room, bed=0, nights=(day(20), day(20)))  # fmt: skip


def test_a_late_arrival_and_an_early_departure_free_their_nights() -> None:
    games = houses()
    settled(games)
    check_in(games_id=games, key=key(), person="ann", on=day(20), by=OFFICE)
    depart(games_id=games, key=key(), person="ann", on=day(25), by=OFFICE)
    assert nights_of(games, "ann") == [(day(20), day(25))]
    some = [a_wish("zoe", "A1", 0, first=day(25)), a_wish("eve", "A1", 0, after=day(20))]
    assert len(settled(games, some, is_whole=False).created) == 2
    with pytest.raises(VillageError, match="nobody called ann has a bed"):
        depart(games_id=games, key=key(), person="ann", on=day(26), by=OFFICE)
    with pytest.raises(VillageError, match="who has left or moved"):
        settled(games, [a_wish("una", "A1", 0, first=day(22), after=day(24))], is_whole=False)


def test_who_comes_before_their_nights_is_told_to_change_them() -> None:
    games = houses()
    settled(games)
    with pytest.raises(VillageError, match="expected on 17 Jul"):
        check_in(games_id=games, key=key(), person="ann", on=day(16), by=OFFICE)
    with pytest.raises(VillageError, match="has not checked in"):
        depart(games_id=games, key=key(), person="ann", on=day(20), by=OFFICE)


def test_who_is_in_the_house_and_moves_has_a_stay_for_each_bed() -> None:
    games = houses()
    settled(games)
    check_in(games_id=games, key=key(), person="ann", on=FIRST, by=OFFICE)
    move(games_id=games, key=key(), person="ann", room="C1", bed=1, on=day(22), by=OFFICE)
    assert nights_of(games, "ann") == [(FIRST, day(22)), (day(22), LAST)]
    assert stay_of(games, "ann") == ("C1", 1, "in house")
    with pytest.raises(VillageError, match="somebody else has this bed"):  # the nights before 22
        move(games_id=games, key=key(), person="amy", room="A1", bed=0, on=day(22), by=OFFICE)
    check_in(games_id=games, key=key(), person="amy", on=day(22), by=OFFICE)
    move(games_id=games, key=key(), person="amy", room="A1", bed=0, on=day(22), by=OFFICE)
    assert nights_of(games, "amy") == [(day(22), LAST)]
    assert differing_stays(games_id=games) == ()


def test_a_move_to_a_taken_bed_is_refused_in_words() -> None:
    games = houses()
    settled(games)
    with pytest.raises(VillageError, match="somebody else has this bed"):
        move(games_id=games, key=key(), person="ann", room="A1", bed=1, on=FIRST, by=OFFICE)
    assert stay_of(games, "ann") == ("A1", 0, "reserved")


@pytest.mark.parametrize(
    ("person", "room", "bed", "why"),
    [
        ("abe", "A1", 0, "another gender"),
        ("ann", "B1", 1, "is of BBB"),
        ("ann", "C1", 0, "closed: water"),
        ("ann", "C1", 7, "has the beds 1 to 2"),
        ("ann", "Z9", 0, "no room Z9"),
    ],
)
def test_what_a_rule_speaks_against_only_the_office_does_with_a_reason(
    person: str, room: str, bed: int, why: str
) -> None:
    games = houses()
    settled(games)
    cancel_stay(games_id=games, key=key(), person="amy", by=OFFICE)
    move(games_id=games, key=key(), person="ann", room="A1", bed=1, on=FIRST, by=OFFICE)
    close_room(games_id=games, room="C1", why="water", by=OFFICE)
    wish: dict[str, Any] = {"games_id": games, "person": person, "room": room, "bed": bed,
                            "on": FIRST}  # fmt: skip
    with pytest.raises(VillageError, match=why):
        move(**wish, key=key(), by=OFFICE)
    with pytest.raises(VillageError, match=r"another gender|none of AAA|no room Z9"):
        move(**wish, key=key(), by=CHEF, why="please")
    if "beds" in why or "no room" in why:
        with pytest.raises(VillageError, match=why):
            move(**wish, key=key(), by=OFFICE, why="anyway")
        return
    move(**wish, key=key(), by=OFFICE, why="nothing else is left")
    (*_, told) = updates_between(games_id=games, topic="village.stay", since=NOW, until=NOW)
    assert told.body["why"] == "nothing else is left"


def test_two_change_beds_at_once_and_a_chef_only_own_people() -> None:
    games = houses()
    settled(games)
    swap(games_id=games, key=key(), one="ann", other="amy", on=FIRST, by=CHEF)
    assert (stay_of(games, "ann")[:2], stay_of(games, "amy")[:2]) == (("A1", 1), ("A1", 0))
    with pytest.raises(VillageError, match="nobody called ben has a bed"):
        swap(games_id=games, key=key(), one="ann", other="ben", on=FIRST, by=CHEF)
    with pytest.raises(VillageError, match="another gender"):
        swap(games_id=games, key=key(), one="ann", other="abe", on=FIRST, by=CHEF)
    for person in ("ann", "amy"):
        check_in(games_id=games, key=key(), person=person, on=FIRST, by=CHEF)
    swap(games_id=games, key=key(), one="ann", other="amy", on=day(20), by=CHEF)
    assert nights_of(games, "ann") == [(FIRST, day(20)), (day(20), LAST)]
    assert differing_stays(games_id=games) == ()


def test_the_same_key_gets_its_first_answer_and_another_wish_is_refused() -> None:
    games = houses()
    settled(games)
    wish: dict[str, Any] = {"games_id": games, "key": "desk-1", "person": "ann", "by": OFFICE}
    first = check_in(**wish, on=FIRST)
    depart(games_id=games, key=key(), person="ann", on=day(20), by=OFFICE)
    assert check_in(**wish, on=FIRST) == first
    assert check_in(**wish, on=day(18)) == first  # the same wish, sent again after midnight
    with pytest.raises(VillageError, match="used for something else"):
        check_in(**{**wish, "person": "amy"}, on=FIRST)
    with pytest.raises(VillageError, match="a key is 1 to 64"):
        check_in(**{**wish, "key": ""}, on=FIRST)
    with pytest.raises(VillageError, match="nobody called zoe"):
        check_in(**{**wish, "key": "desk-2", "person": "zoe"}, on=FIRST)
    assert not VillageOrder.objects.filter(key="desk-2").exists(), "an error keeps no key"


def test_free_beds_are_behind_own_doors_and_free_in_all_nights() -> None:
    games = houses()
    settled(games)
    given: dict[str, Any] = {"games_id": games, "delegation": "AAA", "after": LAST}
    assert free_beds(**given, first=FIRST) == ()
    check_in(games_id=games, key=key(), person="ann", on=FIRST, by=OFFICE)
    depart(games_id=games, key=key(), person="ann", on=day(25), by=OFFICE)
    assert [bed.room for bed in free_beds(**given, first=day(25))] == ["A1"]
    assert free_beds(**given, first=day(24)) == ()
    assert len(delegation_stays(games_id=games, delegation="AAA")) == 2


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["in", "out", "move", "swap", "cancel", "plan", "again"]),
        st.integers(0, 3), st.integers(0, 3), st.integers(0, 6), st.integers(15, 31),
    ),
    max_size=14,
)  # fmt: skip


@examples(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_whatever_is_done_no_bed_has_two_and_nobody_two_beds(steps: list[Any]) -> None:
    with transaction.atomic():
        games = houses()
        settled(games)
        for step, who, other, where, date in steps:
            one_step(games, step, who, other, where, date)
            assert differing_stays(games_id=games) == ()
        transaction.set_rollback(True)


def one_step(games: int, step: str, who: int, other: int, where: int, date: int) -> None:
    """Do something at a day in July; what can't be is refused in words."""
    beds = (("A1", 0), ("A1", 1), ("A2", 0), ("B1", 0), ("B1", 1), ("C1", 0), ("C1", 1))
    person, mate, (room, bed) = PEOPLE[who][0], PEOPLE[other][0], beds[where]
    usual: dict[str, Any] = {"games_id": games, "key": key(), "by": OFFICE}
    try:
        with transaction.atomic():
            if step == "in":
                check_in(**usual, person=person, on=day(date))
            elif step == "out":
                depart(**usual, person=person, on=day(date))
            elif step == "move":
                move(**usual, person=person, room=room, bed=bed, on=day(date), why="test")
            elif step == "swap":
                swap(**usual, one=person, other=mate, on=day(date), why="test")
            elif step == "cancel":
                cancel_stay(**usual, person=person)
            elif step == "plan":
                settled(games)
            else:
                some = [a_wish(person, room, bed, first=day(date), gender=PEOPLE[who][3])]
                settled(games, some, is_whole=False)
    except VillageError:
        pass


@pytest.mark.django_db(transaction=True)
def test_eight_writers_on_the_same_rooms_share_no_bed() -> None:
    games = houses()
    settled(games)

    def write(writer: int) -> int:
        dice, done = Dice(writer + 1), 0
        try:
            for _ in range(25):
                step = ("in", "out", "move", "move", "swap", "plan")[dice.below(6)]
                before = VillageOrder.objects.filter(games_id=games).count()
                one_step(games, step, dice.below(4), dice.below(4), dice.below(7),
                         17 + dice.below(14))  # fmt: skip
                done += VillageOrder.objects.filter(games_id=games).count() != before
            return done
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(write, range(8)))
    assert sum(done) > 0
    assert differing_stays(games_id=games) == ()
