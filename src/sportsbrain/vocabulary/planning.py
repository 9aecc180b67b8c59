"""Values every planner shares: progress, stop rule, fault, score."""

from dataclasses import asdict, dataclass, field
from typing import Any

from sportsbrain.vocabulary.changes import Change, change_of, change_row


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """
    When a planner may stop: the first rule that is met ends the run.

    Parameters
    ----------
    seconds
        Wall seconds by the given clock.
    gap
        Relative distance between objective and bound that is good enough.
    stale_seconds
        Seconds without a better plan after which the run ends; 0 means never.
    rounds
        Improvement rounds. With ``deterministic`` this, not the clock, ends the run.
    deterministic
        Give the same plan for the same seed, however fast the machine is.

    """

    seconds: float = 60.0
    gap: float = 0.0
    stale_seconds: float = 0.0
    rounds: int = 0
    deterministic: bool = False

    def __post_init__(self) -> None:
        if self.seconds <= 0:
            message = f"a run needs more than 0 seconds, not {self.seconds}"
            raise ValueError(message)
        if self.deterministic and self.rounds <= 0:
            message = "a deterministic run is ended by rounds: give rounds > 0"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """
    What a run of a planner is asked to do.

    Parameters
    ----------
    from_version
        The version whose plan is kept as far as it can be; None plans anew.
    sources
        (planner, number) of other plans to read instead of those in force.
    changes
        What is different from the facts and from what was decided.

    """

    seconds: float = 60.0
    seed: int = 1
    gap: float = 0.0
    rounds: int = 0
    is_deterministic: bool = False
    from_version: int | None = None
    sources: tuple[tuple[str, int], ...] = ()
    changes: tuple[Change, ...] = ()

    def stop(self) -> Stop:
        """Return the stop rule."""
        return Stop(
            seconds=self.seconds,
            gap=self.gap,
            rounds=self.rounds,
            deterministic=self.is_deterministic,
        )

    def row(self) -> dict[str, Any]:
        """Return the order as JSON can hold it."""
        return {**asdict(self), "changes": [change_row(change) for change in self.changes]}


def order_of(row: dict[str, Any]) -> Order:
    """Return the order of its row."""
    sources = tuple((str(planner), int(number)) for planner, number in row.get("sources", ()))
    changes = tuple(change_of(change) for change in row.get("changes", ()))
    return Order(**{**row, "sources": sources, "changes": changes})


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One soft term: its cost, its weight and the least this term alone could reach."""

    key: str
    value: float
    weight: float
    bound: float

    @property
    def cost(self) -> float:
        """Return the weighted cost."""
        return self.value * self.weight


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a run stands."""

    step: str
    seconds: float
    objective: float | None = None
    bound: float | None = None
    terms: tuple[Term, ...] = ()
    note: str = ""

    @property
    def gap(self) -> float | None:
        """Return (objective − bound) / objective, or None before the first plan."""
        if self.objective is None or self.bound is None:
            return None
        return relative_gap(objective=self.objective, bound=self.bound)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One broken hard rule, with everything that takes part in it."""

    rule: str
    text: str
    units: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What a check says about a plan."""

    faults: tuple[Fault, ...]
    soft: dict[str, float] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)

    @property
    def objective(self) -> float:
        """Return the weighted sum of the soft terms."""
        return sum(value * self.weights.get(key, 0.0) for key, value in self.soft.items())

    @property
    def by_rule(self) -> dict[str, int]:
        """Return the number of faults of each rule."""
        counts: dict[str, int] = {}
        for fault in self.faults:
            counts[fault.rule] = counts.get(fault.rule, 0) + 1
        return counts


def relative_gap(*, objective: float, bound: float) -> float:
    """Return (objective − bound) / objective, 0 when both are 0."""
    if objective <= 0:
        return 0.0
    return max(0.0, (objective - bound) / objective)
