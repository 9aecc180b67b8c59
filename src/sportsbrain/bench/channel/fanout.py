"""Ten thousand listeners and a message a second: our hub and nchan, one after the other."""

import json
import pathlib
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from typing import Any

from sportsbrain.bench.channel.processes import (
    cpu_seconds,
    free_port,
    own_words,
    private_bytes,
    started,
)
from sportsbrain.bench.rows import BenchRow
from sportsbrain.channel.jobs.journal import Delta, Journal

LISTENERS = 10_000
MODULE = pathlib.Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
NCHAN = """\
load_module {module};
worker_processes 1;
worker_rlimit_nofile 20000;
pid {folder}/nchan.pid;
error_log stderr crit;
daemon off;
events {{ worker_connections 19000; }}
http {{
  access_log off;
  nchan_message_buffer_length 100;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location = /publish {{ nchan_publisher; nchan_channel_id one; }}
    location = /live {{ nchan_subscriber eventsource; nchan_channel_id one; }}
  }}
}}
"""
RESULT = {
    "u": "SWMM100MFR------------FNL-000100--", "v": 7, "st": "RUNNING", "rs": "LIVE",
    "r": [[f"P{n:07}", "FRA", n, f"47.{n}0", "", "", ""] for n in range(1, 5)],
}  # fmt: skip


def fanout(folder: pathlib.Path, messages: int) -> list[BenchRow]:
    """Return the rows of line 3."""
    ours = _ours(folder / "hub", messages)
    peer = _nchan(folder / "nchan", messages)
    sent = LISTENERS * messages
    name = "nchan" if peer else ""
    get: Callable[[str], float | None] = lambda key: peer[key] if peer else None  # noqa: E731
    return [
        BenchRow(line=3, case=f"{LISTENERS:,} listeners, {messages} messages: received",
                 value=ours["received"], unit="events", op="==", target=sent,
                 peer=name, peer_value=get("received")),
        BenchRow(line=3, case="listeners with every message once, in order",
                 value=ours["whole"], unit="clients", op="==", target=LISTENERS, peer=name,
                 peer_value=get("whole")),
        BenchRow(line=3, case="CPU of the hub a delivery", value=ours["cpu"], unit="µs",
                 op="<=", target=min(15.0, get("cpu") or 15.0), peer=name, peer_value=get("cpu")),
        BenchRow(line=3, case="memory a client", value=ours["memory"], unit="KiB", op="<=",
                 target=4.0, peer=name, peer_value=get("memory")),
        BenchRow(line=3, case="published to received, p50", value=1000 * ours["p50"], unit="ms",
                 peer=name, peer_value=_ms(get("p50"))),
        BenchRow(line=3, case="published to received, p99", value=1000 * ours["p99"], unit="ms",
                 op="<=", target=_ms(get("p99")), peer=name, peer_value=_ms(get("p99"))),
    ]  # fmt: skip


def _ms(value: float | None) -> float | None:
    return None if value is None else 1000 * value


def _body(number: int) -> dict[str, Any]:
    return {"n": number, **RESULT, "at": time.monotonic()}


def _ours(folder: pathlib.Path, messages: int) -> dict[str, float]:
    journal = Journal(folder / "G" / "deltas", epoch="e1")
    journal.append([Delta(event="u", topics=("other",), body={})])
    port = free_port()

    def publish(number: int) -> None:
        journal.append([Delta(event="u", topics=("live",), body=_body(number))])

    words = own_words("channel", "serve", "--folder", str(folder), "--port", str(port))
    with started(words, port=port) as server:
        return _heard(server.pid, port, "/live?g=G&t=live", messages, publish)


def _nchan(folder: pathlib.Path, messages: int) -> dict[str, float] | None:
    if NGINX is None or not MODULE.exists():
        return None
    folder.mkdir()
    port = free_port()
    conf = folder / "nginx.conf"
    conf.write_text(NCHAN.format(module=MODULE, folder=folder, port=port))

    def publish(number: int) -> None:
        text = json.dumps(_body(number), separators=(",", ":")).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/publish", data=text
        )  # our own server
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # as above
            answer.read()

    with started([NGINX, "-c", str(conf)], port=port) as server:
        return _heard(server.pid, port, "/live", messages, publish)


def _heard(
    pid: int, port: int, path: str, messages: int, publish: Callable[[int], None]
) -> dict[str, float]:
    """Let all connect, publish once a second, and return what it cost and what was heard."""
    before = private_bytes(pid)
    words = [sys.executable, "-m", "sportsbrain.rehearsal.fans", str(port), path,
             str(LISTENERS), str(messages)]  # fmt: skip
    crowd = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)  # noqa: S603  # words of this bench
    assert crowd.stdout is not None  # noqa: S101  # asked for above
    crowd.stdout.readline()
    began = cpu_seconds(pid)
    for number in range(1, messages + 1):
        publish(number)
        time.sleep(1.0)
    seen = json.loads(crowd.stdout.readline())
    used = cpu_seconds(pid) - began
    memory = (private_bytes(pid) - before) / 1024 / LISTENERS
    crowd.wait(30)
    return {**seen, "cpu": 1e6 * used / max(1, seen["received"]), "memory": memory}
