"""What became true after the plan in force was made: it may not know of it."""

import datetime as dt
from dataclasses import dataclass

from sportsbrain.live.queries import updates_between
from sportsbrain.plans.models import Version
from sportsbrain.vocabulary.people import Standing
from sportsbrain.vocabulary.statuses import VersionState
from sportsbrain.world.actions import ENTRIES_CHANGED

IMPORTED = "facts.imported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """
    What a plan does not know of, and since when.

    Each competitor counts once in each event, as what was said last.
    """

    made_at: dt.datetime
    entered: int
    reserves: int
    withdrawn: int
    imports: int


def since_plan(*, games_id: int, planner: str, now: dt.datetime) -> Since | None:
    """Return what changed since the facts of the plan in force were read; None: nothing."""
    row = (
        Version.objects.filter(
            games_id=games_id, planner=planner, version_state=VersionState.PUBLISHED.value
        )
        .defer("items", "faults", "statistics")
        .select_related("run")
        .first()
    )
    if row is None:
        return None
    made_at = row.run.started_at if row.run else row.created_at
    said: dict[tuple[str, str], str] = {}
    for news in updates_between(games_id=games_id, topic=ENTRIES_CHANGED, since=made_at, until=now):
        for entry in news.body["entries"]:
            said[news.key, entry["competitor"]] = entry["standing"]
    imports = len(updates_between(games_id=games_id, topic=IMPORTED, since=made_at, until=now))
    if not said and not imports:
        return None
    standings = list(said.values())
    return Since(
        made_at=made_at,
        entered=standings.count(Standing.ENTERED.value),
        reserves=standings.count(Standing.RESERVE.value),
        withdrawn=standings.count(Standing.WITHDRAWN.value),
        imports=imports,
    )
