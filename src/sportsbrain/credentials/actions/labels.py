"""Issue signed serials, and keep who looked at them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from sportsbrain.committee.queries import GamesRow
from sportsbrain.credentials.actions.keys import private_half
from sportsbrain.credentials.errors import LabelExistsError
from sportsbrain.credentials.models import ArticleLabel, LabelEvent, LabelScan
from sportsbrain.live.actions import append_update
from sportsbrain.vocabulary.labels import Doubt, Label, LabelEventKind, Look, doubt_of, sign_label

BATCH, LOOKS = 5_000, 200
DOUBTED = "label.doubted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a look found: whether it was the first, whose it is, and why it can't be."""

    is_first: bool
    is_mine: bool
    doubt: Doubt
    first_at: dt.datetime


@transaction.atomic
def issue_labels(
    *, games: GamesRow, gtin: str, item: str, serials: range, batch: str, now: dt.datetime
) -> None:
    """
    Keep that these serials of an article are issued.

    Raises
    ------
    LabelExistsError
        When one of them was issued before: two articles must not say the same.

    """
    known = ArticleLabel.objects.filter(
        games_id=games.id, gtin=gtin, serial__gte=serials.start, serial__lt=serials.stop
    )
    first = known.order_by("serial").first()
    if first is not None:
        message = f"serial {first.serial} of {gtin} was issued before, in {first.batch}"
        raise LabelExistsError(message)
    ArticleLabel.objects.bulk_create(
        [
            ArticleLabel(games_id=games.id, gtin=gtin, serial=serial, item=item, batch=batch,
                         issued_at=now)
            for serial in serials
        ],
        batch_size=BATCH,
    )  # fmt: skip


def sign_labels(*, games: GamesRow, labels: Sequence[Label]) -> tuple[str, ...]:
    """
    Return the mark of each label.

    Raises
    ------
    KeyMissingError
        Without the private half of the key in use.

    """
    _kid, private, _public = private_half(games)
    return tuple(sign_label(label, private) for label in labels)


@transaction.atomic
def look_at_label(*, games_id: int, gtin: str, serial: str, look: Look) -> Seen | None:
    """
    Keep that somebody scanned a label and say what that means; None: it was never issued.

    The first look registers it. A device that looks again is not counted again, unless it gives a
    place. What can't be the same article is news.
    """
    row = _locked(games_id, gtin, serial)
    if row is None:
        return None
    before = list(row.scans.order_by("-scanned_at", "-pk")[:LOOKS])
    first = row.scans.filter(is_first=True).first()
    mine = [scan for scan in before if scan.device == look.device]
    is_known = bool(mine) and (look.place is None or mine[0].latitude is not None)
    doubt = Doubt(mine[0].doubt) if is_known else doubt_of([_look(scan) for scan in before], look)
    if not is_known:
        place = (None, None) if look.place is None else tuple(round(d, 1) for d in look.place)
        LabelScan.objects.create(
            games_id=games_id, label=row, device=look.device, is_first=first is None,
            doubt=doubt.value, latitude=place[0], longitude=place[1], scanned_at=look.moment,
        )  # fmt: skip
        if doubt:
            body = {"item": row.item, "gtin": gtin, "serial": row.serial, "doubt": doubt.value}
            append_update(games_id=games_id, topic=DOUBTED, key=f"{gtin}.{row.serial}", body=body,
                          recorded_at=look.moment)  # fmt: skip
    return Seen(
        is_first=first is None,
        is_mine=first is None or first.device == look.device,
        doubt=doubt,
        first_at=first.scanned_at if first else look.moment,
    )


def _locked(games_id: int, gtin: str, serial: str) -> ArticleLabel | None:
    if not (serial.isascii() and serial.isdecimal() and len(serial) < 10):
        return None
    rows = ArticleLabel.objects.select_for_update()
    return rows.filter(games_id=games_id, gtin=gtin, serial=int(serial)).first()


def _look(scan: LabelScan) -> Look:
    has_place = scan.latitude is not None and scan.longitude is not None
    place = (scan.latitude, scan.longitude) if has_place else None
    return Look(device=scan.device, moment=scan.scanned_at, place=place)  # type: ignore[arg-type]


@transaction.atomic
def record_label_event(
    *,
    games_id: int,
    gtin: str,
    serial: str,
    kind: LabelEventKind,
    now: dt.datetime,
    place: str = "",
    ref: str = "",
) -> bool:
    """Keep what happened to a labelled article; False when it is known, or there is no such one."""
    row = _locked(games_id, gtin, serial)
    if row is None:
        return False
    _event, is_new = LabelEvent.objects.get_or_create(
        label=row, kind=kind.value, ref=ref,
        defaults={"games_id": games_id, "place": place, "happened_at": now},
    )  # fmt: skip
    return is_new
