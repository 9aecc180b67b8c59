"""Browsers that ask to be told, change what of, or want no more; the key notices are signed by."""

import base64
import datetime as dt
import hashlib
import os
import pathlib
import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db.models import F

from sportsbrain.channel.errors import PushError
from sportsbrain.channel.models import PushSubscription
from sportsbrain.committee.queries import GamesRow

KEYS = {
    "p256dh": re.compile(r"[A-Za-z0-9_-]{87}=?"),
    "auth": re.compile(r"[A-Za-z0-9_-]{22}={0,2}"),
}
ENDPOINT = re.compile(
    r"https://([a-z0-9.-]{1,200})(?::443)?/[A-Za-z0-9._~:/?@!$&'()*+,;=%-]{1,700}"
)
INSIDE = re.compile(r"http://(127\.0\.0\.1|localhost):[0-9]{1,5}/[A-Za-z0-9._~/-]{1,200}")
FOLLOW = re.compile(r"all|(?:unit|event|discipline|venue|organisation|athlete)-[^\s,\x00]{1,100}")
FOLLOWS_MAX = 200
GIVEN_UP = 8  # days with refusals, and none with a yes between, after which one is forgotten


def keep_subscription(
    *,
    games: GamesRow,
    asked: Mapping[str, Any],
    kinds: tuple[str, ...],
    languages: tuple[str, ...],
    now: dt.datetime,
) -> str:
    """
    Keep what a browser asks for, in place of what it asked before; return what became of it.

    Nothing asked for is no subscription. ``kinds`` and ``languages`` are those there are;
    the first language is that of who names another.

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
    language = asked.get("language")
    follows = [text for text in _texts(asked.get("follows")) if FOLLOW.fullmatch(text)]
    quiet = [_time(one) for one in _texts(asked.get("quiet"))[:2]]
    PushSubscription.objects.update_or_create(
        games_id=games.id, mark=mark,
        defaults={
            "endpoint": endpoint, **{name: _key(name, keys.get(name)) for name in KEYS},
            "language": language if language in languages else languages[0],
            "follows": list(dict.fromkeys(follows))[:FOLLOWS_MAX], "kinds": wanted,
            "hides_scores": asked.get("hides_scores") is True, "zone": _zone(asked.get("zone")),
            "quiet_from": quiet[0] if len(quiet) == 2 else None,
            "quiet_until": quiet[1] if len(quiet) == 2 else None,
            "failures": 0, "kept_at": now,
        },
    )  # fmt: skip
    return "kept"


def _endpoint(value: Any) -> str:
    """
    Return an address at a push service that the settings name: we go nowhere else.

    It is compared whole, letter by letter: what two readers of addresses read differently is none.
    """
    text = value if isinstance(value, str) else ""
    found = ENDPOINT.fullmatch(text)
    if not found and settings.PUSH_INSIDE and INSIDE.fullmatch(text):
        return text
    host = found[1] if found else ""
    if not any(host == one or (one.startswith("*.") and host.endswith(one[1:]))
               for one in settings.PUSH_SERVICES if host):  # fmt: skip
        message = f"endpoint: {text[:80]!r} is at no push service of SPORTSBRAIN_PUSH"
        raise PushError(message)
    return text


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _key(name: str, value: Any) -> str:
    if not isinstance(value, str) or not KEYS[name].fullmatch(value):
        message = f"keys: {name} as the browser gives it"
        raise PushError(message)
    return value


def _time(text: str) -> dt.time:
    try:
        return dt.time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        message = f"quiet: {text[:20]!r} is no time of day, such as 22:30"
        raise PushError(message) from None


def _zone(value: Any) -> str:
    try:
        return ZoneInfo(str(value)[:60]).key
    except (ValueError, OSError, LookupError):
        return "UTC"


def push_refused(*, subscription: int, is_gone: bool, today: dt.date) -> None:
    """Forget an address that is gone, or refused on too many days in a row; else note it."""
    row = PushSubscription.objects.filter(pk=subscription)
    other = row.exclude(refused_on=today)
    if is_gone or other.filter(failures__gte=GIVEN_UP - 1).exists():
        row.delete()
        return
    other.update(failures=F("failures") + 1, refused_on=today)


def push_taken(*, subscriptions: list[int]) -> None:
    """Note that addresses answered: what was refused before is forgotten."""
    PushSubscription.objects.filter(pk__in=subscriptions, failures__gt=0).update(failures=0)


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
