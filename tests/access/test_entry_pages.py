"""Pages and programs of sport entries: the own delegation only, the office everything."""

import datetime as dt
from typing import Any

import pytest

from sportsbrain.access.actions import (
    By,
    EntryValues,
    enter,
    save_event_rules,
    withdraw_entries,
)
from sportsbrain.access.models import PersonalRead
from sportsbrain.access.queries import RuleValues
from sportsbrain.feeds.tables.record import import_tables
from sportsbrain.plans.actions import Draft, draft_version, publish_version
from sportsbrain.plans.queries import since_plan
from sportsbrain.vocabulary.people import Duty, WithdrawalReason
from sportsbrain.world.queries import entry_rows
from tests.access.office import OFFICE, a_games, athletes, with_events
from tests.access.test_api import call
from tests.access.test_pages import HOME, chef_of, office_of

pytestmark = pytest.mark.django_db
PAGE = f"{HOME}entries/of/ATHW100M/"


@pytest.fixture
def games(db: None) -> Any:
    games = a_games()
    with_events(games)
    return games


def opened(games: Any) -> None:
    rule = RuleValues(places=1, reserves=1)
    save_event_rules(games=games, rules={"ATHW100M": rule}, by=OFFICE)


def standings(games: Any) -> dict[str, str]:
    return {row.competitor: row.standing for row in entry_rows(games_id=games.id)}


def test_the_office_opens_events_and_a_chef_enters_withdraws_and_replaces(games: Any) -> None:
    first, second = athletes(games, 2)
    office, chef = office_of(games), chef_of(games)
    assert b"0 of 3 events are open" in office.get(f"{HOME}entries/").content
    office.post(f"{HOME}entries/open/")
    rule = {"places": "1", "reserves": "1", "closes_at": "2030-07-01T00:00"}
    office.post(f"{PAGE}rule/", rule)
    assert b"of 1" in chef.get(f"{HOME}entries/").content
    chef.post(f"{PAGE}change/", {"wish": "enter", "competitor": first, "standing": "entered"})
    chef.post(f"{PAGE}change/", {"wish": "enter", "competitor": second, "standing": "reserve"})
    assert standings(games) == {first: "entered", second: "reserve"}
    gone = {"wish": "withdraw", "competitor": first, "reason": "medical", "comes": second}
    answer = chef.post(f"{PAGE}change/", gone, follow=True)
    assert "comes instead" in answer.content.decode()
    assert standings(games) == {first: "withdrawn", second: "entered"}
    before = PersonalRead.objects.count()
    assert b"medical" in chef.get(PAGE).content
    assert PersonalRead.objects.count() == before + 1, "reading a reason is noted"


@pytest.mark.parametrize(
    "wrong",
    [
        {"wish": "dance"},
        {"wish": "enter"},
        {"wish": "enter", "competitor": "X", "standing": "sleeping"},
        {"wish": "withdraw", "competitor": "X", "reason": "bored"},
        {"wish": "withdraw", "competitor": "X", "reason": "medical"},
        {"wish": "team", "member": "X"},
    ],
)
def test_what_makes_no_sense_changes_nothing_and_says_so(games: Any, wrong: Any) -> None:
    opened(games)
    answer = chef_of(games).post(f"{PAGE}change/", wrong, follow=True)
    assert "Nothing was changed" in answer.content.decode()
    assert standings(games) == {}


def test_a_chef_sees_no_other_delegation(games: Any) -> None:
    opened(games)
    other = athletes(games, 1, client="BBB", nationality="BBB", family_name="Ozvald")[0]
    enter(games=games, entries=[EntryValues(event="ATHW100M", competitor=other)], by=OFFICE)
    chef = chef_of(games)
    assert b"Ozvald" in office_of(games).get(PAGE).content
    assert b"Ozvald" not in chef.get(PAGE).content
    assert chef.get(f"{PAGE}?client=BBB").status_code == 404
    chef.post(f"{PAGE}change/", {"wish": "withdraw", "competitor": other, "reason": "medical"})
    assert standings(games) == {other: "entered"}
    assert chef.post(f"{PAGE}rule/", {"places": "9"}).status_code == 403


def test_entries_that_were_imported_are_checked_on_demand(games: Any, tmp_path: Any) -> None:
    opened(games)
    man = athletes(games, 1, gender="M")[0]
    table = tmp_path / "entries.csv"
    table.write_text(f"code,event,competitor\nE1,ATHW100M,{man}\n")
    import_tables(path=table, mapping_name="", games_code="PEO30", is_applied=True, actor="t",
                  now=OFFICE.now)  # fmt: skip
    office = office_of(games)
    assert b"for women" not in office.get(f"{HOME}entries/").content
    assert b"for women" in office.get(f"{HOME}entries/?check=yes").content


def test_a_program_enters_and_hears_every_reason(games: Any) -> None:
    opened(games)
    woman, man = athletes(games, 1)[0], athletes(games, 1, gender="M")[0]
    wishes = [{"event": "ATHW100M", "competitor": code} for code in (woman, man)]
    found = call(games, "entries", {"entries": wishes}, (Duty.REGISTER, "AAA")).json()
    assert (found["made"], found["refused"][0]["troubles"][0]["reason"]) == (1, "wrong gender")
    gone = {"event": "ATHW100M", "competitor": woman, "reason": "personal"}
    assert call(games, "entries/withdraw", gone).json()["withdrawn"] == woman
    assert call(games, "entries/withdraw", gone).status_code == 422
    assert call(games, "entries/withdraw", {**gone, "competitor": "X"}).status_code == 404


def test_without_a_plan_there_is_nothing_it_does_not_know(games: Any) -> None:
    assert since_plan(games_id=games.id, planner="timetable", now=OFFICE.now) is None


def test_a_plan_says_what_it_does_not_know(games: Any) -> None:
    opened(games)
    code = athletes(games, 1)[0]
    draft = Draft(planner="timetable", title="t", problem_hash="x", seed=1, solver="t",
                  objective=0, bound=0, terms=[], faults=[], items={})  # fmt: skip
    number = draft_version(games_id=games.id, draft=draft, actor="t", run_id=None, now=OFFICE.now)
    publish_version(games_id=games.id, planner="timetable", number=number, actor="t",
                    now=OFFICE.now)  # fmt: skip
    after = dt.datetime.now(dt.UTC)
    by = By(name="office", now=after)
    enter(games=games, entries=[EntryValues(event="ATHW100M", competitor=code)], by=by)
    withdraw_entries(games=games, event="ATHW100M", competitors=[code],
                     reason=WithdrawalReason.PERSONAL, by=by)  # fmt: skip
    since = since_plan(games_id=games.id, planner="timetable", now=after)
    assert since is not None
    assert (since.entered, since.withdrawn) == (0, 1)
    assert b"1 entry withdrawn." in office_of(games).get("/games/PEO30/schedule/").content
