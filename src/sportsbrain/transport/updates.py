"""What just happened on the road, and what it means for the runs that follow: pure functions."""

from collections.abc import Mapping
from dataclasses import dataclass

DELAYED = "transport.delayed"
RIDE_BOOKED = "ride.booked"
RIDE_CANCELLED = "ride.cancelled"
CAR_LATE = "car.late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A run was reported late; 0 seconds is on time again, −1 that it does not run."""

    run: str
    seconds: int


State = Mapping[str, Reported]


def apply(state: State, update: Reported) -> State:
    """Return the state after one report: the newest of each run holds."""
    return {**state, update.run: update}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A run of a block as planned, in seconds."""

    code: str
    departs_at: int
    arrives_at: int
    dead_run_after: int = 0


def carried_on(block: tuple[Planned, ...], state: State, *, layover: int) -> dict[str, int]:
    """
    Return the seconds each run of a block is late.

    A vehicle that comes late leaves late on its next run, as far as the stay planned in between,
    less the least layover and the dead run to its start, does not take it up. A report of the
    next run itself takes its place.
    """
    late: dict[str, int] = {}
    carried = 0
    for run, following in zip(block, (*block[1:], None), strict=True):
        report = state.get(run.code)
        now = carried if report is None else max(0, report.seconds)
        if now or report is not None:
            late[run.code] = now
        if following is None:
            break
        slack = following.departs_at - run.arrives_at - layover - run.dead_run_after
        carried = max(0, now - max(0, slack))
    return late
