"""Issue, sign and revoke proofs. Never edit one."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from sportsbrain.committee.queries import GamesRow
from sportsbrain.credentials.actions.keys import lock_proofs, private_half
from sportsbrain.credentials.models import IssuedProof, ProofScan
from sportsbrain.credentials.queries import proof_indexes, status_list
from sportsbrain.live.actions import append_update
from sportsbrain.vocabulary.proofs import Proof, ScanAnswer, sign, sign_list, signing_key

BATCH = 5000
DOUBLED = "gate.doubled"


@transaction.atomic
def issue_proofs(
    *, games: GamesRow, kind: str, numbers: tuple[str, ...], now: dt.datetime
) -> dict[str, int]:
    """Give each number its bit in the status list and return them."""
    lock_proofs(games)
    last = IssuedProof.objects.filter(games_id=games.id).order_by("-index").first()
    first = last.index + 1 if last else 0
    IssuedProof.objects.bulk_create(
        [
            IssuedProof(games_id=games.id, index=first + n, kind=kind, number=number, issued_at=now)
            for n, number in enumerate(numbers)
        ],
        batch_size=BATCH,
    )
    return {number: first + n for n, number in enumerate(numbers)}


@transaction.atomic
def ensure_proofs(
    *, games: GamesRow, kind: str, numbers: tuple[str, ...], now: dt.datetime
) -> dict[str, int]:
    """Return the bits of numbers, given the first time; two at once get the same ones."""
    lock_proofs(games)
    known = proof_indexes(games=games, kind=kind, numbers=numbers)
    missing = tuple(number for number in numbers if number not in known)
    return known | issue_proofs(games=games, kind=kind, numbers=missing, now=now)


def revoke_proofs(*, games_id: int, kind: str, numbers: tuple[str, ...], now: dt.datetime) -> int:
    """Revoke proofs for good and return how many were not yet."""
    rows = IssuedProof.objects.filter(games_id=games_id, kind=kind, number__in=numbers)
    return rows.filter(revoked_at__isnull=True).update(revoked_at=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A proof that a gate read; ``was_let_in``: the gate had no network and decided alone."""

    uid: str
    kind: str
    number: str
    place: str
    device: str
    was_let_in: bool
    scanned_at: dt.datetime


@transaction.atomic
def record_scans(
    *, games: GamesRow, scans: Sequence[Scan], now: dt.datetime
) -> dict[str, ScanAnswer]:
    """
    Keep what gates read, each scan once, and say what becomes of it, by its uid.

    The first of a proof at a place is admitted. Another one is refused; when its gate had let it in
    already it is doubled, and that is news.
    """
    found: dict[str, ScanAnswer] = {}
    for scan in sorted(scans, key=lambda one: (one.kind, one.number, one.scanned_at, one.uid)):
        row, is_new = _kept(games, scan, now)
        found[scan.uid] = ScanAnswer(row.answer)
        if is_new and row.answer == ScanAnswer.DOUBLED.value:
            append_update(
                games_id=games.id, topic=DOUBLED, key=scan.number, recorded_at=now,
                body={"kind": scan.kind, "place": scan.place, "device": scan.device},
            )  # fmt: skip
    return found


def _kept(games: GamesRow, scan: Scan, now: dt.datetime) -> tuple[ProofScan, bool]:
    """Keep one scan; of two at once the constraint says which was first."""
    mine = ProofScan.objects.filter(games_id=games.id, uid=scan.uid)
    known = mine.first()
    if known is not None:
        late = known.answer == ScanAnswer.AGAIN.value and scan.was_let_in
        if late:  # our no came too late: the gate had let it in by then
            mine.update(answer=ScanAnswer.DOUBLED.value)
            known.answer = ScanAnswer.DOUBLED.value
        return known, late
    values = {
        "games_id": games.id, "uid": scan.uid, "kind": scan.kind, "number": scan.number,
        "place": scan.place, "device": scan.device, "scanned_at": scan.scanned_at,
        "received_at": now,
    }  # fmt: skip
    try:
        with transaction.atomic():
            row = ProofScan.objects.create(**values, answer=ScanAnswer.ADMITTED.value)
            return row, True
    except IntegrityError:
        known = mine.first()  # sent twice at once
        if known is not None:
            return known, False
    answer = ScanAnswer.DOUBLED if scan.was_let_in else ScanAnswer.AGAIN
    return ProofScan.objects.create(**values, answer=answer.value), True


def sign_proofs(*, games: GamesRow, proofs: tuple[Proof, ...]) -> tuple[str, ...]:
    """
    Return the text of each QR code.

    Raises
    ------
    KeyMissingError
        Without the private half of the key in use.

    """
    key = signing_key(*private_half(games))
    return tuple(sign(proof, key) for proof in proofs)


def sign_status_list(*, games: GamesRow, now: dt.datetime) -> bytes:
    """
    Return the signed list of what was revoked.

    Raises
    ------
    KeyMissingError
        Without the private half of the key in use.

    """
    return sign_list(status_list(games=games, now=now), signing_key(*private_half(games)))
