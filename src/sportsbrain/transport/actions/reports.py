"""What is reported from the road: buses that are late."""

import datetime as dt

from django.db import transaction

from sportsbrain.committee.actions import record_audit
from sportsbrain.committee.queries import GamesRow
from sportsbrain.live.actions import append_update
from sportsbrain.transport.errors import UnknownRunCodeError
from sportsbrain.transport.queries import Network
from sportsbrain.transport.updates import DELAYED

CANCELLED = -1


@transaction.atomic
def report_delay(
    *, games: GamesRow, network: Network, run: str, seconds: int, actor: str, now: dt.datetime
) -> None:
    """
    Tell the log that a run is late; 0 seconds is on time again, −1 that it does not run.

    Raises
    ------
    UnknownRunCodeError
        When the network has no such run.

    """
    if run not in network.runs:
        message = f"the network in force has no run {run!r}"
        raise UnknownRunCodeError(message)
    append_update(
        games_id=games.id, topic=DELAYED, key=run, body={"seconds": seconds}, recorded_at=now
    )
    record_audit(
        games_id=games.id,
        actor=actor,
        verb="reported",
        thing=f"run {run}",
        details={"seconds": seconds},
    )
