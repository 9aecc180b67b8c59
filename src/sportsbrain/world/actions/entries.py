"""Change entries, and tell everybody whose plans hang on them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from sportsbrain.live.actions import append_update
from sportsbrain.vocabulary.people import Standing
from sportsbrain.world import models as rows
from sportsbrain.world.actions.facts import FactWriter
from sportsbrain.world.queries.entering import events_of_teams

ENTRIES_CHANGED = "entries.changed"
TOLD_AT_ONCE = 200  # competitors in an update


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFact:
    """What is to be true of one competitor in one event."""

    event: str
    competitor: str
    organisation: str
    standing: Standing
    mark: str = ""

    @property
    def code(self) -> str:
        """Return the key of a new entry."""
        return f"{self.event}/{self.competitor}"


def change_entries(
    *,
    games_id: int,
    entries: dict[str, EntryFact],
    fact_source: str,
    now: dt.datetime,
    takes_over: dict[str, str] | None = None,
) -> int:
    """
    Write entries by their code and tell the log, event by event; return how many differ.

    Callers look events and competitors up first: what is unknown is not written. ``takes_over``:
    who withdraws → who comes, in the same event: places on start lists of units that have not
    finished go over, and the update says so.
    """
    writer = FactWriter(games_id=games_id, fact_source=fact_source)
    saved = writer.save(
        table="entries",
        batch=[
            {
                "code": code,
                "event": fact.event,
                "competitor": fact.competitor,
                "standing": fact.standing.value,
                "mark": fact.mark,
            }
            for code, fact in sorted(entries.items())
        ],
    )
    starters = takes_over or {}
    events = sorted({fact.event for fact in entries.values()})
    for event in events:
        _hand_over(writer, event, starters)
        changed = [fact for fact in entries.values() if fact.event == event]
        for first in range(0, len(changed), TOLD_AT_ONCE):
            append_update(
                games_id=games_id, topic=ENTRIES_CHANGED, key=event, recorded_at=now,
                body={
                    "event": event,
                    "entries": [
                        {"competitor": f.competitor, "organisation": f.organisation,
                         "standing": f.standing.value}
                        for f in changed[first : first + TOLD_AT_ONCE]
                    ],
                    "takes_over": starters,
                },
            )  # fmt: skip
    return saved.created + saved.changed


def compose(
    *,
    games_id: int,
    team: str,
    organisation: str,
    name: str,
    members: Iterable[str],
    fact_source: str,
) -> bool:
    """Write a team with its members; return whether anything differs."""
    writer = FactWriter(games_id=games_id, fact_source=fact_source)
    values = {"code": team, "organisation": organisation, "name": name, "members": tuple(members)}
    saved = writer.save(table="teams", batch=[values])
    return bool(saved.created or saved.changed)


def mark_withdrawn(
    *, games_id: int, codes: Iterable[str], is_withdrawn: bool, fact_source: str
) -> int:
    """Say that participants do not come, or come after all; return how many that changes."""
    writer = FactWriter(games_id=games_id, fact_source=fact_source)
    known = writer.keys("participants")
    batch = [{"code": c, "is_withdrawn": is_withdrawn} for c in sorted(set(codes)) if c in known]
    return writer.save(table="participants", batch=batch).changed


def tell_teams(*, games_id: int, codes: Iterable[str], now: dt.datetime) -> None:
    """Tell the log of the events whose teams lack somebody now."""
    for event, teams in events_of_teams(games_id=games_id, codes=codes).items():
        body = {
            "event": event,
            "entries": [
                {"competitor": team, "organisation": organisation,
                 "standing": Standing.ENTERED.value}
                for team, organisation in teams
            ],
            "takes_over": {},
        }  # fmt: skip
        append_update(games_id=games_id, topic=ENTRIES_CHANGED, key=event, body=body,
                      recorded_at=now)  # fmt: skip


def _hand_over(writer: FactWriter, event: str, starters: dict[str, str]) -> None:
    """Give places on start lists of units that have not been run to who comes instead."""
    people, teams = writer.keys("participants"), writer.keys("teams")
    to_come = rows.Result.objects.filter(
        games_id=writer.games_id, unit__phase__event__code=event, finished_at__isnull=True,
        rank__isnull=True, value="",
    )  # fmt: skip
    for gone, comes in sorted(starters.items()):
        there = set(to_come.filter(_is(comes)).values_list("unit_id", flat=True))
        for row in to_come.filter(_is(gone)).select_related("unit").order_by("pk"):
            if row.unit_id in there:
                continue
            before = {"code": row.code, "competitor": gone}
            row.code = f"{row.unit.code}/{comes}"[:80]
            row.participant_id = people.get(comes)
            row.team_id = None if row.participant_id else teams[comes]
            row.fact_source = writer.fact_source
            row.save(update_fields=["code", "participant", "team", "fact_source"])
            rows.FactChange.objects.create(
                games_id=writer.games_id, table="results", code=row.code, before=before,
                after={"code": row.code, "competitor": comes}, fact_source=writer.fact_source,
            )  # fmt: skip


def _is(competitor: str) -> Q:
    return Q(participant__code=competitor) | Q(team__code=competitor)
