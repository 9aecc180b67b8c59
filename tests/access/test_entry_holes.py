"""What a reviewer found in sport entries and lists, each mended and kept mended."""

import datetime as dt
import io
import os
import pathlib
from typing import Any

import pytest

from sportsbrain.access.actions import (
    EntryValues,
    approve,
    compose_team,
    enter,
    erase_people,
    replace_entry,
    save_event_rules,
    withdraw,
    withdraw_entries,
)
from sportsbrain.access.errors import AccessError, QuotaError
from sportsbrain.access.models import EntryQuota, EntryStep
from sportsbrain.access.queries import RuleValues
from sportsbrain.committee.models import User
from sportsbrain.inbox.actions import drop_uploads
from sportsbrain.live.queries import updates_between
from sportsbrain.plans.actions import start_run
from sportsbrain.plans.models import Decision
from sportsbrain.plans.queries import changes_for, people_now, run_row
from sportsbrain.vocabulary.changes import LargerDelegation, Withdrawal, change_row
from sportsbrain.vocabulary.people import Duty, Standing, WithdrawalReason
from sportsbrain.vocabulary.planning import Order
from sportsbrain.vocabulary.statuses import Role
from sportsbrain.world.actions import (
    ENTRIES_CHANGED,
    EntryFact,
    FactWriter,
    change_entries,
    merge_participants,
)
from sportsbrain.world.actions.entries import TOLD_AT_ONCE
from sportsbrain.world.queries import entry_rows, person_facts, unit_competitors
from tests.access.office import NOW, OFFICE, a_games, athletes, registered, somebody, with_events
from tests.access.test_api import call
from tests.access.test_entries import CHEF, CLOSES, LATE, MEDICAL, entered, reasons
from tests.access.test_pages import HOME, client_of, office_of

pytestmark = pytest.mark.django_db
EVENT = "ATHW100M"


@pytest.fixture
def games(db: None) -> Any:
    games = a_games()
    with_events(games)
    rule = RuleValues(places=2, reserves=1, closes_at=CLOSES)
    team = RuleValues(places=1, size_min=2, size_max=4, closes_at=CLOSES)
    save_event_rules(games=games, rules={EVENT: rule, "ATHX4X4": team}, by=OFFICE)
    return games


def imported(games: Any, *codes: str, event: str = EVENT) -> None:
    batch = [{"code": f"{event}/{c}", "event": event, "competitor": c} for c in codes]
    FactWriter(games_id=games.id, fact_source="import").save(table="entries", batch=batch)


def on_start_list(games: Any, *codes: str) -> str:
    writer = FactWriter(games_id=games.id, fact_source="import")
    rsc = EVENT.ljust(22, "-") + "FNL-000100--"
    writer.save(table="phases", batch=[{"code": rsc[:26], "event": EVENT, "name": "Final"}])
    writer.save(table="units", batch=[{"code": rsc, "rsc": rsc, "phase": rsc[:26], "name": "F"}])
    rows = [{"code": f"R{n}", "unit": rsc, "competitor": c} for n, c in enumerate(codes)]
    writer.save(table="results", batch=rows)
    return rsc


def test_who_is_above_the_places_by_an_import_may_go_but_nobody_may_come(games: Any) -> None:
    *codes, last = athletes(games, 5)
    imported(games, *codes)
    for left in (3, 2, 1):
        withdraw_entries(games=games, event=EVENT, competitors=codes[left:left + 1],
                         reason=MEDICAL, by=CHEF)  # fmt: skip
        assert list(entered(games).values()).count("entered") == left
        expected = ["full"] if left >= 2 else []
        if left >= 2:
            assert reasons(games, event=EVENT, competitor=last) == expected
    assert EntryQuota.objects.get().used == 1
    imported(games, *codes, event="ATHM100M")
    with pytest.raises(QuotaError):
        save_event_rules(games=games, rules={"ATHM100M": RuleValues(places=1)}, by=OFFICE)


def test_a_mark_above_the_places_is_changed_and_the_program_gets_no_500(games: Any) -> None:
    codes = athletes(games, 3)
    imported(games, *codes)
    wish = {"event": EVENT, "competitor": codes[0], "mark": "11.00"}
    found = call(games, "entries", {"entries": [wish]}, (Duty.REGISTER, "AAA")).json()
    assert found["made"] == 1
    for wrong in ({"event": "A\x00"}, {"standing": "withdrawn"}, {"competitor": "x" * 90}):
        answer = call(games, "entries", {"entries": [{**wish, **wrong}]})
        assert answer.status_code in {200, 422}, wrong
        assert "not an entry" in answer.content.decode() or answer.status_code == 422


def test_somebody_twice_in_a_list_takes_one_place(games: Any) -> None:
    one, two = athletes(games, 2)
    values = [EntryValues(event=EVENT, competitor=code) for code in (one, one, two)]
    done = enter(games=games, entries=values, by=CHEF)
    assert (done.made, [r.troubles[0].reason for r in done.refused]) == (2, ["twice"])


def test_a_reserve_can_not_be_replaced_by_itself_after_the_deadline(games: Any) -> None:
    one, reserve = athletes(games, 2)
    enter(games=games, by=CHEF, entries=[EntryValues(event=EVENT, competitor=one),
          EntryValues(event=EVENT, competitor=reserve, standing=Standing.RESERVE)])  # fmt: skip
    for gone, comes in ((reserve, reserve), (reserve, one), (one, one)):
        with pytest.raises(AccessError):
            replace_entry(games=games, event=EVENT, gone=gone, comes=comes, reason=MEDICAL,
                          by=LATE)  # fmt: skip
    assert entered(games) == {one: "entered", reserve: "reserve"}


def test_a_team_is_changed_only_in_its_own_event_and_keeps_its_name(games: Any) -> None:
    women, men = athletes(games, 3), athletes(games, 1, gender="M")
    own = compose_team(games=games, event="ATHX4X4", members=[*women[:2], *men], by=CHEF,
                       name="The four")  # fmt: skip
    enter(games=games, entries=[EntryValues(event="ATHX4X4", competitor=own)], by=CHEF)
    rule = RuleValues(places=1, size_min=1, size_max=9)
    save_event_rules(games=games, rules={"ATHM100M": rule}, by=OFFICE)
    with pytest.raises(AccessError, match="change it there"):
        compose_team(games=games, event="ATHM100M", members=men, by=CHEF, team=own)
    compose_team(games=games, event="ATHX4X4", members=[women[2], *men], by=CHEF, team=own)
    assert entry_rows(games_id=games.id, event__code="ATHX4X4")[0].name == "The four"


def test_an_import_with_an_empty_standing_brings_nobody_back(games: Any) -> None:
    one = athletes(games, 1)[0]
    reasons(games, event=EVENT, competitor=one, mark="11.00")
    withdraw_entries(games=games, event=EVENT, competitors=[one], reason=MEDICAL, by=CHEF)
    row = {"code": f"{EVENT}/{one}", "event": EVENT, "competitor": one, "standing": None,
           "mark": None}  # fmt: skip
    writer = FactWriter(games_id=games.id, fact_source="import")
    assert writer.save(table="entries", batch=[row]).changed == 0
    assert entered(games) == {one: "withdrawn"}


def test_a_merged_person_has_one_entry_and_withdraws_under_either_code(games: Any) -> None:
    people = [somebody(), somebody()]
    numbers = registered(games, *people)
    approve(games=games, numbers=numbers, by=OFFICE)
    kept, gone = (person.code for person in people)
    imported(games, kept, gone)
    merge_participants(games_id=games.id, keep=kept, drop=gone, fact_source="test")
    assert entered(games) == {kept: "entered"}
    assert len(entry_rows(games_id=games.id)) == 1
    withdraw(games=games, numbers=numbers[1:], why="ill", by=CHEF)
    assert entered(games) == {kept: "withdrawn"}


def test_a_team_that_lacks_somebody_is_told_to_the_plans(games: Any) -> None:
    woman = somebody()
    (number,) = registered(games, woman)
    approve(games=games, numbers=(number,), by=OFFICE)
    man = athletes(games, 1, gender="M")[0]
    team = compose_team(games=games, event="ATHX4X4", members=[woman.code, man], by=CHEF)
    enter(games=games, entries=[EntryValues(event="ATHX4X4", competitor=team)], by=CHEF)
    withdraw(games=games, numbers=(number,), why="ill", by=CHEF)
    news = updates_between(games_id=games.id, topic=ENTRIES_CHANGED, since=NOW, until=NOW)
    assert [n.key for n in news] == ["ATHX4X4", "ATHX4X4"]


def test_many_entries_at_once_are_all_told(games: Any) -> None:
    codes = [f"X{n:03}" for n in range(TOLD_AT_ONCE + 1)]
    people = [{"code": code, "organisation": "AAA", "name": code} for code in codes]
    FactWriter(games_id=games.id, fact_source="test").save(table="participants", batch=people)
    facts = [
        EntryFact(event=EVENT, competitor=c, organisation="AAA", standing=Standing.ENTERED)
        for c in codes
    ]
    made = change_entries(
        games_id=games.id, entries={f.code: f for f in facts}, fact_source="test", now=NOW
    )
    news = updates_between(games_id=games.id, topic=ENTRIES_CHANGED, since=NOW, until=NOW)
    told = [entry["competitor"] for one in news for entry in one.body["entries"]]
    assert made == len(codes)
    assert sorted(told) == codes


def test_a_start_goes_back_and_forth_and_is_there_once(games: Any) -> None:
    one, two = athletes(games, 2)
    imported(games, one)
    rsc = on_start_list(games, one)
    replace_entry(games=games, event=EVENT, gone=one, comes=two, reason=MEDICAL, by=OFFICE)
    replace_entry(games=games, event=EVENT, gone=two, comes=one, reason=MEDICAL, by=OFFICE)
    assert unit_competitors(games_id=games.id) == {rsc: 1}
    assert entered(games) == {one: "entered", two: "withdrawn"}


def test_erasure_blanks_reasons_and_takes_people_out_of_the_sport(games: Any) -> None:
    person, other = somebody(), athletes(games, 1)[0]
    (number,) = registered(games, person)
    approve(games=games, numbers=(number,), by=OFFICE)
    for code in (person.code, other):
        reasons(games, event=EVENT, competitor=code)
    withdraw_entries(games=games, event=EVENT, competitors=[person.code], by=CHEF,
                     reason=WithdrawalReason.MEDICAL, note="torn ligament")  # fmt: skip
    reasons(games, event=EVENT, competitor=person.code)
    erase_people(games=games, numbers=(number,), why="asked", by=OFFICE)
    steps = EntryStep.objects.filter(competitor=person.code)
    assert set(steps.values_list("reason", "note")) == {("", "")}
    assert entered(games) == {person.code: "withdrawn", other: "entered"}
    assert person.code not in {fact.code for fact in person_facts(games_id=games.id)}


def test_a_decision_about_who_has_gone_says_nothing_more(games: Any) -> None:
    person = somebody()
    (number,) = registered(games, person)
    approve(games=games, numbers=(number,), by=OFFICE)
    for change in (
        Withdrawal(participant=person.code),
        LargerDelegation(delegation="AAA", people=2),
    ):
        Decision.objects.create(games_id=games.id, change=change_row(change), title="t",
                                decided_by="t", decided_at=NOW)  # fmt: skip
    assert len(changes_for(games_id=games.id, order=Order())) == 2
    withdraw(games=games, numbers=(number,), why="ill", by=CHEF)
    changes = changes_for(games_id=games.id, order=Order())
    assert changes == ()
    assert people_now(games=games, changes=changes) == []


def test_lists_of_people_are_neither_read_nor_stopped_as_plans(games: Any) -> None:
    order = {"path": "/x", "is_applied": False, "client": ""}
    run = start_run(games_id=games.id, planner="people-import", order=order, actor="office")
    planner = client_of(games, "planner", Role.PLANNER)
    assert planner.get(f"/games/PEO30/runs/{run}/").status_code == 404
    assert planner.post(f"/games/PEO30/runs/{run}/cancel/").status_code == 404
    assert call(games, "runs/1/cancel", {}).status_code in {403, 404}
    assert User.objects.filter(username="planner").exists()
    assert not run_row(games_id=games.id, run_id=run).progress


def test_uploads_go_after_a_day_whatever_happens(tmp_path: pathlib.Path) -> None:
    for name, age in (("old", 90_000), ("new", 10)):
        (tmp_path / name).write_text("x")
        os.utime(tmp_path / name, (NOW.timestamp(), dt.datetime.now().timestamp() - age))
    assert drop_uploads(tmp_path) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
    assert drop_uploads(tmp_path / "nowhere") == 0


@pytest.mark.parametrize(
    "text",
    ['code,"', "code\rx", "\x00", 'code,organisation,direction,port,at\n"' + "x" * 140_000],
    ids=["open quote", "old line ends", "nothing", "too long"],
)
def test_what_is_no_table_of_arrivals_is_said(
    games: Any, settings: Any, tmp_path: pathlib.Path, text: str
) -> None:
    settings.UPLOADS = tmp_path
    file = io.BytesIO(text.encode())
    file.name = "a.csv"
    answer = office_of(games).post(f"{HOME}arrivals/import/", {"arrivals": file})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("page", "values"),
    [
        (f"entries/of/{EVENT}/rule/", {"own": "yes", "client": "AAA", "places": "9" * 12}),
        (f"entries/of/{EVENT}/change/", {"wish": "enter", "competitor": "a\x00b"}),
        ("tables/of/ATH/", {"code": "ATH", "name": "A", "client_group": "athletes",
                            "rights": "zone * " + "X" * 30}),
    ],
)  # fmt: skip
def test_what_can_not_be_kept_is_said_and_no_500(games: Any, page: str, values: Any) -> None:
    answer = office_of(games).post(HOME + page, values, follow=True)
    assert answer.status_code in {200, 422}
