"""Put the prices of a markdown plan in force, once."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.actions import publish_version
from sportsbrain.plans.queries import number_in_force, version_items
from sportsbrain.shop.actions.catalogue import catalogue_changed
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.models import Drop, Price

PLANNER = "markdown"


@transaction.atomic
def mark_down(*, games: GamesRow, number: int, actor: str, now: dt.datetime) -> int:
    """
    Let the articles of a version cost less from the beginning of its day, in every channel.

    Returns how many prices were written. An article that has no price any more is passed over.

    Raises
    ------
    UnknownVersionError
        When there is no such version.
    ShopError
        When its prices are in force already, or newer ones are.

    """
    items = version_items(games_id=games.id, planner=PLANNER, number=number)
    in_force = number_in_force(games_id=games.id, planner=PLANNER) or 0
    if in_force >= number:
        message = "these prices are in force already"
        if in_force > number:
            message = f"newer prices are in force, of version {in_force}: plan again"
        raise ShopError(message)
    midnight = dt.datetime.combine(
        dt.date.fromisoformat(items["day"]), dt.time(), tzinfo=ZoneInfo(games.time_zone)
    )
    shares = {str(sku): float(share) for sku, _today, share in items["marks"]}
    rows = Price.objects.filter(variant__games_id=games.id, variant__sku__in=shares).exclude(
        variant__sku__in=Drop.objects.filter(games_id=games.id).values("sku")
    )
    full = rows.values_list("variant_id", "variant__sku", "channel_id").annotate(n=Max("amount"))
    made = [
        Price(variant_id=variant, channel_id=channel, starts_at=max(midnight, now),
              amount=int(amount * shares[sku]))
        for variant, sku, channel, amount in full
    ]  # fmt: skip
    Price.objects.bulk_create(
        made, update_conflicts=True, unique_fields=["variant", "channel", "starts_at"],
        update_fields=["amount"],
    )  # fmt: skip
    catalogue_changed(games.id)
    publish_version(games_id=games.id, planner=PLANNER, number=number, actor=actor, now=now)
    return len(made)
