"""Read runs and versions as frozen rows."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Func, JSONField, Value

from sportsbrain.plans.errors import UnknownRunError, UnknownVersionError
from sportsbrain.plans.models import Run, Version
from sportsbrain.vocabulary.planning import relative_gap
from sportsbrain.vocabulary.statuses import RunState, VersionState


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run."""

    id: int
    games_id: int
    planner: str
    run_state: str
    order: dict[str, Any]
    progress: dict[str, Any]
    started_by: str
    started_at: dt.datetime
    reported_at: dt.datetime | None
    ended_at: dt.datetime | None
    trouble: str
    process_id: int | None
    version: int | None = None

    @property
    def is_going(self) -> bool:
        """Tell whether the run has not ended."""
        return self.run_state in {RunState.WAITING, RunState.RUNNING}


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """One version without its items."""

    id: int
    number: int
    planner: str
    version_state: str
    title: str
    problem_hash: str
    seed: int | None
    solver: str
    objective: float
    bound: float
    terms: list[dict[str, Any]]
    fault_count: int
    statistics: dict[str, Any]
    created_by: str
    created_at: dt.datetime
    published_at: dt.datetime | None
    published_by: str

    @property
    def gap(self) -> float:
        """Return (objective − bound) / objective."""
        return relative_gap(objective=self.objective, bound=self.bound)


def run_row(*, games_id: int, run_id: int) -> RunRow:
    """
    Return one run of a Games.

    Raises
    ------
    UnknownRunError
        When the Games has no such run.

    """
    run = Run.objects.filter(games_id=games_id, pk=run_id).first()
    if run is None:
        message = f"there is no run {run_id}"
        raise UnknownRunError(message)
    return _run_row(run)


def any_run(*, run_id: int) -> RunRow:
    """Return one run, for jobs."""
    return _run_row(Run.objects.get(pk=run_id))


def runs_of(*, games_id: int, planner: str, rows_max: int = 8) -> tuple[RunRow, ...]:
    """Return the newest runs of a planner."""
    runs = Run.objects.filter(games_id=games_id, planner=planner).order_by("-id")[:rows_max]
    return tuple(_run_row(run) for run in runs)


def going_runs() -> tuple[RunRow, ...]:
    """Return every run that has not ended, for jobs."""
    runs = Run.objects.filter(run_state__in=[RunState.WAITING, RunState.RUNNING])
    return tuple(_run_row(run) for run in runs)


def _run_row(run: Run) -> RunRow:
    version = run.versions.values_list("number", flat=True).last() if run.ended_at else None
    return RunRow(
        id=run.pk,
        games_id=run.games_id,
        planner=run.planner,
        run_state=run.run_state,
        order=run.order,
        progress=run.progress,
        started_by=run.started_by,
        started_at=run.started_at,
        reported_at=run.reported_at,
        ended_at=run.ended_at,
        trouble=run.trouble,
        process_id=run.process_id,
        version=version,
    )


def versions_of(*, games_id: int, planner: str) -> tuple[VersionRow, ...]:
    """Return all versions of a planner, newest first, without their items."""
    rows = Version.objects.filter(games_id=games_id, planner=planner).defer("items", "faults")
    return tuple(_version_row(row) for row in rows.order_by("-number"))


def version_row(*, games_id: int, planner: str, number: int) -> VersionRow:
    """
    Return one version.

    Raises
    ------
    UnknownVersionError
        When there is none.

    """
    return _version_row(_version(games_id, planner, number, without=("items", "faults")))


def version_items(*, games_id: int, planner: str, number: int) -> dict[str, Any]:
    """Return the items of one version."""
    items: dict[str, Any] = _version(games_id, planner, number, without=("faults",)).items
    return items


def version_faults(
    *, games_id: int, planner: str, number: int, rows_max: int = 0
) -> list[dict[str, Any]]:
    """Return the faults of one version; only the first ones when told how many."""
    if not rows_max:
        faults: list[dict[str, Any]] = _version(
            games_id, planner, number, without=("items",)
        ).faults
        return faults
    rows = Version.objects.filter(games_id=games_id, planner=planner, number=number)
    first = Func(
        "faults",
        Value(f"$[0 to {rows_max - 1}]"),
        template="jsonb_path_query_array(%(expressions)s::jsonpath)",
        output_field=JSONField(),
    )
    return rows.values_list(first, flat=True).first() or []


def number_in_force(*, games_id: int, planner: str) -> int | None:
    """Return the number of the version in force, if any."""
    return (
        Version.objects.filter(
            games_id=games_id, planner=planner, version_state=VersionState.PUBLISHED
        )
        .values_list("number", flat=True)
        .first()
    )


def _version(games_id: int, planner: str, number: int, *, without: tuple[str, ...] = ()) -> Version:
    rows = Version.objects.filter(games_id=games_id, planner=planner, number=number)
    found = rows.defer(*without).first()
    if found is None:
        raise UnknownVersionError(planner=planner, number=number)
    return found


def _version_row(row: Version) -> VersionRow:
    return VersionRow(
        id=row.pk,
        number=row.number,
        planner=row.planner,
        version_state=row.version_state,
        title=row.title,
        problem_hash=row.problem_hash,
        seed=row.seed,
        solver=row.solver,
        objective=row.objective,
        bound=row.bound,
        terms=row.terms,
        fault_count=int(row.statistics.get("hard_faults", 0)),
        statistics=row.statistics,
        created_by=row.created_by,
        created_at=row.created_at,
        published_at=row.published_at,
        published_by=row.published_by,
    )
