"""People for programs: register, look, scan."""

import datetime as dt
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from sportsbrain.access import queries
from sportsbrain.access.actions import (
    EntryValues,
    PersonValues,
    enter,
    note_read,
    register_people,
    replace_entry,
    withdraw_entries,
)
from sportsbrain.access.errors import AccessError, UnknownPersonError
from sportsbrain.access.guards import by_of, duties_by_token
from sportsbrain.committee.queries import games_clock
from sportsbrain.ui.pages import answer_json
from sportsbrain.vocabulary.people import Duty, FieldClass, Standing, WithdrawalReason

router = Router(tags=["people"])
PEOPLE_MAX = 1000


class PersonIn(Schema, extra="forbid"):
    """One person; ``code`` is the sender's own, the same again changes the person."""

    code: str
    organisation: str
    category: str
    family_name: str = ""
    given_name: str = ""
    birth_date: dt.date | None = None
    gender: str = ""
    nationality: str = ""
    document: str = ""
    email: str = ""
    phone: str = ""
    function: str = ""
    guardian: str = ""
    needs: str = ""
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    answers: dict[str, str] = Field(default_factory=dict)

    def values(self) -> PersonValues:
        """Return what the one door takes."""
        found = self.dict()
        return PersonValues(client=found.pop("organisation"), **found)


class PeopleIn(Schema, extra="forbid"):
    """People, at most 1,000 at once."""

    people: list[PersonIn]


class ScanIn(Schema, extra="forbid"):
    """What a scanner read, and which gate asks, such as ``zone V01 B``."""

    text: str
    gate: str = ""


@router.post("/{code}/people")
def register(request: HttpRequest, code: str, body: PeopleIn) -> HttpResponse:
    """Register people; each that can't be is refused with its reason, the others are kept."""
    games, seats = duties_by_token(request, code, Duty.REGISTER, Duty.REGISTRATION)
    if len(body.people) > PEOPLE_MAX:
        return answer_json(request, {"detail": f"{PEOPLE_MAX} people at once at most"}, status=422)
    done = register_people(
        games=games,
        people=[person.values() for person in body.people],
        by=by_of(request, seats, dt.datetime.now(dt.UTC)),
    )
    refused = [
        {
            "code": body.people[row.index].code,
            "column": row.trouble.column,
            "reason": row.trouble.reason,
            "advice": row.trouble.advice,
        }
        for row in done.refused
    ]
    counts = {"created": done.created, "changed": done.changed, "same": done.same}
    return answer_json(request, {**counts, "refused": refused})


@router.get("/{code}/people")
def people(
    request: HttpRequest, code: str, state: str = "", client: str = "", page: int = 1
) -> HttpResponse:
    """Return a page of the people that are the caller's business."""
    games, seats = duties_by_token(request, code)
    lines, count = queries.person_lines(
        games=games, seats=seats, state=state, client=client, page=page
    )
    return answer_json(request, {"count": count, "items": lines})


@router.post("/{code}/people/scan")
def scan(request: HttpRequest, code: str, body: ScanIn) -> HttpResponse:
    """Answer a gate: colour, reason, number of the card."""
    games, _seats = duties_by_token(request, code, Duty.GATE, Duty.CARDS)
    words = body.gate.split()
    if words and len(words) != 3:
        return answer_json(request, {"detail": "gate: kind, place and code"}, status=422)
    found = queries.scan(
        games=games,
        text=body.text,
        asked=(words[0], words[1], words[2]) if len(words) == 3 else None,
        moment=games_clock(games_id=games.id, now=dt.datetime.now(dt.UTC)),
    )
    verdict = found.verdict
    number = verdict.proof.number if verdict.proof else ""
    return answer_json(
        request, {"colour": verdict.colour, "reason": verdict.reason, "number": number}
    )


Code = Annotated[str, Field(max_length=80, pattern=r"^[^\x00]*$")]


class EntryIn(Schema, extra="forbid"):
    """One competitor for one event."""

    event: Code
    competitor: Code
    standing: Standing = Standing.ENTERED
    mark: str = Field(default="", max_length=20)


class EntriesIn(Schema, extra="forbid"):
    """Entries, at most 1,000 at once."""

    entries: list[EntryIn]


class WithdrawalIn(Schema, extra="forbid"):
    """Who does not start in an event, why, and who comes instead."""

    event: Code
    competitor: Code
    reason: WithdrawalReason
    note: str = Field(default="", max_length=200)
    comes: Code = ""


@router.post("/{code}/entries")
def enter_competitors(request: HttpRequest, code: str, body: EntriesIn) -> HttpResponse:
    """Enter competitors; each that can't be is refused with every reason, the others are kept."""
    games, seats = duties_by_token(request, code, Duty.REGISTER, Duty.REGISTRATION)
    if len(body.entries) > PEOPLE_MAX:
        return answer_json(request, {"detail": f"{PEOPLE_MAX} entries at once at most"}, status=422)
    values = [EntryValues(**entry.dict()) for entry in body.entries]
    by = by_of(request, seats, dt.datetime.now(dt.UTC))
    try:
        done = enter(games=games, entries=values, by=by)
    except AccessError as error:
        return answer_json(request, {"detail": str(error)}, status=422)
    refused = [
        {
            "event": values[row.index].event,
            "competitor": values[row.index].competitor,
            "troubles": row.troubles,
        }
        for row in done.refused
    ]
    return answer_json(request, {"made": done.made, "same": done.same, "refused": refused})


@router.post("/{code}/entries/withdraw")
def withdraw_competitor(request: HttpRequest, code: str, body: WithdrawalIn) -> HttpResponse:
    """Withdraw an entry; who comes instead has the place and the start."""
    games, seats = duties_by_token(request, code, Duty.REGISTER, Duty.REGISTRATION)
    by = by_of(request, seats, dt.datetime.now(dt.UTC))
    try:
        if body.comes:
            replace_entry(
                games=games, event=body.event, gone=body.competitor, comes=body.comes,
                reason=body.reason, note=body.note, by=by,
            )  # fmt: skip
        else:
            withdraw_entries(
                games=games, event=body.event, competitors=(body.competitor,), reason=body.reason,
                note=body.note, by=by,
            )  # fmt: skip
    except UnknownPersonError as error:
        return answer_json(request, {"detail": str(error)}, status=404)
    except AccessError as error:
        return answer_json(request, {"detail": str(error)}, status=422)
    return answer_json(request, {"withdrawn": body.competitor, "comes": body.comes})


@router.get("/{code}/entries")
def entries(request: HttpRequest, code: str, event: Code, client: Code = "") -> HttpResponse:
    """Return an event with its rule and the entries that are the caller's business."""
    games, seats = duties_by_token(request, code, Duty.REGISTER, Duty.REGISTRATION)
    if not seats.has(Duty.REGISTRATION):
        client = client if client in seats.clients else next(iter(seats.clients), "-")
    page = queries.event_page(games=games, event=event, organisation=client)
    if page is None:
        return answer_json(request, {"detail": f"there is no event {event}"}, status=404)
    told = sum(1 for step in page.steps if step.reason)
    if told:
        note_read(games=games, classes=(FieldClass.NEEDS,), people=told,
                  by=by_of(request, seats, dt.datetime.now(dt.UTC)))  # fmt: skip
    return answer_json(request, page)
