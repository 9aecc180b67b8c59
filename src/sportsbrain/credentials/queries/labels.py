"""Read signed serials."""

import datetime as dt
from dataclasses import dataclass

from sportsbrain.credentials.models import ArticleLabel, LabelEvent, LabelScan
from sportsbrain.vocabulary.labels import LabelEventKind


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelCard:
    """A label with what happened to its article, in order: (kind, place, ref, moment)."""

    gtin: str
    serial: int
    item: str
    batch: str
    issued_at: dt.datetime
    events: tuple[tuple[str, str, str, dt.datetime], ...] = ()

    @property
    def is_ended(self) -> bool:
        """Whether the article was lost, stolen or destroyed."""
        return any(kind == LabelEventKind.ENDED.value for kind, *_ in self.events)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelDoubt:
    """A label that may have been copied."""

    item: str
    gtin: str
    serial: int
    doubt: str
    scanned_at: dt.datetime


def label_card(*, games_id: int, gtin: str, serial: str) -> LabelCard | None:
    """Return a label that was issued."""
    if not (serial.isascii() and serial.isdecimal() and len(serial) < 10):
        return None
    row = ArticleLabel.objects.filter(games_id=games_id, gtin=gtin, serial=int(serial)).first()
    if row is None:
        return None
    events = LabelEvent.objects.filter(label=row).order_by("happened_at", "pk")
    return LabelCard(
        gtin=row.gtin, serial=row.serial, item=row.item, batch=row.batch, issued_at=row.issued_at,
        events=tuple(events.values_list("kind", "place", "ref", "happened_at")),
    )  # fmt: skip


def labels_between(
    *, games_id: int, since: dt.datetime, until: dt.datetime
) -> tuple[LabelCard, ...]:
    """Return labels that were issued, or whose article moved, in a time; events of it alone."""
    events: dict[int, list[tuple[str, str, str, dt.datetime]]] = {}
    moved = LabelEvent.objects.filter(
        games_id=games_id, happened_at__gte=since, happened_at__lt=until
    ).order_by("happened_at", "pk")
    for event in moved:
        events.setdefault(event.label_id, []).append(
            (event.kind, event.place, event.ref, event.happened_at)
        )
    mine = ArticleLabel.objects.filter(games_id=games_id)
    rows = {row.pk: row for row in mine.filter(issued_at__gte=since, issued_at__lt=until)}
    rows |= mine.in_bulk([key for key in events if key not in rows])
    return tuple(
        LabelCard(gtin=row.gtin, serial=row.serial, item=row.item, batch=row.batch,
                  issued_at=row.issued_at, events=tuple(events.get(key, ())))
        for key, row in sorted(rows.items())
    )  # fmt: skip


def last_serial(*, games_id: int, gtin: str) -> int:
    """Return the highest serial of an article that was issued, 0 when none was."""
    rows = ArticleLabel.objects.filter(games_id=games_id, gtin=gtin).order_by("-serial")
    return rows.values_list("serial", flat=True).first() or 0


def doubted_labels(*, games_id: int, most: int) -> tuple[LabelDoubt, ...]:
    """Return labels that may have been copied, the newest first, each once."""
    rows = LabelScan.objects.filter(games_id=games_id).exclude(doubt="")
    found: dict[int, LabelDoubt] = {}
    for scan in rows.select_related("label").order_by("-scanned_at", "-pk")[: 4 * most]:
        found.setdefault(
            scan.label_id,
            LabelDoubt(item=scan.label.item, gtin=scan.label.gtin, serial=scan.label.serial,
                       doubt=scan.doubt, scanned_at=scan.scanned_at),
        )  # fmt: skip
    return tuple(found.values())[:most]
