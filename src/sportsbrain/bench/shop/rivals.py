"""
django-oscar and pretix beside us: from PyPI, each in a virtual environment and database of its own.

They run in process and are spared HTTP, sessions, mails and payment; each at the number of threads
that suits it best. What they can't be installed for is said and left out.
"""

import json
import pathlib
import subprocess
from collections.abc import Callable
from typing import Any

from django.db import connection

from sportsbrain.bench.peers import installed
from sportsbrain.bench.rows import BenchRow

RIVALS = {"oscar": ("django-oscar==4.2.1", "psycopg[binary]>=3.2"), "pretix": ("pretix==2026.8.0",)}
NAMES = {"oscar": "django-oscar", "pretix": "pretix"}
TIMES = {"oscar": 20.0, "pretix": 100.0}
THREADS, PLENTY, FEW, PATIENCE = (1, 8, 16), 10**6, 100, 900


def rivals(ours: float, seconds: float, on_progress: Callable[[str], None]) -> list[BenchRow]:
    """Return their rates and how many times of it ours is; ``ours``: orders/s at 16 waiting."""
    rows = []
    for name, packages in RIVALS.items():
        on_progress(f"{NAMES[name]}: a virtual environment, a database")
        python = installed(name, packages)
        if python is None:
            on_progress(f"{NAMES[name]} can't be installed here: left out")
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE peer_{name}")
        _run(python, name, PLENTY, 1.0, 1)  # makes its tables
        found = {n: _run(python, name, PLENTY, max(seconds, 4.0), n) for n in THREADS}
        rate, best = max((one["placed"] / one["spent"], n) for n, one in found.items())
        told = _run(python, name, FEW, 30.0, THREADS[-1])
        cpu = 1000 * found[best]["cpu"] / max(1, found[best]["placed"])
        rows += [
            BenchRow(line=2, case=f"{NAMES[name]} in process, {best} threads", value=rate,
                     unit="orders/s"),
            BenchRow(line=2, case=f"purchases over HTTP, 16 waiting: times {NAMES[name]}",
                     value=ours / rate if rate else 0.0, unit="times", op=">=",
                     target=TIMES[name]),
            BenchRow(line=2, case=f"{NAMES[name]}: CPU an order", value=cpu, unit="ms"),
            BenchRow(line=2, case=f"{NAMES[name]}: sold of {FEW}, 16 threads",
                     value=told["orders"], unit="pieces"),
        ]  # fmt: skip
    return rows


def _run(python: pathlib.Path, name: str, stock: int, seconds: float, threads: int) -> Any:
    own = connection.settings_dict
    script = pathlib.Path(__file__).parent / "peers" / f"{name}.txt"
    done = subprocess.run(  # noqa: S603  # the peer, with our own words
        [python, script, f"peer_{name}", own["USER"], own["HOST"], str(own["PORT"] or 5432),
         str(stock), str(seconds), str(threads)],
        capture_output=True, text=True, check=True, timeout=PATIENCE,
    )  # fmt: skip
    return json.loads(done.stdout.strip().splitlines()[-1])
