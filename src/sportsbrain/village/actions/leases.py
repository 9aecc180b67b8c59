"""Spaces of the village that somebody runs: a minimum, and a share of what is sold there."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from sportsbrain.ledger.actions import LineValues, add_lines, open_folio
from sportsbrain.ledger.queries import line_rows
from sportsbrain.village.actions.once import By, once
from sportsbrain.village.actions.rates import AMOUNT_MAX
from sportsbrain.village.errors import VillageError
from sportsbrain.village.models import SpaceLease, Turnover
from sportsbrain.vocabulary.money import tax_on
from sportsbrain.vocabulary.rates import LineKind, is_shared_out, rent_due, shares_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseValues:
    """A lease: ``share`` of the turnover in parts per million, ``minimum`` for the whole time."""

    space: str
    tenant: str
    title: str
    currency: str
    first: dt.date
    after: dt.date
    minimum: int
    share: int
    shares: tuple[tuple[str, int], ...]
    tax_rate: int = 0


def _item(space: str) -> str:
    return f"lease:{space}"


def _tag(row: SpaceLease) -> str:
    """Return what a lease's lines are known by: a space may be leased again."""
    return f"lease {row.pk}"


def lease_space(*, games_id: int, key: str, values: LeaseValues, by: By) -> dict[str, Any]:
    """
    Let somebody run a space for some days, and charge the minimum.

    Raises
    ------
    VillageError
        When somebody else has it in these days, or the words make no lease.

    """

    def act() -> dict[str, Any]:
        if by.delegation or values.first >= values.after or not is_shared_out(values.shares):
            message = "the office leases a space from a day until a later one, to whom rent goes"
            raise VillageError(message)
        try:
            with transaction.atomic():
                row = SpaceLease.objects.create(
                    games_id=games_id, space=values.space, tenant=values.tenant,
                    title=values.title, currency=values.currency, minimum=values.minimum,
                    days=(values.first, values.after), share=values.share,
                    tax_rate=values.tax_rate, shares=[list(part) for part in values.shares],
                )  # fmt: skip
        except IntegrityError as error:
            if "one_lease_a_space" in str(error):
                message = f"{values.space} is leased to somebody in these days"
            else:
                message = "a lease has a minimum, and a share from nothing to all"
            raise VillageError(message) from error
        open_folio(games_id=games_id, code=values.tenant, title=values.title,
                   currency=values.currency)  # fmt: skip
        line = _charge(row, values.minimum, f"Rent of {values.space}: minimum", by)
        return {"lease": row.pk, "line": line}

    return once(games_id=games_id, key=key, body=("lease", values), by=by, act=act)


@transaction.atomic
def tell_turnover(
    *, games_id: int, space: str, day: dt.date, amount: int, by: By, tenant: str = ""
) -> None:
    """
    Keep what a tenant sold on a day; told again, the newer amount counts.

    Raises
    ------
    VillageError
        When nobody runs the space on that day, or the amount is below nothing.

    """
    rows = SpaceLease.objects.filter(games_id=games_id, space=space, days__contains=day)
    row = (rows.filter(tenant=tenant) if tenant else rows).first()
    if row is None or not 0 <= amount <= AMOUNT_MAX:
        message = f"nobody runs {space} on {day:%d %b}, or the amount is below nothing"
        raise VillageError(message)
    Turnover.objects.update_or_create(
        lease=row, day=day,
        defaults={"amount": amount, "told_by": by.name[:150], "told_at": by.now},
    )  # fmt: skip


def charge_rent(*, games_id: int, key: str, lease: int, by: By) -> dict[str, Any]:
    """
    Charge what a lease owes above what was charged; nothing when that is nothing.

    A turnover that was corrected downwards gives nothing back by itself: the office takes the line
    back.

    Raises
    ------
    VillageError
        When there is no such lease.

    """

    def act() -> dict[str, Any]:
        row = SpaceLease.objects.select_for_update().filter(games_id=games_id, pk=lease).first()
        if row is None or by.delegation:
            message = "there is no such lease"
            raise VillageError(message)
        sold = sum(row.turnovers.values_list("amount", flat=True))
        due = rent_due(minimum=row.minimum, share=row.share, turnover=sold)
        charged = sum(
            line.net
            for line in line_rows(games_id=games_id, folio=row.tenant)
            if line.item == _item(row.space) and line.slots == (_tag(row),)
        )
        more = due - charged
        line = _charge(row, more, f"Rent of {row.space}: share of the turnover", by) \
            if more > 0 else None  # fmt: skip
        return {"due": due, "charged": charged, "line": line}

    return once(games_id=games_id, key=key, body=("rent", lease), by=by, act=act)


@transaction.atomic
def charge_turnover(
    *, games_id: int, key: str, lease: int, space: str, day: dt.date, amount: int, by: By
) -> dict[str, Any]:
    """
    Keep what a tenant sold on a day and charge what its rent is above that: both or neither.

    Raises
    ------
    VillageError
        As `tell_turnover` and `charge_rent`.

    """
    tell_turnover(games_id=games_id, space=space, day=day, amount=amount, by=by)
    return charge_rent(games_id=games_id, key=key, lease=lease, by=by)


def _charge(row: SpaceLease, net: int, title: str, by: By) -> int | None:
    if net <= 0:
        return None
    values = LineValues(
        kind=LineKind.CHARGE, item=_item(row.space), title=title, quantity=1, unit_price=net,
        net=net, tax=tax_on(net, row.tax_rate), slots=(_tag(row),),
        shares=shares_of(net, [(str(who), int(part)) for who, part in row.shares]),
    )  # fmt: skip
    return add_lines(games_id=row.games_id, folio=row.tenant, lines=(values,),
                     currency=row.currency, now=by.now)[0]  # fmt: skip
