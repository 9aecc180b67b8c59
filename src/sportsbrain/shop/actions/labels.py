"""Give articles their signed serials."""

import datetime as dt

from django.db import transaction

from sportsbrain.committee.actions import record_audit
from sportsbrain.committee.queries import GamesRow
from sportsbrain.credentials.actions import issue_labels, record_label_event, sign_labels
from sportsbrain.credentials.queries import keys_of, label_card, last_serial
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.models import Variant
from sportsbrain.vocabulary.labels import (
    Label,
    LabelError,
    LabelEventKind,
    in_house_gtin,
    is_genuine,
    link_path,
    parse_link,
)
from sportsbrain.vocabulary.shop import ProductKind

LABELS_MAX = 100_000


@transaction.atomic
def make_labels(
    *, games: GamesRow, sku: str, count: int, batch: str, now: dt.datetime
) -> tuple[tuple[str, int, str], ...]:
    """
    Issue the next serials of an article: (GTIN, serial, end of the address for its code) each.

    An article without a GTIN gets one of our own circulation.

    Raises
    ------
    ShopError
        When there is no such article, or so many labels make no sense.
    KeyMissingError
        Without the private half of the key in use.

    """
    row = Variant.objects.select_for_update().filter(games_id=games.id, sku=sku).first()
    if row is None or row.product.kind != ProductKind.ARTICLE.value:
        message = f"there is no article {sku}"
        raise ShopError(message)
    if not 1 <= count <= LABELS_MAX or not batch:
        message = f"labels come by 1 to {LABELS_MAX:,}, and their batch has a name"
        raise ShopError(message)
    if not row.gtin:
        row.gtin = in_house_gtin(row.pk)
        row.save(update_fields=["gtin"])
    gtin = row.gtin.zfill(14)
    first = last_serial(games_id=games.id, gtin=gtin) + 1
    serials = range(first, first + count)
    issue_labels(games=games, gtin=gtin, item=sku, serials=serials, batch=batch, now=now)
    labels = [Label(issuer=games.code, gtin=gtin, serial=str(serial)) for serial in serials]
    marks = sign_labels(games=games, labels=labels)
    return tuple(
        (gtin, serial, link_path(label, mark))
        for serial, label, mark in zip(serials, labels, marks, strict=True)
    )


@transaction.atomic
def end_label(*, games: GamesRow, text: str, actor: str, now: dt.datetime) -> str:
    """
    Say that an article is lost, stolen or destroyed, and return what it is; its label ends.

    ``text`` is what its code says.

    Raises
    ------
    ShopError
        When it is no label of ours.

    """
    try:
        label, mark = parse_link(text, games.code)
    except LabelError as error:
        raise ShopError(str(error)) from error
    card = label_card(games_id=games.id, gtin=label.gtin, serial=label.serial)
    if card is None or not is_genuine(label, mark, keys_of(games=games)):
        message = "this label is none of ours"
        raise ShopError(message)
    record_label_event(games_id=games.id, gtin=label.gtin, serial=label.serial, ref="ended",
                       kind=LabelEventKind.ENDED, now=now)  # fmt: skip
    record_audit(games_id=games.id, actor=actor, verb="ended label",
                 thing=f"{card.item} {card.serial}", details={})  # fmt: skip
    return f"{card.item} {card.serial}"
