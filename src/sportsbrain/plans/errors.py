"""Errors of plans."""


class UnknownVersionError(LookupError):
    """There is no such version in this Games."""

    def __init__(self, *, planner: str, number: int) -> None:
        super().__init__(f"there is no version {number} of the {planner}")


class UnknownRunError(LookupError):
    """There is no such run in this Games."""
