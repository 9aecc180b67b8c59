"""From unit costs to machines: small cases with known answers."""

import pathlib

import pytest

from sportsbrain.bench.capacity.model import (
    BUSY,
    Asked,
    Costs,
    asked_by,
    capacity,
    prices_of,
)

ASKED = Asked(
    name="x", days=10, rehearsal_days=20, staff_pages_a_second=10, fan_pages_a_second=100,
    fan_pages=1_000_000, fans_listening=1_000, results_a_second=1, results=1_000,
    orders_a_second=100, orders=10_000, messages_a_second=100, has_standby=False,
)  # fmt: skip
COSTS = Costs(
    page=(0.05, 0.01), order=(0.001, 0.002), order_bytes=2_000, message=(0.0001, 0.0002),
    message_bytes=100, result=(0.02, 0.1, 0.01), result_bytes=1_000, fan_page=0.00002,
    fan_page_bytes=5_000, delivery=0.00001, delivery_bytes=500, listener_bytes=2_000,
    resting=dict.fromkeys(("database", "web", "intake", "ingest", "fans"), (100000000.0, 0.01)),
)  # fmt: skip


def test_cores_are_rates_times_costs_and_a_rest_of_each() -> None:
    found = capacity(ASKED, COSTS, prices_of(None))
    cores = {part.name: part.cores for part in found.parts}
    assert cores["web"] == pytest.approx(10 * 0.05 + 1 * 0.02 + 0.01)
    assert cores["database"] == pytest.approx(10 * 0.01 + 100 * 0.002 + 100 * 0.0002 + 0.01 + 0.01)
    assert cores["fans"] == pytest.approx(100 * 0.00002 + 250 * 0.00001 + 0.01)
    assert found.cores == pytest.approx(sum(cores.values()) / BUSY)
    assert found.machines == 1


def test_rows_traffic_and_euros_add_up() -> None:
    found = capacity(ASKED, COSTS, {**prices_of(None), "machine_hour": 1.0})
    rows = 10_000 * 2_000 + 1_000 * 1_000 + 50 * 86_400 * 7 * 100
    assert found.rows_gb == pytest.approx(rows / 1e9)
    assert found.euros["machines"] == 30 * 24
    assert found.euros["copies"] == pytest.approx(rows / 1e9 * 3 * 0.022)
    assert found.traffic_gb > 5.0


def test_a_standby_doubles_the_database_and_asks_for_a_second_machine() -> None:
    from dataclasses import replace

    found = capacity(replace(ASKED, has_standby=True), COSTS, prices_of(None))
    alone = capacity(ASKED, COSTS, prices_of(None))
    cores = [next(p.cores for p in one.parts if p.name == "database") for one in (found, alone)]
    assert cores[0] == 2 * cores[1]
    assert found.machines == 2


def test_a_hundred_times_is_a_hundred_times() -> None:
    large, hundred = asked_by("large"), asked_by("100x")
    assert hundred.orders == 100 * large.orders
    assert hundred.days == large.days
    one, all_ = (capacity(asked, COSTS, prices_of(None)) for asked in (large, hundred))
    assert all_.cores == pytest.approx(100 * one.cores)
    assert all_.traffic_gb == pytest.approx(100 * one.traffic_gb)
    with pytest.raises(
        LookupError, match="no size 'tiny'; there are small, middle, large and 100x"
    ):
        asked_by("tiny")


def test_prices_of_a_file_are_whole_or_refused(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text("machine_hour = 0.2\n")
    with pytest.raises(LookupError, match="says no number for machine_cores"):
        prices_of(path)
    with pytest.raises(LookupError, match="No such file"):
        prices_of(tmp_path / "none.toml")
