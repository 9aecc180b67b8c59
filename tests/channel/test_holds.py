"""What is held is on no page and tells no medal; what is taken back leaves who starts."""

import pathlib
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sportsbrain.channel.actions import hold_results, release_results, retract_results
from sportsbrain.channel.queries import fan_state
from sportsbrain.channel.updates import HELD, HOLD, MEDALS, RESULT, apply
from sportsbrain.live.models import Update
from sportsbrain.sport.actions import report_unit
from sportsbrain.vocabulary.statuses import ResultStatus, ScheduleStatus
from sportsbrain.world.errors import ResultError, UnknownFactError
from tests.conftest import NOW
from tests.sport.test_pages import client_of
from tests.world.test_results import final_of, medals, record


def follow(state: Any, games: Any, since: int) -> Any:
    """Return a state after all updates behind one, read afresh where the log says so."""
    for one in Update.objects.filter(games_id=games.id, sequence__gt=since).order_by("sequence"):
        state, touched = apply(
            state, one.topic, one.key, one.body, (one.transaction_id, one.sequence)
        )
        if touched.is_all:
            state = fan_state(games=games)
    return state


def newest(games: Any) -> int:
    found = Update.objects.filter(games_id=games.id).order_by("-sequence").first()
    return found.sequence if found else 0


@pytest.mark.django_db
def test_a_held_result_is_kept_back_with_its_medals_until_it_is_released(small_games: Any) -> None:
    unit, (a, b, c, *_) = final_of(small_games)
    own: Any = {"games": small_games, "unit": unit, "actor": "ada", "now": NOW}
    record(small_games, unit, [a, b, c], ResultStatus.OFFICIAL)
    first = newest(small_games)
    state = fan_state(games=small_games)
    event = state.units[unit].event
    assert event in state.medals
    with pytest.raises(ResultError, match="why"):
        hold_results(reason=" ", **own)
    with pytest.raises(UnknownFactError):
        hold_results(reason="x", **{**own, "unit": "NONE"})
    hold_results(reason="the photograph", **own)
    hold_results(reason="once more", **own)
    state = follow(state, small_games, first)
    assert state == fan_state(games=small_games), "what is followed is what is read afresh"
    assert state.units[unit].result_status == HELD
    assert not state.units[unit].is_scored
    assert event not in state.medals
    assert len(medals(small_games)) == 3, "officials see theirs"
    second = newest(small_games)
    record(small_games, unit, [b, a, c], ResultStatus.OFFICIAL)
    topics = Update.objects.filter(games_id=small_games.id, sequence__gt=second)
    assert {one.topic for one in topics} == {RESULT, MEDALS}
    state = follow(state, small_games, second)
    assert state == fan_state(games=small_games)
    assert not state.units[unit].is_scored
    third = newest(small_games)
    assert release_results(**own)
    assert not release_results(**own)
    assert Update.objects.filter(topic=HOLD).count() == 2
    state = follow(state, small_games, third)
    assert state == fan_state(games=small_games)
    assert [r.competitor for r in state.units[unit].results[:3]] == [b, a, c]
    assert state.medals[event][0].competitor == b


@pytest.mark.django_db(transaction=True)
def test_open_pages_hear_of_a_hold_and_of_its_end(small_games: Any, tmp_path: pathlib.Path) -> None:
    from tests.channel.test_publisher import heard, page, publisher_of

    unit, (a, b, c, *_) = final_of(small_games)
    own: Any = {"games": small_games, "unit": unit, "actor": "ada", "now": NOW}
    record(
        small_games,
        unit,
        [a, b, c],
        ResultStatus.OFFICIAL,
    )
    publisher = publisher_of(small_games, tmp_path)
    publisher.keep_only(())
    hold_results(reason="the photograph", **own)
    publisher.step()
    publisher.make(seconds=60)
    result, won = (one.delta for one in heard(small_games, tmp_path)[-2:])
    assert (result.event, result.body["rs"], won.body["medals"]) == ("u", HELD, [])
    shown = page(publisher, "unit", unit)
    assert "Being checked" in shown
    assert a in shown, "who starts is known"
    event = publisher.site.state.units[unit].event
    assert 'class="medal GOLD"' not in page(publisher, "event", event)
    release_results(**own)
    publisher.step()
    result, won = (one.delta for one in heard(small_games, tmp_path)[-2:])
    assert (result.body["rs"], len(won.body["medals"])) == ("OFFICIAL", 3)


@pytest.mark.django_db
def test_what_is_taken_back_leaves_who_starts_and_says_why(small_games: Any) -> None:
    unit, order = final_of(small_games)
    record(small_games, unit, order[:3], ResultStatus.OFFICIAL)
    with pytest.raises(ResultError, match="why"):
        retract_results(games=small_games, unit=unit, reason="", actor="ada", now=NOW)
    retract_results(games=small_games, unit=unit, reason="wrong race", actor="ada", now=NOW)
    found = fan_state(games=small_games).units[unit]
    assert sorted(r.competitor for r in found.results) == sorted(order[:3])
    assert (found.result_status, found.is_scored) == ("START_LIST", False)
    assert medals(small_games) == []


@pytest.mark.django_db
def test_planners_hold_and_viewers_do_not(small_games: Any) -> None:
    unit, order = final_of(small_games)
    record(small_games, unit, order[:3], ResultStatus.OFFICIAL)
    viewer, planner = client_of("viewer"), client_of("planner")
    address = f"/games/REFS1/results/{unit}/keep-back/"
    assert viewer.post(address, {"verb": "hold", "reason": "x"}).status_code == 403
    planner.post(address, {"verb": "hold", "reason": ""})
    planner.post(address, {"verb": "hold", "reason": "a\x00b"})
    assert not fan_state(games=small_games).held
    planner.post(address, {"verb": "hold", "reason": "the photograph"})
    assert fan_state(games=small_games).held == {unit}
    assert "the photograph" in viewer.get(f"/games/REFS1/results/{unit}/").content.decode()
    planner.post(address, {"verb": "release"})
    assert not fan_state(games=small_games).held
    planner.post(address, {"verb": "retract", "reason": "wrong race"})
    assert medals(small_games) == []
    nobody = planner.post(address.replace(unit, "NONE"), {"verb": "hold", "reason": "x"})
    assert nobody.status_code == 404
    assert planner.post(address, {}).status_code == 400


@settings(max_examples=25, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.lists(st.sampled_from(
    ["live", "official", "protested", "hold", "release", "retract", "running", "late", "finished"]
), max_size=10))  # fmt: skip
@example(["official", "late", "live"])
@example(["late", "hold", "official", "running", "release"])
@pytest.mark.django_db
def test_what_is_followed_is_what_is_read_afresh_whatever_happens(
    small_games: Any, turns: Any
) -> None:
    with transaction.atomic():  # each example begins from the same Games
        unit, order = final_of(small_games)
        state = fan_state(games=small_games)
        since = newest(small_games)
        own: Any = {"games": small_games, "unit": unit, "actor": "ada", "now": NOW}
        for n, turn in enumerate(turns):
            if turn in {"live", "official", "protested"}:
                record(small_games, unit, order[n % 3 : n % 3 + 3], ResultStatus[turn.upper()])
            elif turn == "hold":
                hold_results(reason="x", **own)
            elif turn == "release":
                release_results(**own)
            elif turn == "retract":
                retract_results(reason="x", **own)
            else:
                report_unit(games=small_games, unit=unit, actor="t", now=NOW,
                            status=ScheduleStatus[turn.upper() if turn != "late" else "DELAYED"],
                            late_minutes=7 if turn == "late" else 0)  # fmt: skip
        assert follow(state, small_games, since) == fan_state(games=small_games)
        transaction.set_rollback(True)
