"""A real nginx before the site: open pages are kept by language, the rest passes, also offline."""

import os
import pathlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from django.conf import settings

from sportsbrain.config.nginx import nginx_config
from tests.shop.counter import a_shop

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not NGINX, reason="no nginx on this machine"),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def nginx(folder: pathlib.Path, site: str, port: int) -> Iterator[str]:
    """Let nginx stand before a site and give the address of the shop there."""
    address = f"127.0.0.1:{port}"
    languages = [code for code, _ in settings.LANGUAGES]
    (folder / "nginx.conf").write_text(
        nginx_config(folder=str(folder), site=site, listen=address, languages=languages,
                     cookie=settings.LANGUAGE_COOKIE_NAME, workers="1")
    )  # fmt: skip
    process = subprocess.Popen(
        [str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf"),
         *(("-g", "user root;") if os.getuid() == 0 else ())]
    )  # fmt: skip
    try:
        until = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert process.poll() is None, "nginx refuses the configuration"
                assert time.monotonic() < until, "nginx does not listen"
        yield f"http://{address}/shop/SHO30/"
    finally:
        process.terminate()
        process.wait(10)


def test_open_pages_are_kept_by_language_and_encoding_and_the_rest_passes(
    live_server: Any, tmp_path: pathlib.Path
) -> None:
    a_shop()
    with nginx(tmp_path, live_server.url.removeprefix("http://"), free_port()) as front:
        read_all(front)


def read_all(front: str) -> None:
    """Read a page in two languages and two encodings, and put something in the cart."""
    with requests.Session() as reader:
        english, french = {"Accept-Language": "en"}, {"Accept-Language": "fr-CA,fr;q=0.9"}
        first = reader.get(f"{front}product/SHIRT/", headers=english)
        again = reader.get(f"{front}product/SHIRT/", headers={**english, "Cookie": "sessionid=x"})
        assert first.headers["x-kept"] == "MISS"
        assert again.headers["x-kept"] in {"HIT", "UPDATING", "STALE"}
        assert first.headers["content-encoding"] == "gzip"
        assert "set-cookie" not in first.headers
        assert "Maillot" in reader.get(f"{front}product/SHIRT/", headers=french).text
        chosen = {**english, "Cookie": "django_language=fr"}
        assert "Maillot" in reader.get(f"{front}product/SHIRT/", headers=chosen).text
        plain = reader.get(f"{front}product/SHIRT/", headers={**english, "Accept-Encoding": ""})
        assert "content-encoding" not in plain.headers
        assert plain.text == first.text
        put = reader.post(f"{front}cart/put/", data={"sku": "SHIRT-M", "pieces": "2"},
                          allow_redirects=False)  # fmt: skip
        assert put.status_code == 302
        cart = reader.get(f"{front}cart/")
        assert "2 pieces" in cart.text
        assert "x-kept" not in cart.headers
        assert reader.cookies["pieces-SHO30"] == "2"


def test_while_the_site_is_away_kept_pages_are_served(
    live_server: Any, tmp_path: pathlib.Path
) -> None:
    a_shop()
    port = free_port()
    with nginx(tmp_path, live_server.url.removeprefix("http://"), port) as front:
        known = requests.get(f"{front}product/SHIRT/", timeout=20).text
    with nginx(tmp_path, f"127.0.0.1:{free_port()}", port) as front:  # nobody listens there
        until = time.monotonic() + 20
        kept = ""
        while kept not in {"STALE", "UPDATING"}:  # a page is fresh for a second
            assert time.monotonic() < until
            page = requests.get(f"{front}product/SHIRT/", timeout=20)
            assert (page.status_code, page.text) == (200, known)
            kept = page.headers["x-kept"]
        assert requests.get(f"{front}product/MASCOT/", timeout=20).status_code == 502
