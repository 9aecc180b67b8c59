"""
Tell addresses outside what happens: Standard Webhooks, each address in its own thread and pace.

What an address is told has an id and a signature; it is told again until it says 2xx, in the order
of the log, so it may come twice and never out of order. A slow one keeps nobody waiting.
"""

import datetime as dt
import ipaddress
import json
import logging
import socket
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections

from sportsbrain.live.actions import claim_hook, hook_failed, hook_rests, hook_told
from sportsbrain.live.errors import CursorLostError, HookError
from sportsbrain.live.queries import (
    Cursor,
    HookRow,
    News,
    due_hooks,
    hook_secret,
    newest_cursor,
    updates_after,
)

log = logging.getLogger(__name__)
TOLD_AT_ONCE, READ_AT_ONCE, THREADS = 50, 500, 8
PATIENCE_SECONDS, ROUND_SECONDS = 10.0, 20.0  # of an answer, of an address: others wait no longer
NAT64 = ipaddress.ip_network("64:ff9b::/96")
GONE = 410
RESET = "live.reset"  # updates were dropped before they were told: read everything again


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Follow nobody elsewhere."""


_opener = urllib.request.build_opener(_NoRedirect)


def check_hook_url(url: str) -> None:
    """
    Refuse an address that must not be called.

    Raises
    ------
    HookError
        When it is not https, or lies inside the own network (``HOOKS_INSIDE`` allows both).

    """
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError:
        parts, port = urlsplit(""), 0
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.username:
        message = "a hook is an address such as https://shop.example/told"
        raise HookError(message)
    if settings.HOOKS_INSIDE:
        return
    if parts.scheme != "https":
        message = "a hook is told by https alone"
        raise HookError(message)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        message = f"nobody knows {parts.hostname}"
        raise HookError(message) from error
    places = [ipaddress.ip_address(row[4][0]) for row in found]
    if not all(_is_outside(place) for place in places):
        message = f"{parts.hostname} lies inside the network: hooks go outside"
        raise HookError(message)


def _is_outside(place: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    is_mapped = place.version == 6 and place in NAT64  # an address of IPv4 behind it
    return place.is_global and not place.is_multicast and not is_mapped


def follow_hooks(*, now: dt.datetime, most: int = 200) -> tuple[int, int]:
    """Tell every hook that is due what it does not know; return how much was told and failed."""
    rows = due_hooks(now=now, most=most)
    if not rows:
        return 0, 0
    with ThreadPoolExecutor(min(THREADS, len(rows))) as pool:
        found = list(pool.map(lambda row: _follow(row, now), rows))
    return sum(told for told, _ in found), sum(failed for _, failed in found)


def _follow(row: HookRow, now: dt.datetime) -> tuple[int, int]:
    try:
        mine = claim_hook(hook=row.id, now=now)
        return _tell(mine, now) if mine else (0, 0)
    except Exception as error:  # whatever it is, the other addresses are told
        log.exception("the hook %s", row.url)
        hook_failed(hook=row.id, error=f"{type(error).__name__}: {error}", is_gone=False, now=now)
        return 0, 1
    finally:
        connections.close_all()  # of this thread


def _tell(row: HookRow, now: dt.datetime) -> tuple[int, int]:
    """Tell one address, in order, until it knows everything, time is up, or it says no."""
    told, began = 0, time.monotonic()
    while True:
        try:
            cursor = Cursor.parse(row.cursor)
            page = updates_after(games_id=row.games_id, cursor=cursor, rows_max=READ_AT_ONCE)
        except CursorLostError:
            newest = newest_cursor(games_id=row.games_id)
            page = (News(cursor=newest, topic=RESET, key="", body={}, recorded_at=now),)
        for news in page:
            spent = time.monotonic() - began
            if told == TOLD_AT_ONCE or spent > ROUND_SECONDS:
                hook_rests(hook=row.id, now=now)
                return told, 0
            if news.topic == RESET or news.topic.startswith(row.topics or ("",)):
                try:
                    _send(row, news, now + dt.timedelta(seconds=spent))
                except HookError as error:
                    hook_failed(hook=row.id, error=str(error), is_gone=error.is_gone, now=now)
                    return told, 1
                told += 1
                hook_told(hook=row.id, cursor=news.cursor)
        if not page:
            hook_rests(hook=row.id, now=now)
            return told, 0
        hook_told(hook=row.id, cursor=page[-1].cursor)
        row = replace(row, cursor=str(page[-1].cursor))


def _send(row: HookRow, news: News, now: dt.datetime) -> None:
    """Send one message, signed as Standard Webhooks say."""
    from standardwebhooks import Webhook

    check_hook_url(row.url)
    body = json.dumps(
        {"type": news.topic, "timestamp": news.recorded_at.isoformat(),
         "data": {"key": news.key, **news.body}}
    )  # fmt: skip
    name = f"{row.games_id}-{news.cursor}-{row.id}"
    signature = Webhook(hook_secret(hook=row.id)).sign(name, now, body)
    request = urllib.request.Request(  # noqa: S310  # the scheme was looked at above
        row.url, data=body.encode(), method="POST",
        headers={
            "Content-Type": "application/json", "User-Agent": "SportsBrain", "webhook-id": name,
            "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signature,
        },
    )  # fmt: skip
    try:
        with _opener.open(request, timeout=PATIENCE_SECONDS):
            return
    except urllib.error.HTTPError as error:
        message = f"it said {error.code}"
        raise HookError(message, is_gone=error.code == GONE) from error
    except (OSError, ValueError, HTTPException) as error:  # no answer, or none that is HTTP
        message = f"no answer: {error}"
        raise HookError(message) from error
