"""Before anything is planned."""

from typing import Any

from tests.sport.test_pages import client_of


def test_without_a_plan_the_page_says_what_to_do(small_games: Any) -> None:
    page = client_of("viewer").get("/games/REFS1/transport/")
    assert page.status_code == 200
    assert b"sportsbrain plan fleet" in page.content
