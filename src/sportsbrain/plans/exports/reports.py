"""What the command line says about a plan, for programs: the same words for every planner."""

from typing import Any

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.actions import Outcome
from sportsbrain.vocabulary.planning import Score, relative_gap


def plan_report(*, games: GamesRow, outcome: Outcome, seed: int) -> dict[str, Any]:
    """Return the report of a run."""
    return {
        "planner": outcome.planner,
        "games": games.code,
        "version": outcome.version,
        "seed": seed,
        "objective": round(outcome.objective, 3),
        "bound": round(outcome.bound, 3),
        "gap": round(relative_gap(objective=outcome.objective, bound=outcome.bound), 4),
        "first_feasible_seconds": outcome.first_feasible_seconds,
        "seconds": round(outcome.seconds, 2),
        "hard_faults": len(outcome.score.faults),
        "by_rule": outcome.score.by_rule,
        "reasons": list(outcome.reasons),
        "soft": {
            term.key: {
                "value": round(term.value, 3),
                "weight": term.weight,
                "bound": round(term.bound, 3),
            }
            for term in outcome.terms
        },
        "problem_hash": outcome.problem_hash,
        "facts": {k: v for k, v in outcome.facts.items() if isinstance(v, int | float | str)},
        "assumptions": outcome.facts.get("assumptions", []),
    }


def check_report(*, score: Score, assumptions: tuple[str, ...]) -> dict[str, Any]:
    """Return the report of a check."""
    return {
        "hard_faults": len(score.faults),
        "by_rule": score.by_rule,
        "soft": {k: round(v, 3) for k, v in score.soft.items()},
        "objective": round(score.objective, 3),
        "assumptions": list(assumptions),
    }


def plan_lines(report: dict[str, Any]) -> list[str]:
    """Return the report for people, without the terms."""
    lines = [
        (
            f"{report['planner']} {report['version']} of {report['games']}: objective"
            f" {report['objective']:,.1f}, bound {report['bound']:,.1f}, gap {report['gap']:.1%},"
            f" {report['hard_faults']} faults, {report['seconds']:.0f} s"
        )
    ]
    lines += [f"  {rule:18}{count:>6}" for rule, count in report["by_rule"].items()]
    lines += [f"  {key.replace('_', ' ')}: {value}" for key, value in report["facts"].items()]
    lines += [f"  {reason}" for reason in report["reasons"][:12]]
    if len(report["reasons"]) > 12:
        lines.append(f"  … and {len(report['reasons']) - 12} more; --json has all")
    lines += [f"  assumed: {note}" for note in report["assumptions"]]
    return lines


def check_lines(report: dict[str, Any], score: Score) -> list[str]:
    """Return a check for people."""
    lines = [f"{report['hard_faults']} faults, objective {report['objective']:,.1f}"]
    for rule, count in report["by_rule"].items():
        lines.append(f"  {rule:18}{count:>6}")
        lines += [f"      {f.text}" for f in [f for f in score.faults if f.rule == rule][:3]]
    lines += [
        f"  {key:18}{value:>12,.1f} × {score.weights.get(key, 0):g}"
        for key, value in score.soft.items()
    ]
    return lines
