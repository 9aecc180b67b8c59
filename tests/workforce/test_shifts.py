"""Volunteers answer, give away and take shifts on a phone; rules and one taker at a time hold."""

import pathlib
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from sportsbrain.plans.actions import publish_version
from sportsbrain.vocabulary.planning import Order
from sportsbrain.vocabulary.statuses import ShiftReply
from sportsbrain.workforce import queries
from sportsbrain.workforce.actions import answer_shift
from sportsbrain.workforce.errors import ShiftError
from sportsbrain.workforce.planning import take_shift
from sportsbrain.workforce.queries import ShiftRow
from sportsbrain.workforce.views import token_of
from tests.conftest import NOW, games_once
from tests.plans.test_chain import carried_out
from tests.sport.test_pages import client_of


@pytest.fixture(scope="module")
def staffed_once(
    django_db_setup: None, django_db_blocker: Any, small_folder: pathlib.Path
) -> Iterator[Any]:
    """Make the small Games with a roster in force once; each test begins from it again."""
    with games_once(django_db_blocker, small_folder) as games:
        outcome = carried_out(games, "roster", Order(seconds=1.0), time.monotonic)
        publish_version(
            games_id=games.id, planner="roster", number=outcome.version, actor="t", now=NOW
        )
        yield games


@pytest.fixture
def staffed(staffed_once: Any, db: None) -> Any:
    """Return the small Games with a roster in force."""
    return staffed_once


def reply(games: Any, row: ShiftRow, word: ShiftReply) -> None:
    answer_shift(
        games=games, person=row.person, day=row.day, shift=row.shift, reply=word, actor="t", now=NOW
    )


def a_giver_and_takers(games: Any) -> tuple[ShiftRow, list[str]]:
    """Return a shift, and people of the team who may take it by all rules."""
    shifts = queries.all_shifts(games=games)
    for (person, day, _), team in sorted(shifts.items()):
        row = next(r for r in queries.shifts_of(games=games, person=person) if r.day == day)
        others = {p for (p, _, _), t in shifts.items() if t == team}
        near = {p for (p, d, _) in shifts if abs(d - day) <= 2}
        free = sorted(p for p in others - near if sum(1 for k in shifts if k[0] == p) < 8)
        if len(free) >= 2:
            return row, free
    message = "no team of the small Games has two people who are free for days"
    raise AssertionError(message)


def test_a_word_on_a_shift_is_kept_and_the_newest_holds(staffed: Any) -> None:
    person = next(iter(queries.all_shifts(games=staffed)))[0]
    row = queries.shifts_of(games=staffed, person=person)[0]
    assert row.reply == ""
    reply(staffed, row, ShiftReply.DECLINED)
    assert [o.given_by for o in queries.open_shifts(games=staffed)] == [person]
    reply(staffed, row, ShiftReply.ACCEPTED)
    assert queries.open_shifts(games=staffed) == ()
    assert queries.shifts_of(games=staffed, person=person)[0].reply == "accepted"


def test_a_shift_given_away_goes_to_one_taker_of_the_team(staffed: Any) -> None:
    row, takers = a_giver_and_takers(staffed)
    before = queries.all_shifts(games=staffed)
    reply(staffed, row, ShiftReply.DECLINED)
    errors = []
    for person in takers:
        try:
            take_shift(games=staffed, person=person, given_by=row.person, day=row.day,
                       shift=row.shift, now=NOW)  # fmt: skip
            break
        except ShiftError as error:  # a day off of that person
            errors.append(str(error))
    after = queries.all_shifts(games=staffed)
    assert len(after) == len(before), errors
    taker = next(key[0] for key in after if key not in before)
    assert queries.shifts_of(games=staffed, person=taker)
    assert all(
        (r.day, r.shift) != (row.day, row.shift)
        for r in queries.shifts_of(games=staffed, person=row.person)
    )
    mine = next(
        r for r in queries.shifts_of(games=staffed, person=taker) if r.taken_from == row.person
    )
    assert mine.reply == "accepted"
    reply(staffed, mine, ShiftReply.DECLINED)  # what was taken over can be given on
    assert [o.given_by for o in queries.open_shifts(games=staffed)] == [taker]
    reply(staffed, mine, ShiftReply.ACCEPTED)
    with pytest.raises(ShiftError, match="not open"):
        take_shift(games=staffed, person=takers[-1], given_by=row.person, day=row.day,
                   shift=row.shift, now=NOW)  # fmt: skip
    with pytest.raises(ShiftError, match="not yours"):
        reply(staffed, row, ShiftReply.ACCEPTED)


def test_nobody_takes_two_shifts_of_one_day(staffed: Any) -> None:
    shifts = queries.all_shifts(games=staffed)
    (giver, day, shift), team = next(iter(sorted(shifts.items())))
    other = next(
        p for (p, d, _), t in sorted(shifts.items()) if t == team and d == day and p != giver
    )
    reply(staffed, queries.shifts_of(games=staffed, person=giver)[0], ShiftReply.DECLINED)
    row = queries.open_shifts(games=staffed)[0]
    assert (row.day, row.shift) == (day, shift)
    with pytest.raises(ShiftError, match="already"):
        take_shift(games=staffed, person=other, given_by=giver, day=day, shift=shift, now=NOW)


def test_the_phone_page_needs_its_signed_link(staffed: Any) -> None:
    person = next(iter(queries.all_shifts(games=staffed)))[0]
    token = token_of(games=staffed, person=person)
    client = Client()
    page = client.get(f"/shifts/{token}/")
    assert page.status_code == 200
    row = queries.shifts_of(games=staffed, person=person)[0]
    body = {"day": row.day, "shift": row.shift, "reply": "accepted"}
    assert client.post(f"/shifts/{token}/answer/", body).status_code == 302
    assert queries.shifts_of(games=staffed, person=person)[0].reply == "accepted"
    assert "1 meal voucher" in client.get(f"/shifts/{token}/").content.decode()
    assert client.get(f"/shifts/{token[:-2]}xx/").status_code == 404
    assert client.get(f"/shifts/REFS1~{person}/").status_code == 404


def test_who_did_not_come_is_noted_by_a_planner_and_the_shift_is_offered(staffed: Any) -> None:
    (person, day, shift), team = next(iter(sorted(queries.all_shifts(games=staffed).items())))
    body = {"person": person, "team": team, "day": day, "shift": shift}
    assert client_of("viewer").post("/games/REFS1/workforce/absences/", body).status_code == 403
    client = client_of("planner")
    assert client.post("/games/REFS1/workforce/absences/", body).status_code == 302
    assert queries.open_shifts(games=staffed, team=team)[0].given_by == person
    page = client.get(f"/games/REFS1/workforce/teams/{team}/")
    assert page.status_code == 200
    assert client.get("/games/REFS1/workforce/").context["page"].open == 1
