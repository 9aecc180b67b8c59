"""The village for programs: stays, orders, gates, requests, halls."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Field, Router, Schema
from pydantic import AwareDatetime, StringConstraints

from sportsbrain.committee.errors import DeniedError
from sportsbrain.committee.guards import seat_by_token
from sportsbrain.committee.queries import games_clock, games_today
from sportsbrain.ledger.queries import folio_rows, line_rows
from sportsbrain.ui.pages import answer_json, answer_page
from sportsbrain.village import actions, queries
from sportsbrain.village.actions import By
from sportsbrain.village.exports import TYPES, entities
from sportsbrain.village.guards import delegation_by_token
from sportsbrain.village.planning import energy_page, hall_rows
from sportsbrain.vocabulary.proofs import Direction
from sportsbrain.vocabulary.statuses import Role

router = Router(tags=["village"])
READS_MAX, ENTITIES_MAX = 2_000, 1_000
CHEF = "the delegation's chef de mission"


NO_NUL = r"^[^\x00]*$"
Text = Annotated[str, StringConstraints(max_length=400, pattern=NO_NUL)]
Long = Annotated[str, StringConstraints(max_length=4_000, pattern=NO_NUL)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=NO_NUL)]
Count = Annotated[int, Field(ge=-1, le=100_000)]
Amount = Annotated[int, Field(ge=-(10**13), le=10**13)]
Day = Annotated[dt.date, Field(ge=dt.date(2000, 1, 1), le=dt.date(2100, 1, 1))]


class Order(Schema, extra="forbid"):
    """
    Something of the rate card; ``key`` is the caller's own name of the wish, the same again is one.

    ``last`` is the last day or night of it; ``hours`` from and until, where it is booked by hour.
    """

    key: Key
    item: Text
    quantity: Count = 1
    first: Day | None = None
    last: Day | None = None
    hours: tuple[int, int] | None = None
    gender: Literal["", "M", "W", "X"] = ""


class Wanted(Schema, extra="forbid"):
    """A wish for something scarce; ``bid`` in minor units a piece, where a price decides."""

    key: Key
    item: Text
    pieces: Count
    slot: Text = ""
    bid: Amount = 0


class Back(Schema, extra="forbid"):
    """An order to take back, by its line on the folio."""

    key: Key
    line: Count


class Step(Schema, extra="forbid"):
    """A step of a stay; ``bed`` counts from 1."""

    key: Key
    step: Literal["check in", "depart", "cancel", "move", "swap"]
    person: Text
    other: Text = ""
    room: Text = ""
    bed: Count = 1
    why: Text = ""


class Read(Schema, extra="forbid"):
    """A pass that a gate read; ``was_let_in``: the gate had no network and decided alone."""

    uid: Key
    text: Long
    zone: Text
    direction: Direction
    at: AwareDatetime
    was_let_in: bool = False


class Reads(Schema, extra="forbid"):
    """Reads of gates, 2,000 at once at most."""

    reads: list[Read]


class Asked(Schema, extra="forbid"):
    """A request for a service; of an asset, or of a place."""

    kind: Text
    asset: Text = ""
    place: Text = ""
    text: Text = ""
    delegation: Text = ""


class Command(Schema, extra="forbid"):
    """Something to tell a device, with the reason; it holds for seconds, never longer."""

    principal: Text
    device: Text
    key: Text
    value: bool | float | Text
    reason: Text = ""


class Told(Schema, extra="forbid"):
    """What a tenant sold on a day, in minor units without tax."""

    space: Text
    day: dt.date
    amount: Amount


def _acting(request: HttpRequest, code: str, delegation: str) -> tuple[Any, By, dt.date]:
    """Return the Games, as whom somebody acts, and the day of the Games."""
    seat, by = delegation_by_token(request, code, delegation)
    if by is None:
        raise DeniedError(needed=Role.PLANNER.value, who_can=CHEF)
    real = dt.datetime.now(dt.UTC)
    now = games_clock(games_id=seat.games.id, now=real)
    return seat.games, dataclasses.replace(by, now=now), games_today(games=seat.games, now=real)


def _office(request: HttpRequest, code: str) -> tuple[Any, By]:
    games = seat_by_token(request, code, Role.PLANNER).games
    now = games_clock(games_id=games.id, now=dt.datetime.now(dt.UTC))
    return games, By(name=request.user.get_username(), now=now)


@router.get("/{code}/village/rates")
def rates(request: HttpRequest, code: str) -> HttpResponse:
    """Return the rate card as it is today."""
    games = seat_by_token(request, code, Role.PORTAL).games
    on = games_today(games=games, now=dt.datetime.now(dt.UTC))
    return answer_json(request, queries.rate_rows(games_id=games.id, on=on))


@router.get("/{code}/village/folios/{delegation}")
def folio(
    request: HttpRequest, code: str, delegation: str, offset: int = 0, limit: int = 100
) -> HttpResponse:
    """Return the lines of a folio; what it owes is in the header ``Folio-Balance``."""
    seat, _by = delegation_by_token(request, code, delegation)
    rows = list(line_rows(games_id=seat.games.id, folio=delegation))
    response = answer_page(request, rows, offset, limit)
    known = folio_rows(games_id=seat.games.id, code=delegation)
    response["Folio-Balance"] = known[0].balance_text if known else ""
    return response


@router.post("/{code}/village/folios/{delegation}/orders")
def order(request: HttpRequest, code: str, delegation: str, body: Order) -> HttpResponse:
    """Order something for a delegation, once by its key."""
    games, by, on = _acting(request, code, delegation)
    last = body.last or body.first
    booking = actions.Booking(
        item=body.item, quantity=body.quantity, first=body.first, hours=body.hours,
        after=last + dt.timedelta(days=1) if last else None, gender=body.gender,
    )  # fmt: skip
    return answer_json(request, actions.order(
        games_id=games.id, key=body.key, delegation=delegation, booking=booking, on=on, by=by,
    ))  # fmt: skip


@router.post("/{code}/village/folios/{delegation}/back")
def back(request: HttpRequest, code: str, delegation: str, body: Back) -> HttpResponse:
    """Take an order back that has not begun."""
    games, by, on = _acting(request, code, delegation)
    return answer_json(request, actions.cancel_order(
        games_id=games.id, key=body.key, delegation=delegation, line=body.line, on=on, by=by,
    ))  # fmt: skip


@router.post("/{code}/village/folios/{delegation}/wishes")
def wish(request: HttpRequest, code: str, delegation: str, body: Wanted) -> HttpResponse:
    """Wish for something scarce, or change the wish."""
    games, by, on = _acting(request, code, delegation)
    return answer_json(request, actions.wish_for(
        games_id=games.id, key=body.key, delegation=delegation, item=body.item, by=by, on=on,
        pieces=body.pieces, slot=body.slot, bid=body.bid,
    ))  # fmt: skip


@router.get("/{code}/village/desk")
def desk(request: HttpRequest, code: str) -> HttpResponse:
    """Return who is expected, late and leaving today, and how many of each delegation are here."""
    seat = seat_by_token(request, code)
    day = games_today(games=seat.games, now=dt.datetime.now(dt.UTC))
    return answer_json(request, queries.desk_of(games_id=seat.games.id, day=day))


@router.get("/{code}/village/stays/{delegation}")
def stays(
    request: HttpRequest, code: str, delegation: str, offset: int = 0, limit: int = 100
) -> HttpResponse:
    """Return the beds of a delegation; names for who acts."""
    seat, by = delegation_by_token(request, code, delegation)
    rows = queries.delegation_stays(games_id=seat.games.id, delegation=delegation,
                                    is_named=by is not None)  # fmt: skip
    return answer_page(request, list(rows), offset, limit)


@router.get("/{code}/village/passes/{delegation}")
def passes(request: HttpRequest, code: str, delegation: str) -> HttpResponse:
    """Return the passes of a delegation's residents, by person: to print or to send."""
    games, by, _on = _acting(request, code, delegation)
    return answer_json(
        request, actions.delegation_passes(games=games, delegation=delegation, now=by.now)
    )


@router.post("/{code}/village/stays/{delegation}/steps")
def step(request: HttpRequest, code: str, delegation: str, body: Step) -> HttpResponse:
    """Check somebody in, let depart, move, swap: once by its key."""
    games, by, on = _acting(request, code, delegation)
    given: dict[str, Any] = {"games_id": games.id, "key": body.key, "by": by}
    steps: dict[str, Callable[[], dict[str, Any]]] = {
        "check in": lambda: actions.check_in(**given, person=body.person, on=on),
        "depart": lambda: actions.depart(**given, person=body.person, on=on),
        "cancel": lambda: actions.cancel_stay(**given, person=body.person),
        "move": lambda: actions.move(**given, person=body.person, room=body.room,
                                     bed=body.bed - 1, on=on, why=body.why),
        "swap": lambda: actions.swap(**given, one=body.person, other=body.other, on=on,
                                     why=body.why),
    }  # fmt: skip
    return answer_json(request, steps[body.step]())


@router.post("/{code}/village/gates")
def gates(request: HttpRequest, code: str, body: Reads) -> HttpResponse:
    """Judge passes that gates read, keep the reads, and say what each gate shows."""
    games, by = _office(request, code)
    if len(body.reads) > READS_MAX:
        return answer_json(request, {"detail": f"{READS_MAX} reads at once at most"}, status=422)
    found = actions.read_gates(
        games=games, now=by.now,
        reads=[
            actions.GateRead(uid=read.uid, text=read.text, zone=read.zone,
                             direction=read.direction, read_at=read.at,
                             was_let_in=read.was_let_in)
            for read in body.reads
        ],
    )  # fmt: skip
    return answer_json(request, {
        uid: {"colour": verdict.colour.value, "reason": verdict.reason}
        for uid, verdict in found.items()
    }, status=202)  # fmt: skip


@router.post("/{code}/village/requests")
def ask(request: HttpRequest, code: str, body: Asked) -> HttpResponse:
    """Ask for a service; one that is open for the asset is counted."""
    games, by = _office(request, code)
    number, is_new = actions.open_request(games_id=games.id, by=by, **body.dict())
    return answer_json(request, {"request": number, "is_new": is_new}, status=202)


@router.post("/{code}/village/requests/{number}/{step}")
def serve(
    request: HttpRequest, code: str, number: int, step: Literal["take", "done", "cancel"]
) -> HttpResponse:
    """Take a request, or say that it is done or not wanted any more."""
    games, by = _office(request, code)
    if step == "take":
        actions.take_request(games_id=games.id, number=number, by=by)
    else:
        actions.close_request(games_id=games.id, number=number, by=by,
                              is_cancelled=step == "cancel")  # fmt: skip
    return answer_json(request, {"request": number, "step": step})


@router.get("/{code}/village/requests")
def requests(request: HttpRequest, code: str) -> HttpResponse:
    """Return what is open by when it is due, and how long things take."""
    games = seat_by_token(request, code).games
    now = games_clock(games_id=games.id, now=dt.datetime.now(dt.UTC))
    return answer_json(request, {
        "open": queries.request_rows(games_id=games.id, now=now),
        "clocks": queries.clock_rows(games_id=games.id, now=now),
    })  # fmt: skip


@router.get("/{code}/village/leases")
def leases(request: HttpRequest, code: str) -> HttpResponse:
    """Return who runs which space, what was sold there and what is owed for it."""
    games = seat_by_token(request, code).games
    return answer_json(request, queries.lease_rows(games_id=games.id))


@router.post("/{code}/village/turnover")
def turnover(request: HttpRequest, code: str, body: Told) -> HttpResponse:
    """Keep what a tenant sold on a day."""
    games, by = _office(request, code)
    actions.tell_turnover(games_id=games.id, space=body.space, day=body.day, amount=body.amount,
                          by=by)  # fmt: skip
    return answer_json(request, {"space": body.space, "day": body.day}, status=202)


@router.post("/{code}/village/commands")
def command(request: HttpRequest, code: str, body: Command) -> HttpResponse:
    """Ask for something to be told to a device; what became of it is among the commands."""
    games = seat_by_token(request, code, Role.APPROVER).games
    number = actions.ask_command(
        games_id=games.id, by=request.user.get_username(), now=dt.datetime.now(dt.UTC),
        **body.dict(),
    )  # fmt: skip
    return answer_json(request, {"command": str(number)}, status=202)


@router.get("/{code}/village/commands")
def commands(request: HttpRequest, code: str) -> HttpResponse:
    """Return what devices were told, and what they answered."""
    games = seat_by_token(request, code).games
    return answer_json(request, queries.commands_told(games_id=games.id))


@router.get("/{code}/village/halls")
def halls(request: HttpRequest, code: str) -> HttpResponse:
    """Return how full halls are, and what is to come of today."""
    games = seat_by_token(request, code).games
    now = games_clock(games_id=games.id, now=dt.datetime.now(dt.UTC))
    return answer_json(request, hall_rows(games=games, now=now))


@router.get("/{code}/village/energy")
def energy(request: HttpRequest, code: str) -> HttpResponse:
    """Return what buildings use and what options would save."""
    games = seat_by_token(request, code).games
    now = games_clock(games_id=games.id, now=dt.datetime.now(dt.UTC))
    return answer_json(request, energy_page(games=games, now=now))


@router.get("/{code}/village/earnings")
def earnings(request: HttpRequest, code: str) -> HttpResponse:
    """Return what earns what, and what stakeholders are due."""
    games = seat_by_token(request, code).games
    return answer_json(request, {
        "items": queries.earning_rows(games_id=games.id),
        "stakeholders": queries.party_rows(games_id=games.id),
    })  # fmt: skip


@router.get("/{code}/ngsi-ld/v1/types")
def ngsi_types(request: HttpRequest, code: str) -> HttpResponse:
    """Return which types of NGSI-LD entities there are."""
    seat_by_token(request, code)
    return _linked(request, {"type": "EntityTypeList", "typeList": list(TYPES)})


@router.get("/{code}/ngsi-ld/v1/entities")
def ngsi_entities(
    request: HttpRequest, code: str, type: str = "", offset: int = 0, limit: int = 100  # noqa: A002  # the standard's word
) -> HttpResponse:  # fmt: skip
    """Return NGSI-LD entities of a type, or of all; ``NGSILD-Results-Count`` says how many."""
    found = [row for row in _entities(request, code) if type in {"", row["type"]}]
    first = max(0, offset)
    part = found[first : first + max(1, min(limit, ENTITIES_MAX))]
    response = _linked(request, part)
    response["NGSILD-Results-Count"] = str(len(found))
    return response


@router.get("/{code}/ngsi-ld/v1/entities/{entity}")
def ngsi_entity(request: HttpRequest, code: str, entity: str) -> HttpResponse:
    """Return one entity."""
    found = next((row for row in _entities(request, code) if row["id"] == entity), None)
    if found is None:
        raise Http404(entity)
    return _linked(request, found)


def _entities(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    games = seat_by_token(request, code).games
    now = games_clock(games_id=games.id, now=dt.datetime.now(dt.UTC))
    rows = queries.newest_rows(games_id=games.id, now=now)
    return entities(games=games, rows=rows, beds=queries.buildings_of(games_id=games.id))


def _linked(request: HttpRequest, rows: Any) -> HttpResponse:
    response = answer_json(request, rows)
    response["Content-Type"] = "application/ld+json"
    return response
