"""The live log of a Games as server-sent events, resumable by ``Last-Event-ID``."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from sportsbrain.committee.guards import seat_on
from sportsbrain.live.errors import CursorLostError
from sportsbrain.live.queries import Cursor, newest_cursor, updates_after
from sportsbrain.ui.leaving import leaving
from sportsbrain.wall.scope import open_games

Found = TypeVar("Found")
POLL_SECONDS = 0.25
HEARTBEAT_POLLS = 60


def stream(request: HttpRequest, games_code: str) -> StreamingHttpResponse | HttpResponse:
    """Stream what happens from the cursor of ``Last-Event-ID``, or from now on."""
    games_id = seat_on(request).games.id
    text = request.headers.get("Last-Event-ID") or request.GET.get("after", "")
    response = StreamingHttpResponse(_events(games_id, text), content_type="text/event-stream")
    response["Cache-Control"] = "no-cache"
    response["X-Accel-Buffering"] = "no"
    return response


async def _read(query: Callable[..., Found], *, games_id: int, **given: Any) -> Found:
    """Ask the database and let its connection go: streams are open for hours."""

    def ask() -> Found:
        try:
            open_games(games_id)  # the answer has begun: nobody else says it
            return query(games_id=games_id, **given)
        finally:
            connection.close()

    return await sync_to_async(ask)()


async def _events(games_id: int, text: str) -> AsyncIterator[str]:
    yield "retry: 2000\n\n"
    try:
        cursor = Cursor.parse(text) if text else await _read(newest_cursor, games_id=games_id)
    except CursorLostError:
        yield "event: reset\ndata: {}\n\n"
        return
    yield f"id: {cursor}\n\n"  # who comes back before anything happened goes on from here
    quiet = 0
    while not leaving.is_set():
        try:
            news = await _read(updates_after, games_id=games_id, cursor=cursor)
        except CursorLostError:
            yield "event: reset\ndata: {}\n\n"
            return
        for item in news:
            cursor = item.cursor
            body = json.dumps({"key": item.key, "at": item.recorded_at.isoformat(), **item.body})
            yield f"id: {cursor}\nevent: {item.topic}\ndata: {body}\n\n"
        quiet = 0 if news else quiet + 1
        if quiet and quiet % HEARTBEAT_POLLS == 0:
            yield ": still here\n\n"
        await asyncio.sleep(POLL_SECONDS)
