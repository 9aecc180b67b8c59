"""Statements of third-party sellers: their lines, recounted, beside what the ledger owes them."""

from collections import defaultdict
from dataclasses import dataclass

from django.db import connection

from sportsbrain.ledger.queries import account_rows
from sportsbrain.shop.models import Return, Seller
from sportsbrain.vocabulary.money import part_of, text_of
from sportsbrain.vocabulary.shop import OrderState, ReturnState

SOLD = (OrderState.PAID.value, OrderState.FULFILLED.value, OrderState.REFUNDED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerLine:
    """What a seller sold of an article in a currency, what came back taken off; minor units."""

    seller: str
    currency: str
    sku: str
    pieces: int
    net: int
    commission: int

    @property
    def payable(self) -> int:
        """Return what the seller gets."""
        return self.net - self.commission


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerRow:
    """A seller in a currency: what was sold, what is paid out, what is to be paid."""

    seller: str
    name: str
    currency: str
    net: int
    commission: int
    payable: int
    ledger: int
    paid_out: int

    @property
    def differs(self) -> bool:
        """Tell whether lines and ledger do not agree: then something is wrong."""
        return self.payable - self.paid_out != self.ledger

    @property
    def texts(self) -> dict[str, str]:
        """Return the amounts as people read them."""
        names = ("net", "commission", "payable", "paid_out", "ledger")
        return {name: text_of(getattr(self, name), self.currency) for name in names}


def seller_lines(*, games_id: int) -> tuple[SellerLine, ...]:
    """Return what sellers sold by article, of orders that were paid."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.number, l.line, l.seller, o.currency, l.sku, l.quantity, l.commission,"
            " l.total - CASE WHEN o.is_tax_included THEN l.tax ELSE 0 END"
            " FROM shop_orderline l JOIN shop_order o USING (games_id, number)"
            " WHERE l.games_id = %s AND l.seller <> '' AND o.order_state = ANY(%s)"
            " AND EXISTS (SELECT 1 FROM shop_payment p WHERE p.games_id = o.games_id"
            " AND p.order_number = o.number AND p.payment_state = 'succeeded')",
            [games_id, list(SOLD)],
        )
        rows = cursor.fetchall()
    back: dict[tuple[int, int], int] = defaultdict(int)
    received = Return.objects.filter(games_id=games_id, return_state=ReturnState.RECEIVED.value)
    for row in received:
        for line, pieces in row.lines:
            back[row.order_number, int(line)] += int(pieces)
    found: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for number, line, seller, currency, sku, quantity, commission, net in rows:
        gone = back[number, line]
        payable = part_of(net - commission, gone, quantity, quantity)
        kept = part_of(net, gone, quantity, quantity)
        one = found[seller, currency, sku]
        one[0] += quantity - gone
        one[1] += kept
        one[2] += kept - payable
    return tuple(
        SellerLine(seller=seller, currency=currency, sku=sku, pieces=n, net=net, commission=part)
        for (seller, currency, sku), (n, net, part) in sorted(found.items())
    )


def seller_rows(*, games_id: int) -> tuple[SellerRow, ...]:
    """Return sellers with what they are owed, in each currency something was sold in."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for line in seller_lines(games_id=games_id):
        sums[line.seller, line.currency][0] += line.net
        sums[line.seller, line.currency][1] += line.commission
    ledger = {
        (row.account.removeprefix("seller:"), row.currency): -row.amount
        for row in account_rows(games_id=games_id, starts_with="seller:")
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT substr(account, 8), currency, sum(amount) FROM ledger_entry"
            " WHERE games_id = %s AND account LIKE 'seller:%%' AND posting LIKE 'payout:%%'"
            " GROUP BY 1, 2",
            [games_id],
        )
        paid = {(seller, currency): int(n) for seller, currency, n in cursor.fetchall()}
    names = dict(Seller.objects.filter(games_id=games_id).values_list("code", "name"))
    return tuple(
        SellerRow(
            seller=seller, name=names.get(seller, seller), currency=currency, net=net,
            commission=commission, payable=net - commission,
            ledger=ledger.get((seller, currency), 0), paid_out=paid.get((seller, currency), 0),
        )
        for (seller, currency), (net, commission) in sorted(
            {**{key: [0, 0] for key in ledger}, **sums}.items()
        )
    )  # fmt: skip
