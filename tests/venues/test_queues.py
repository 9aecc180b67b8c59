"""Lanes follow the demand profile; gates that count correct the forecast; pages answer."""

import datetime as dt
import json
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from sportsbrain.committee.actions import begin_exercise, make_api_token
from sportsbrain.committee.models import User
from sportsbrain.plans.actions import publish_version
from sportsbrain.plans.queries import version_items, version_row
from sportsbrain.venues.actions import record_scans, report_lanes
from sportsbrain.venues.errors import ScanError, UnknownVenueError
from sportsbrain.venues.jobs import follow_counts
from sportsbrain.venues.planning import score_of_version
from sportsbrain.venues.queries import epoch_of, expected_now, site_rows
from sportsbrain.venues.updates import Scanned, apply, counts_of
from sportsbrain.vocabulary.changes import LanesOut
from tests.conftest import NOW, games_once
from tests.plans.test_chain import plan
from tests.sport.test_pages import client_of


@pytest.fixture(scope="module")
def planned_once(
    django_db_setup: None, django_db_blocker: Any, small_folder: pathlib.Path
) -> Iterator[Any]:
    """Plan demand and lanes of the small Games once."""
    with games_once(django_db_blocker, small_folder) as games:
        for name in ("demand", "lanes"):
            outcome = plan(games, name)
            publish_version(
                games_id=games.id, planner=name, number=outcome.version, actor="t", now=NOW
            )
        yield games


@pytest.fixture
def planned(db: None, planned_once: Any) -> Any:
    """Return the Games with lanes in force."""
    return planned_once


def fullest(games: Any) -> dict[str, Any]:
    """Return the venue-day with the longest queue."""
    rows = site_rows(games=games, version=1)
    row: dict[str, Any] = max(rows.values(), key=lambda r: r["curves"]["queue_most"])
    return row


def test_every_venue_day_has_its_least_lanes_and_the_check_agrees(planned: Any) -> None:
    score, assumptions = score_of_version(games=planned, planner="lanes", number=1)
    statistics = version_row(games_id=planned.id, planner="lanes", number=1).statistics
    assert score.faults == ()
    assert statistics["quarters_proved"] == statistics["quarters"]
    assert statistics["lane_hours"] < statistics["constant_lane_hours"]
    assert any("template" in text for text in assumptions)
    for row in site_rows(games=planned, version=1).values():
        names = [own["walk_set"] for own in row["curves"]["sets"]]
        assert names == ["green_guide", "observed_stadium"]


def test_lanes_that_are_out_change_only_their_venue(planned: Any) -> None:
    row = fullest(planned)
    change = LanesOut(venue=row["venue"], lanes=1)
    outcome = plan(planned, "lanes", from_version=1, changes=(change,))
    before, after = (
        version_items(games_id=planned.id, planner="lanes", number=n)["sites"]
        for n in (1, outcome.version)
    )
    changed = {r["venue"] for code, r in after.items() if before[code]["hash"] != r["hash"]}
    assert changed == {row["venue"]}


def scans_of(games: Any, row: dict[str, Any], share: float, bins: int) -> list[Scanned]:
    """Return counts of the first bins: a share of what is expected to come."""
    starts = epoch_of(games) + dt.timedelta(seconds=row["curves"]["starts_at"])
    comes = {int(at): people for at, people in row["comes"]}
    found = []
    for n in range(bins):
        at = row["curves"]["starts_at"] + 300 * n
        people = comes.get(at // 900 * 900, 0.0) / 3
        moment = starts + dt.timedelta(seconds=300 * n)
        found.append(Scanned(venue=row["venue"], entrance="A", starts_at=moment,
                             people=round(share * people)))  # fmt: skip
    return found


def test_counts_correct_the_forecast_and_doubled_or_impossible_ones_do_no_harm(
    planned: Any,
) -> None:
    row = fullest(planned)
    scans = scans_of(planned, row, 1.4, 18)
    now = scans[-1].starts_at + dt.timedelta(minutes=6)
    taken, refused = record_scans(games=planned, scans=[*scans, scans[3]], now=now)
    assert (taken, refused) == (19, ())
    bad = [
        Scanned(venue="NOWHERE", entrance="A", starts_at=now, people=1),
        Scanned(venue=row["venue"], entrance="A", starts_at=scans[0].starts_at, people=-1),
        Scanned(venue=row["venue"], entrance="A", people=1,
                starts_at=scans[0].starts_at + dt.timedelta(hours=9)),
        Scanned(venue=row["venue"], entrance="A", people=1,
                starts_at=scans[0].starts_at + dt.timedelta(seconds=1)),
    ]  # fmt: skip
    taken, refused = record_scans(games=planned, scans=bad, now=now)
    assert taken == 0
    assert len(refused) == 4
    assert row["venue"] in follow_counts(games=planned, moment=now)
    body = expected_now(games=planned, moment=now)[row["venue"]].body
    assert body["attendance"][1] > body["planned"]
    assert body["peak"][0] <= body["peak"][1] <= body["peak"][2]
    assert expected_now(games=planned, moment=now - dt.timedelta(minutes=1)) == {}


def test_reported_lanes_hold_from_then_on(planned: Any) -> None:
    row = fullest(planned)
    now = epoch_of(planned) + dt.timedelta(seconds=row["curves"]["starts_at"] + 1800)
    report_lanes(games=planned, venue=row["venue"], lanes=1, actor="t", now=now)
    follow_counts(games=planned, moment=now + dt.timedelta(minutes=7))
    body = expected_now(games=planned, moment=now + dt.timedelta(minutes=7))[row["venue"]].body
    assert body["lanes"] == 1
    assert body["advice"] is not None
    with pytest.raises(ScanError):
        report_lanes(games=planned, venue=row["venue"], lanes=-1, actor="t", now=now)
    with pytest.raises(UnknownVenueError, match="known are"):
        report_lanes(games=planned, venue="NOWHERE", lanes=1, actor="t", now=now)


def test_the_newest_count_of_five_minutes_holds() -> None:
    starts = dt.datetime(2030, 7, 20, 10, tzinfo=dt.UTC)
    one = Scanned(venue="V", entrance="A", starts_at=starts, people=5)
    state = apply(apply({}, one), Scanned(venue="V", entrance="A", starts_at=starts, people=7))
    state = apply(state, Scanned(venue="V", entrance="B", starts_at=starts, people=2))
    assert counts_of(state, venue="V", starts_at=starts, bins=2) == (9.0, None)


def test_pages_answer_also_for_programs_and_before_a_plan(planned: Any) -> None:
    client = client_of("planner")
    page = client.get("/games/REFS1/queues/")
    assert page.status_code == 200
    assert b"keep their promise" in page.content
    row = fullest(planned)
    site = client.get(f"/games/REFS1/queues/{row['venue']}/{row['date']}/")
    assert site.status_code == 200
    assert b"observed stadium" in site.content
    assert client.get(f"/games/REFS1/queues/{row['venue']}/1999-01-01/").status_code == 404
    assert client.get(f"/games/REFS1/queues/{row['venue']}/{row['date']}.json").json()["banks"]


def test_a_program_sends_counts_with_a_token(planned: Any) -> None:
    row = fullest(planned)
    scans = scans_of(planned, row, 1.0, 6)
    user = User.objects.get(username="planner")
    token = make_api_token(user_id=user.pk, name="gates")
    begin_exercise(
        games_id=planned.id,
        title="t",
        shows_at=scans[-1].starts_at + dt.timedelta(minutes=6),
        speed=1.0,
        actor="t",
        now=dt.datetime.now(dt.UTC),
    )
    body = {"scans": [
        {"venue": s.venue, "entrance": s.entrance, "starts_at": s.starts_at.isoformat(),
         "people": s.people} for s in scans
    ]}  # fmt: skip
    client = Client(headers={"Authorization": f"Bearer {token}"})
    answer = client.post("/api/v1/games/REFS1/scans", json.dumps(body), "application/json")
    assert answer.json() == {"taken": 6, "refused": []}
    lanes = client.post(f"/api/v1/games/REFS1/venues/{row['venue']}/lanes",
                        json.dumps({"lanes": 3}), "application/json")  # fmt: skip
    assert lanes.status_code == 202
    assert client.get("/api/v1/games/REFS1/queues").status_code == 200
    page = client_of("planner").get("/games/REFS1/queues/")
    assert "EXERCISE" in page.content.decode()
