"""Keys that sign: the private half lies in a file, the public one in the database."""

import datetime as dt
import os
import pathlib

from django.conf import settings
from django.db import connection, transaction

from sportsbrain.committee.actions import record_audit
from sportsbrain.committee.queries import GamesRow
from sportsbrain.credentials.errors import KeyMissingError
from sportsbrain.credentials.models import SigningKey
from sportsbrain.vocabulary.proofs import new_key


def _path(games: GamesRow, kid: str) -> pathlib.Path:
    return pathlib.Path(settings.SIGNING_KEYS) / f"{games.code}-{kid}.key"


@transaction.atomic
def rotate_key(*, games: GamesRow, actor: str, now: dt.datetime) -> str:
    """Make a new key that signs from now on and return its id; the old ones still verify."""
    lock_proofs(games)
    kid, private, public = new_key()
    path = _path(games, kid)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(private)
    SigningKey.objects.filter(games_id=games.id, retired_at__isnull=True).update(retired_at=now)
    SigningKey.objects.create(games_id=games.id, kid=kid, public_key=public, created_at=now)
    record_audit(games_id=games.id, actor=actor, verb="made signing key", thing=kid, details={})
    return kid


def lock_proofs(games: GamesRow) -> None:
    """Proofs of a Games take their bits one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"proofs:{games.id}"])


def private_half(games: GamesRow) -> tuple[str, bytes, bytes]:
    """
    Return the id and both halves of the key in use.

    Raises
    ------
    KeyMissingError
        Without the private half on this machine.

    """
    row = SigningKey.objects.filter(games_id=games.id, retired_at__isnull=True).first()
    if row is None:
        message = (
            f"{games.code} has no key to sign with: sportsbrain cards key --games {games.code}"
        )
        raise KeyMissingError(message)
    path = _path(games, row.kid)
    if not path.is_file():
        message = f"the key {row.kid} is not on this machine ({path}): bring it, or make a new one"
        raise KeyMissingError(message)
    return row.kid, path.read_bytes(), bytes(row.public_key)
