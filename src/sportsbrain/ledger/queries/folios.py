"""Read folios and what stakeholders are due; recount lines independently of what was posted."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Sum

from sportsbrain.ledger.models import Folio, FolioLine
from sportsbrain.ledger.queries.money import account_rows
from sportsbrain.vocabulary.money import text_of
from sportsbrain.vocabulary.rates import LineKind


@dataclass(frozen=True, slots=True, kw_only=True)
class FolioRow:
    """A folio and what it owes: charges, deposits and payments together, in minor units."""

    code: str
    title: str
    currency: str
    lines: int
    invoiced: int
    balance: int

    @property
    def balance_text(self) -> str:
        """Return what is owed as people read it."""
        return text_of(self.balance, self.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """A line of a folio; ``is_reversed``: another line takes it back."""

    folio: str
    line: int
    kind: str
    item: str
    title: str
    slots: tuple[str, ...]
    quantity: int
    unit_price: int
    net: int
    tax: int
    total: int
    shares: tuple[tuple[str, int], ...]
    costs: tuple[tuple[str, int], ...]
    reverses: int | None
    is_reversed: bool
    currency: str
    booked_at: dt.datetime

    @property
    def texts(self) -> dict[str, str]:
        """Return the amounts as people read them."""
        return {name: text_of(getattr(self, name), self.currency)
                for name in ("unit_price", "net", "tax", "total")}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeholderRow:
    """What a stakeholder is due, what that costs it, and what is left; in minor units."""

    stakeholder: str
    currency: str
    due: int
    cost: int

    @property
    def margin(self) -> int:
        """Return what is left."""
        return self.due - self.cost

    @property
    def texts(self) -> dict[str, str]:
        """Return the amounts as people read them."""
        names = ("due", "cost", "margin")
        return {name: text_of(getattr(self, name), self.currency) for name in names}


def folio_rows(*, games_id: int, code: str = "") -> tuple[FolioRow, ...]:
    """Return folios by code, or one of them."""
    rows = Folio.objects.filter(games_id=games_id).order_by("code")
    rows = rows.filter(code=code) if code else rows
    sums = FolioLine.objects.filter(games_id=games_id)
    owed = dict(sums.values_list("folio_id").annotate(total=Sum("total")))
    return tuple(
        FolioRow(code=row.code, title=row.title, currency=row.currency, lines=row.last_line,
                 invoiced=row.invoiced, balance=int(owed.get(row.pk, 0)))
        for row in rows
    )  # fmt: skip


def line_rows(*, games_id: int, folio: str = "", limit: int | None = None) -> tuple[LineRow, ...]:
    """Return lines of one folio or of all, newest last; with a limit the newest ones."""
    folios = Folio.objects.filter(games_id=games_id)
    folios = folios.filter(code=folio) if folio else folios
    names = {row.pk: row for row in folios}
    rows = FolioLine.objects.filter(games_id=games_id, folio_id__in=list(names))
    back = set(rows.exclude(reverses=None).values_list("folio_id", "reverses"))
    ordered = rows.order_by("-folio_id", "-line")
    found = list(ordered[:limit] if limit else ordered)
    return tuple(
        LineRow(
            folio=names[row.folio_id].code, line=row.line, kind=row.kind, item=row.item,
            title=row.title, slots=tuple(row.slots), quantity=row.quantity,
            unit_price=row.unit_price, net=row.net, tax=row.tax, total=row.total,
            shares=_parts(row.shares), costs=_parts(row.costs), reverses=row.reverses,
            is_reversed=(row.folio_id, row.line) in back, currency=names[row.folio_id].currency,
            booked_at=row.booked_at,
        )
        for row in reversed(found)
    )  # fmt: skip


def _parts(raw: list[list[str | int]]) -> tuple[tuple[str, int], ...]:
    return tuple((str(who), int(part)) for who, part in raw)


def settlement(*, games_id: int) -> tuple[StakeholderRow, ...]:
    """Return what each stakeholder is due and what that costs it, as posted."""
    due: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for place, word, sign in ((0, "due:", -1), (1, "cost:", 1)):
        for row in account_rows(games_id=games_id, starts_with=word):
            due[row.account.removeprefix(word), row.currency][place] += sign * row.amount
    return tuple(
        StakeholderRow(stakeholder=who, currency=currency, due=earned, cost=cost)
        for (who, currency), (earned, cost) in sorted(due.items())
    )


def differing_folios(*, games_id: int) -> tuple[str, ...]:
    """Recount all accounts of folios from their lines; return what is posted otherwise."""
    lines: dict[tuple[str, str], int] = defaultdict(int)
    found: list[str] = []
    charged = {}
    for row in line_rows(games_id=games_id):
        money = row.currency
        charged[row.folio, row.line] = row.kind
        kind = charged[row.folio, row.reverses] if row.reverses else row.kind
        lines[f"folio:{row.folio}", money] += row.total
        if row.total != row.net + row.tax:
            found.append(f"{row.folio} line {row.line}: net and tax are not the total")
        if kind == LineKind.DEPOSIT.value:
            lines[f"deposit:{row.folio}", money] -= row.total
        elif kind == LineKind.CHARGE.value:
            lines["folio-tax", money] -= row.tax
            if sum(part for _, part in row.shares) != row.net:
                found.append(f"{row.folio} line {row.line}: shares are not the net amount")
            for who, part in row.shares:
                lines[f"due:{who}", money] -= part
            for who, part in row.costs:
                lines[f"cost:{who}", money] += part
    posted = {
        (row.account, row.currency): row.amount
        for word in ("folio:", "deposit:", "folio-tax", "due:", "cost:")
        for row in account_rows(games_id=games_id, starts_with=word)
    }
    found += [
        f"{account}: lines say {text_of(lines.get((account, money), 0), money)},"
        f" posted is {text_of(posted.get((account, money), 0), money)}"
        for account, money in sorted({*lines, *posted})
        if lines.get((account, money), 0) != posted.get((account, money), 0)
    ]
    return tuple(found)
