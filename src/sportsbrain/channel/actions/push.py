"""Browsers that ask to be told, change what of, or want no more; and how far they were told."""

import base64
import datetime as dt
import hashlib
import os
import pathlib
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from sportsbrain.channel.errors import PushError
from sportsbrain.channel.models import NoticeCursor, PushSubscription
from sportsbrain.committee.queries import GamesRow

KEY = re.compile(r"[A-Za-z0-9_-]{20,100}=*")
FOLLOW = re.compile(r"all|(?:unit|event|discipline|venue|organisation|athlete)-[^\s,\x00]{1,100}")
FOLLOWS_MAX = 200
GIVEN_UP = 8  # failures in a row after which an address is forgotten


def keep_subscription(
    *, games: GamesRow, asked: Mapping[str, Any], kinds: tuple[str, ...], now: dt.datetime
) -> str:
    """
    Keep what a browser asks for, in place of what it asked before; return what became of it.

    Nothing asked for is no subscription. ``kinds`` are those there are.

    Raises
    ------
    PushError
        When a field does not hold, or the address is of no push service we send to.

    """
    endpoint, keys = _endpoint(asked.get("endpoint")), asked.get("keys")
    mark = hashlib.sha256(endpoint.encode()).hexdigest()
    own = PushSubscription.objects.filter(games_id=games.id, mark=mark)
    wanted = [kind for kind in kinds if kind in _texts(asked.get("kinds"))]
    if not wanted:
        own.delete()
        return "forgotten"
    if not isinstance(keys, dict):
        message = "keys: p256dh and auth, as the browser gives them"
        raise PushError(message)
    follows = [text for text in _texts(asked.get("follows")) if FOLLOW.fullmatch(text)]
    quiet = [_time(one) for one in _texts(asked.get("quiet"))[:2]]
    PushSubscription.objects.update_or_create(
        games_id=games.id, mark=mark,
        defaults={
            "endpoint": endpoint, "p256dh": _key(keys.get("p256dh")),
            "auth": _key(keys.get("auth")), "language": str(asked.get("language", ""))[:12],
            "follows": list(dict.fromkeys(follows))[:FOLLOWS_MAX], "kinds": wanted,
            "hides_scores": asked.get("hides_scores") is True, "zone": _zone(asked.get("zone")),
            "quiet_from": quiet[0] if len(quiet) == 2 else None,
            "quiet_until": quiet[1] if len(quiet) == 2 else None,
            "failures": 0, "kept_at": now,
        },
    )  # fmt: skip
    return "kept"


def _endpoint(value: Any) -> str:
    """Return an address at a push service that the settings name: we go nowhere else."""
    text = value if isinstance(value, str) and len(value) <= 1000 else ""
    parts = urlsplit(text)
    host = parts.hostname or ""
    is_known = any(
        host == one or (one.startswith("*.") and host.endswith(one[1:]))
        for one in settings.PUSH_SERVICES
    )
    is_ours = settings.PUSH_INSIDE and host in {"127.0.0.1", "localhost"}
    if not ((parts.scheme == "https" and is_known) or is_ours) or "@" in parts.netloc:
        message = f"endpoint: {host[:80] or 'nothing'} is no push service of SPORTSBRAIN_PUSH"
        raise PushError(message)
    return text


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _key(value: Any) -> str:
    if not isinstance(value, str) or not KEY.fullmatch(value):
        message = "keys: p256dh and auth, as the browser gives them"
        raise PushError(message)
    return value


def _time(text: str) -> dt.time:
    try:
        return dt.time.fromisoformat(text)
    except ValueError:
        message = f"quiet: {text[:20]!r} is no time of day, such as 22:30"
        raise PushError(message) from None


def _zone(value: Any) -> str:
    try:
        return ZoneInfo(str(value)[:60]).key
    except (ValueError, OSError, LookupError):
        return "UTC"


def push_failed(*, subscription: int, is_gone: bool) -> None:
    """Forget an address that is gone, or that failed too often in a row; else count it."""
    row = PushSubscription.objects.filter(pk=subscription)
    if is_gone or row.filter(failures__gte=GIVEN_UP - 1).exists():
        row.delete()
        return
    for found in row:
        row.update(failures=found.failures + 1)


def push_held(*, subscriptions: list[int]) -> None:
    """Note that addresses answered: what failed before is forgotten."""
    PushSubscription.objects.filter(pk__in=subscriptions, failures__gt=0).update(failures=0)


def note_told(*, games_id: int, cursor: str, starts_until: dt.datetime) -> None:
    """Keep how far people were told."""
    NoticeCursor.objects.update_or_create(
        games_id=games_id, defaults={"cursor": cursor, "starts_until": starts_until}
    )


def vapid_key(*, games: GamesRow) -> tuple[pathlib.Path, str]:
    """Return the file of the key that notices are signed with, made once, and its public half."""
    path = pathlib.Path(settings.SIGNING_KEYS) / f"{games.code}-push.pem"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        private = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )  # fmt: skip
        new = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(private)
        try:
            os.link(new, path)  # whoever is second takes what the first made
        except FileExistsError:
            pass
        finally:
            new.unlink()
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101  # we made it
    public = key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return path, base64.urlsafe_b64encode(public).rstrip(b"=").decode()
