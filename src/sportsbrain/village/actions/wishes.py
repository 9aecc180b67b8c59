"""Wishes for what is scarce, and what an allotment gives: stock and lines for all, at once."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from sportsbrain.live.actions import append_update
from sportsbrain.village.actions.once import By, once
from sportsbrain.village.actions.rates import AMOUNT_MAX, PIECES_MAX, Booking, sell
from sportsbrain.village.errors import VillageError
from sportsbrain.village.models import Allotment, RateItem, RateWish
from sportsbrain.vocabulary.rates import AllotmentRule, WishState, slots_of

ALLOTTED = "village.allotted"


def wish_for(
    *, games_id: int, key: str, delegation: str, item: str, pieces: int, on: dt.date, by: By,
    slot: str = "", bid: int = 0,
) -> dict[str, Any]:  # fmt: skip
    """
    Keep what a delegation wishes for; the same item and slot again changes it, 0 pieces end it.

    Raises
    ------
    VillageError
        When the item is not shared out, its day is over, or the bid is below the least price.

    """

    def act() -> dict[str, Any]:
        row = _shared(games_id, item)
        if not by.may(delegation) or not delegation:
            message = "wish for your own delegation"
            raise VillageError(message)
        if row.wishes_until is not None and on > row.wishes_until:
            message = f"wishes for {row.title} were taken until {row.wishes_until:%d %b}"
            raise VillageError(message)
        if slot not in slots_of(row.period, first=row.first, after=row.after):
            message = (
                f"{row.title} is shared out by {row.period}: {slot or 'nothing'} is none of it"
            )
            raise VillageError(message)
        if Allotment.objects.filter(item=row, slot=slot).exists():
            message = f"{row.title} has been shared out: order what is left"
            raise VillageError(message)
        if (
            not 0 <= pieces <= PIECES_MAX
            or not 0 <= bid <= AMOUNT_MAX
            or (pieces and row.rule == AllotmentRule.PRICE.value and bid < row.reserve)
        ):
            message = f"{row.title}: wish for pieces, and bid the least price or more"
            raise VillageError(message)
        mine = RateWish.objects.filter(item=row, slot=slot, delegation=delegation)
        if not pieces:
            mine.update(wish_state=WishState.WITHDRAWN.value)
            return {"item": item, "pieces": 0}
        RateWish.objects.update_or_create(
            item=row, slot=slot, delegation=delegation,
            defaults={"pieces": pieces, "bid": bid if row.rule == AllotmentRule.PRICE.value else 0,
                      "wish_state": WishState.OPEN.value, "wished_at": by.now},
        )  # fmt: skip
        return {"item": item, "slot": slot, "pieces": pieces, "bid": bid}

    body = ("wish", delegation, item, slot, pieces, bid)
    return once(games_id=games_id, key=key, body=body, by=by, act=act)


def _shared(games_id: int, item: str) -> RateItem:
    """Return an item that is shared out, locked: no wish comes while it is."""
    row = RateItem.objects.select_for_update().filter(games_id=games_id, code=item).first()
    if row is None or row.rule == AllotmentRule.FIRST.value:
        message = f"{item} is not shared out: order it"
        raise VillageError(message)
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What an allotment says of one slot: pieces by delegation, and how it came about."""

    slot: str
    pieces: Mapping[str, int]
    price: int
    problem: dict[str, Any]
    objective: float
    bound: float


@transaction.atomic
def grant(*, games_id: int, item: str, given: Grant, on: dt.date, zone: dt.tzinfo, by: By) -> bool:
    """
    Give what an allotment says, all of it; False when the slot was shared out before.

    Prices are those of the day, in the Games' ``zone``, on which somebody wished.

    Raises
    ------
    VillageError
        When wishes have changed since, or there is less stock: nothing is given then.

    """
    row = _shared(games_id, item)
    if Allotment.objects.filter(item=row, slot=given.slot).exists():
        return False
    wishes = {
        wish.delegation: wish
        for wish in RateWish.objects.filter(item=row, slot=given.slot,
                                            wish_state=WishState.OPEN.value)
    }  # fmt: skip
    asked = {wish["who"]: wish["pieces"] for wish in given.problem["wishes"]}
    if asked != {name: wish.pieces for name, wish in wishes.items()}:
        message = f"wishes for {row.title} have changed meanwhile: share it out again"
        raise VillageError(message)
    is_priced = row.rule == AllotmentRule.PRICE.value
    for name, wish in sorted(wishes.items()):
        n = given.pieces.get(name, 0)
        if n:
            day = dt.date.fromisoformat(given.slot[:10]) if given.slot else row.first
            booking = Booking(item=item, quantity=n, first=day, after=day + dt.timedelta(days=1))
            sell(row, delegation=name, slots=(given.slot,), booking=booking, by=by,
                 on=min(on, wish.wished_at.astimezone(zone).date()),
                 ref=f"allotment {item} {given.slot}",
                 price=given.price if is_priced else None)  # fmt: skip
        state = (
            WishState.GRANTED if n == wish.pieces else WishState.PARTLY if n else WishState.REFUSED
        )
        wish.granted, wish.wish_state = n, state.value
        wish.save(update_fields=["granted", "wish_state"])
    Allotment.objects.create(
        item=row, slot=given.slot, rule=row.rule, price=given.price, problem=given.problem,
        pieces=sum(given.pieces.values()), wished=sum(asked.values()), objective=given.objective,
        bound=given.bound, made_by=by.name[:150], made_at=by.now,
    )  # fmt: skip
    append_update(
        games_id=games_id, topic=ALLOTTED, key=item, recorded_at=by.now,
        body={"item": item, "slot": given.slot, "rule": row.rule, "by": by.name,
              "pieces": sum(given.pieces.values()), "wished": sum(asked.values())},
    )  # fmt: skip
    return True
