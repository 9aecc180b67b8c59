"""What a simulated crowd did: waits, queues by the minute, when all are in or out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BankOutcome:
    """
    A bank over all simulated days.

    Parameters
    ----------
    wait_median, wait_p95
        Seconds, of all people of all days.
    queue_median, queue_p90
        People who wait at the end of each minute from ``starts_at`` on, over the days.
    peak_at
        Seconds of the largest median queue; None when nobody waits.
    unserved
        People a day whom no lane served.

    """

    code: str
    people: float
    wait_median: float
    wait_p95: float
    share_kept: float
    queue_median: tuple[float, ...]
    queue_p90: tuple[float, ...]
    starts_at: float
    peak_at: float | None
    unserved: float

    @property
    def queue_most(self) -> float:
        """Return the largest queue of the days that are worse than nine in ten."""
        return max(self.queue_p90, default=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class IngressOutcome:
    """
    How a venue filled, over all simulated days, with one walk set.

    Parameters
    ----------
    share_kept
        Of people who waited no longer than promised at the screening; the day that is worse than
        nine in ten in ``share_kept_p10``.
    share_seated
        Of people who sat when the session began.
    people
        Mean number who came.

    """

    walk_set: str
    days: int
    people: float
    share_kept: float
    share_kept_p10: float
    share_seated: float
    seated_p95: float
    banks: tuple[BankOutcome, ...]
    seed: int

    def bank(self, code: str) -> BankOutcome:
        """Return one bank."""
        return next(bank for bank in self.banks if bank.code == code)

    @property
    def weakest(self) -> BankOutcome:
        """Return where it breaks first: the bank with the longest waits."""
        return max(self.banks, key=lambda bank: (bank.wait_p95, bank.queue_most))


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOutcome:
    """A way: the most people a square metre it held, for how long it was how full."""

    code: str
    density_most: float
    people: int
    level: str
    person_minutes: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EgressOutcome:
    """
    How a venue emptied, with one walk set.

    Parameters
    ----------
    out_p95, out_p99
        Seconds from the first minute until so many are out; the last of all depends on the tail of
        delays and is told as ``out_last``.
    exits
        (exit, people).
    gone_p95
        Seconds until so many sit in a vehicle; None without departures.
    left
        People who are not out at the end.

    """

    walk_set: str
    people: int
    out_p95: float
    out_p99: float
    out_last: float
    exits: tuple[tuple[str, int], ...]
    ways: tuple[WayOutcome, ...]
    gone_p95: float | None
    left: int
    seed: int

    @property
    def tightest(self) -> WayOutcome:
        """Return where it is fullest."""
        return max(self.ways, key=lambda way: way.density_most)
