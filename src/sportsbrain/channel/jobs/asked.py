"""What browsers ask the page server for: put down as files, for the notifier to read."""

import hashlib
import json
import os
import tempfile
from pathlib import Path

ASKED_MAX = 16 << 10
WAITING_MAX = 50_000
KEYS = ("endpoint", "kinds")


def put_asked(folder: Path, body: bytes) -> tuple[int, bytes]:
    """
    Keep what a browser asks and return (status, text) of the answer.

    One file an address: who asks again replaces what they asked before. Once it is answered it
    outlives this process.
    """
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        return 400, b"this is no JSON"
    if not isinstance(asked, dict) or not all(key in asked for key in KEYS):
        return 400, b"endpoint and kinds are needed"
    name = hashlib.sha256(str(asked["endpoint"]).encode(errors="replace")).hexdigest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.json"
        if not path.exists() and len(os.listdir(folder)) >= WAITING_MAX:
            return 503, b"too many ask: try again in a minute"
        handle, new = tempfile.mkstemp(dir=folder, prefix=".new-")
        with os.fdopen(handle, "wb") as file:
            file.write(body)
        os.replace(new, path)
    except OSError:
        return 503, b"it could not be kept: try again in a minute"
    return 202, b"kept"
