"""Medals follow from results by the rule of their event. Pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sportsbrain.vocabulary.results import BRONZE, GOLD, SILVER, ResultFact
from sportsbrain.world.updates import (
    MedalRule,
    Method,
    Scoring,
    UnitOutcome,
    podium_of,
)


def unit(place: str, *outcomes: ResultFact, medal: str = "0") -> UnitOutcome:
    return UnitOutcome(rsc=f"SWMM100MFR------------{place}", medal=medal, outcomes=outcomes)


def ranks(*pairs: tuple[str, int]) -> tuple[ResultFact, ...]:
    return tuple(ResultFact(competitor=who, rank=rank) for who, rank in pairs)


def bout(winner: str, loser: str) -> tuple[ResultFact, ...]:
    return (
        ResultFact(competitor=winner, win_loss="W"),
        ResultFact(competitor=loser, win_loss="L"),
    )


def test_a_final_gives_its_ranks_and_equal_second_places_two_silvers() -> None:
    heat = unit("HEAT000100--", *ranks(("X", 1)))
    final = unit("FNL-000100--", *ranks(("A", 1), ("B", 2), ("C", 2), ("D", 4)), medal="1")
    assert podium_of(MedalRule(), [heat, final]).medals == (
        (GOLD, "A"), (SILVER, "B"), (SILVER, "C"),
    )  # fmt: skip


def test_bouts_give_gold_and_silver_and_two_bronzes() -> None:
    found = podium_of(MedalRule(), [
        unit("FNL-000100--", *bout("A", "B"), medal="1"),
        unit("REPF000100--", *bout("C", "D"), medal="3"),
        unit("REPF000200--", *bout("E", "F"), medal="3"),
    ])  # fmt: skip
    assert found.medals == ((GOLD, "A"), (SILVER, "B"), (BRONZE, "C"), (BRONZE, "E"))
    assert not found.reason


def test_losers_of_semifinals_that_decide_medals_have_bronze_before_the_final() -> None:
    found = podium_of(MedalRule(), [
        unit("SFNL000100--", *bout("A", "C"), medal="3"),
        unit("SFNL000200--", *bout("B", "D"), medal="3"),
        unit("FNL-000100--", medal="1"),
    ])  # fmt: skip
    assert found.medals == ((BRONZE, "C"), (BRONZE, "D"))
    assert found.reason == "FNL-000100--: no result"


def test_a_mark_on_a_whole_phase_goes_to_its_units() -> None:
    found = podium_of(MedalRule(), [
        unit("FNL---------", medal="1"),
        unit("FNL-000100--", *ranks(("A", 1), ("B", 2), ("C", 3))),
        unit("FNL-000200--", *ranks(("D", 7), ("E", 8), ("F", 9))),
    ])  # fmt: skip
    assert found.medals == ((GOLD, "A"), (SILVER, "B"), (BRONZE, "C"))


def test_of_two_duels_of_one_marked_phase_the_second_is_for_bronze() -> None:
    found = podium_of(MedalRule(), [
        unit("FNL---------", medal="1"),
        unit("FNL-00010000", *ranks(("A", 1), ("B", 2))),
        unit("FNL-00020000", *ranks(("C", 3), ("D", 4))),
        unit("FNL-00030000", *ranks(("E", 5), ("F", 6))),
    ])  # fmt: skip
    assert found.medals == ((GOLD, "A"), (SILVER, "B"), (BRONZE, "C"))


SERIES = MedalRule(
    method=Method.SUM, units=("PREL", "FNL-"), is_less_better=True, discards=1,
    discarded_from="PREL",
)  # fmt: skip


def scored(*pairs: tuple[str, str]) -> tuple[ResultFact, ...]:
    return tuple(ResultFact(competitor=who, value=value) for who, value in pairs)


def test_a_series_adds_up_without_its_worst_race_and_who_misses_the_last_one_is_out() -> None:
    found = podium_of(SERIES, [
        unit("PREL000100--", *scored(("A", "9"), ("B", "2"), ("C", "1"), ("D", "1"))),
        unit("PREL000200--", *scored(("A", "1"), ("B", "3"), ("C", "4"), ("D", "1"))),
        unit("FNL-000100--", *scored(("A", "2"), ("B", "4"), ("C", "6"))),
    ])  # fmt: skip
    assert found.medals == ((GOLD, "A"), (SILVER, "B"), (BRONZE, "C"))


def test_a_sum_gives_nothing_before_its_last_unit_and_nothing_of_no_numbers() -> None:
    first = unit("PREL000100--", *scored(("A", "1"), ("B", "2"), ("C", "3")))
    found = podium_of(SERIES, [first, unit("PREL000200--"), unit("FNL-000100--", medal="1")])
    assert found.medals == ()
    assert found.reason == "no result yet of 2 of 3 units that count"
    rule = MedalRule(method=Method.SUM, units=("FNL-",))
    nobody = podium_of(rule, [unit("FNL-000100--", *scored(("A", "DNF"), ("B", "NaN")))])
    assert (nobody.medals, nobody.reason) == ((), "nobody has a total")


def test_equal_totals_are_left_to_a_decision_and_said() -> None:
    rule = MedalRule(method=Method.SUM, units=("FNL-",))
    found = podium_of(rule, [unit("FNL-000100--", *scored(("A", "9"), ("B", "7"), ("C", "7")))])
    assert found.medals == ((GOLD, "A"),)
    assert found.reason == "SILVER: equal totals of B, C"


def test_points_of_a_mark_are_those_of_the_scoring_tables() -> None:
    sprint = Scoring(a=25.4347, b=18.0, c=1.81, is_time=True)
    jump = Scoring(a=0.14354, b=220.0, c=1.40, is_centimetres=True)
    throw = Scoring(a=10.14, b=7.0, c=1.08)
    assert sprint.points("10.55") == 963  # the tables of combined events
    assert jump.points("7.76") == 1000
    assert throw.points("77.20") == 1000
    assert sprint.points("18.50") == 0


def test_what_results_can_not_tell_is_said() -> None:
    rule = MedalRule(method=Method.DECISION, reason="one apparatus is not the total")
    found = podium_of(rule, [unit("FNL-000100--", *ranks(("A", 1)), medal="1")])
    assert found.medals == ()
    assert found.reason == "one apparatus is not the total"


@given(st.lists(st.integers(1, 8), min_size=3, max_size=8))
def test_nobody_has_two_medals_of_a_final_and_ranks_say_which(places: list[int]) -> None:
    final = unit("FNL-000100--", *ranks(*((f"C{n}", p) for n, p in enumerate(places))), medal="1")
    medals = podium_of(MedalRule(), [final]).medals
    assert len({who for _, who in medals}) == len(medals)
    assert sorted(kind for kind, _ in medals) == sorted(
        {1: GOLD, 2: SILVER, 3: BRONZE}[p] for p in places if p <= 3
    )


@pytest.mark.parametrize("value", ["", "DNF", "1;2"])
def test_a_text_that_is_no_number_is_nobodys_total(value: str) -> None:
    rule = MedalRule(method=Method.SUM, units=("FNL-",))
    found = podium_of(rule, [unit("FNL-000100--", *scored(("A", value), ("B", "7")))])
    assert found.medals == ((GOLD, "B"),)
