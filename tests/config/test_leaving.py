"""Whoever asks a server to stop ends its streams, and is heard by the server too."""

import signal
from collections.abc import Iterator

import pytest

from sportsbrain.ui.leaving import end_streams_with_us, leaving

ASKS = (signal.SIGTERM, signal.SIGINT)


@pytest.fixture
def heard() -> Iterator[list[int]]:
    found: list[int] = []
    before = {number: signal.getsignal(number) for number in ASKS}
    for number in ASKS:
        signal.signal(number, lambda told, _frame: found.append(told))
    yield found
    for number, handler in before.items():
        signal.signal(number, handler)
    leaving.clear()


@pytest.mark.parametrize("number", ASKS)
def test_streams_end_and_the_server_hears_it(heard: list[int], number: signal.Signals) -> None:
    end_streams_with_us()
    assert not leaving.is_set()
    signal.raise_signal(number)
    assert leaving.is_set()
    assert heard == [number]
