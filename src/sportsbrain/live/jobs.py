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
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
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
TOLD_AT_ONCE, READ_AT_ONCE, THREADS, PATIENCE_SECONDS = 50, 500, 8, 10.0
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
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.username:
        message = "a hook is an address such as https://shop.example/told"
        raise HookError(message)
    if settings.HOOKS_INSIDE:
        return
    if parts.scheme != "https":
        message = "a hook is told by https alone"
        raise HookError(message)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except OSError as error:
        message = f"nobody knows {parts.hostname}"
        raise HookError(message) from error
    if not all(ipaddress.ip_address(row[4][0]).is_global for row in found):
        message = f"{parts.hostname} lies inside the network: hooks go outside"
        raise HookError(message)


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
        return _tell(row, now) if claim_hook(hook=row.id, now=now) else (0, 0)
    finally:
        connections.close_all()  # of this thread


def _tell(row: HookRow, now: dt.datetime) -> tuple[int, int]:
    """Tell one address, in order, until it knows everything or does not answer well."""
    told = 0
    while told < TOLD_AT_ONCE:
        try:
            cursor = Cursor.parse(row.cursor)
            page = updates_after(games_id=row.games_id, cursor=cursor, rows_max=READ_AT_ONCE)
        except CursorLostError:
            newest = newest_cursor(games_id=row.games_id)
            page = (News(cursor=newest, topic=RESET, key="", body={}, recorded_at=now),)
        if not page:
            break
        for news in page:
            if news.topic == RESET or news.topic.startswith(row.topics or ("",)):
                try:
                    _send(row, news, now)
                except HookError as error:
                    hook_failed(hook=row.id, error=str(error), is_gone=error.is_gone, now=now)
                    return told, 1
                told += 1
                hook_told(hook=row.id, cursor=news.cursor)
        last = page[-1].cursor
        hook_told(hook=row.id, cursor=last)
        row = HookRow(**{**_fields(row), "cursor": str(last)})
    hook_rests(hook=row.id, now=now)
    return told, 0


def _fields(row: HookRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in HookRow.__dataclass_fields__}


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
    except (OSError, ValueError) as error:  # no answer, or none that is HTTP
        message = f"no answer: {error}"
        raise HookError(message) from error
