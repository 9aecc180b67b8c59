"""The channel of the demo: pages for fans, and results that come in while the day is alive."""

import subprocess
from importlib.util import find_spec
from typing import Any

import typer

from sportsbrain.config.database import VAR
from sportsbrain.config.processes import started


def let_fans_watch(games: Any, address: str, port: int) -> "list[subprocess.Popen[bytes]]":
    """Start the publisher, the server of its pages, and results that join the rehearsal."""
    folder = ["--folder", str(VAR / "channel")]
    own = ["--games", games.code]
    typer.echo(f"  What fans see, while it happens: http://127.0.0.1:{port}/{games.code}/en/")
    told = [started(["channel", "notify", *own, *folder])] if find_spec("pywebpush") else []
    return [
        *told,
        started(["channel", "publish", *own, *folder]),
        started(["channel", "serve", *folder, "--port", str(port)]),
        started(["replay", *own, "--server", address, "--join", "--days", "20"]),
    ]
