"""Read keys and what was revoked."""

import datetime as dt

from sportsbrain.committee.queries import GamesRow
from sportsbrain.credentials.models import IssuedProof, SigningKey
from sportsbrain.vocabulary.proofs import StatusList

LIST_LIVES_SECONDS = 900  # an older list is amber at a gate without network


def keys_of(*, games: GamesRow) -> dict[str, bytes]:
    """Return the public keys that cards of a Games may be signed with, retired ones too."""
    rows = SigningKey.objects.filter(games_id=games.id).values_list("kid", "public_key")
    return {kid: bytes(public) for kid, public in rows}


def status_list(*, games: GamesRow, now: dt.datetime) -> StatusList:
    """Return one bit for each proof that was issued, 1 when it was revoked."""
    rows = IssuedProof.objects.filter(games_id=games.id)
    last = rows.order_by("-index").values_list("index", flat=True).first()
    bits = bytearray(0 if last is None else last // 8 + 1)
    for index in rows.filter(revoked_at__isnull=False).values_list("index", flat=True):
        bits[index // 8] |= 1 << (index % 8)
    return StatusList(
        issuer=games.code, issued_at=now, lives_seconds=LIST_LIVES_SECONDS, bits=bytes(bits)
    )


def proof_indexes(*, games: GamesRow, kind: str, numbers: tuple[str, ...]) -> dict[str, int]:
    """Return the bit of each proof by its number."""
    rows = IssuedProof.objects.filter(games_id=games.id, kind=kind, number__in=numbers)
    return dict(rows.values_list("number", "index"))
