"""Read gift cards: their codes, what is left of them, what all of them owe."""

import base64
import hashlib
from dataclasses import dataclass

from django.db.models import F, Sum
from django.utils.crypto import salted_hmac

from sportsbrain.ledger.queries import account_rows
from sportsbrain.shop.models import GiftCard, Order, OrderLine, Product, Variant
from sportsbrain.vocabulary.money import text_of
from sportsbrain.vocabulary.shop import OrderState, ProductKind

SALT = "shop.gift"
LETTERS = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)  # no I, L, O, U: nobody reads a 1 for an I
READ_AS = str.maketrans("OIL", "011")
BYTES, GROUP = 10, 4  # 80 bits: nobody guesses one
PAID = (OrderState.PAID.value, OrderState.FULFILLED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftRow:
    """A gift card as its buyer sees it; without a code where the site's secret changed."""

    code: str
    currency: str
    worth: int
    left: int

    @property
    def left_text(self) -> str:
        """Return what is left as people read it."""
        return text_of(self.left, self.currency)


def gift_code(*, games_id: int, order: int, line: int, piece: int) -> str:
    """Return the code of a card, in groups of four: only who has the site's secret can make it."""
    mac = salted_hmac(SALT, f"{games_id}:{order}:{line}:{piece}", algorithm="sha256").digest()
    word = base64.b32encode(mac[:BYTES]).translate(LETTERS).decode()
    return "-".join(word[n : n + GROUP] for n in range(0, len(word), GROUP))


def gift_hash(code: str) -> str:
    """Return the fingerprint of a code, however it was typed."""
    word = "".join(letter for letter in code.upper() if letter.isalnum()).translate(READ_AS)
    return hashlib.sha256(word.encode()).hexdigest()


def gift_of(*, games_id: int, code: str) -> GiftRow | None:
    """Return the card of a code, None when there is none."""
    card = GiftCard.objects.filter(games_id=games_id, code_hash=gift_hash(code)).first()
    return _row(card, "") if card else None


def gift_rows(*, games_id: int, order: int) -> tuple[GiftRow, ...]:
    """Return the cards that an order bought, with their codes."""
    rows = GiftCard.objects.filter(games_id=games_id, order_number=order)
    found = []
    for card in rows.order_by("line", "piece"):
        code = gift_code(games_id=games_id, order=order, line=card.line, piece=card.piece)
        found.append(_row(card, code if gift_hash(code) == card.code_hash else ""))
    return tuple(found)


def gift_skus(*, games_id: int, skus: set[str]) -> set[str]:
    """Return which of some SKUs are gift cards."""
    rows = Variant.objects.filter(
        games_id=games_id, sku__in=skus, product__kind=ProductKind.GIFT.value
    )
    return set(rows.values_list("sku", flat=True))


def gift_product(*, games_id: int) -> str:
    """Return the code of a product that is a gift card, nothing where none is sold."""
    rows = Product.objects.filter(games_id=games_id, is_live=True, kind=ProductKind.GIFT.value)
    return rows.order_by("code").values_list("code", flat=True).first() or ""


def has_gifts(*, games_id: int) -> bool:
    """Tell whether anybody has a gift card of these Games."""
    return GiftCard.objects.filter(games_id=games_id).exists()


def orders_without_gifts(*, games_id: int, limit: int = 500) -> tuple[int, ...]:
    """Return paid orders that bought gift cards which were not issued, oldest first."""
    skus = Variant.objects.filter(
        games_id=games_id, product__kind=ProductKind.GIFT.value
    ).values_list("sku", flat=True)
    have = GiftCard.objects.filter(games_id=games_id).values_list("order_number", flat=True)
    lines = OrderLine.objects.filter(games_id=games_id, sku__in=skus).exclude(number__in=have)
    orders = Order.objects.filter(
        games_id=games_id, order_state__in=PAID, number__in=lines.values("number")
    )
    return tuple(orders.order_by("number").values_list("number", flat=True)[:limit])


def gift_troubles(*, games_id: int) -> tuple[str, ...]:
    """Return the currencies in which cards and the ledger do not say the same."""
    cards = dict(
        GiftCard.objects.filter(games_id=games_id)
        .values_list("currency")
        .annotate(n=Sum(F("worth") - F("spent")))
    )
    owed = {
        row.currency: -row.amount
        for row in account_rows(games_id=games_id)
        if row.account == "gifts"
    }
    return tuple(
        f"gift cards: {text_of(cards.get(currency, 0), currency)} are left on them, and the ledger"
        f" says {text_of(owed.get(currency, 0), currency)}"
        for currency in sorted(cards.keys() | owed.keys())
        if cards.get(currency, 0) != owed.get(currency, 0)
    )


def _row(card: GiftCard, code: str) -> GiftRow:
    return GiftRow(
        code=code, currency=card.currency, worth=card.worth, left=card.worth - card.spent
    )
