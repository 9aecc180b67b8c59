"""No right outside a category: whatever the matrix, whatever is asked; also against raw SQL."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sportsbrain.access.actions import (
    approve,
    clear_all,
    issue_cards,
    register_people,
    save_category,
    save_quotas,
)
from sportsbrain.access.actions.begin import rights_in
from sportsbrain.access.errors import AccessError
from sportsbrain.access.models import Card, CardRight, Category, CategoryRight
from sportsbrain.access.queries import rights_of
from tests.access.office import OFFICE, a_games, carded, somebody

pytestmark = pytest.mark.django_db
CELLS = ("zone * B", "zone V01 R", "transport * TA", "seating * A", "dining * MAIN")
MATRIX = st.dictionaries(
    st.sampled_from(("ATH", "TO", "PRS")),
    st.dictionaries(st.sampled_from(CELLS), st.booleans(), max_size=5),
    min_size=2,
)


@pytest.fixture
def games(db: None) -> Any:
    return a_games()


def save_matrix(games: Any, matrix: dict[str, dict[str, bool]]) -> None:
    for code, cells in matrix.items():
        words = {
            "rights": [cell for cell, is_default in cells.items() if is_default],
            "upgrades": [cell for cell, is_default in cells.items() if not is_default],
        }
        save_category(
            games=games, code=code, name=code, client_group="athletes", rights=rights_in(words),
            by=OFFICE,
        )  # fmt: skip


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(matrix=MATRIX, data=st.data())
def test_a_card_never_has_a_right_outside_its_category(
    games: Any, matrix: dict[str, dict[str, bool]], data: st.DataObject
) -> None:
    with transaction.atomic():
        save_matrix(games, matrix)
        every = list(CategoryRight.objects.filter(category__games_id=games.id))
        for code, cells in matrix.items():
            save_quotas(games=games, quotas={("AAA", code): 1}, by=OFFICE)
            numbers = register_people(
                games=games, people=[somebody(category=code)], by=OFFICE
            ).numbers
            approve(games=games, numbers=numbers, by=OFFICE)
            clear_all(games=games, numbers=numbers, by=OFFICE)
            asked = data.draw(st.lists(st.sampled_from([r.pk for r in every]), max_size=3))
            own = {r.pk for r in every if r.category.code == code}
            try:
                (card,) = issue_cards(games=games, numbers=numbers, by=OFFICE, upgrades=asked)
            except AccessError:
                assert not set(asked) <= own, "what is of the category can be given"
                continue
            assert set(asked) <= own
            given_rights = set(rights_of(games=games, numbers=(card,))[card])
            assert given_rights <= set(cells)
            assert given_rights >= {cell for cell, is_default in cells.items() if is_default}
        transaction.set_rollback(True)


def test_the_database_refuses_a_right_of_another_category(games: Any) -> None:
    (number,) = carded(games, somebody())
    card = Card.objects.get(number=number)
    press = Category.objects.get(games_id=games.id, code="PRS")
    foreign = CategoryRight.objects.filter(category=press)[0]
    for category_id in (card.category_id, press.pk):
        with pytest.raises(IntegrityError, match="card_right_"), transaction.atomic():
            CardRight.objects.create(card=card, right=foreign, category_id=category_id)


def test_a_cell_on_a_card_stays_in_the_matrix(games: Any) -> None:
    carded(games, somebody())
    with pytest.raises(AccessError, match="stands on cards"):
        save_category(
            games=games, code="ATH", name="Athlete", client_group="athletes",
            rights=rights_in({"rights": ["zone * R"]}), by=OFFICE,
        )  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE access_card SET card_state = 'valid'",
        "UPDATE access_card SET ends_before = ends_before + interval '1 day'",
        "UPDATE access_card SET number = '000001-9'",
    ],
)
def test_a_card_is_never_edited(games: Any, change: str) -> None:
    (number,) = carded(games, somebody())
    Card.objects.filter(number=number).update(card_state="cancelled")
    with (
        pytest.raises(IntegrityError, match="card_is_kept"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


def test_a_registration_with_a_valid_card_stays_approved(games: Any) -> None:
    carded(games, somebody())
    with (
        pytest.raises(IntegrityError, match="card_of_the_approved"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE access_registration SET registration_state = 'withdrawn'")
