"""Tables and the wizard for programs."""

import datetime as dt
import json
import pathlib
import tempfile
from dataclasses import asdict
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from ninja import File, Router, Schema, UploadedFile

from sportsbrain.committee.queries import get_games
from sportsbrain.feeds.tables.forms import UPLOAD_BYTES_MAX, GamesForm
from sportsbrain.feeds.tables.sources import SourceError
from sportsbrain.feeds.tables.wizard import (
    check_may_start,
    import_workbook,
    start_games,
    wish_of,
)
from sportsbrain.inbox.actions import keep_upload

router = Router(tags=["tables"])


class GamesOrder(Schema, extra="forbid"):
    """The answers of the wizard's first page."""

    code: str
    name: str
    city: str
    time_zone: str
    latitude: float
    longitude: float
    starts_on: dt.date
    days: int
    sports: list[str]
    athletes: int
    delegations: int
    venues: int


def _answer(body: Any, *, status: int = 200) -> HttpResponse:
    text = json.dumps(body, cls=DjangoJSONEncoder)
    return HttpResponse(text, content_type="application/json", status=status)


@router.post("")
def send_tables(
    request: HttpRequest,
    workbook: File[UploadedFile],
    apply: bool = False,  # noqa: FBT001, FBT002
) -> HttpResponse:
    """Say row by row what a workbook would do; with ``apply=true`` do it."""
    check_may_start(request.user)
    if (workbook.size or 0) > UPLOAD_BYTES_MAX:
        limit = UPLOAD_BYTES_MAX // 1024**2
        message = f"{workbook.name}: more than {limit} MB; import it with the command line"
        raise SourceError(message)
    with tempfile.TemporaryDirectory() as folder:
        path = keep_upload(
            pathlib.Path(folder), workbook, owner=str(request.user.pk), suffix=".xlsx"
        )
        report = import_workbook(path=path, user=request.user, is_applied=apply)
    return _answer(asdict(report))


@router.post("/games")
def invent_games(request: HttpRequest, order: GamesOrder) -> HttpResponse:
    """Invent a Games as the wizard does, and start its first plan."""
    check_may_start(request.user)
    form = GamesForm(order.dict())
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        message = f"{field}: {errors[0]}"
        raise SourceError(message)
    if get_games(code=form.cleaned_data["code"]) is not None:
        message = f"code: there is a Games {form.cleaned_data['code']} already"
        raise SourceError(message)
    games, run_id = start_games(
        wish=wish_of(form.cleaned_data),
        venues={},
        username=request.user.get_username(),
        display_name=str(request.user),
    )
    return _answer({"games": games.code, "run": run_id}, status=201)
