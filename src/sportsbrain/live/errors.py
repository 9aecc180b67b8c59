"""Errors of the log."""


class CursorLostError(LookupError):
    """The log can not continue from this cursor: read the state afresh."""

    def __init__(self, *, text: str) -> None:
        super().__init__(f"the log can not continue from {text!r}: read the state afresh")
        self.text = text


class HookError(RuntimeError):
    """An address that can't be told; ``is_gone``: it said so for good."""

    def __init__(self, message: str, *, is_gone: bool = False) -> None:
        super().__init__(message)
        self.is_gone = is_gone
