"""Results and decisions come in; pages go out as files, not here."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from sportsbrain.channel.actions import tell_medals, tell_results
from sportsbrain.committee.guards import seat_by_token
from sportsbrain.committee.queries import games_clock
from sportsbrain.ui.pages import answer_json
from sportsbrain.vocabulary.results import ResultFact
from sportsbrain.vocabulary.statuses import ResultStatus, Role

router = Router(tags=["channel"])


class ResultLine(Schema, extra="forbid"):
    """What one competitor did."""

    competitor: str
    start_order: str = ""
    rank: int | None = None
    value: str = ""
    value_kind: str = ""
    win_loss: str = ""
    irregularity: str = ""
    qualified: str = ""


class ResultOrder(Schema, extra="forbid"):
    """Results of a unit, whole."""

    status: ResultStatus
    results: list[ResultLine]
    version: int | None = None
    reason: str = ""
    finished_at: dt.datetime | None = None


class MedalLine(Schema, extra="forbid"):
    """Who has which medal."""

    kind: str
    competitor: str


class MedalOrder(Schema, extra="forbid"):
    """A decision on the medals of an event."""

    medals: list[MedalLine]
    reason: str


@router.post("/{code}/units/{key}/results")
def results(request: HttpRequest, code: str, key: str, body: ResultOrder) -> HttpResponse:
    """Take the results of a unit, whole or not at all."""
    seat = seat_by_token(request, code, needed=Role.PLANNER)
    kept = tell_results(
        games=seat.games, unit=key, status=body.status, version=body.version, reason=body.reason,
        results=[ResultFact(**line.dict()) for line in body.results],
        finished_at=body.finished_at,
        actor=request.user.get_username(),
        now=games_clock(games_id=seat.games.id, now=dt.datetime.now(dt.UTC)),
    )  # fmt: skip
    return answer_json(request, kept, status=201)


@router.post("/{code}/events/{key}/medals")
def medals(request: HttpRequest, code: str, key: str, body: MedalOrder) -> HttpResponse:
    """Take an official decision on the medals of an event."""
    seat = seat_by_token(request, code, needed=Role.APPROVER)
    changed = tell_medals(
        games=seat.games, event=key, reason=body.reason, actor=request.user.get_username(),
        medals=[(line.kind, line.competitor) for line in body.medals],
        now=games_clock(games_id=seat.games.id, now=dt.datetime.now(dt.UTC)),
    )  # fmt: skip
    return answer_json(request, {"changed": changed}, status=201)
