"""The answer of the fleet planner: departures, blocks, duties, reserve."""

from dataclasses import dataclass
from typing import Any

from sportsbrain.vocabulary.planning import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A bus that leaves: which needs it carries, and how many of each."""

    code: str
    service: str
    departs_at: int
    arrives_at: int
    riders: tuple[tuple[str, int], ...]

    @property
    def load(self) -> int:
        """Return the number of riders."""
        return sum(count for _, count in self.riders)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The trips of one vehicle on one day, in order, from depot to depot."""

    code: str
    depot: str
    trips: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """The pieces of work of one driver on one day: (block, first trip, last trip) by index."""

    code: str
    pieces: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetPlan:
    """A whole bus network: ``blocks`` and ``duties`` carry their day in the code."""

    departures: tuple[Departure, ...]
    blocks: tuple[Block, ...]
    duties: tuple[Duty, ...]
    reserve: int
    objective: float
    bound: float
    terms: tuple[Term, ...]
    seed: int
    solver: str
    seconds: float
    first_feasible_seconds: float | None


def rows_of(plan: FleetPlan) -> dict[str, Any]:
    """Return what is driven as JSON can hold it: departures, blocks, duties."""
    return {
        "departures": [
            [d.code, d.service, d.departs_at, d.arrives_at, [list(r) for r in d.riders]]
            for d in plan.departures
        ],
        "blocks": [[b.code, b.depot, list(b.trips)] for b in plan.blocks],
        "duties": [[d.code, [list(p) for p in d.pieces]] for d in plan.duties],
    }


def plan_of_rows(rows: dict[str, Any]) -> FleetPlan:
    """Return the plan of such rows, without what it cost to find it: for the check."""
    return FleetPlan(
        departures=tuple(
            Departure(
                code=code,
                service=service,
                departs_at=departs,
                arrives_at=arrives,
                riders=tuple((need, people) for need, people in riders),
            )
            for code, service, departs, arrives, riders in rows["departures"]
        ),
        blocks=tuple(
            Block(code=code, depot=depot, trips=tuple(trips))
            for code, depot, trips in rows["blocks"]
        ),
        duties=tuple(
            Duty(code=code, pieces=tuple((b, f, n) for b, f, n in pieces))
            for code, pieces in rows["duties"]
        ),
        reserve=0,
        objective=0.0,
        bound=0.0,
        terms=(),
        seed=0,
        solver="",
        seconds=0.0,
        first_feasible_seconds=None,
    )
