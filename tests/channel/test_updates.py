"""What fans know after news is what they know afresh."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sportsbrain.channel.exports import LANGUAGES, PageKey, Site
from sportsbrain.channel.exports.tables import medal_table
from sportsbrain.channel.queries import fan_state
from sportsbrain.channel.updates import FanMedal, apply, in_order
from sportsbrain.live.models import Update
from sportsbrain.sport.actions import report_unit
from sportsbrain.vocabulary.results import ResultFact
from sportsbrain.vocabulary.statuses import ResultStatus, ScheduleStatus
from sportsbrain.world.models import EventUnit
from tests.conftest import NOW
from tests.world.test_results import final_of, record

STATUSES = (ResultStatus.LIVE, ResultStatus.UNOFFICIAL, ResultStatus.OFFICIAL,
            ResultStatus.PROTESTED)  # fmt: skip


def news_of(games: Any) -> list[Update]:
    return list(Update.objects.filter(games_id=games.id).order_by("sequence"))


def at(one: Update) -> tuple[int, int]:
    return one.transaction_id, one.sequence


def test_following_the_log_equals_reading_afresh(small_games: Any) -> None:
    state = fan_state(games=small_games)
    unit, order = final_of(small_games)
    other = EventUnit.objects.exclude(code=unit).order_by("code")[0].code
    seen = len(news_of(small_games))
    record(small_games, unit, order, ResultStatus.LIVE)
    report_unit(games=small_games, unit=other, status=ScheduleStatus.DELAYED, late_minutes=12,
                actor="t", now=NOW)  # fmt: skip
    record(small_games, unit, order, ResultStatus.OFFICIAL)
    record(small_games, unit, order[1:], ResultStatus.OFFICIAL, reason="disqualified")
    report_unit(games=small_games, unit=unit, status=ScheduleStatus.RUNNING, late_minutes=0,
                actor="t", now=NOW)  # fmt: skip
    record(small_games, unit, order, ResultStatus.PROTESTED)
    for one in news_of(small_games)[seen:]:
        state, touched = apply(state, one.topic, one.key, one.body, at(one))
        assert not touched.is_all
    assert state == fan_state(games=small_games)
    assert state.units[other].late_minutes == 12
    assert state.medals == {}


@settings(max_examples=12, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.lists(st.tuples(st.permutations(range(5)), st.sampled_from(STATUSES)), max_size=5))
def test_pages_after_any_news_are_those_of_a_fresh_read(small_games: Any, turns: Any) -> None:
    state = fan_state(games=small_games)
    site = Site(state)
    unit, order = final_of(small_games)
    seen = len(news_of(small_games))
    changed: set[PageKey] = set()
    for places, status in turns:
        record(small_games, unit, [order[n] for n in places], status)
    for one in news_of(small_games)[seen:]:
        state, touched = apply(state, one.topic, one.key, one.body, at(one))
        changed |= site.take(state, touched)
    fresh = Site(fan_state(games=small_games))
    pages = set(fresh.pages())
    assert set(site.pages()) == pages
    for key in sorted(changed):
        ours = site.page(LANGUAGES[0], key, at="1.1", now=NOW)
        assert ours == fresh.page(LANGUAGES[0], key, at="1.1", now=NOW), key
        assert site.data_text(key) == fresh.data_text(key)


def test_no_page_that_changes_is_forgotten(small_games: Any) -> None:
    state = fan_state(games=small_games)
    site = Site(state)
    shelf = {key: site.page(LANGUAGES[0], key, at="", now=NOW) for key in site.pages()}
    unit, (a, b, c, d, e) = final_of(small_games)
    seen = len(news_of(small_games))
    record(small_games, unit, [a, b, c], ResultStatus.OFFICIAL)
    record(small_games, unit, [a, d, e], ResultStatus.OFFICIAL)
    for one in news_of(small_games)[seen:]:
        state, touched = apply(state, one.topic, one.key, one.body, at(one))
        for key in site.take(state, touched):
            shelf[key] = site.page(LANGUAGES[0], key, at="", now=NOW)
    fresh = Site(fan_state(games=small_games))
    stale = [key for key in fresh.pages() if shelf[key] != fresh.page(
        LANGUAGES[0], key, at="", now=NOW)]  # fmt: skip
    assert stale == []


def test_the_medal_table_adds_up_and_equal_ones_share_a_rank() -> None:
    won = [FanMedal(kind=kind, organisation=code) for kind, code in (
        ("GOLD", "AAA"), ("SILVER", "BBB"), ("SILVER", "CCC"), ("BRONZE", "BBB"),
        ("BRONZE", "CCC"), ("BRONZE", "DDD"),
    )]  # fmt: skip
    table = medal_table(won)
    assert [(line.rank, line.organisation) for line in table] == [
        (1, "AAA"), (2, "BBB"), (2, "CCC"), (4, "DDD"),
    ]  # fmt: skip
    assert sum(line.total for line in table) == len(won)
    assert [line.organisation for line in medal_table(won, by_total=True)][:2] == ["BBB", "CCC"]


def test_winners_stand_before_losers_and_ranks_before_both() -> None:
    lines = (
        ResultFact(competitor="L", win_loss="L", start_order="1"),
        ResultFact(competitor="W", win_loss="W", start_order="2"),
        ResultFact(competitor="R", rank=1, start_order="3"),
    )
    assert [line.competitor for line in in_order(lines)] == ["R", "W", "L"]
