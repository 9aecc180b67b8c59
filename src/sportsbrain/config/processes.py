"""Our own commands in processes of their own."""

import subprocess
import sys
from collections.abc import Sequence


def started(words: Sequence[str]) -> "subprocess.Popen[bytes]":
    """Start a command of ours that says nothing and is told nothing."""
    return subprocess.Popen(  # noqa: S603  # our own interpreter and module, no shell
        [sys.executable, "-m", "sportsbrain", *words], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
