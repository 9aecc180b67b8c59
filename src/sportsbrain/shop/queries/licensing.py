"""
Statements of licensees: what contracts are owed, by article, beside what the ledger says.

A royalty is owed when an order is placed, not any more when it expires, and its part goes back with
what comes back. The guarantee is set off first: what is above it is to be paid.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.db import connection

from sportsbrain.ledger.queries import account_rows
from sportsbrain.shop.models import Contract, Order, OrderLine, Return
from sportsbrain.vocabulary.money import part_of, text_of
from sportsbrain.vocabulary.shop import OrderState, ReturnState

OVER = (OrderState.EXPIRED.value, OrderState.CANCELLED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """What a contract is owed for an article in a currency."""

    contract: str
    currency: str
    sku: str
    pieces: int
    royalty: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractRow:
    """A contract: what it is owed, what of it the guarantee covers, what is to be paid."""

    contract: str
    licensee: str
    currency: str
    guarantee: int
    royalties: int
    ledger: int

    @property
    def covered(self) -> int:
        """Return what the guarantee was paid for already."""
        return min(self.guarantee, max(0, self.royalties))

    @property
    def payable(self) -> int:
        """Return what is to be paid above the guarantee."""
        return max(0, self.royalties - self.guarantee)

    @property
    def texts(self) -> dict[str, str]:
        """Return the amounts as people read them."""
        names = ("guarantee", "royalties", "covered", "payable")
        return {name: text_of(getattr(self, name), self.currency) for name in names}

    @property
    def differs(self) -> bool:
        """Tell whether lines and ledger do not agree: then something is wrong."""
        return self.royalties != self.ledger


def statement_lines(*, games_id: int) -> tuple[StatementLine, ...]:
    """Return what contracts are owed by article, what came back taken off."""
    found: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.value->>0, o.currency, l.sku, sum(l.quantity),"
            " sum((r.value->>2)::bigint)"
            " FROM shop_orderline l JOIN shop_order o USING (games_id, number)"
            " CROSS JOIN LATERAL jsonb_array_elements(l.royalties) r"
            " WHERE l.games_id = %s AND o.order_state <> ALL(%s) GROUP BY 1, 2, 3",
            [games_id, list(OVER)],
        )
        for contract, currency, sku, pieces, royalty in cursor.fetchall():
            found[contract, currency, sku] = [int(pieces), int(royalty)]
    for contract, currency, sku, pieces, royalty in _returned(games_id):
        found[contract, currency, sku][0] -= pieces
        found[contract, currency, sku][1] -= royalty
    return tuple(
        StatementLine(contract=contract, currency=currency, sku=sku, pieces=n, royalty=amount)
        for (contract, currency, sku), (n, amount) in sorted(found.items())
    )


def _returned(games_id: int) -> list[tuple[str, str, str, int, int]]:
    """Return what of the royalties went back with pieces, by line of an order."""
    back: dict[tuple[int, int], int] = defaultdict(int)
    rows = Return.objects.filter(games_id=games_id, return_state=ReturnState.RECEIVED.value)
    for row in rows:
        for line, pieces in row.lines:
            back[row.order_number, int(line)] += int(pieces)
    if not back:
        return []
    numbers = {number for number, _ in back}
    currencies = dict(_currencies(games_id, numbers))
    found = []
    for line in OrderLine.objects.filter(games_id=games_id, number__in=numbers):
        pieces = back.get((line.number, line.line), 0)
        for contract, _licensee, amount in line.royalties if pieces else ():
            part = part_of(int(amount), 0, pieces, line.quantity)
            found.append((str(contract), currencies[line.number], line.sku, pieces, part))
    return found


def _currencies(games_id: int, numbers: set[int]) -> list[tuple[int, str]]:
    rows = Order.objects.filter(games_id=games_id, number__in=numbers)
    return list(rows.values_list("number", "currency"))


def contract_rows(*, games_id: int) -> tuple[ContractRow, ...]:
    """Return contracts with what they are owed, in each currency something was sold in."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for line in statement_lines(games_id=games_id):
        sums[line.contract, line.currency] += line.royalty
    ledger = {
        (row.account.removeprefix("contract:"), row.currency): -row.amount
        for row in account_rows(games_id=games_id, starts_with="contract:")
    }
    rows = Contract.objects.filter(games_id=games_id).select_related("licensee").order_by("code")
    found = []
    for row in rows:
        known = {c for code, c in (*sums, *ledger) if code == row.code} | {row.currency}
        found += [
            ContractRow(
                contract=row.code, licensee=row.licensee.name, currency=currency,
                guarantee=row.guarantee if currency == row.currency else 0,
                royalties=sums[row.code, currency], ledger=ledger.get((row.code, currency), 0),
            )
            for currency in sorted(known)
        ]  # fmt: skip
    return tuple(found)
