"""Start runs, draft immutable versions, publish one of them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from django.db import connection, transaction
from django.db.models import Max

from sportsbrain.committee.actions import record_audit
from sportsbrain.live.actions import append_update
from sportsbrain.plans.errors import UnknownVersionError
from sportsbrain.plans.models import Decision, KeptRules, Run, Version
from sportsbrain.plans.queries import WHAT_IF
from sportsbrain.vocabulary.changes import Change, change_row
from sportsbrain.vocabulary.planning import Order, Score, Term
from sportsbrain.vocabulary.statuses import RunState, VersionState

FAULTS_MAX = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Everything a version keeps."""

    planner: str
    title: str
    problem_hash: str
    seed: int | None
    solver: str
    objective: float
    bound: float
    terms: list[dict[str, Any]]
    faults: list[dict[str, Any]]
    items: dict[str, Any]
    statistics: dict[str, Any] = field(default_factory=dict)


class Answer(Protocol):
    """What every planner's plan says of itself."""

    @property
    def objective(self) -> float:
        """Return the weighted cost."""

    @property
    def bound(self) -> float:
        """Return the proven lower bound."""

    @property
    def terms(self) -> tuple[Term, ...]:
        """Return the soft terms with the bound of each."""

    @property
    def seed(self) -> int:
        """Return the seed."""

    @property
    def solver(self) -> str:
        """Return what solved it."""

    @property
    def seconds(self) -> float:
        """Return the seconds it took."""

    @property
    def first_feasible_seconds(self) -> float | None:
        """Return when the first plan was there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A drafted version, its score by `check`, and what is to be told about it."""

    planner: str
    version: int
    score: Score
    objective: float
    bound: float
    first_feasible_seconds: float | None
    seconds: float
    terms: tuple[Term, ...] = ()
    reasons: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    problem_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A plan with everything a version keeps of it."""

    planner: str
    title: str
    problem_hash: str
    answer: Answer
    score: Score
    items: dict[str, Any]
    reasons: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    order: Order | None = None


def draft_answer(
    *, games_id: int, answered: Answered, actor: str, run_id: int | None, now: dt.datetime
) -> Outcome:
    """Keep a planner's answer as the next version; the objective is the one of `check`."""
    answer, score = answered.answer, answered.score
    number = draft_version(
        games_id=games_id,
        draft=Draft(
            planner=answered.planner,
            title=answered.title,
            problem_hash=answered.problem_hash,
            seed=answer.seed,
            solver=answer.solver[:60],
            objective=score.objective,
            bound=answer.bound,
            terms=[
                {"key": t.key, "value": t.value, "weight": t.weight, "bound": t.bound}
                for t in answer.terms
            ],
            faults=[asdict(fault) for fault in score.faults[:FAULTS_MAX]],
            items=answered.items,
            statistics={
                "first_feasible_seconds": answer.first_feasible_seconds,
                "seconds": answer.seconds,
                "hard_faults": len(score.faults),
                "by_rule": score.by_rule,
                "reasons": list(answered.reasons),
                **answered.facts,
                **(made_with(answered.order) if answered.order else {}),
            },
        ),
        actor=actor,
        run_id=run_id,
        now=now,
    )
    return Outcome(
        planner=answered.planner,
        version=number,
        score=score,
        objective=score.objective,
        bound=answer.bound,
        first_feasible_seconds=answer.first_feasible_seconds,
        seconds=answer.seconds,
        terms=answer.terms,
        reasons=answered.reasons,
        facts=answered.facts,
        problem_hash=answered.problem_hash,
    )


def made_with(order: Order) -> dict[str, Any]:
    """Return what a version keeps of its order, so that it can be judged as it was made."""
    if not order.changes and not order.sources:
        return {}
    return {"order": order.row(), **({WHAT_IF: True} if order.changes else {})}


def start_run(*, games_id: int, planner: str, order: dict[str, Any], actor: str) -> int:
    """Note that a run is asked for and return its id."""
    run = Run.objects.create(games_id=games_id, planner=planner, order=order, started_by=actor)
    record_audit(
        games_id=games_id,
        actor=actor,
        verb="started run",
        thing=f"{planner} run {run.pk}",
        details=order,
    )
    return run.pk


def begin_run(*, run_id: int, process_id: int, now: dt.datetime) -> bool:
    """Mark a run as running in this process; say whether it still waits."""
    changed = Run.objects.filter(pk=run_id, run_state=RunState.WAITING).update(
        run_state=RunState.RUNNING, process_id=process_id, reported_at=now
    )
    return bool(changed)


def report_run(
    *, run_id: int, progress: dict[str, Any], now: dt.datetime, kept: dict[str, Any] | None = None
) -> bool:
    """
    Keep the progress of a run, tell the log, and say whether it should stop.

    ``kept``: what is kept with the run and not told, such as what an import found.
    """
    with transaction.atomic():
        Run.objects.filter(pk=run_id).update(progress={**progress, **(kept or {})}, reported_at=now)
        run = Run.objects.get(pk=run_id)
        append_update(
            games_id=run.games_id,
            topic="run.progress",
            key=str(run_id),
            body=progress,
            recorded_at=now,
        )
    return run.is_cancel_asked


def end_run(*, run_id: int, run_state: RunState, now: dt.datetime, trouble: str = "") -> None:
    """Mark the end of a run and tell the log."""
    with transaction.atomic():
        Run.objects.filter(pk=run_id).update(run_state=run_state, ended_at=now, trouble=trouble)
        run = Run.objects.get(pk=run_id)
        append_update(
            games_id=run.games_id,
            topic="run.ended",
            key=str(run_id),
            body={"run_state": run_state.value, "trouble": trouble},
            recorded_at=now,
        )


def ask_cancel(*, games_id: int, run_id: int, actor: str) -> bool:
    """Ask a run to stop and keep its best; say whether it was still going."""
    changed = Run.objects.filter(
        pk=run_id, games_id=games_id, run_state__in=[RunState.WAITING, RunState.RUNNING]
    ).update(is_cancel_asked=True)
    if changed:
        record_audit(
            games_id=games_id, actor=actor, verb="cancelled run", thing=f"run {run_id}", details={}
        )
    return bool(changed)


@transaction.atomic
def draft_version(
    *, games_id: int, draft: Draft, actor: str, run_id: int | None, now: dt.datetime
) -> int:
    """Keep a plan as the next version and return its number."""
    _lock(games_id, draft.planner)
    versions = Version.objects.filter(games_id=games_id, planner=draft.planner)
    number = (versions.aggregate(last=Max("number"))["last"] or 0) + 1
    Version.objects.create(
        games_id=games_id,
        planner=draft.planner,
        number=number,
        title=draft.title,
        run_id=run_id,
        problem_hash=draft.problem_hash,
        seed=draft.seed,
        solver=draft.solver,
        objective=draft.objective,
        bound=draft.bound,
        terms=draft.terms,
        faults=draft.faults,
        items=draft.items,
        statistics=draft.statistics,
        created_by=actor,
    )
    record_audit(
        games_id=games_id,
        actor=actor,
        verb="drafted",
        thing=f"{draft.planner} {number}",
        details={"objective": draft.objective, "bound": draft.bound},
    )
    append_update(
        games_id=games_id,
        topic="version.drafted",
        key=str(number),
        body={"planner": draft.planner, "objective": draft.objective},
        recorded_at=now,
    )
    return number


@transaction.atomic
def publish_version(
    *, games_id: int, planner: str, number: int, actor: str, now: dt.datetime
) -> int | None:
    """Put a version in force and return the number it replaces. Also rolls back to an older one."""
    _lock(games_id, planner)
    version = Version.objects.filter(games_id=games_id, planner=planner, number=number).first()
    if version is None:
        raise UnknownVersionError(planner=planner, number=number)
    before = Version.objects.filter(
        games_id=games_id, planner=planner, version_state=VersionState.PUBLISHED
    ).first()
    if before is not None and before.pk == version.pk:
        return number
    if before is not None:
        Version.objects.filter(pk=before.pk).update(version_state=VersionState.SUPERSEDED)
    verb = "rolled back to" if version.version_state == VersionState.SUPERSEDED else "published"
    Version.objects.filter(pk=version.pk).update(
        version_state=VersionState.PUBLISHED, published_at=now, published_by=actor
    )
    replaced = before.number if before else None
    record_audit(
        games_id=games_id,
        actor=actor,
        verb=verb,
        thing=f"{planner} {number}",
        details={"replaced": replaced},
    )
    append_update(
        games_id=games_id,
        topic="version.published",
        key=str(number),
        body={"planner": planner, "replaced": replaced},
        recorded_at=now,
    )
    return replaced


def lock_planners(*, games_id: int, planners: Iterable[str]) -> None:
    """Keep what is in force as it is until the transaction ends; one order for everybody."""
    for planner in sorted(planners):
        _lock(games_id, planner)


def keep_decisions(
    *, games_id: int, changes: tuple[Change, ...], title: str, actor: str, now: dt.datetime
) -> None:
    """Let changes hold for every plan made from now on."""
    for change in changes:
        Decision.objects.create(
            games_id=games_id,
            change=change_row(change),
            title=title[:200],
            decided_by=actor,
            decided_at=now,
        )


@transaction.atomic
def withdraw_decision(*, games_id: int, decision_id: int, actor: str, now: dt.datetime) -> bool:
    """Let a decided change hold no longer; plans in force stay as they are. Say whether it held."""
    changed = Decision.objects.filter(
        pk=decision_id, games_id=games_id, withdrawn_at__isnull=True
    ).update(withdrawn_at=now, withdrawn_by=actor)
    if changed:
        record_audit(
            games_id=games_id,
            actor=actor,
            verb="withdrew",
            thing=f"decision {decision_id}",
            details={},
        )
    return bool(changed)


def _lock(games_id: int, planner: str) -> None:
    """Let one transaction at a time number and publish versions of one planner."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s))", [f"plans:{games_id}:{planner}"]
        )


@transaction.atomic
def keep_rules(*, name: str, rules: dict[str, dict[str, Any]]) -> None:
    """Keep rules from another Games under a name: slice → values; what was kept there goes."""
    KeptRules.objects.filter(name=name).delete()
    KeptRules.objects.bulk_create(
        [
            KeptRules(name=name, slice_name=slice_name, values=values)
            for slice_name, values in sorted(rules.items())
        ]
    )
