"""Errors of plans."""


class UnknownVersionError(LookupError):
    """There is no such version in this Games."""

    def __init__(self, *, planner: str, number: int | str) -> None:
        super().__init__(f"there is no version {number} of the {planner}")


class UnknownRunError(LookupError):
    """There is no such run in this Games."""


class SliceRulesError(ValueError):
    """A rules file of a slice is not understood."""


class NothingToPlanError(ValueError):
    """The facts that a plan is made from are not there yet; the message says which."""
