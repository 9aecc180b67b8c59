"""What-if on pages and by API: move a unit, close a venue, other times, clashes."""

import datetime as dt
from typing import Any

from django.test import Client

from sportsbrain.committee.models import User
from sportsbrain.plans.queries import version_items, versions_of
from sportsbrain.sport.planning import (
    PLANNER,
    build_for,
    draft_held,
    places_of_unit,
    replan,
)
from sportsbrain.vocabulary.changes import Closure, Move
from tests.conftest import NOW
from tests.sport.test_pages import client_of


def a_final(games: Any) -> tuple[str, dt.datetime]:
    """Return a final with other free times, and the first of them."""
    built = build_for(games=games)
    for unit in built.problem.units:
        if unit.medal == "1":
            found = places_of_unit(games=games, base="held", unit=unit.code, count=1)
            if found:
                return unit.code, found[0][0]
    message = "no final of the small Games could be anywhere else"
    raise AssertionError(message)


def items(games: Any, number: int) -> dict[str, Any]:
    return version_items(games_id=games.id, planner=PLANNER, number=number)


def change(games: Any, what: Any, **values: Any) -> Any:
    return replan(
        games=games, changes=(what,), base="held", seconds=9, seed=1, actor="t", now=NOW, **values
    )


def test_a_moved_unit_is_where_it_was_asked_and_little_else_moves(small_games: Any) -> None:
    code, moment = a_final(small_games)
    outcome = change(small_games, Move(unit=code, starts_at=moment))
    built = build_for(games=small_games)
    start = int((moment - built.epoch).total_seconds())
    assert items(small_games, outcome.version)[code][0] == start
    assert outcome.moved_least is not None
    assert outcome.moved_least <= outcome.moved


def test_what_has_been_run_never_moves(small_games: Any) -> None:
    built = build_for(games=small_games)
    venue = built.problem.venues[0].code
    noon = built.epoch + dt.timedelta(days=5, hours=11)
    closure = Closure(venue=venue, starts_at=noon, ends_before=noon + dt.timedelta(hours=30))
    outcome = change(small_games, closure, as_of=noon)
    found = items(small_games, outcome.version)
    seconds = (noon - built.epoch).total_seconds()
    run = {code: start for code, start in built.held.items() if start < seconds}
    assert run
    assert all(found[code][0] == start for code, start in run.items())


def test_a_page_finds_other_times_and_moves_there(small_games: Any) -> None:
    draft_held(games=small_games, actor="t", now=NOW)
    code, _ = a_final(small_games)
    client = client_of("planner")
    page = client.get(f"/games/REFS1/units/{code}/places/")
    assert "Move here" in page.content.decode()
    part = client.get(f"/games/REFS1/units/{code}/places/", headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    row = client.get(f"/games/REFS1/units/{code}/places.json").json()[0]
    moved = client.post(
        f"/games/REFS1/units/{code}/move/", {"starts_at": row["starts_at"][:16]}, follow=True
    )
    assert "units moved" in moved.content.decode()
    assert len(versions_of(games_id=small_games.id, planner=PLANNER)) == 2


def test_nothing_changes_without_right_or_sense(small_games: Any) -> None:
    code, _ = a_final(small_games)
    address = f"/games/REFS1/units/{code}/move/"
    assert client_of("viewer").post(address, {"starts_at": "2030-07-25T10:00"}).status_code == 403
    page = client_of("planner").post(address, {"starts_at": "2030-07-25T03:00"}, follow=True)
    assert "is not open for" in page.content.decode()
    assert versions_of(games_id=small_games.id, planner=PLANNER) == ()


def test_clashes_are_filtered_by_rule_and_discipline(small_games: Any) -> None:
    client = client_of("viewer")
    assert "No timetable was checked yet" in client.get("/games/REFS1/clashes/").content.decode()
    draft_held(games=small_games, actor="t", now=NOW)
    everything = client.get("/games/REFS1/clashes.json").json()
    rule = next(iter(everything["rules"]))
    some = client.get(f"/games/REFS1/clashes.json?rule={rule}").json()
    assert some["count"] == everything["rules"][rule]
    assert {f["rule"] for f in some["faults"]} == {rule}
    assert sum(everything["disciplines"].values()) == everything["count"]


def test_programs_may_do_the_same(small_games: Any) -> None:
    from sportsbrain.committee.actions import make_api_token

    user = User.objects.get(username="planner")
    token = make_api_token(user_id=user.pk, name="t")
    headers = {"Authorization": f"Bearer {token}"}
    code, moment = a_final(small_games)
    client = Client()
    rows = client.get(f"/api/v1/games/REFS1/units/{code}/places", headers=headers).json()
    assert rows
    answer = client.post(
        "/api/v1/games/REFS1/moves",
        {"unit": code, "starts_at": moment.isoformat()},
        content_type="application/json",
        headers=headers,
    )
    assert answer.status_code == 201
    wrong = client.post(
        "/api/v1/games/REFS1/moves",
        {"unit": "NONE", "starts_at": moment.isoformat()},
        content_type="application/json",
        headers=headers,
    )
    assert wrong.status_code == 409
    assert client.get("/api/v1/games/REFS1/clashes", headers=headers).status_code == 200
