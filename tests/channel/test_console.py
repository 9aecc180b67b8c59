"""The operators' console: keyboard and form, whole or not at all, who was first is told."""

from typing import Any

from sportsbrain.vocabulary.statuses import ResultStatus
from sportsbrain.world.models import EventUnit, Medal, MedalDecision, Participant, Result
from tests.sport.test_pages import client_of
from tests.world.test_results import final_of, medals, record


def form(order: list[str], version: int, **more: Any) -> dict[str, Any]:
    blank = [""] * (len(order) + 1)
    return {
        "version": version, "status": "OFFICIAL", "reason": "", "competitor": [*order, ""],
        "rank": [*(str(n) for n in range(1, len(order) + 1)), ""], "value": blank,
        "start_order": blank, "win_loss": blank, "irregularity": blank, "qualified": blank,
        "value_kind": blank, **more,
    }  # fmt: skip


def test_the_board_and_a_unit_are_shown_to_viewers_and_taken_from_planners(
    small_games: Any,
) -> None:
    unit, order = final_of(small_games)
    starts = EventUnit.objects.get(code=unit).starts_at
    assert starts is not None
    viewer, planner = client_of("viewer"), client_of("planner")
    board = viewer.get(f"/games/REFS1/results/?day={starts:%Y-%m-%d}")
    assert unit in board.content.decode()
    assert viewer.get("/games/REFS1/results/?day=nonsense&q=%00zz").status_code == 200
    address = f"/games/REFS1/results/{unit}/"
    assert '<form method="post"' not in viewer.get(address).content.decode()
    assert viewer.post(address, form(order, 0)).status_code == 403
    assert planner.get("/games/REFS1/results/NO-UNIT/").status_code == 404
    answer = planner.post(address, form(order, 0, reason="first word"))
    assert answer.status_code == 302
    assert len(medals(small_games)) == 3
    shown = planner.get(address).content.decode()
    assert order[0] in shown
    assert "Official" in shown


def test_what_is_wrong_is_said_and_what_was_typed_stays(small_games: Any) -> None:
    unit, order = final_of(small_games)
    planner = client_of("planner")
    address = f"/games/REFS1/results/{unit}/"
    before = Result.objects.count()
    for change, word in (
        ({"competitor": [*order, "NOBODY"], "rank": [""] * 6}, "NOBODY"),
        ({"rank": ["first", "", "", "", "", ""]}, "a rank is a number above 0, not first"),
        ({"status": "PERFECT"}, "Choose how firm"),
        ({"competitor": [order[0], order[0], "", "", "", ""], "rank": [""] * 6}, "twice"),
        ({"value": ["1"]}, "incomplete"),
        ({"rank": ["9" * 5000, "", "", "", "", ""]}, "a rank is a number above 0"),
        ({"value": ["9" * 61, "", "", "", "", ""]}, "more than 60 characters"),
        ({"reason": "x" * 301}, "more than 300 characters"),
    ):
        answer = planner.post(address, form(order, 0, **change))
        assert answer.status_code == 422, word
        assert word in answer.content.decode()
    assert Result.objects.count() == before


def test_who_is_second_is_told_that_somebody_else_was_first(small_games: Any) -> None:
    unit, order = final_of(small_games)
    record(small_games, unit, order, ResultStatus.LIVE)
    answer = client_of("planner").post(f"/games/REFS1/results/{unit}/", form(order[::-1], 0))
    assert answer.status_code == 422
    assert "not newer than 1" in answer.content.decode()
    assert Result.objects.get(unit__code=unit, rank=1).code.endswith(order[0])


def test_an_approver_decides_medals_with_a_reason(small_games: Any) -> None:
    unit, (a, b, c, *_) = final_of(small_games)
    record(small_games, unit, [a, b, c], ResultStatus.OFFICIAL)
    address = f"/games/REFS1/results/{unit}/decision/"
    body = {"GOLD": f"{b}, {a}", "SILVER": "", "BRONZE": c, "reason": "appeal upheld"}
    assert client_of("planner").post(address, body).status_code == 403
    approver = client_of("approver")
    approver.post(address, {**body, "reason": ""})
    assert MedalDecision.objects.count() == 0
    approver.post(address, body)
    assert sorted(medals(small_games)) == [("BRONZE", c), ("GOLD", a), ("GOLD", b)]
    assert Medal.objects.filter(fact_source__startswith="decision:").count() == 3
    shown = approver.get(f"/games/REFS1/results/{unit}/").content.decode()
    assert "Decided by approver: appeal upheld" in shown
    approver.post(address, {"withdraw": ""})
    assert sorted(medals(small_games)) == [("BRONZE", c), ("GOLD", a), ("SILVER", b)]
    assert MedalDecision.objects.get().withdrawn_by == "approver"


def test_what_the_page_does_not_show_is_kept_and_many_lines_fit(small_games: Any) -> None:
    unit, _ = final_of(small_games)
    many = list(Participant.objects.order_by("code").values_list("code", flat=True)[:200])
    answer = client_of("planner").post(
        f"/games/REFS1/results/{unit}/", form(many, 0, value_kind=[*["TIME"] * 200, ""])
    )
    assert answer.status_code == 302, "eight fields of two hundred competitors are taken"
    assert Result.objects.filter(unit__code=unit, value_kind="TIME").count() == 200
    shown = client_of("planner").get(f"/games/REFS1/results/{unit}/").content.decode()
    assert shown.count('name="value_kind" value="TIME"') == 200
