"""A running shop is copied, marked and followed while people buy; one goes back to the mark."""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

from sportsbrain.bench.cloud.failover import Crowd, command
from sportsbrain.bench.database import bench_address, own_server
from sportsbrain.bench.rows import BenchRow
from sportsbrain.bench.shop.rates import bench_games, intake


def copies() -> list[BenchRow]:
    """Return whether every table is what it was, and what it took."""
    with own_server(), tempfile.TemporaryDirectory(prefix="sb-") as place:
        pathlib.Path(place).chmod(0o711)
        bench_games()
        address, folder = bench_address(), pathlib.Path(place) / "copies"
        with intake(address=address) as (_process, port):
            crowd = Crowd(port, "copy")
            crowd.start()
            began = time.monotonic()
            follower = subprocess.Popen(  # noqa: S603  # our own interpreter and module, no shell
                [sys.executable, "-m", "sportsbrain", "backup", str(folder), "--follow"],
                env={**os.environ, "DATABASE_URL": address}, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
            line = follower.stdout.readline() if follower.stdout else ""
            copied = time.monotonic() - began
            before = len(crowd.told.orders)
            began = time.monotonic()
            name = command(address, "backup", str(folder), "--mark").splitlines()[-1]
            marked = time.monotonic() - began
            time.sleep(2.0)
            crowd.ends.set()
            crowd.join(60)
        follower.send_signal(signal.SIGINT)
        follower.wait(60)
        began = time.monotonic()
        said = command(address, "restore", str(folder), "--drill")
        restored = time.monotonic() - began
    is_equal = f"every table holds what it held at {name}" in said
    return [
        BenchRow(line=5, case="a copy while people buy, read through", value=copied, unit="s"),
        BenchRow(line=5, case="orders made meanwhile", value=before, unit="orders", op=">=",
                 target=1),
        BenchRow(line=5, case="a mark: what each table holds (writers wait)", value=marked,
                 unit="s"),
        BenchRow(line=5, case="orders after the mark, which the restore must not have",
                 value=len(crowd.told.orders) - before, unit="orders", op=">=", target=1),
        BenchRow(line=5, case="restored to the mark: every table row by row the same",
                 value=float(is_equal and "read through" in line), unit="yes", op="==", target=1),
        BenchRow(line=5, case="copy unpacked, played, counted, compared", value=restored, unit="s"),
    ]  # fmt: skip
