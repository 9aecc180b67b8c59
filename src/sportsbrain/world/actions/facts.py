"""The one door for facts: upsert with history."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import connection, models

from sportsbrain.world import models as rows
from sportsbrain.world.errors import UnknownFactError

BATCH = 2000
COMPETITORS = "competitors"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactTable:
    """How one table of facts is written."""

    model: type[models.Model]
    refers: dict[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()  # an empty cell leaves these as they are


FACT_TABLES: dict[str, FactTable] = {
    "organisations": FactTable(model=rows.Organisation),
    "venues": FactTable(model=rows.Venue),
    "locations": FactTable(model=rows.Location, refers={"venue": "venues"}),
    "buildings": FactTable(model=rows.Building),
    "rooms": FactTable(model=rows.Room, refers={"building": "buildings"}),
    "disciplines": FactTable(model=rows.Discipline),
    "events": FactTable(model=rows.Event, refers={"discipline": "disciplines"}),
    "phases": FactTable(model=rows.Phase, refers={"event": "events"}),
    "sessions": FactTable(
        model=rows.CompetitionSession, refers={"venue": "venues", "discipline": "disciplines"}
    ),
    "units": FactTable(
        model=rows.EventUnit,
        refers={"phase": "phases", "location": "locations", "session": "sessions"},
    ),
    "participants": FactTable(
        model=rows.Participant, refers={"organisation": "organisations"}, keeps=("is_withdrawn",)
    ),
    "teams": FactTable(
        model=rows.Team, refers={"organisation": "organisations"}, without=("members",)
    ),
    "entries": FactTable(
        model=rows.Entry,
        refers={"event": "events", "competitor": COMPETITORS},
        keeps=("standing", "mark"),
    ),
    "results": FactTable(model=rows.Result, refers={"unit": "units", "competitor": COMPETITORS}),
    "medals": FactTable(
        model=rows.Medal, refers={"event": "events", "organisation": "organisations"}
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A row that can not be saved: its place in the batch and why."""

    index: int
    column: str
    value: str
    reason: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What became of one batch."""

    created: int
    changed: int
    same: int
    merged: int
    refusals: tuple[Refusal, ...]
    remarks: tuple[Refusal, ...] = ()


class FactWriter:
    """Write batches of facts of one Games, remembering the keys it has seen."""

    def __init__(self, *, games_id: int, fact_source: str) -> None:
        self.games_id = games_id
        self.fact_source = fact_source
        self._keys: dict[str, dict[str, int]] = {}
        self._written: dict[str, set[str]] = {}

    def save(self, *, table: str, batch: Sequence[dict[str, Any]]) -> Saved:
        """Create what is new, change what differs, leave the rest; say what can not be."""
        spec = FACT_TABLES[table]
        ready: dict[str, dict[str, Any]] = {}
        refusals: list[Refusal] = []
        remarks: list[Refusal] = []
        members: dict[str, tuple[str, ...]] = {}
        merged = 0
        written = self._written.setdefault(table, set())
        for index, values in enumerate(batch):
            code = values["code"]
            if code in written or (table == "participants" and code in self.aliases):
                merged += 1
                continue
            try:
                fields = self._resolve(spec, values)
            except UnknownFactError as error:
                refusals.append(
                    Refusal(
                        index=index,
                        column=error.column,
                        value=error.value,
                        reason=error.reason,
                        advice=error.advice,
                    )
                )
                continue
            written.add(code)
            ready[code] = fields
            if "members" in values:
                known, unknown = self._split_members(values["members"] or ())
                members[code] = known
                if unknown:
                    remarks.append(_unknown_members(index, unknown))
        created, changed = self._upsert(table, spec, ready)
        if members:
            changed += self._save_members(members)
        return Saved(
            created=created,
            changed=changed,
            same=len(ready) - created - changed,
            merged=merged,
            refusals=tuple(refusals),
            remarks=tuple(remarks),
        )

    @cached_property
    def aliases(self) -> dict[str, int]:
        """Return the participants by the codes of rows that were merged into them."""
        found = rows.ParticipantAlias.objects.filter(games_id=self.games_id)
        return dict(found.values_list("code", "participant_id"))

    def keys(self, table: str) -> dict[str, int]:
        """Return the ids of a table by code."""
        if table not in self._keys:
            model = FACT_TABLES[table].model
            found = model._default_manager.filter(games_id=self.games_id)
            self._keys[table] = dict(found.values_list("code", "pk"))
            if table == "participants":
                self._keys[table] |= self.aliases
        return self._keys[table]

    def _split_members(self, codes: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        people = self.keys("participants")
        known = tuple(code for code in codes if code in people)
        return known, tuple(code for code in codes if code not in people)

    def _resolve(self, spec: FactTable, values: dict[str, Any]) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for name, value in values.items():
            if name in spec.without or name == "code" or (value is None and name in spec.keeps):
                continue
            if name in spec.refers:
                fields.update(self._reference(name, spec.refers[name], value))
                continue
            field_ = spec.model._meta.get_field(name)
            is_default = value is None and not field_.null
            fields[name] = field_.get_default() if is_default else value  # type: ignore[union-attr]  # plain
        return fields

    def _reference(self, name: str, table: str, value: str | None) -> dict[str, int | None]:
        if table == COMPETITORS:
            return self._competitor(str(value))
        if value is None:
            return {f"{name}_id": None}
        key = self.keys(table).get(value)
        if key is None:
            raise UnknownFactError(column=name, value=value, table=table)
        return {f"{name}_id": key}

    def _competitor(self, code: str) -> dict[str, int | None]:
        person = self.keys("participants").get(code)
        team = None if person else self.keys("teams").get(code)
        if person is None and team is None:
            raise UnknownFactError(column="competitor", value=code, table="participants or teams")
        return {"participant_id": person, "team_id": team}

    def _upsert(
        self, table: str, spec: FactTable, ready: dict[str, dict[str, Any]]
    ) -> tuple[int, int]:
        manager = spec.model._default_manager
        known = {
            row.code: row  # type: ignore[attr-defined]  # every fact has a code
            for row in manager.filter(games_id=self.games_id, code__in=list(ready))
        }
        new = [
            spec.model(games_id=self.games_id, code=c, fact_source=self.fact_source, **f)
            for c, f in ready.items()
            if c not in known
        ]
        manager.bulk_create(new, batch_size=BATCH)
        if table in self._keys:
            self._keys[table].update({n.code: n.pk for n in new})  # type: ignore[attr-defined]  # facts
        changes: list[rows.FactChange] = []
        touched: list[models.Model] = []
        names: set[str] = set()
        for code, row in known.items():
            before = {k: getattr(row, k) for k, v in ready[code].items() if getattr(row, k) != v}
            if not before:
                continue
            after = {k: ready[code][k] for k in before}
            for name, value in after.items():
                setattr(row, name, value)
            row.fact_source = self.fact_source  # type: ignore[attr-defined]  # facts
            names |= set(after)
            touched.append(row)
            changes.append(self._change(table, code, before, after))
        if touched:
            manager.bulk_update(touched, [*names, "fact_source"], batch_size=500)
            rows.FactChange.objects.bulk_create(changes, batch_size=BATCH)
        return len(new), len(touched)

    def _change(
        self, table: str, code: str, before: dict[str, Any], after: dict[str, Any]
    ) -> rows.FactChange:
        return rows.FactChange(
            games_id=self.games_id,
            table=table,
            code=code,
            before={k: _plain(v) for k, v in before.items()},
            after={k: _plain(v) for k, v in after.items()},
            fact_source=self.fact_source,
        )

    def _save_members(self, members: dict[str, tuple[str, ...]]) -> int:
        teams, people = self.keys("teams"), self.keys("participants")
        wanted = {(teams[t], people[p]) for t, codes in members.items() for p in codes}
        found = rows.TeamMember.objects.filter(team_id__in=[teams[t] for t in members])
        have = set(found.values_list("team_id", "participant_id"))
        rows.TeamMember.objects.bulk_create(
            [
                rows.TeamMember(games_id=self.games_id, team_id=t, participant_id=p)
                for t, p in sorted(wanted - have)
            ],
            batch_size=BATCH,
        )
        gone = have - wanted
        codes = {pk: code for code, pk in teams.items() if code in members}
        names = {pk: code for code, pk in people.items() if code not in self.aliases}
        for team_id in sorted({t for t, _ in gone}):
            left = [p for t, p in gone if t == team_id]
            found.filter(team_id=team_id, participant_id__in=left).delete()
            before = {"left": [names[p] for p in left]}
            self._change("teams", codes[team_id], before, {}).save()
        return len({t for t, _ in gone})


def _unknown_members(index: int, codes: tuple[str, ...]) -> Refusal:
    return Refusal(
        index=index,
        column="members",
        value=" ".join(codes),
        reason="unknown members",
        advice="the team is kept without them; add them to the participants",
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def refresh_statistics() -> None:
    """Let the database count its rows anew, so that it reads them well right after an import."""
    tables = ", ".join(sorted(t.model._meta.db_table for t in FACT_TABLES.values()))
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")


def set_location_capacity(*, games_id: int, capacities: dict[str, int], fact_source: str) -> int:
    """Set how many units each location may hold at once and return how many changed."""
    writer = FactWriter(games_id=games_id, fact_source=fact_source)
    batch = [{"code": c, "units_at_once": n} for c, n in sorted(capacities.items())]
    return writer.save(table="locations", batch=batch).changed


def save_one(*, games_id: int, table: str, values: dict[str, Any], fact_source: str) -> Saved:
    """Create or change one fact, through the same door as an import."""
    return FactWriter(games_id=games_id, fact_source=fact_source).save(table=table, batch=[values])
