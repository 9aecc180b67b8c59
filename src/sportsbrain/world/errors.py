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
