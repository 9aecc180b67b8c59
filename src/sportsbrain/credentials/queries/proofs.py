"""Read keys and what was revoked."""

import datetime as dt
from dataclasses import dataclass

from sportsbrain.committee.queries import GamesRow
from sportsbrain.credentials.models import IssuedProof, ProofScan, SigningKey
from sportsbrain.vocabulary.proofs import ScanAnswer, StatusList

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


def is_revoked(*, games: GamesRow, kind: str, number: str) -> bool:
    """Tell whether a proof was revoked, or never issued."""
    rows = IssuedProof.objects.filter(games_id=games.id, kind=kind, number=number)
    return not rows.filter(revoked_at__isnull=True).exists()


def were_shown(*, games_id: int, kind: str, numbers: tuple[str, ...]) -> bool:
    """Tell whether one of some proofs was let in anywhere."""
    let_in = (ScanAnswer.ADMITTED.value, ScanAnswer.DOUBLED.value)
    rows = ProofScan.objects.filter(games_id=games_id, kind=kind, number__in=numbers)
    return rows.filter(answer__in=let_in).exists()


def numbers_in(*, games: GamesRow, kind: str, place: str) -> tuple[str, ...]:
    """Return the proofs that were let in at a place: what a gate without network has to know."""
    rows = ProofScan.objects.filter(
        games_id=games.id, kind=kind, place=place, answer=ScanAnswer.ADMITTED.value
    )
    return tuple(rows.order_by("number").values_list("number", flat=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubledRow:
    """A proof that two gates let in."""

    number: str
    place: str
    device: str
    scanned_at: dt.datetime


def doubled_rows(*, games: GamesRow, kind: str, place: str) -> tuple[DoubledRow, ...]:
    """Return proofs that more than one gate let in at a place, newest first."""
    rows = ProofScan.objects.filter(
        games_id=games.id, kind=kind, place=place, answer=ScanAnswer.DOUBLED.value
    )
    return tuple(
        DoubledRow(number=row.number, place=row.place, device=row.device, scanned_at=row.scanned_at)
        for row in rows.order_by("-scanned_at")[:200]
    )
