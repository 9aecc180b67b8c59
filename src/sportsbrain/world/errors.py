"""Errors of the world."""


class UnknownFactError(LookupError):
    """A row refers to something that is not known."""

    def __init__(self, *, column: str, value: str, table: str) -> None:
        self.column = column
        self.value = value
        self.reason = f"unknown {column}"
        self.advice = f"{value!r} is not among the {table}; add it there or correct the code"
        super().__init__(self.advice)


class MergeError(ValueError):
    """Two participants that can not be made one."""

    def __init__(self, *, keep: str, drop: str) -> None:
        text = f"{drop} can not be merged into {keep}: two different, known people are needed"
        super().__init__(text)


class ResultError(ValueError):
    """Results that can not be taken; the message says which and what to do."""


class StaleResultError(ResultError):
    """Results of a version that is not newer than what is known."""

    def __init__(self, *, unit: str, version: int, known: int) -> None:
        self.known = known
        super().__init__(
            f"{unit}: version {version} is not newer than {known}, which is known; it is not taken"
        )
