"""A change is asked of the whole chain; the page and what is in force after it are the same."""

import datetime as dt
import json
import pathlib
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from sportsbrain.committee.actions import make_api_token
from sportsbrain.committee.models import AuditEntry, User
from sportsbrain.config import cli
from sportsbrain.controlroom import actions, queries
from sportsbrain.controlroom.errors import WhatIfStateError
from sportsbrain.controlroom.jobs import answer_now
from sportsbrain.controlroom.planning import chain
from sportsbrain.credentials.actions import rotate_key
from sportsbrain.plans.actions import Outcome, publish_version, withdraw_decision
from sportsbrain.plans.queries import (
    Sources,
    decisions_of,
    number_in_force,
    people_now,
    schedule,
    schedule_now,
    version_items,
    version_row,
    versions_of,
)
from sportsbrain.shop.actions import (
    SessionValues,
    TicketCategory,
    begin_shop,
    issue_tickets,
    open_tickets,
)
from sportsbrain.shop.queries import PriceBook, moved_holders, snapshot_of
from sportsbrain.sport.planning import build_for, draft_held, places_of_unit
from sportsbrain.transport.planning import score_of_version as transport_score
from sportsbrain.venues.planning import score_of_version as venues_score
from sportsbrain.village.planning import score_of_version as village_score
from sportsbrain.vocabulary.changes import (
    BuildingClosed,
    Cancellation,
    Change,
    ChangeError,
    Closure,
    DepotLost,
    FewerVolunteers,
    HallSeats,
    LargerDelegation,
    LateArrival,
    MorePeople,
    Move,
    Seats,
    SlowRoads,
    Withdrawal,
    change_of,
    change_row,
    change_words,
)
from sportsbrain.vocabulary.planning import Order
from sportsbrain.vocabulary.sessions import TimedUnit
from sportsbrain.workforce.planning import score_of_version as workforce_score
from sportsbrain.world.queries import person_facts, reserves_for
from tests.conftest import NOW, games_once
from tests.plans.test_chain import carried_out
from tests.shop.test_returning import paid
from tests.sport.test_pages import client_of

CHECKS = {
    "rooms": village_score,
    "meals": village_score,
    "demand": transport_score,
    "lanes": venues_score,
    "fleet": transport_score,
    "roster": workforce_score,
}


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each plan of a what-if take half a second: the small Games needs no more."""
    for planner in chain.SECONDS:
        monkeypatch.setitem(chain.SECONDS, planner, 0.5)


@pytest.fixture(scope="module")
def planned_once(
    django_db_setup: None, django_db_blocker: Any, small_folder: pathlib.Path
) -> Iterator[Any]:
    """Make the small Games with every plan in force once; each test begins from it again."""
    with games_once(django_db_blocker, small_folder) as games:
        held = draft_held(games=games, actor="t", now=NOW)
        for planner in (name for name in chain.SECONDS if name not in chain.LIVE):
            number = held if planner == "timetable" else quick(games, planner).version
            publish_version(
                games_id=games.id, planner=planner, number=number or 0, actor="t", now=NOW
            )
        yield games


@pytest.fixture
def planned(planned_once: Any, db: None) -> Any:
    """Return the small Games with every plan of the chain in force."""
    schedule._schedule.cache_clear()  # versions of the test before are gone, their numbers are not
    return planned_once


def quick(games: Any, planner: str, **values: Any) -> Outcome:
    """Return the outcome of a short run."""
    return carried_out(games, planner, Order(seconds=1.0, **values), time.monotonic)


def ask(games: Any, *changes: Change) -> queries.WhatIfRow:
    return answer_now(games=games, changes=changes, title="", actor="t")


def states(row: queries.WhatIfRow) -> dict[str, str]:
    """Return the state of each plan; this Games has neither a store nor tickets."""
    found = {part["planner"]: part["state"] for part in row.parts}
    assert found.pop("retail", "unplanned") == found.pop("tickets", "unplanned") == "unplanned"
    return found


def in_force(games: Any) -> dict[str, int | None]:
    return {
        planner: number_in_force(games_id=games.id, planner=planner) for planner in queries.CHAIN
    }


def figure(row: queries.WhatIfRow, planner: str, key: str) -> dict[str, Any]:
    part = row.part(planner)
    assert part is not None
    return next(f for f in part["figures"] if f["key"] == key)


def a_delegation(games: Any) -> str:
    """Return the delegation with most people."""
    codes = [fact.organisation for fact in person_facts(games_id=games.id)]
    return max(sorted(set(codes)), key=codes.count)


def a_move(games: Any) -> Move:
    """Return a final with another time that is free."""
    built = build_for(games=games)
    for unit in built.problem.units:
        if unit.medal == "1":
            found = places_of_unit(games=games, unit=unit.code, count=1)
            if found:
                return Move(unit=unit.code, starts_at=found[0][0])
    message = "no final of the small Games could be anywhere else"
    raise AssertionError(message)


def test_nothing_in_force_changes_until_it_is_approved(planned: Any) -> None:
    before = in_force(planned)
    row = ask(planned, LateArrival(delegation=a_delegation(planned), days=2))
    assert row.what_if_state == "answered"
    assert in_force(planned) == before
    assert decisions_of(games_id=planned.id) == ()


def test_a_session_that_moves_says_whose_tickets_may_come_back(
    planned: Any, settings: Any, tmp_path: pathlib.Path
) -> None:
    settings.SIGNING_KEYS = tmp_path / "keys"
    rotate_key(games=planned, actor="t", now=NOW)
    move = a_move(planned)
    schedule = schedule_now(games=planned, sources=Sources())
    moved = next(unit for unit in schedule.units if unit.code == move.unit)
    stays = next(unit for unit in schedule.units if unit.venue != moved.venue)
    begin_shop(games=planned, now=NOW)
    sessions = [_ticketed(unit, schedule.epoch) for unit in (moved, stays)]
    open_tickets(games_id=planned.id, sessions=sessions, channel="web", now=NOW)
    book = PriceBook(snapshot_of(games_id=planned.id))
    for session, places in zip(sessions, (2, 3), strict=True):
        order = paid(book, lines=((f"{session.code}-B", places),), email="ana@example.org")
        issue_tickets(games=planned, order=order, now=NOW)
    row = ask(planned, move)
    part = row.part("tickets")
    assert part is not None
    assert part["state"] == "changed"
    assert [figure(row, "tickets", key)["after"] for key in ("tickets_moved", "tickets_gone")] == [
        2, 0
    ]  # fmt: skip
    money = figure(row, "tickets", "ticket_money")
    assert (money["before"], money["after"], money["unit"]) == (0, 30, "EUR")
    ((code, _sold_for, _now, tickets, amount),) = part["listings"][0]["rows"]
    assert (code, tickets, amount) == (sessions[0].code, "2", "30.00 EUR")
    actions.approve_what_if(games=planned, number=row.number, actor="t", now=NOW)
    assert len(moved_holders(games=planned)) == 1  # whom the shop writes to is whom it was said of


def _ticketed(unit: TimedUnit, epoch: dt.datetime) -> SessionValues:
    starts, ends = (epoch + dt.timedelta(seconds=s) for s in (unit.starts_at, unit.ends_before))
    return SessionValues(
        code=f"S-{unit.venue}"[:20], venue=unit.venue, discipline=unit.discipline,
        titles={"en": unit.code}, units=(unit.code,), starts_at=starts, ends_before=ends,
        categories=(TicketCategory(code="B", price=1_500, places=100),),
    )  # fmt: skip


def test_a_late_delegation_concerns_beds_and_meals_only(planned: Any) -> None:
    code = a_delegation(planned)
    row = ask(planned, LateArrival(delegation=code, days=2))
    assert states(row) == {
        "timetable": "same", "rooms": "changed", "demand": "same", "lanes": "same", "fleet": "same",
        "meals": "changed", "roster": "same",
    }  # fmt: skip
    for part in row.parts[:-2]:
        is_same = part["hash_before"] == part["hash_after"]
        assert is_same == (part["state"] == "same"), part["planner"]
        assert part["why"]
    people = sum(1 for fact in person_facts(games_id=planned.id) if fact.organisation == code)
    nights = figure(row, "rooms", "bed_nights")
    assert nights["difference"] < -people  # everybody of it stays up to two nights less
    assert figure(row, "rooms", "moved_people")["after"] == 0
    assert figure(row, "meals", "meals")["difference"] < 0


def test_approving_changes_exactly_what_the_page_said(planned: Any) -> None:
    move = a_move(planned)
    row = ask(planned, move)
    before = in_force(planned)
    page = client_of("approver").get(f"/games/REFS1/what-ifs/{row.number}/")
    said = {p["planner"]: p for p in page.context["row"].parts}
    answer = client_of("approver").post(f"/games/REFS1/what-ifs/{row.number}/approve/")
    assert answer.status_code == 302
    for planner, part in said.items():
        expected = part["after"] if part["state"] == "changed" else before[planner]
        assert in_force(planned)[planner] == expected, planner
    starts = {u.code: u.starts_at for u in schedule_now(games=planned, sources=Sources()).units}
    built = build_for(games=planned)
    assert starts[move.unit] == int((move.starts_at - built.epoch).total_seconds())
    old = version_items(games_id=planned.id, planner="timetable", number=before["timetable"] or 0)
    moved = [code for code in starts if old[code][0] != starts[code]]
    shown = next(f for f in said["timetable"]["figures"] if f["key"] == "units_moved")
    assert len(moved) == shown["after"]
    assert_figures_are_of_the_database(planned, said)


def assert_figures_are_of_the_database(games: Any, said: dict[str, Any]) -> None:
    """Compare what the page said with the versions that are in force now."""
    compared = 0
    for planner, part in said.items():
        if part["state"] != "changed" or planner == "timetable":
            continue
        number = number_in_force(games_id=games.id, planner=planner)
        row = version_row(games_id=games.id, planner=planner, number=number or 0)
        for shown in part["figures"]:
            if shown["key"] in row.statistics:
                value = row.statistics[shown["key"]]
                if isinstance(value, int | float):
                    assert shown["after"] == value, (planner, shown["key"])
                    compared += 1
        compared += compare_with_items(games, planner, number or 0, part)
        score, _ = CHECKS[planner](games=games, planner=planner, number=number or 0)
        assert len(score.faults) == part["hard_faults"], planner
    assert compared


def compare_with_items(games: Any, planner: str, number: int, part: dict[str, Any]) -> int:
    """Count again from what the plan holds, and compare with what the page said."""
    items = version_items(games_id=games.id, planner=planner, number=number)
    shown = {figure["key"]: figure["after"] for figure in part["figures"]}
    counted = {}
    if planner == "fleet":
        by_day = Counter(code.split("/")[0] for code, _, _ in items["blocks"])
        counted = {"vehicles": max(by_day.values()), "trips": len(items["departures"])}
    elif planner == "rooms":
        counted = {"beds": len(items)}
    elif planner == "meals":
        counted = {"meals": sum(items["meals"].values())}
    elif planner == "roster":
        counted = {"shifts_given": sum(len(rows) for rows in items["shifts"].values())}
    for key, value in counted.items():
        assert shown[key] == value, (planner, key)
    return len(counted)


def test_a_decision_holds_for_the_plans_that_follow_until_it_is_withdrawn(planned: Any) -> None:
    code = a_delegation(planned)
    row = ask(planned, LargerDelegation(delegation=code, people=4))
    actions.approve_what_if(games=planned, number=row.number, actor="t", now=NOW)
    (decision,) = decisions_of(games_id=planned.id)
    again = quick(planned, "rooms")
    items = version_items(games_id=planned.id, planner="rooms", number=again.version)
    assert sum(1 for person in items if person.startswith(f"{code}-added")) == 4
    withdraw_decision(games_id=planned.id, decision_id=decision.id, actor="t", now=NOW)
    after = quick(planned, "rooms")
    items = version_items(games_id=planned.id, planner="rooms", number=after.version)
    assert not any(person.startswith(f"{code}-added") for person in items)
    verbs = set(AuditEntry.objects.filter(games_id=planned.id).values_list("verb", flat=True))
    assert {"asked", "approved", "withdrew"} <= verbs


def test_what_was_approved_is_what_the_next_question_begins_from(planned: Any) -> None:
    venue = schedule_now(games=planned, sources=Sources()).sessions[0].venue
    for change in (
        FewerVolunteers(one_in=3, venue=venue),
        LargerDelegation(delegation=a_delegation(planned), people=4),
    ):
        row = ask(planned, change)
        actions.approve_what_if(games=planned, number=row.number, actor="t", now=NOW)
        after = ask(planned, HallSeats(hall="Riverside hall", share=0.5))
        found = states(after)
        assert found.pop("meals") == "changed"
        assert set(found.values()) == {"same"}, change


def test_an_answer_to_older_plans_is_refused_and_nothing_changes(planned: Any) -> None:
    row = ask(planned, LateArrival(delegation=a_delegation(planned), days=1))
    newer = quick(planned, "rooms", seed=2)
    publish_version(games_id=planned.id, planner="rooms", number=newer.version, actor="t", now=NOW)
    before = in_force(planned)
    with pytest.raises(WhatIfStateError, match="rooms"):
        actions.approve_what_if(games=planned, number=row.number, actor="t", now=NOW)
    assert in_force(planned) == before
    assert decisions_of(games_id=planned.id) == ()


def test_a_discarded_answer_can_not_be_approved(planned: Any) -> None:
    row = ask(planned, HallSeats(hall="Riverside hall", share=0.5))
    actions.discard_what_if(games=planned, number=row.number, actor="t", now=NOW)
    with pytest.raises(WhatIfStateError, match="discarded"):
        actions.approve_what_if(games=planned, number=row.number, actor="t", now=NOW)


def test_each_kind_of_change_reaches_the_plan_it_concerns(planned: Any) -> None:
    unit = a_move(planned).unit
    event = next(
        u.event for u in schedule_now(games=planned, sources=Sources()).units if u.code != unit
    )
    venue = schedule_now(games=planned, sources=Sources()).sessions[0].venue
    rooms = version_items(games_id=planned.id, planner="rooms", number=1)
    building = sorted({row[5] for row in rooms.values()})[0]
    first = planned.starts_on
    # those of one question concern different plans: each is the only one that could change its own
    cases: list[tuple[tuple[Change, ...], set[str]]] = [
        ((DepotLost(depot="Media depot"), FewerVolunteers(one_in=10),
          HallSeats(hall="Riverside hall", share=0)), {"fleet", "roster", "meals"}),
        ((BuildingClosed(building=building, from_date=first,
                         until_date=first + dt.timedelta(days=3)),
          SlowRoads(factor=1.5)), {"rooms", "fleet"}),
        ((MorePeople(client_group="media", people=200),), {"demand", "fleet"}),
        ((Seats(venue=venue, seats=200),), {"timetable", "demand", "fleet", "roster"}),
        ((Cancellation(event=event),), {"timetable", "demand", "fleet"}),
    ]  # fmt: skip
    for changes, concerned in cases:
        row = ask(planned, *changes)
        changed = {planner for planner, state in states(row).items() if state == "changed"}
        assert concerned <= changed, changes
        assert "failed" not in states(row).values(), changes


def test_a_withdrawal_shows_in_every_plan_and_a_reserve_is_proposed(planned: Any) -> None:
    gone, (reserve, *_others) = next(
        (fact.code, found)
        for fact in person_facts(games_id=planned.id)
        if (found := reserves_for(games_id=planned.id, participant=fact.code))
    )
    row = ask(planned, Withdrawal(participant=gone))
    changed = {planner for planner, state in states(row).items() if state == "changed"}
    assert {"timetable", "rooms", "demand", "fleet", "meals"} <= changed
    timetable, rooms = row.part("timetable"), row.part("rooms")
    assert timetable is not None
    assert rooms is not None
    assert timetable["reasons"][0].startswith(f"instead of {gone}: {reserve[0]} (")
    assert timetable["why"].startswith("0 units move")
    items = version_items(games_id=planned.id, planner="rooms", number=rooms["after"])
    before = version_items(games_id=planned.id, planner="rooms", number=rooms["before"])
    assert before.keys() - items.keys() == {gone}, "one bed is free, nobody else lost one"

    named = ask(planned, Withdrawal(participant=gone, reserve=reserve[0]))
    part = named.part("rooms")
    assert part is not None
    items = version_items(games_id=planned.id, planner="rooms", number=part["after"])
    assert items[reserve[0]][2] <= before[gone][2], "the reserve is there for the first race"
    actions.approve_what_if(games=planned, number=named.number, actor="t", now=NOW)
    people = {p.code: p for p in people_now(games=planned, changes=changes_now(planned))}
    assert gone not in people
    assert set(people[reserve[0]].events) >= set(reserve_events(planned, gone))


def changes_now(games: Any) -> tuple[Change, ...]:
    return tuple(row.change for row in decisions_of(games_id=games.id))


def reserve_events(games: Any, code: str) -> tuple[str, ...]:
    return next(p.events for p in person_facts(games_id=games.id) if p.code == code)


def test_a_withdrawal_of_nobody_is_said(planned: Any) -> None:
    part = ask(planned, Withdrawal(participant="nobody")).part("rooms")
    assert part is not None
    assert (part["state"], "nobody" in part["why"]) == ("failed", True)
    with pytest.raises(ChangeError):
        Withdrawal(participant="A", reserve="A")


def test_an_unknown_name_is_said_and_nothing_is_approved(planned: Any) -> None:
    row = ask(planned, DepotLost(depot="Nowhere"))
    part = row.part("fleet")
    assert part is not None
    assert part["state"] == "failed"
    assert "Village depot" in part["why"]
    with pytest.raises(WhatIfStateError, match="fleet"):
        actions.approve_what_if(games=planned, number=row.number, actor="t", now=NOW)


def test_a_venue_closed_moves_units_and_what_follows_them(planned: Any) -> None:
    schedule = schedule_now(games=planned, sources=Sources())
    session = max(schedule.sessions, key=lambda s: (len(s.units), s.code))
    first = schedule.epoch + dt.timedelta(seconds=session.starts_at)
    closure = Closure(
        venue=session.venue, starts_at=first, ends_before=first + dt.timedelta(hours=12)
    )
    row = ask(planned, closure)
    assert states(row)["timetable"] == "changed", row.part("timetable")
    assert figure(row, "timetable", "units_moved")["after"] > 0
    assert {"timetable", "demand", "fleet"} <= {
        planner for planner, state in states(row).items() if state == "changed"
    }
    assert figure(row, "demand", "spectators_elsewhen")["after"] > 0


def test_a_viewer_may_look_but_neither_ask_nor_decide(planned: Any) -> None:
    row = ask(planned, HallSeats(hall="Riverside hall", share=0.5))
    viewer = client_of("viewer")
    assert viewer.get(f"/games/REFS1/what-ifs/{row.number}/").status_code == 200
    assert b"Approve" not in viewer.get(f"/games/REFS1/what-ifs/{row.number}/").content
    for address in (f"{row.number}/approve/", f"{row.number}/discard/", "ask/hall-seats/"):
        assert viewer.post(f"/games/REFS1/what-ifs/{address}", {}).status_code == 403
    planner = client_of("planner")
    assert planner.post(f"/games/REFS1/what-ifs/{row.number}/approve/").status_code == 403


def test_pages_show_several_side_by_side(planned: Any) -> None:
    one = ask(planned, HallSeats(hall="Riverside hall", share=0.5))
    other = ask(planned, SlowRoads(factor=1.5))
    client: Client = client_of("planner")
    assert client.get("/games/REFS1/what-ifs/").status_code == 200
    page = client.get(f"/games/REFS1/what-ifs/beside/?n={one.number}&n={other.number}")
    rows = {(line["planner"], line["key"]) for line in page.context["lines"]}
    assert ("fleet", "vehicles") in rows
    told = json.loads(client.get(f"/games/REFS1/what-ifs/{one.number}.json").content)
    assert [part["planner"] for part in told["parts"]] == list(queries.CHAIN)


def test_programs_read_approve_and_are_refused_by_right(planned: Any) -> None:
    row = ask(planned, HallSeats(hall="Riverside hall", share=0.5))
    root = f"/api/v1/games/REFS1/what-ifs/{row.number}"
    client = Client()
    tokens = {
        name: {"Authorization": f"Bearer {make_api_token(user_id=user.pk, name='t')}"}
        for name in ("viewer", "approver")
        for user in [User.objects.get(username=name)]
    }
    told = client.get(root, headers=tokens["viewer"]).json()
    assert [part["planner"] for part in told["parts"]] == list(queries.CHAIN)
    assert client.post(f"{root}/approve", headers=tokens["viewer"]).status_code == 403
    words = {"changes": [{"kind": "teleport"}]}
    asked = client.post(
        "/api/v1/games/REFS1/what-ifs",
        words,
        content_type="application/json",
        headers=tokens["approver"],
    )
    assert (asked.status_code, "no change is called" in asked.json()["detail"]) == (409, True)
    done = client.post(f"{root}/approve", headers=tokens["approver"])
    assert done.json() == {"in_force": {"meals": row.part("meals")["after"]}}  # type: ignore[index]  # it is there
    assert client.post(f"{root}/discard", headers=tokens["approver"]).status_code == 409


def test_the_command_line_asks_shows_and_discards(planned: Any) -> None:
    cli_root = cli.root
    if not any(g.name == "what-if" for g in cli_root.registered_groups):
        cli._mount()
    run = CliRunner().invoke(
        cli_root,
        ["what-if", "ask", "--games", "REFS1", "--json",
         "--change", "late-arrival delegation=" + a_delegation(planned) + " days=1"],
    )  # fmt: skip
    assert run.exit_code == 0, run.output
    told = json.loads(run.output)
    assert {p["planner"] for p in told["parts"] if p["state"] == "changed"} == {"rooms", "meals"}
    done = CliRunner().invoke(
        cli_root, ["what-if", "discard", "--games", "REFS1", str(told["what_if"])]
    )
    assert done.exit_code == 0


def test_a_draft_is_judged_by_the_change_it_was_made_for(planned: Any) -> None:
    row = ask(planned, LargerDelegation(delegation=a_delegation(planned), people=3))
    part = row.part("rooms")
    assert part is not None
    score, _ = village_score(games=planned, planner="rooms", number=part["after"])
    assert len(score.faults) == part["hard_faults"] == 0
    assert versions_of(games_id=planned.id, planner="rooms")[0].version_state == "draft"


def test_a_change_goes_through_its_row_and_words() -> None:
    moment = dt.datetime(2030, 7, 20, 8, tzinfo=dt.UTC)
    changes: list[Change] = [
        Move(unit="U", starts_at=moment),
        Closure(venue="V", starts_at=moment, ends_before=moment + dt.timedelta(hours=1)),
        MorePeople(client_group="media", people=200),
        SlowRoads(factor=1.2, from_hour=7, until_hour=9),
        BuildingClosed(building="B", from_date=moment.date(), until_date=moment.date()),
        FewerVolunteers(one_in=9),
    ]
    for change in changes:
        assert change_of(json.loads(json.dumps(change_row(change)))) == change
    words = "closure venue=V starts_at=2030-07-20T08:00 ends_before=2030-07-20T09:00"
    assert change_words(words, zone=dt.UTC) == changes[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("teleport unit=U", "no change is called"),
        ("move unit=U", "needs unit, starts_at"),
        ("move unit=U starts=1", "has no 'starts'"),
        ("seats venue=V seats=many", "not a whole number"),
        (
            "closure venue=V starts_at=2030-07-20T08:00 ends_before=2030-07-20T07:00",
            "ends after it starts",
        ),
        ("move unit", "field=value"),
    ],
)
def test_words_that_are_not_understood_say_why(words: str, said: str) -> None:
    with pytest.raises(ChangeError, match=said):
        change_words(words, zone=dt.UTC)
