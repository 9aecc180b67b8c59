"""
Deltas between machines: NATS JetStream carries the journal, each server keeps a copy of it.

Numbers stay those of the journal, so a page that goes from one server to another goes on where it
was. What the stream has is what the journal had, in its order: the carrier goes on behind the
newest message that the stream holds, a copy behind its own newest line. An address may name the
servers of a cluster, with commas between: three hold the stream, and one may go.
"""

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import nats
from nats.errors import Error
from nats.errors import TimeoutError as NothingCameError
from nats.js.api import StreamConfig
from nats.js.errors import NotFoundError

from sportsbrain.channel.jobs.journal import Follower, Journal, line_of, read_head

LOG = logging.getLogger(__name__)
KEPT_SECONDS = 48 * 3600
LOOK = 0.02
AGAIN = 1.0
WITHOUT_END = 10**9
CLUSTER = 3


def stream_name(games: str) -> str:
    """Return the name of a Games' stream."""
    return f"FANS-{games}"


async def _noted(error: Exception) -> None:
    LOG.info("NATS: %s", error)


def replicas_of(url: str) -> int:
    """Return how many servers of a cluster hold a stream: three, where so many are named."""
    return CLUSTER if len(url.split(",")) >= CLUSTER else 1


async def _connected(url: str, games: str) -> tuple[Any, Any]:
    """Connect, however long it takes, and make sure that the stream is there."""
    link = await nats.connect(url.split(","), allow_reconnect=True, max_reconnect_attempts=-1,
                              reconnect_time_wait=AGAIN, error_cb=_noted)  # fmt: skip
    js = link.jetstream()
    await js.add_stream(StreamConfig(
        name=stream_name(games), subjects=[f"fans.{games}.*"], max_age=KEPT_SECONDS,
        num_replicas=replicas_of(url),
    ))  # fmt: skip
    return link, js


async def carry(folder: Path, *, games: str, url: str) -> None:
    """Publish each line of a journal once and in order, until cancelled."""
    while True:
        try:
            link, js = await _connected(url, games)
            try:
                await _carry(folder, js, games)
            finally:
                await link.close()
        except (OSError, TimeoutError, Error) as error:
            LOG.warning("deltas wait for NATS at %s: %s", url, error)
            await asyncio.sleep(AGAIN)


async def _carry(folder: Path, js: Any, games: str) -> None:
    follower = Follower(folder, kept=WITHOUT_END)
    epoch, told = "", 0
    while True:
        for one in follower.follow():
            if follower.epoch != epoch:
                epoch = follower.epoch
                told = await _newest(js, games, epoch)
            if one.number > told:
                await js.publish(f"fans.{games}.{epoch}", line_of(one),
                                 headers={"Nats-Msg-Id": f"{epoch}.{one.number}"})  # fmt: skip
                told = one.number
        await asyncio.sleep(LOOK)


async def _newest(js: Any, games: str, epoch: str) -> int:
    try:
        found = await js.get_last_msg(stream_name(games), f"fans.{games}.{epoch}")
    except NotFoundError:
        return 0
    return int(json.loads(found.data)["i"])


async def keep_copy(folder: Path, *, games: str, url: str) -> None:
    """Keep a copy of a Games' journal from the stream, until cancelled."""
    while True:
        try:
            link, js = await _connected(url, games)
            try:
                await _keep_copy(folder, js, games)
            finally:
                await link.close()
        except (OSError, TimeoutError, Error) as error:
            LOG.warning("deltas wait for NATS at %s: %s", url, error)
            await asyncio.sleep(AGAIN)


async def _keep_copy(folder: Path, js: Any, games: str) -> None:
    heard = await js.subscribe(f"fans.{games}.*", ordered_consumer=True)
    known = read_head(folder)[0]
    copy = Journal(folder, epoch=known, is_copy=True) if known else None
    while True:
        try:
            message = await heard.next_msg(timeout=AGAIN)
        except NothingCameError:
            continue
        epoch = message.subject.rpartition(".")[2]
        if copy is not None and _age(epoch) < _age(copy.epoch):
            continue  # of a journal before the one that is copied
        if copy is None or copy.epoch != epoch:
            copy = Journal(folder, epoch=epoch, is_copy=True)
        copy.add(message.data)


def _age(epoch: str) -> tuple[int, str]:
    """Return what orders epochs: they are moments in hexadecimal."""
    return len(epoch), epoch
