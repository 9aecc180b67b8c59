"""The site as people are served: a process of its own, many at once, few connections."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from django.conf import settings
from django.test import Client

from sportsbrain.committee.models import User
from sportsbrain.shop.actions import begin_shop
from tests.conftest import NOW

STREAMS, READERS = 12, 120


@pytest.mark.django_db(transaction=True)
def test_many_readers_and_open_streams_share_three_connections(
    small_games: Any, served: str
) -> None:
    begin_shop(games=small_games, now=NOW)
    client = Client()
    client.force_login(User.objects.get(username="approver"))
    cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
    ready = threading.Barrier(STREAMS + 1, timeout=60)
    done = threading.Event()

    def listen(_number: int) -> str:
        with requests.get(f"{served}/games/REFS1/live/", cookies=cookies, stream=True,
                          timeout=60) as stream:  # fmt: skip
            first = next(stream.iter_lines()).decode()
            ready.wait()
            done.wait(60)
            return first

    def read(_number: int) -> int:
        return requests.get(f"{served}/shop/REFS1/", timeout=60).status_code

    with ThreadPoolExecutor(STREAMS) as listeners, ThreadPoolExecutor(24) as readers:
        streams = [listeners.submit(listen, n) for n in range(STREAMS)]
        try:
            ready.wait()
            assert set(readers.map(read, range(READERS))) == {200}
        finally:
            done.set()
        assert {stream.result() for stream in streams} == {"retry: 2000"}
