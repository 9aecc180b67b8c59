"""The answer of the fleet planner: departures, blocks, duties, reserve."""

from dataclasses import dataclass

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
