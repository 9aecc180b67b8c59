"""The shop for programs: what is sold, orders, stock, parcels, and hooks that are told."""

import dataclasses
import datetime as dt
import hashlib
import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from sportsbrain.committee.actions import record_audit
from sportsbrain.committee.guards import seat_by_token
from sportsbrain.ledger.actions import count_stock
from sportsbrain.ledger.queries import has_moves, stock_rows
from sportsbrain.live.actions import add_hook, remove_hook
from sportsbrain.live.jobs import check_hook_url
from sportsbrain.live.queries import hook_rows
from sportsbrain.shop import actions, queries
from sportsbrain.shop.errors import ShopError
from sportsbrain.ui.pages import answer_json, answer_page
from sportsbrain.vocabulary.shop import Outcome, ParcelState
from sportsbrain.vocabulary.statuses import Role

router = Router(tags=["shop"])
PARCELS_MAX = 500
TOPICS = ("shop.", "label.", "gate.")
STATUS = {
    Outcome.PLACED: 201, Outcome.SOLD_OUT: 410, Outcome.OVER_LIMIT: 429, Outcome.REFUSED: 422,
    Outcome.CONFLICT: 409,
}  # fmt: skip
WORD = r"^[^\x00-\x1f]*$"


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Line(Schema, extra="forbid"):
    """So many pieces of an article."""

    sku: str = Field(max_length=60, pattern=WORD)
    quantity: int = Field(ge=1, le=1000)


class NewOrder(Schema, extra="forbid"):
    """What somebody wants to buy; ``is_shipped`` needs an address of its country."""

    channel: str = Field(max_length=20, pattern=WORD)
    lines: list[Line] = Field(min_length=1, max_length=50)
    country: str = Field(min_length=2, max_length=2, pattern="^[A-Za-z]{2}$")
    person: str = Field("", max_length=64, pattern=WORD)
    email: str = Field("", max_length=200, pattern=WORD)
    language: str = Field("en", max_length=8, pattern=WORD)
    drop: str = Field("", max_length=20, pattern=WORD)
    place: str = Field("", max_length=300, pattern=WORD)
    codes: list[str] = Field([], max_length=5)
    address: dict[str, str] = Field({}, max_length=10)
    is_shipped: bool = False


class NewReturn(Schema, extra="forbid"):
    """Pieces that come back, by the line of the order."""

    pieces: dict[int, int]
    why: str = Field("", max_length=200, pattern=WORD)


class Count(Schema, extra="forbid"):
    """What somebody counted at a location, by SKU; ``ref`` names the count: it counts once."""

    location: str = Field(max_length=20, pattern=WORD)
    counted: dict[str, int]
    ref: str = Field(min_length=1, max_length=50, pattern=WORD)


class Sent(Schema, extra="forbid"):
    """Who brings a parcel, and its number there."""

    carrier: str = Field("", max_length=40, pattern=WORD)
    tracking: str = Field("", max_length=60, pattern=WORD)


class Tracked(Schema, extra="forbid"):
    """What a carrier tells; ``event`` is its own name of it, the same again changes nothing."""

    carrier: str = Field(max_length=40, pattern=WORD)
    tracking: str = Field(min_length=1, max_length=60, pattern=WORD)
    event: str = Field(min_length=1, max_length=80, pattern=WORD)
    state: ParcelState
    place: str = Field("", max_length=120, pattern=WORD)
    happened_at: dt.datetime


class NewHook(Schema, extra="forbid"):
    """An address that is told; topics begin with ``shop.``, ``label.`` or ``gate.``."""

    url: str = Field(max_length=500, pattern=WORD)
    topics: list[str] = Field(["shop."], min_length=1, max_length=20)


@router.get("/{code}/shop/offers")
def offers(
    request: HttpRequest, code: str, channel: str = "web", language: str = "en", offset: int = 0,
    limit: int = 100,
) -> HttpResponse:  # fmt: skip
    """List what a channel sells now: prices in minor units, and pieces that are free."""
    games = seat_by_token(request, code).games
    rows = queries.offer_rows(games_id=games.id, channel=channel[:20], language=language[:8],
                              now=_now())  # fmt: skip
    return answer_page(request, list(rows), offset, limit)


@router.get("/{code}/shop/orders/{number}")
def order(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Return an order with its payments, parcels and returns."""
    games = seat_by_token(request, code).games
    card = queries.order_card(games_id=games.id, number=number) if abs(number) < 2**63 else None
    if card is None:
        message = f"no order {number}"
        raise Http404(message)
    more: dict[str, Any] = {
        "payments": queries.payments_of_order(games_id=games.id, order=number),
        "parcels": queries.parcel_cards(games_id=games.id, order=number),
        "returns": queries.return_rows(games_id=games.id, order=number),
    }
    return answer_json(request, {**dataclasses.asdict(card), **more})


@router.post("/{code}/shop/orders")
def place(request: HttpRequest, code: str, body: NewOrder) -> HttpResponse:
    """
    Place an order; its pieces are held until it is paid.

    The header ``Idempotency-Key`` (8 to 64 letters of your own) makes asking twice one order: 201
    both times; 409 when the key is of another one, 410 sold out, 422 refused, 429 over the limit.
    """
    games = seat_by_token(request, code, Role.PLANNER).games
    key = request.headers.get("Idempotency-Key", "")
    country = body.country.upper()
    if not (8 <= len(key) <= 64 and key.isprintable()):
        message = "say Idempotency-Key: 8 to 64 letters of your own, the same for the same order"
        raise ShopError(message)
    words = (*body.codes, *body.address, *body.address.values(), body.person, body.channel,
             body.drop, body.place, body.email, *(line.sku for line in body.lines))  # fmt: skip
    if not all(word.isprintable() and len(word) <= 300 for word in words):
        message = "words are printable, and not longer than 200 letters"
        raise ShopError(message)
    faults = queries.address_faults(body.address, country)
    if not body.is_shipped:
        faults = {name: fault for name, fault in faults.items() if name == "country"}
    if faults:
        said = ", ".join(f"{name} is {fault}" for name, fault in sorted(faults.items()))
        message = f"this is no address of {country}: {said}"
        raise ShopError(message)
    text = json.dumps(body.dict(), sort_keys=True).encode()
    wish = actions.Wish(
        key=key, body=hashlib.blake2s(text, digest_size=16).hexdigest(), channel=body.channel,
        lines=tuple((line.sku, line.quantity) for line in body.lines), country=country,
        person=body.person, email=body.email, language=body.language, drop=body.drop,
        place=body.place, codes=tuple(body.codes), address=body.address,
        is_shipped=body.is_shipped,
    )  # fmt: skip
    book = queries.book_of(games_id=games.id)
    (found,) = actions.place_orders(book, wishes=(wish,), now=_now())
    rows = {**dataclasses.asdict(found), "outcome": found.outcome.value}
    if found.outcome == Outcome.PLACED:
        rows["link"] = queries.link_of(games_id=games.id, number=found.order)
    return answer_json(request, rows, status=STATUS[found.outcome])


@router.post("/{code}/shop/orders/{number}/returns")
def give_back(request: HttpRequest, code: str, number: int, body: NewReturn) -> HttpResponse:
    """Say that pieces of an order come back."""
    games = seat_by_token(request, code, Role.PLANNER).games
    made = actions.ask_return(games_id=games.id, order=number, pieces=body.pieces, why=body.why,
                              now=_now())  # fmt: skip
    return answer_json(request, {"return": made}, status=201)


@router.get("/{code}/shop/stock")
def stock(
    request: HttpRequest, code: str, location: str = "", offset: int = 0, limit: int = 100
) -> HttpResponse:
    """List stock by item, location and bucket."""
    games = seat_by_token(request, code).games
    rows = stock_rows(games_id=games.id, location=location[:20].replace("\x00", ""))
    return answer_page(request, list(rows), offset, limit)


@router.post("/{code}/shop/stock/counts")
def count(request: HttpRequest, code: str, body: Count) -> HttpResponse:
    """Take what was counted as what is there; return the differences by SKU."""
    games = seat_by_token(request, code, Role.PLANNER).games
    rows = {
        row.item: row.id for row in stock_rows(games_id=games.id, location=body.location)
        if not row.bucket
    }  # fmt: skip
    unknown = sorted(body.counted.keys() - rows.keys())
    if unknown or any(not 0 <= n < 10**8 for n in body.counted.values()):
        message = f"{unknown[0]} does not lie at {body.location}" if unknown else "count from 0 up"
        raise ShopError(message)
    ref = f"count {body.ref}"[:60]
    if has_moves(games_id=games.id, ref=ref):  # sent again: what was sold since is not there again
        return answer_json(request, {"differences": {}, "was_counted": True})
    found = count_stock(games_id=games.id, ref=ref, now=_now(),
                        counted={rows[sku]: n for sku, n in body.counted.items()})  # fmt: skip
    record_audit(
        games_id=games.id, actor=request.user.get_username(), verb="counted stock",
        thing=body.location, details={"ref": body.ref, "items": len(body.counted)},
    )  # fmt: skip
    names = {key: sku for sku, key in rows.items()}
    return answer_json(request, {"differences": {names[key]: n for key, n in found.items()}})


@router.get("/{code}/shop/parcels")
def parcels(
    request: HttpRequest, code: str, state: ParcelState | None = None, location: str = "",
    offset: int = 0, limit: int = 100,
) -> HttpResponse:  # fmt: skip
    """List parcels with their contents and what the customs ask, oldest first."""
    games = seat_by_token(request, code, Role.PLANNER).games
    limit = max(1, min(limit, PARCELS_MAX))
    rows = queries.parcel_cards(games_id=games.id, state=state, limit=limit + 1,
                                offset=max(0, min(offset, 10**9)),
                                location=location[:20].replace("\x00", ""))  # fmt: skip
    following = offset + limit if len(rows) > limit else None
    return answer_json(request, {"next_offset": following, "items": rows[:limit]})


@router.post("/{code}/shop/parcels/{number}/sent")
def sent(request: HttpRequest, code: str, number: int, body: Sent) -> HttpResponse:
    """Say that a parcel left."""
    games = seat_by_token(request, code, Role.PLANNER).games
    actions.send_parcel(games_id=games.id, parcel=number, carrier=body.carrier, now=_now(),
                        tracking=body.tracking, by=request.user.get_username())  # fmt: skip
    return answer_json(request, {"sent": number})


@router.post("/{code}/shop/tracking")
def tracked(request: HttpRequest, code: str, body: Tracked) -> HttpResponse:
    """Take what a carrier tells of a parcel, in any order."""
    games = seat_by_token(request, code, Role.PLANNER).games
    moment = body.happened_at
    is_new = actions.follow_parcel(
        games_id=games.id, carrier=body.carrier, tracking=body.tracking, event=body.event,
        state=body.state, place=body.place, now=_now(),
        happened_at=moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC),
    )  # fmt: skip
    return answer_json(request, {"is_new": is_new})


@router.get("/{code}/shop/hooks")
def hooks(request: HttpRequest, code: str) -> HttpResponse:
    """List the addresses that are told."""
    games = seat_by_token(request, code, Role.PLANNER).games
    return answer_json(request, hook_rows(games_id=games.id))


@router.post("/{code}/shop/hooks")
def new_hook(request: HttpRequest, code: str, body: NewHook) -> HttpResponse:
    """Tell an address what happens from now on; the secret of its signatures is shown once."""
    games = seat_by_token(request, code, Role.PLANNER).games
    if not all(
        topic.startswith(TOPICS) and topic.isprintable() and len(topic) <= 60
        for topic in body.topics
    ):
        message = f"topics begin with {', '.join(TOPICS)}"
        raise ShopError(message)
    check_hook_url(body.url)
    actor = request.user.get_username()
    hook, secret = add_hook(games_id=games.id, url=body.url, topics=body.topics, actor=actor,
                            now=_now())  # fmt: skip
    record_audit(games_id=games.id, actor=actor, verb="made hook", thing=body.url,
                 details={"topics": body.topics})  # fmt: skip
    return answer_json(request, {"hook": hook, "secret": secret}, status=201)


@router.delete("/{code}/shop/hooks/{hook}")
def end_hook(request: HttpRequest, code: str, hook: int) -> HttpResponse:
    """Tell an address nothing more."""
    games = seat_by_token(request, code, Role.PLANNER).games
    if abs(hook) >= 2**63 or not remove_hook(games_id=games.id, hook=hook):
        message = f"no hook {hook}"
        raise Http404(message)
    record_audit(games_id=games.id, actor=request.user.get_username(), verb="removed hook",
                 thing=str(hook), details={})  # fmt: skip
    return answer_json(request, {"removed": hook})
