"""A message to facts: whole or not at all, each version once, refused ones kept with a reason."""

import datetime as dt
import pathlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DataError, transaction

from sportsbrain.committee.queries import GamesRow
from sportsbrain.feeds.odf.messages import OdfEntry, OdfError, OdfMessage, OdfPerson, OdfUnit
from sportsbrain.feeds.odf.parse import parse_message
from sportsbrain.inbox.actions import Rejected, claim_version, keep_rejects, receive_file
from sportsbrain.live.actions import append_update
from sportsbrain.vocabulary.rsc import Rsc
from sportsbrain.world.actions import (
    FactWriter,
    decide_medals,
    derive_sessions,
    record_results,
)
from sportsbrain.world.errors import ResultError, UnknownFactError
from sportsbrain.world.queries import medals_of_event

SOURCE = "odf"
TIMES = ("starts_at", "ends_before")  # a whole schedule says of each unit that has none


@dataclass(frozen=True, slots=True, kw_only=True)
class OdfReport:
    """What became of a message."""

    file_name: str
    kind: str = ""
    code: str = ""
    version: int = 0
    is_taken: bool = False
    changed: int = 0
    reason: str = ""
    warnings: tuple[str, ...] = ()


def record_message(
    *, games: GamesRow, path: pathlib.Path, actor: str, now: dt.datetime, takes_tests: bool = False
) -> OdfReport:  # fmt: skip
    """
    Take one message in: its bytes are kept whatever becomes of it.

    What it says becomes fact in one transaction, or nothing of it does and the inbox says why.
    Messages of a test feed are refused unless told.
    """
    message_id = receive_file(games_id=games.id, source_code=SOURCE, path=path, received_by=actor)
    message: OdfMessage | None = None
    try:
        message = parse_message(path.read_bytes())
        return _taken(games, message, path.name, actor, now, takes_tests=takes_tests)
    except (OdfError, UnknownFactError, ResultError, DataError) as error:
        reason, advice = _why(error)
        keep_rejects(message_ids={path.name: message_id}, rejects=[
            Rejected(file_name=path.name, table=message.envelope.kind if message else SOURCE,
                     line=0, reason=reason[:60], advice=advice,
                     column=getattr(error, "place", "")[:60], value=getattr(error, "value", "")),
        ])  # fmt: skip
        own = message.envelope if message else None
        return OdfReport(
            file_name=path.name, reason=f"{reason}: {advice}", kind=own.kind if own else "",
            code=own.code if own else "", version=own.version if own else 0,
        )  # fmt: skip


def _why(error: Exception) -> tuple[str, str]:
    if isinstance(error, (OdfError, UnknownFactError)):
        return error.reason, error.advice
    if isinstance(error, DataError):
        return "does not fit", f"a value is larger than its place: {str(error).splitlines()[0]}"
    return "refused", str(error)


@transaction.atomic
def _taken(
    games: GamesRow, message: OdfMessage, name: str, actor: str, now: dt.datetime, *,
    takes_tests: bool,
) -> OdfReport:  # fmt: skip
    own = message.envelope
    if own.feed != "P" and not takes_tests:
        raise OdfError("a test feed", "only production messages are taken", value=own.feed,
                       place="OdfBody/@FeedFlag")  # fmt: skip
    known = claim_version(games_id=games.id, source_code=SOURCE, key=own.key, version=own.version)
    if known is not None:
        raise OdfError("not newer", f"version {known} is known already", value=str(own.version),
                       place="OdfBody/@Version")  # fmt: skip
    changed = _Recorder(games, message, actor, now).record() if message.is_used else 0
    said = message.warnings if message.is_used else (f"nothing of {own.kind} is used yet; kept",)
    return OdfReport(file_name=name, kind=own.kind, code=own.code, version=own.version,
                     is_taken=True, changed=changed, warnings=said)  # fmt: skip


class _Recorder:
    """One message to facts."""

    def __init__(self, games: GamesRow, message: OdfMessage, actor: str, now: dt.datetime) -> None:
        self.games, self.message, self.actor, self.now = games, message, actor, now
        own = message.envelope
        self.fact_source = f"odf:{own.kind}/{own.code.rstrip('-')}/{own.version}"[:80]
        self.writer = FactWriter(games_id=games.id, fact_source=self.fact_source)
        self.changed = 0

    def record(self) -> int:
        """Write all that the message says and return how many facts changed."""
        message = self.message
        self._people(message.people)
        self._teams()
        self._entries(message.entries)
        self._units(message.units)
        if self.changed:
            self._tell()
        if message.result:
            self.changed += record_results(
                games_id=self.games.id, unit=message.result.unit, status=message.result.status,
                results=message.result.lines, fact_source=self.fact_source, now=self.now,
            ).changed  # fmt: skip
        if message.medals:
            self._medals(message.medals.event, message.medals.medals)
        return self.changed

    def _save(
        self, table: str, rows: Sequence[dict[str, Any]], *, also_empty: tuple[str, ...] = ()
    ) -> None:
        """Write rows as far as the message says something; what is not known refuses it."""
        said = [{name: value for name, value in row.items()
                 if name in also_empty or value not in {None, ""}} for row in rows]  # fmt: skip
        saved = self.writer.save(table=table, batch=said)
        if saved.refusals:
            first = saved.refusals[0]
            raise OdfError(first.reason, first.advice, place=first.column, value=first.value)
        self.changed += saved.created + saved.changed

    def _new(self, table: str, rows: Sequence[dict[str, Any]]) -> None:
        """Write only rows that are not known yet: others know them better."""
        known = self.writer.keys(table)
        new = {row["code"]: row for row in rows if row["code"] and row["code"] not in known}
        if new:
            self._save(table, list(new.values()))

    def _people(self, people: Sequence[OdfPerson]) -> None:
        self._new("organisations", [{"code": p.organisation, "name": p.organisation}
                                    for p in people])  # fmt: skip
        if people:
            self._save("participants", [
                {"code": p.code, "organisation": p.organisation, "name": p.name,
                 "gender": p.gender, "birth_date": p.birth_date}
                for p in people
            ])  # fmt: skip

    def _teams(self) -> None:
        teams = self.message.teams
        self._new("organisations", [{"code": t.organisation, "name": t.organisation}
                                    for t in teams])  # fmt: skip
        for team in teams:
            row: dict[str, Any] = {"code": team.code, "organisation": team.organisation,
                                   "name": team.name}  # fmt: skip
            if team.members is not None:
                row["members"] = team.members
            self._save("teams", [row])

    def _entries(self, entries: Sequence[OdfEntry]) -> None:
        for entry in entries:
            self._people(entry.athletes)
            if entry.is_team:
                self._new("organisations", [{"code": entry.organisation,
                                             "name": entry.organisation}])  # fmt: skip
                row: dict[str, Any] = {"code": entry.competitor, "name": entry.name,
                                       "organisation": entry.organisation}  # fmt: skip
                if entry.athletes:
                    row["members"] = tuple(p.code for p in entry.athletes)
                self._save("teams", [row])
        if entries:
            self._save("entries", [
                {"code": f"{e.event}/{e.competitor}", "event": e.event, "competitor": e.competitor}
                for e in entries
            ])  # fmt: skip

    def _units(self, units: Sequence[OdfUnit]) -> None:
        if not units:
            return
        codes = [(Rsc(text=unit.code), unit) for unit in units]
        self._new("disciplines", [{"code": c.discipline, "name": c.discipline} for c, _ in codes])
        self._new("events", [
            {"code": c.event, "discipline": c.discipline, "name": c.event,
             "gender": c.gender if c.gender in "MWXO" else "O"}
            for c, _ in codes
        ])  # fmt: skip
        self._new("phases", [{"code": c.phase, "event": c.event, "name": c.phase_part or c.phase}
                             for c, _ in codes])  # fmt: skip
        self._new("venues", [{"code": u.venue, "name": u.venue_name or u.venue} for u in units])
        self._new("locations", [
            {"code": u.location, "venue": u.venue, "name": u.location_name or u.location}
            for u in units if u.venue
        ])  # fmt: skip
        self._save("units", [
            {"code": c.text, "rsc": c.text, "phase": c.phase, "name": u.name, "medal": u.medal,
             "schedule_status": u.schedule_status.value, "location": u.location or None,
             "starts_at": u.starts_at, "ends_before": u.ends_before}
            for c, u in codes
        ], also_empty=TIMES if self.message.envelope.kind == "DT_SCHEDULE" else ())  # fmt: skip
        derive_sessions(games_id=self.games.id, time_zone=self.games.time_zone,
                        fact_source=self.fact_source)  # fmt: skip

    def _medals(self, event: str, medals: tuple[tuple[str, str], ...]) -> None:
        """Take the feed's medallists as the official word where results say otherwise."""
        if sorted(medals) != sorted(medals_of_event(games_id=self.games.id, event=event)):
            self.changed += decide_medals(
                games_id=self.games.id, event=event, medals=medals, actor=self.actor,
                now=self.now, reason=f"medallists of the results feed, {self.fact_source}",
            )  # fmt: skip

    def _tell(self) -> None:
        append_update(
            games_id=self.games.id, topic="facts.imported", key=self.games.code,
            body={"created": 0, "changed": self.changed}, recorded_at=self.now,
        )  # fmt: skip


def record_folder(
    *, games: GamesRow, paths: Sequence[pathlib.Path], actor: str, now: Callable[[], dt.datetime],
    takes_tests: bool = False,
) -> list[OdfReport]:  # fmt: skip
    """Take messages in, one by one in the order given."""
    return [
        record_message(games=games, path=path, actor=actor, now=now(), takes_tests=takes_tests)
        for path in paths
    ]
