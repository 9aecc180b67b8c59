"""Errors of the log."""


class CursorLostError(LookupError):
    """The log can not continue from this cursor: read the state afresh."""

    def __init__(self, *, text: str) -> None:
        super().__init__(f"the log can not continue from {text!r}: read the state afresh")
        self.text = text
