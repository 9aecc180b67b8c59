"""The planner for programs: everything that its pages can do."""

import dataclasses
import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema

from sportsbrain.committee.errors import DeniedError
from sportsbrain.committee.guards import seat_by_token
from sportsbrain.committee.queries import Seat, approvers_of, audit_of, games_clock, seats_of
from sportsbrain.inbox.queries import rejects_of
from sportsbrain.plans.actions import ask_cancel
from sportsbrain.plans.queries import (
    RunRow,
    Sources,
    number_in_force,
    run_row,
    runs_of,
    schedule_now,
    version_faults,
    version_items,
    version_row,
    versions_of,
)
from sportsbrain.sport import queries
from sportsbrain.sport.actions import (
    adopt_timetable,
    merge_people,
    publish_timetable,
    report_unit,
    sign_off,
)
from sportsbrain.sport.exports import CONTENT_TYPES, FORMATS, export_timetable
from sportsbrain.sport.jobs import launch_run
from sportsbrain.sport.planning import (
    PLANNER,
    Order,
    places_of_unit,
    replan,
)
from sportsbrain.sport.queries import Filters
from sportsbrain.ui.pages import API_ROWS_MAX, answer_json, answer_page
from sportsbrain.vocabulary.changes import Change, Closure, Move
from sportsbrain.vocabulary.statuses import Role, ScheduleStatus
from sportsbrain.world.queries import alike_participants

router = Router(tags=["timetable"])


class RunOrder(Schema, extra="forbid"):
    """What a run is asked to do."""

    seconds: float = 60.0
    seed: int = 1
    gap: float = 0.0
    from_version: int | None = None
    against: str = ""
    stability: float = 0.0
    as_of: str = ""


class ClosureOrder(Schema, extra="forbid"):
    """A venue that can not be used for a while."""

    venue: str
    starts_at: dt.datetime
    ends_before: dt.datetime
    base: str = ""


class MoveOrder(Schema, extra="forbid"):
    """A unit that shall begin at another time."""

    unit: str
    starts_at: dt.datetime
    base: str = ""


class MergeOrder(Schema, extra="forbid"):
    """Two participants who are one person."""

    keep: str
    drop: str


class SignOrder(Schema, extra="forbid"):
    """A delegate's word."""

    discipline_code: str
    is_agreed: bool
    remark: str = ""


def _version(seat: Seat, version: str) -> int | None:
    if version == "held":
        return None
    if version.isdecimal():
        return int(version)
    return number_in_force(games_id=seat.games.id, planner=PLANNER)


@router.get("")
def games(request: HttpRequest) -> HttpResponse:
    """List the Games one has a seat in."""
    return answer_json(request, list(seats_of(user_id=int(request.user.pk or 0))))


@router.get("/{code}")
def one_games(request: HttpRequest, code: str) -> HttpResponse:
    """Return a Games with its counts."""
    row = seat_by_token(request, code).games
    return answer_json(request, {"games": row, "counts": queries.games_counts(games=row)})


@router.get("/{code}/units")
def units(
    request: HttpRequest,
    code: str,
    day: dt.date | None = None,
    discipline: str = "",
    organisation: str = "",
    venue: str = "",
    medal: bool = False,  # noqa: FBT001, FBT002  # a query parameter
    version: str = "",
    offset: int = 0,
    limit: int = 100,
) -> HttpResponse:
    """List units with their times: as imported (``held``), of a version, or of the one in force."""
    seat = seat_by_token(request, code)
    filters = Filters(
        day=day,
        discipline=discipline,
        organisation=organisation,
        venue=venue,
        is_medal_only=medal,
        version=_version(seat, version),
    )
    return answer_page(request, queries.unit_rows(games=seat.games, filters=filters), offset, limit)


@router.get("/{code}/runs")
def runs(request: HttpRequest, code: str, offset: int = 0, limit: int = 100) -> HttpResponse:
    """List the runs, newest first."""
    row = seat_by_token(request, code).games
    found = list(runs_of(games_id=row.id, planner=PLANNER, rows_max=API_ROWS_MAX))
    return answer_page(request, found, offset, limit)


@router.post("/{code}/runs")
def start_run(request: HttpRequest, code: str, order: RunOrder) -> HttpResponse:
    """Start a run of the planner."""
    seat = seat_by_token(request, code, Role.PLANNER)
    run_id = launch_run(
        games_id=seat.games.id,
        order=Order(**order.model_dump()),
        actor=request.user.get_username(),
    )
    return answer_json(request, {"run": run_id}, status=202)


@router.post("/{code}/closures")
def close_venue(request: HttpRequest, code: str, order: ClosureOrder) -> HttpResponse:
    """Re-plan around a closed venue with the fewest moves."""
    closure = Closure(venue=order.venue, starts_at=order.starts_at, ends_before=order.ends_before)
    return _replan(request, code, closure, order.base)


@router.post("/{code}/moves")
def move_unit(request: HttpRequest, code: str, order: MoveOrder) -> HttpResponse:
    """Move a unit; what must give way moves as little as possible."""
    return _replan(request, code, Move(unit=order.unit, starts_at=order.starts_at), order.base)


def _replan(request: HttpRequest, code: str, change: Change, base: str) -> HttpResponse:
    seat = seat_by_token(request, code, Role.PLANNER)
    outcome = replan(
        games=seat.games,
        changes=(change,),
        base=base,
        actor=request.user.get_username(),
        now=dt.datetime.now(dt.UTC),
    )
    answer = {
        "version": outcome.version,
        "moved": outcome.moved,
        "moved_least": outcome.moved_least,
        "hard_faults": len(outcome.score.faults),
        "reasons": [dataclasses.asdict(reason) for reason in outcome.reasons],
    }
    return answer_json(request, answer, status=201)


@router.get("/{code}/plan/units")
def planned_units(request: HttpRequest, code: str, day: dt.date) -> HttpResponse:
    """List the units of a day by the timetable in force, in its times."""
    games = seat_by_token(request, code).games
    schedule = schedule_now(games=games, sources=Sources())
    zone = ZoneInfo(games.time_zone)
    rows: list[dict[str, Any]] = [
        {
            "code": unit.code,
            "venue": unit.venue,
            "starts_at": schedule.epoch + dt.timedelta(seconds=unit.starts_at),
            "ends_before": schedule.epoch + dt.timedelta(seconds=unit.ends_before),
        }
        for unit in schedule.units
    ]
    return answer_json(request, [r for r in rows if r["starts_at"].astimezone(zone).date() == day])


class UnitReport(Schema, extra="forbid"):
    """Where a unit stands; ``late_minutes`` counts while it is delayed."""

    status: ScheduleStatus
    late_minutes: int = 0


@router.post("/{code}/units/{key}/status")
def report_status(request: HttpRequest, code: str, key: str, body: UnitReport) -> HttpResponse:
    """Report that a unit is getting ready, running, delayed, interrupted or finished."""
    games = seat_by_token(request, code, Role.PLANNER).games
    report_unit(
        games=games,
        unit=key,
        status=body.status,
        late_minutes=body.late_minutes,
        actor=request.user.get_username(),
        now=games_clock(games_id=games.id, now=dt.datetime.now(dt.UTC)),
    )
    return answer_json(request, {"unit": key, "status": body.status}, status=202)


@router.get("/{code}/units/{key}/places")
def places(request: HttpRequest, code: str, key: str, base: str = "") -> HttpResponse:
    """List the best other times of a unit with what each costs or saves, term by term."""
    seat = seat_by_token(request, code, Role.PLANNER)
    found = places_of_unit(games=seat.games, base=base, unit=key)
    rows = [
        {"starts_at": moment.isoformat(), "delta": place.delta, "terms": dict(place.terms)}
        for moment, place in found
    ]
    return answer_json(request, rows)


@router.get("/{code}/clashes")
def clashes(
    request: HttpRequest, code: str, version: str = "", rule: str = "", discipline: str = ""
) -> HttpResponse:
    """List the broken rules of a timetable."""
    seat = seat_by_token(request, code)
    page = queries.clashes_page(
        games=seat.games, version=_version(seat, version), rule=rule, discipline=discipline
    )
    return answer_json(request, page)


@router.get("/{code}/search")
def search(request: HttpRequest, code: str, q: str) -> HttpResponse:
    """Find things by name or code."""
    return answer_json(request, queries.search(games=seat_by_token(request, code).games, text=q))


@router.post("/{code}/duplicates/merge")
def merge(request: HttpRequest, code: str, order: MergeOrder) -> HttpResponse:
    """Make two participants one: what belongs to one follows to the other."""
    seat = seat_by_token(request, code, Role.PLANNER)
    moved = merge_people(
        games=seat.games, keep=order.keep, drop=order.drop, actor=request.user.get_username()
    )
    return answer_json(request, {"kept": order.keep, "moved": moved})


@router.get("/{code}/{kind}/{key}")
def one_fact(request: HttpRequest, code: str, kind: str, key: str) -> HttpResponse:
    """Return one of events, units, venues, organisations or participants."""
    seat = seat_by_token(request, code)
    row, version = seat.games, _version(seat, "")
    readers: dict[str, Any] = {
        "events": lambda: queries.event_page(games=row, code=key, version=version),
        "units": lambda: queries.unit_page(games=row, code=key, version=version),
        "venues": lambda: queries.venue_page(games=row, code=key, version=version),
        "organisations": lambda: queries.organisation_page(games=row, code=key),
        "participants": lambda: queries.participant_page(games=row, code=key, version=version),
        "timetables": lambda: _timetable(seat, key),
        "runs": lambda: _run(row.id, key),
    }
    found = readers[kind]() if kind in readers else None
    if found is None:
        message = f"no {kind} {key}"
        raise Http404(message)
    return answer_json(request, found)


def _run(games_id: int, key: str) -> RunRow | None:
    """Return a run of the timetable planner; those of others are theirs."""
    found = run_row(games_id=games_id, run_id=int(key)) if key.isdecimal() else None
    return found if found and found.planner == PLANNER else None


def _timetable(seat: Seat, key: str) -> dict[str, Any] | None:
    if not key.isdecimal():
        return None
    where: dict[str, Any] = {"games_id": seat.games.id, "planner": PLANNER, "number": int(key)}
    return {
        "version": version_row(**where),
        "faults": version_faults(**where),
        "items": version_items(**where),
    }


@router.get("/{code}/{kind}")
def many_facts(
    request: HttpRequest, code: str, kind: str, offset: int = 0, limit: int = 100
) -> HttpResponse:
    """List venues, organisations, timetables, audit lines, rejects or duplicates."""
    row = seat_by_token(request, code).games
    readers: dict[str, Any] = {
        "venues": lambda: queries.venues(games=row),
        "organisations": lambda: queries.organisations(games=row),
        "timetables": lambda: list(versions_of(games_id=row.id, planner=PLANNER)),
        "audit": lambda: list(audit_of(games_id=row.id)),
        "rejects": lambda: list(rejects_of(games_code=row.code, rows_max=100_000)),
        "duplicates": lambda: alike_participants(games_id=row.id),
    }
    if kind not in readers:
        message = f"no list {kind}; there are " + ", ".join(readers)
        raise Http404(message)
    return answer_page(request, readers[kind](), offset, limit)


@router.get("/{code}/timetables/{one}/against/{other}")
def compare(request: HttpRequest, code: str, one: int, other: int) -> HttpResponse:
    """Compare two versions unit by unit and term by term."""
    row = seat_by_token(request, code).games
    found = queries.compare_timetables(games=row, one=str(one), other=str(other))
    return answer_json(request, found)


@router.get("/{code}/timetables/{name}/export/{file_format}")
def export(request: HttpRequest, code: str, name: str, file_format: str) -> HttpResponse:
    """Return a timetable as csv, json, xlsx, ics or pdf."""
    row = seat_by_token(request, code).games
    if file_format not in FORMATS or not (name == "held" or name.isdecimal()):
        message = "no such file; formats are " + ", ".join(FORMATS)
        raise Http404(message)
    content = export_timetable(games=row, name=name, file_format=file_format)
    return HttpResponse(content, content_type=CONTENT_TYPES[file_format])


@router.post("/{code}/runs/{run_id}/cancel")
def cancel_run(request: HttpRequest, code: str, run_id: int) -> HttpResponse:
    """Ask a run to stop and keep its best."""
    seat = seat_by_token(request, code, Role.PLANNER)
    if _run(seat.games.id, str(run_id)) is None:
        message = f"no run {run_id} of the timetable planner"
        raise Http404(message)
    was_going = ask_cancel(games_id=seat.games.id, run_id=run_id, actor=request.user.get_username())
    return answer_json(request, {"was_going": was_going})


@router.post("/{code}/timetables/{number}/publish")
def publish(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Put a version in force, or roll back to it."""
    seat = seat_by_token(request, code, Role.APPROVER)
    replaced = publish_timetable(
        games=seat.games,
        number=number,
        actor=request.user.get_username(),
        now=dt.datetime.now(dt.UTC),
    )
    return answer_json(request, {"in_force": number, "replaced": replaced})


@router.post("/{code}/timetables/{number}/adopt")
def adopt(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Make a version's times facts."""
    seat = seat_by_token(request, code, Role.APPROVER)
    changed = adopt_timetable(
        games=seat.games,
        number=number,
        actor=request.user.get_username(),
        now=dt.datetime.now(dt.UTC),
    )
    return answer_json(request, {"changed": changed})


@router.post("/{code}/timetables/{number}/sign")
def sign(request: HttpRequest, code: str, number: int, order: SignOrder) -> HttpResponse:
    """Keep a delegate's word on one discipline."""
    seat = seat_by_token(request, code, Role.DELEGATE)
    if seat.role is Role.DELEGATE and seat.discipline_code != order.discipline_code:
        raise DeniedError(
            needed=f"delegate of {order.discipline_code}",
            who_can=approvers_of(games_id=seat.games.id),
        )
    sign_off(
        games=seat.games, number=number, actor=request.user.get_username(), **order.model_dump()
    )
    return answer_json(request, {"kept": True})
