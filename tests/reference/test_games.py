"""Reference Games: the sizes that were asked, the same rows for the same seed."""

import pytest

from sportsbrain.reference.games import SIZES, generate_games


@pytest.mark.parametrize("name", sorted(SIZES))
def test_a_size_holds_what_it_says(name: str) -> None:
    size = SIZES[name]
    tables = generate_games(size=name, seed=1)
    assert len(tables["disciplines"]) == size.disciplines
    assert len(tables["events"]) == size.events
    assert len(tables["participants"]) == size.athletes
    assert len(tables["organisations"]) == size.delegations
    assert len(tables["venues"]) == size.venues
    last = tables["games"][0]["ends_on"]
    assert all(u["ends_before"].date() <= last for u in tables["units"]), "after the Games"


def test_the_same_seed_gives_the_same_rows_and_another_seed_others() -> None:
    first = generate_games(size="small", seed=1)
    assert generate_games(size="small", seed=1) == first
    assert generate_games(size="small", seed=2) != first


def test_every_reference_is_known() -> None:
    tables = generate_games(size="small", seed=3)
    codes = {name: {row["code"] for row in rows} for name, rows in tables.items()}
    assert all(u["location"] in codes["locations"] for u in tables["units"])
    assert all(u["session"] in codes["sessions"] for u in tables["units"])
    competitors = codes["participants"] | codes["teams"]
    assert all(e["competitor"] in competitors for e in tables["entries"])
    assert {p["organisation"] for p in tables["participants"]} == codes["organisations"]


def test_the_large_games_has_the_sessions_of_a_large_games() -> None:
    tables = generate_games(size="large", seed=1)
    assert 740 <= len(tables["sessions"]) <= 780
    assert 3800 <= len(tables["units"]) <= 4000
