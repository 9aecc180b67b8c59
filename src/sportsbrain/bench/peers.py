"""Peers from PyPI, each in a virtual environment of its own."""

import pathlib
import subprocess
import sys

from django.conf import settings

PATIENCE = 900


def installed(name: str, packages: tuple[str, ...]) -> pathlib.Path | None:
    """Return the interpreter of a peer, made when it is not there; None when it can't be."""
    folder = pathlib.Path(settings.VAR) / "rivals" / name
    python = folder / "bin" / "python"
    if (folder / "whole").is_file():
        return python
    try:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True, timeout=PATIENCE)  # noqa: S603  # our own
        subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True,  # noqa: S603  # pinned by who asks
                       timeout=PATIENCE)  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    (folder / "whole").touch()
    return python
