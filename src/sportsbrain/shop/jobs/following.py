"""What the shop does behind its pages: expire, issue tickets, tell who holds moved ones, write."""

import datetime as dt
import logging
from dataclasses import dataclass
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from sportsbrain.committee.queries import GamesRow
from sportsbrain.ledger.actions import end_leases
from sportsbrain.ledger.errors import LedgerError
from sportsbrain.shop.actions import (
    expire_orders,
    issue_gifts,
    issue_tickets,
    keep_sessions,
    letter_sent,
    make_parcels,
    tell_holders,
)
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.queries import (
    LetterRow,
    link_of,
    moved_holders,
    order_card,
    orders_without_gifts,
    orders_without_parcels,
    orders_without_tickets,
    session_times,
    waiting_letters,
)
from sportsbrain.vocabulary.shop import LetterKind

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round did."""

    expired: int
    tickets: int
    moved: int
    told: int
    written: int
    not_written: int


def follow_shop(*, games: GamesRow, now: dt.datetime) -> Round:
    """Do everything that waits, once; safe to run at any time and by several at once."""
    expired = expire_orders(games_id=games.id, now=now)
    end_leases(games_id=games.id, now=now, before=now)
    tickets = 0
    for number in orders_without_tickets(games_id=games.id):
        try:
            tickets += issue_tickets(games=games, order=number, now=now)
        except (ShopError, LedgerError) as error:  # the others must not wait for this one
            log.warning("no tickets for order %s: %s", number, error)
    for number in orders_without_gifts(games_id=games.id):
        try:
            issue_gifts(games_id=games.id, order=number, now=now)
        except ShopError as error:  # paid back meanwhile
            log.warning("no gift cards for order %s: %s", number, error)
    for number in orders_without_parcels(games_id=games.id):
        try:
            make_parcels(games_id=games.id, order=number, now=now)
        except ShopError as error:  # given back meanwhile
            log.warning("no parcel for order %s: %s", number, error)
    times = tuple(session_times(games=games).values())
    moved = keep_sessions(games_id=games.id, times=times)
    told = tell_holders(games_id=games.id, holders=moved_holders(games=games), now=now)
    written, missed = _write(games, now)
    return Round(
        expired=expired,
        tickets=tickets,
        moved=moved,
        told=told,
        written=written,
        not_written=missed,
    )


def _write(games: GamesRow, now: dt.datetime) -> tuple[int, int]:
    """Send the mails that wait; one that can't be sent waits for the next round."""
    rows = waiting_letters(games_id=games.id)
    if not rows:
        return 0, 0
    written = 0
    try:
        with get_connection() as door:
            for row in rows:
                written += _sent(games, row, door, now)
    except OSError as error:  # no server of mails: everything waits for the next round
        log.warning("%d mails wait: %s", len(rows) - written, error)
    return written, len(rows) - written


def _sent(games: GamesRow, row: LetterRow, door: BaseEmailBackend, now: dt.datetime) -> bool:
    """Send one mail; one whose address is none is kept as done, and said."""
    try:
        _mail(games, row, door).send()
    except (ValueError, UnicodeError, SMTPRecipientsRefused) as error:
        log.warning("order %s has no address that can be written to: %s", row.order, error)
    except OSError as error:  # smtplib's errors are of this kind
        log.warning("the mail of order %s waits: %s", row.order, error)
        return False
    letter_sent(games_id=games.id, letter=row.id, now=now)
    return True


def _mail(games: GamesRow, row: LetterRow, door: BaseEmailBackend) -> EmailMessage:
    """Return a mail in the language of its order."""
    link = link_of(games_id=games.id, number=row.order)
    address = settings.SITE_ADDRESS + reverse("shop:order", args=[games.code, link])
    card = order_card(games_id=games.id, number=row.order)
    with translation.override(row.language):
        subjects = {
            LetterKind.PAID.value: _("Order %(n)s"),
            LetterKind.RETURN_ASKED.value: _("Order %(n)s: something comes back"),
            LetterKind.RETURN_DONE.value: _("Order %(n)s: the money is on its way"),
            LetterKind.SESSION_MOVED.value: _("Order %(n)s: a session moved"),
            LetterKind.SENT.value: _("Order %(n)s: a parcel is on its way"),
        }
        text = render_to_string(
            f"shop/mails/{row.kind}.txt", {"card": card, "address": address, "games": games}
        )
        subject = f"{games.name}: {subjects[row.kind] % {'n': row.order}}"
    return EmailMessage(subject, text.strip() + "\n", to=[row.email], connection=door)
