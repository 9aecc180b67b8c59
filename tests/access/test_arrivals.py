"""Arrivals: each row accounted for, desks and buses that the checks accept, the desk's reports."""

import datetime as dt
import itertools
import pathlib
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from sportsbrain.access.actions import (
    By,
    MovementValues,
    report_carrier,
    report_movement,
    save_movements,
    withdraw,
)
from sportsbrain.access.errors import AccessError, UnknownPersonError
from sportsbrain.access.models import Movement
from sportsbrain.access.planning import build_arrivals, plan_arrivals, score_of_version
from sportsbrain.access.planning.arrivals import score_of
from sportsbrain.access.queries import hall_days, travellers
from sportsbrain.feeds.arrivals.record import import_arrivals
from sportsbrain.plans.actions import Outcome
from sportsbrain.plans.errors import NothingToPlanError
from sportsbrain.plans.queries import version_items
from sportsbrain.vocabulary.people import Direction, Duty, MovementState
from sportsbrain.vocabulary.planning import Order
from sportsbrain.vocabulary.statuses import Role
from tests.access.office import NOW, OFFICE, a_games, registered, somebody
from tests.access.test_pages import HOME, client_of, office_of

pytestmark = pytest.mark.django_db
LANDS = dt.datetime(2030, 7, 16, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def games(db: None) -> Any:
    return a_games()


def coming(games: Any, count: int, **values: Any) -> list[MovementValues]:
    """Register people and return their arrivals, forty on a flight, ten minutes apart."""
    people = [somebody() for _ in range(count)]
    registered(games, *people, places=count)
    usual = {"direction": Direction.ARRIVAL, "port": "AIR", "bags": 3}
    return [
        MovementValues(
            **{**usual, "client": p.client, "code": p.code, "carrier": f"F{n // 40}",
               "at": LANDS + dt.timedelta(minutes=10 * (n // 40)), **values}
        )
        for n, p in enumerate(people)
    ]  # fmt: skip


def planned(games: Any) -> Outcome:
    ticks = itertools.count()
    steps = plan_arrivals(
        games=games, order=Order(rounds=1, is_deterministic=True), actor="t",
        clock=lambda: float(next(ticks)), now=lambda: NOW,
    )  # fmt: skip
    try:
        while True:
            next(steps)
    except StopIteration as end:
        outcome: Outcome = end.value
    return outcome


def test_the_same_arrivals_again_change_nothing(games: Any) -> None:
    rows = coming(games, 5)
    stranger = MovementValues(
        client="AAA", code="nobody", direction=Direction.ARRIVAL, port="AIR", at=LANDS
    )
    far = MovementValues(
        client="AAA", code=rows[0].code, direction=Direction.DEPARTURE, port="AIR",
        at=LANDS.replace(year=2033),
    )  # fmt: skip
    first = save_movements(games=games, rows=[*rows, stranger, far, rows[0]], by=OFFICE)
    assert (first.created, len(first.refused)) == (5, 3)
    assert {t.reason for _, t in first.refused} == {"unknown", "far away", "twice"}
    again = save_movements(games=games, rows=rows, by=OFFICE)
    assert (again.created, again.changed, again.same) == (0, 0, 5)
    chef = By(name="chef", now=NOW, client="BBB")
    assert save_movements(games=games, rows=rows, by=chef).refused[0][1].reason == "not yours"


def test_desks_and_buses_are_planned_and_the_checks_accept_them(games: Any) -> None:
    with pytest.raises(NothingToPlanError, match="nobody's arrival"):
        build_arrivals(games=games, order=Order())
    save_movements(games=games, rows=coming(games, 400), by=OFFICE)
    outcome = planned(games)
    assert outcome.score.faults == ()
    assert 0 < outcome.bound <= outcome.objective
    facts = outcome.facts
    assert (facts["people"], facts["bags"]) == (400, 1200)
    assert facts["quarters_proved"] == facts["quarters"], "one desk fewer breaks the promise"
    assert facts["desk_hours"] <= facts["constant_desk_hours"]
    again, _ = score_of_version(games=games, planner="arrivals", number=outcome.version)
    assert again.objective == outcome.objective
    items = version_items(games_id=games.id, planner="arrivals", number=outcome.version)
    carried = sum(n for d in items["buses"]["departures"] for _, n in d[4])
    assert carried == 400
    assert max(sum(n for _, n in d[4]) for d in items["buses"]["departures"]) <= 98 // 3
    assert hall_days(games=games, date=LANDS.date())[0].people == 400
    assert planned(games).objective == outcome.objective, "the same seed, the same plan"


def test_fewer_desks_are_a_fault_for_the_check(games: Any) -> None:
    save_movements(games=games, rows=coming(games, 200), by=OFFICE)
    outcome = planned(games)
    items = version_items(games_id=games.id, planner="arrivals", number=outcome.version)
    built = build_arrivals(games=games, order=Order())
    for row in items["halls"].values():
        row["desks"] = [max(0, n - 1) for n in row["desks"]]
    assert "promise" in score_of(built=built, items=items).by_rule
    items["buses"]["departures"][0][4] = []
    assert len(score_of(built=built, items=items).by_rule) > 1


def test_a_port_without_a_ride_is_named(games: Any) -> None:
    save_movements(games=games, rows=coming(games, 2, port="MOON"), by=OFFICE)
    with pytest.raises(NothingToPlanError, match="MOON"):
        build_arrivals(games=games, order=Order())


def test_who_withdraws_is_expected_no_more(games: Any) -> None:
    save_movements(games=games, rows=coming(games, 3), by=OFFICE)
    withdraw(games=games, numbers=(1,), why="", by=OFFICE)
    assert len(travellers(games=games, direction=Direction.ARRIVAL)) == 2


def test_a_traveller_never_goes_back(games: Any) -> None:
    save_movements(games=games, rows=coming(games, 3), by=OFFICE)

    def report(state: MovementState) -> None:
        report_movement(games=games, number=1, direction=Direction.ARRIVAL, state=state, by=OFFICE)

    report(MovementState.MET)
    with pytest.raises(AccessError, match="met already"):
        report(MovementState.LANDED)
    with pytest.raises(UnknownPersonError):
        report_movement(
            games=games, number=1, direction=Direction.DEPARTURE, state=MovementState.MET,
            by=OFFICE,
        )  # fmt: skip
    landed = report_carrier(
        games=games, carrier="F0", at=LANDS, direction=Direction.ARRIVAL,
        state=MovementState.LANDED, by=OFFICE,
    )  # fmt: skip
    assert landed == 2


def test_bags_are_counted_by_the_database(games: Any) -> None:
    save_movements(games=games, rows=coming(games, 1), by=OFFICE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Movement.objects.update(bags=-1)


def test_a_list_is_read_with_the_hosts_clock_and_rejects_are_kept(
    games: Any, tmp_path: pathlib.Path
) -> None:
    registered(games, somebody(code="A1"))
    path = tmp_path / "arrivals.csv"
    path.write_text(
        "code,organisation,direction,port,carrier,at,bags\n"
        "A1,AAA,arrival,AIR,F1,2030-07-16T09:30,3\n"
        "A1,AAA,up,AIR,F1,2030-07-16T09:30,3\n"
        "A9,AAA,arrival,AIR,F1,2030-07-16T09:30,3\n"
    )
    report = import_arrivals(games=games, path=path, is_applied=True, by=OFFICE)
    assert (report.read, report.created, report.rejected) == (3, 1, 2)
    assert Movement.objects.get().at == dt.datetime(2030, 7, 16, 8, 30, tzinfo=dt.UTC), "Lisbon"


def test_the_page_draws_the_day_and_the_desk_reports(games: Any) -> None:
    save_movements(games=games, rows=coming(games, 90), by=OFFICE)
    planned(games)
    office = office_of(games)
    page = office.get(HOME + "arrivals/").content.decode()
    assert "90 people with 270 bags" in page
    assert page.count("<rect") > 10
    report = {"carrier": "F0", "at": LANDS.isoformat(), "state": "landed", "day": "2030-07-16"}
    office.post(HOME + "arrivals/report/", report)
    assert Movement.objects.filter(movement_state="landed").count() == 40
    chef = client_of(games, "chef", Role.PORTAL, (Duty.REGISTER, "BBB"))
    assert "90 people" not in chef.get(HOME + "arrivals/").content.decode()
    assert chef.post(HOME + "arrivals/report/", report).status_code == 403


def test_a_departures_day_has_its_peaks_desks_and_buses(games: Any) -> None:
    rows = coming(games, 400, direction=Direction.DEPARTURE)
    save_movements(games=games, rows=rows, by=OFFICE)
    outcome = planned(games)
    assert outcome.score.faults == ()
    facts = outcome.facts
    assert (facts["people"], facts["leaving"], facts["leaving_bags"]) == (0, 400, 1200)
    assert facts["fullest"][0][:2] == ["AIR", 400], "everybody is there before the first flight"
    items = version_items(games_id=games.id, planner="arrivals", number=outcome.version)
    assert sum(n for d in items["buses"]["departures"] for _, n in d[4]) == 400
    (hall,) = hall_days(games=games, date=LANDS.date(), direction=Direction.DEPARTURE)
    assert (hall.port, hall.people) == ("Check-out", 400)
    assert hall.buses == len(items["buses"]["departures"])
    first_bus = min(d[2] for d in items["buses"]["departures"])
    assert first_bus > min(row["opens_at"] for row in items["halls"].values())
    assert hall_days(games=games, date=LANDS.date()) == ()
    page = office_of(games).get(f"{HOME}departures/")
    assert b"Check-out" in page.content
