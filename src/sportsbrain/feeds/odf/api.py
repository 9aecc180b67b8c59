"""The results feed over HTTP: one message a request, as it is."""

import datetime as dt
import hashlib
import pathlib
import tempfile

from django.http import HttpRequest, HttpResponse
from ninja import Router

from sportsbrain.committee.guards import seat_by_token
from sportsbrain.feeds.odf.record import record_message
from sportsbrain.ui.pages import answer_json
from sportsbrain.vocabulary.statuses import Role

router = Router(tags=["channel"])
CHUNK = 1 << 16


@router.post("/{code}/odf")
def take(request: HttpRequest, code: str) -> HttpResponse:
    """Take a message in; 409 with the reason when it is refused. Its bytes are kept either way."""
    seat = seat_by_token(request, code, needed=Role.PLANNER)
    with tempfile.TemporaryDirectory(prefix="sb-") as folder:
        path = pathlib.Path(folder) / "message.xml"
        digest = hashlib.sha256()
        with path.open("wb") as file:
            while chunk := request.read(CHUNK):
                digest.update(chunk)
                file.write(chunk)
        named = path.rename(path.with_name(f"{digest.hexdigest()[:16]}.xml"))
        report = record_message(games=seat.games, path=named, actor=request.user.get_username(),
                                now=dt.datetime.now(dt.UTC))  # fmt: skip
    return answer_json(request, report, status=201 if report.is_taken else 409)
