"""Begin a shop with invented wares."""

import datetime as dt

from django.db import transaction

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import Sources, schedule_now
from sportsbrain.reference.wares import Ware, wares
from sportsbrain.shop.actions.catalogue import (
    ProductValues,
    receive,
    save_channel,
    save_destination,
    save_drop,
    save_products,
    save_promotion,
    save_royalties,
    save_shipping,
    save_taxes,
)
from sportsbrain.shop.actions.tickets import Block, SessionValues, TicketCategory, open_tickets
from sportsbrain.shop.actions.tills import save_till
from sportsbrain.shop.models import Product
from sportsbrain.vocabulary.shop import DutyTerms, ProductKind, PromotionKind
from sportsbrain.vocabulary.trade import LocationKind
from sportsbrain.world.queries import disciplines, venue_lines

TAXES = {
    "PT": 230_000, "ES": 210_000, "FR": 200_000, "DE": 190_000, "IT": 220_000, "IE": 230_000,
    "NL": 210_000, "BE": 210_000,
}  # fmt: skip

PLACES, BEST, ROWS, SEATS = 2_000, 20, 40, 25  # a venue without a number; the best fifth, in rows
CENTS, CENTS_FINAL = 1_500, 4_000
IN_STORE = 40  # pieces of each article in the store
GIFT_EUROS, GIFTS = (25, 50, 100), 2_000


@transaction.atomic
def begin_shop(*, games: GamesRow, now: dt.datetime) -> int:
    """Fill an empty shop and return how many products there are; others are left alone."""
    have = Product.objects.filter(games_id=games.id).count()
    if have:
        return have
    key = games.id
    save_channel(games_id=key, code="web", name="Web", currency="EUR", country="PT",
                 locations={"MAIN": LocationKind.WAREHOUSE})  # fmt: skip
    save_channel(games_id=key, code="store", name="Park store", currency="EUR", country="PT",
                 locations={"PARK": LocationKind.STORE})  # fmt: skip
    save_till(games_id=key, code="PARK-1", name="Park store, till 1", channel="store")
    save_taxes(games_id=key, rates={(c, "standard"): rate for c, rate in TAXES.items()})
    save_shipping(games_id=key, zone="near", countries=list(TAXES), carrier="Post", currency="EUR",
                  steps={500: 490, 2_000: 790, 10_000: 1_490})  # fmt: skip
    save_shipping(games_id=key, zone="far", countries=["ZA", "CH"], carrier="Post", currency="EUR",
                  steps={500: 1_290, 2_000: 2_490, 10_000: 5_990})  # fmt: skip
    save_taxes(games_id=key, rates={("ZA", "standard"): 150_000, ("CH", "standard"): 81_000})
    save_destination(games_id=key, country="ZA", terms=DutyTerms.INCLUDED,
                     rates={"61": 450_000, "95": 0, "": 200_000})  # fmt: skip
    save_destination(games_id=key, country="CH", terms=DutyTerms.ON_ARRIVAL, rates={},
                     free_below={"EUR": 6_500})  # fmt: skip
    save_royalties(
        games_id=key, licensee="LUMAR", contract="L-1", currency="EUR", guarantee=5_000_000,
        rates={(name, "", ""): 80_000 for name in ("shirt", "cap", "cup", "pin", "toy")},
        starts_on=games.starts_on, ends_on=games.ends_on,
    )  # fmt: skip
    save_promotion(games_id=key, code="WELCOME", kind=PromotionKind.PERCENT, value=100_000, now=now,
                   needs_code=True, uses=500)  # fmt: skip
    found = wares()
    save_products(games_id=key, products=[_values(ware) for ware in found])
    pieces = {(sku, "MAIN"): ware.pieces for ware in found for sku in _skus(ware)}
    pieces |= {(sku, "PARK"): IN_STORE for ware in found for sku in _skus(ware)}
    save_products(games_id=key, products=[_gift_card()])
    pieces |= {(f"GIFT-{euros}", "MAIN"): GIFTS for euros in GIFT_EUROS}
    receive(games_id=key, pieces=pieces, ref="first delivery", now=now)
    save_drop(games_id=key, code="MASCOT", sku="MASCOT", channel="web", person_max=2,
              starts_at=now + dt.timedelta(minutes=10), draw_seconds=3_600,
              admitted_a_second=50)  # fmt: skip
    return len(found) + 1


def begin_tickets(*, games: GamesRow, channel: str, now: dt.datetime) -> int:
    """Sell tickets of the sessions in the schedule of now; return how many sessions are new."""
    schedule = schedule_now(games=games, sources=Sources())
    names = {row.code: row.name for row in disciplines(games_id=games.id)}
    venues = {row.code: row for row in venue_lines(games_id=games.id)}
    sessions = []
    for block in schedule.sessions:
        venue = venues[block.venue]
        places = venue.spectators_max or PLACES
        best = min(places * BEST // 100, ROWS * SEATS)
        rows = max(1, best // SEATS)
        price = CENTS_FINAL if block.finals else CENTS
        seats = (Block(name="N", rows=rows, seats=SEATS),)
        title = f"{names.get(block.discipline, block.discipline)}, {venue.name}"
        sessions.append(
            SessionValues(
                code=block.code, venue=block.venue, discipline=block.discipline,
                titles={"en": title}, units=block.units,
                starts_at=schedule.epoch + dt.timedelta(seconds=block.starts_at),
                ends_before=schedule.epoch + dt.timedelta(seconds=block.ends_before),
                categories=(
                    TicketCategory(code="A", price=2 * price, blocks=seats),
                    TicketCategory(code="B", price=price, places=max(1, places - rows * SEATS)),
                ),
            )
        )  # fmt: skip
    return open_tickets(games_id=games.id, sessions=sessions, channel=channel, now=now)


def _gift_card() -> ProductValues:
    return ProductValues(
        code="GIFT", kind=ProductKind.GIFT, collections=("gift",),
        titles={"en": "Gift card", "fr": "Carte cadeau", "ar": "بطاقة هدية"},
        variants={f"GIFT-{euros}": {"worth": f"{euros} EUR"} for euros in GIFT_EUROS},
        prices={(f"GIFT-{euros}", "web"): 100 * euros for euros in GIFT_EUROS},
    )  # fmt: skip


def _skus(ware: Ware) -> dict[str, dict[str, str]]:
    if not ware.sizes:
        return {ware.code: {}}
    return {f"{ware.code}-{size}": {"size": size} for size in ware.sizes}


def _values(ware: Ware) -> ProductValues:
    skus = _skus(ware)
    return ProductValues(
        code=ware.code,
        titles=ware.titles,
        variants=skus,
        prices={(sku, channel): ware.cents for sku in skus for channel in ("web", "store")},
        collections=(ware.collection,),
        weight_g=ware.grams,
    )
