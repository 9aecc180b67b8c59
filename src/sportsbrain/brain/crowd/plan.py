"""The answer: lanes and gates by quarter of an hour, entrance by entrance, with what was proved."""

from dataclasses import dataclass

from sportsbrain.vocabulary.planning import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class BankPlan:
    """
    Open lanes of one bank on one day.

    Parameters
    ----------
    site, entrance, kind
        Code of the site, code of the entrance, ``screening`` or ``gates``.
    constant_hours
        Hours of the least number that keeps the promise when it is open all the time; None when
        nothing does.
    proved
        Quarters in which one lane fewer breaks the promise, of all.
    broken
        Quarters in which the promise is broken with everything open; why in ``reason``.

    """

    site: str
    entrance: str
    kind: str
    opens_at: float
    open_lanes: tuple[int, ...]
    hours: float
    bound: float
    constant_hours: float | None
    share_kept: float
    proved: int
    broken: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffingPlan:
    """All banks, and what it cost to find them."""

    banks: tuple[BankPlan, ...]
    objective: float
    bound: float
    terms: tuple[Term, ...]
    seed: int
    solver: str
    seconds: float
    first_feasible_seconds: float | None

    def bank(self, site: str, entrance: str, kind: str) -> BankPlan:
        """Return one bank."""
        return next(b for b in self.banks if (b.site, b.entrance, b.kind) == (site, entrance, kind))
