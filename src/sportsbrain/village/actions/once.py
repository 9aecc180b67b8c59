"""What is asked for under a key is done once: sent again, it gets its first answer."""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from sportsbrain.village.errors import VillageError
from sportsbrain.village.models import VillageOrder

KEY_MAX = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who acts, when, and for which delegation alone; nothing: the office, for all."""

    name: str
    now: dt.datetime
    delegation: str = ""

    def may(self, delegation: str) -> bool:
        """Tell whether a delegation is theirs to act for."""
        return self.delegation in {"", delegation}


@transaction.atomic
def once(
    *, games_id: int, key: str, body: object, by: By, act: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """
    Do something and keep its answer under a key; the same key and body again gets that answer.

    Two at once with one key: the second waits for the first. An error keeps no key.

    Raises
    ------
    VillageError
        When the key was used for something else, or is none.

    """
    if not (key and len(key) <= KEY_MAX and key.isprintable()):
        message = f"a key is 1 to {KEY_MAX} letters of your own, the same again for the same wish"
        raise VillageError(message)
    if by.delegation:  # keys of chefs are their own: what another one uses does not matter
        key = hashlib.blake2s(f"{by.delegation}|{key}".encode(), digest_size=20).hexdigest()
    words = repr((by.delegation, body)).encode()
    fingerprint = hashlib.blake2s(words, digest_size=16).hexdigest()
    VillageOrder.objects.bulk_create(
        [VillageOrder(games_id=games_id, key=key, body_hash=fingerprint, made_by=by.name[:150],
                      made_at=by.now)],
        ignore_conflicts=True,
    )  # fmt: skip
    row = VillageOrder.objects.select_for_update().get(games_id=games_id, key=key)
    if row.body_hash != fingerprint:
        message = "this key was used for something else: use a new one"
        raise VillageError(message)
    if not row.answer:
        row.answer = act()
        row.save(update_fields=["answer"])
    return dict(row.answer)
