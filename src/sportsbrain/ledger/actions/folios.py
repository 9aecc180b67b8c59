"""
Folios: lines are added under the lock of their folio, posted at once, taken back by another line.

A charge owes its shares to stakeholders and its tax to the state; a deposit is kept for who paid
it; a payment comes from the bank. What a charge costs somebody is posted with it.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from psycopg.types.json import Jsonb

from sportsbrain.ledger.actions.bulk import copy_rows
from sportsbrain.ledger.actions.invoices import issue_invoice
from sportsbrain.ledger.actions.money import Entry, post
from sportsbrain.ledger.errors import LedgerError
from sportsbrain.ledger.models import Folio, FolioLine
from sportsbrain.vocabulary.rates import LineKind

COLUMNS = (
    "games_id", "folio_id", "line", "kind", "item", "title", "slots", "quantity", "unit_price",
    "net", "tax", "total", "shares", "costs", "reverses", "booked_at",
)  # fmt: skip
Parts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineValues:
    """A line to add; ``shares`` add up to ``net``, which tax comes on top of."""

    kind: LineKind
    item: str
    title: str
    quantity: int
    unit_price: int
    net: int
    tax: int = 0
    slots: tuple[str, ...] = ()
    shares: Parts = ()
    costs: Parts = ()
    reverses: int | None = None


def open_folio(*, games_id: int, code: str, title: str, currency: str) -> None:
    """Open a folio; one that is open stays as it is."""
    Folio.objects.get_or_create(
        games_id=games_id, code=code, defaults={"title": title[:120], "currency": currency}
    )


def lock_folio(*, games_id: int, folio: str) -> None:
    """
    Let nobody else add to a folio or take a line of it back until the end of the transaction.

    Raises
    ------
    LedgerError
        When there is no such folio.

    """
    _locked(games_id, folio)


@transaction.atomic
def add_lines(
    *, games_id: int, folio: str, lines: Sequence[LineValues], currency: str, now: dt.datetime
) -> tuple[int, ...]:
    """
    Add lines to a folio and return their numbers.

    Raises
    ------
    LedgerError
        When there is no such folio, it is in another currency, or shares do not add up.

    """
    row = _locked(games_id, folio)
    if row.currency != currency:
        message = f"the folio {folio} is in {row.currency}, not in {currency}"
        raise LedgerError(message)
    for line in lines:
        if line.kind is LineKind.CHARGE and sum(part for _, part in line.shares) != line.net:
            message = f"{line.title}: the shares do not add up to what is charged"
            raise LedgerError(message)
    return _add(row, lines, now)


@transaction.atomic
def reverse_line(*, games_id: int, folio: str, line: int, now: dt.datetime) -> int:
    """
    Take a line back whole by another one and return its number; done before: the number it got.

    Raises
    ------
    LedgerError
        When there is no such line, or it takes another one back itself.

    """
    row = _locked(games_id, folio)
    mine = FolioLine.objects.filter(games_id=games_id, folio_id=row.pk)
    known = mine.filter(reverses=line).first()
    if known is not None:
        return known.line
    old = mine.filter(line=line).exclude(kind=LineKind.REVERSAL.value).first()
    if old is None:
        message = f"the folio {folio} has no line {line} that can be taken back"
        raise LedgerError(message)
    values = LineValues(
        kind=LineKind.REVERSAL, item=old.item, title=old.title, slots=tuple(old.slots),
        quantity=-old.quantity, unit_price=old.unit_price, net=-old.net, tax=-old.tax,
        shares=tuple((who, -part) for who, part in old.shares),
        costs=tuple((who, -part) for who, part in old.costs), reverses=line,
    )  # fmt: skip
    return _add(row, (values,), now, kept=LineKind(old.kind))[0]


def _locked(games_id: int, folio: str) -> Folio:
    row = Folio.objects.select_for_update().filter(games_id=games_id, code=folio).first()
    if row is None:
        message = f"there is no folio {folio}"
        raise LedgerError(message)
    return row


def _add(
    row: Folio, lines: Sequence[LineValues], now: dt.datetime, *, kept: LineKind | None = None
) -> tuple[int, ...]:
    """Add lines under the folio's lock; ``kept``: the kind of what a reversal takes back."""
    numbers = tuple(row.last_line + n + 1 for n in range(len(lines)))
    copy_rows("ledger_folio_line", COLUMNS, [
        (row.games_id, row.pk, number, line.kind.value, line.item, line.title[:160],
         Jsonb(list(line.slots)), line.quantity, line.unit_price, line.net, line.tax,
         line.net + line.tax, Jsonb([list(part) for part in line.shares]),
         Jsonb([list(part) for part in line.costs]), line.reverses, now)
        for number, line in zip(numbers, lines, strict=True)
    ])  # fmt: skip
    entries = [
        entry
        for number, line in zip(numbers, lines, strict=True)
        for entry in _entries(row, number, line, kept or line.kind)
    ]
    post(games_id=row.games_id, entries=entries, now=now, is_part=True)
    row.last_line += len(lines)
    row.save(update_fields=["last_line"])
    return numbers


def _entries(row: Folio, number: int, line: LineValues, kind: LineKind) -> list[Entry]:
    """Return the posting of a line: what the folio owes, and to whom."""
    total = line.net + line.tax
    parts: list[tuple[str, int]] = [(f"folio:{row.code}", total)]
    if kind is LineKind.CHARGE:
        parts += [(f"due:{who}", -part) for who, part in line.shares]
        parts.append(("folio-tax", -line.tax))
        for who, part in line.costs:
            parts += [(f"cost:{who}", part), (f"supply:{who}", -part)]
    elif kind is LineKind.DEPOSIT:
        parts.append((f"deposit:{row.code}", -total))
    else:
        parts.append(("folio-bank", -total))
    posting = f"folio:{row.pk}:{number}"
    return [
        Entry(posting=posting, account=account, currency=row.currency, amount=amount)
        for account, amount in parts
    ]


@transaction.atomic
def invoice_folio(*, games_id: int, folio: str, series: str, now: dt.datetime) -> int | None:
    """
    Put what is not invoiced yet on an invoice; None when that comes to nothing, or less.

    Then it stays for the next one. Deposits and payments are on no invoice.
    """
    row = _locked(games_id, folio)
    lines = FolioLine.objects.filter(games_id=games_id, folio_id=row.pk, line__gt=row.invoiced)
    charged = set(
        FolioLine.objects.filter(games_id=games_id, folio_id=row.pk, kind=LineKind.CHARGE.value)
        .values_list("line", flat=True)
    )  # fmt: skip
    found = [
        line for line in lines.order_by("line")
        if line.kind == LineKind.CHARGE.value or line.reverses in charged
    ]  # fmt: skip
    total = sum(line.total for line in found)
    if total <= 0:
        return None
    number = issue_invoice(
        games_id=games_id, series=series, ref=f"folio:{folio}:{row.invoiced + 1}-{row.last_line}",
        customer={"name": row.title}, currency=row.currency, total=total, now=now,
        lines=[
            {"title": line.title, "quantity": line.quantity, "total": line.total, "tax": line.tax,
             "line": line.line}
            for line in found
        ],
    )  # fmt: skip
    row.invoiced = row.last_line
    row.save(update_fields=["invoiced"])
    return number
