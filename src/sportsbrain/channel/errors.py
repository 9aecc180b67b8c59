"""What the channel refuses."""


class StoryError(ValueError):
    """A story can't be written, published or retracted as asked; the message says why."""


class UnknownStoryError(LookupError):
    """There is no such story in the Games."""

    def __init__(self, code: str) -> None:
        super().__init__(f"there is no story {code!r}")


class PushError(ValueError):
    """A browser asks to be told in a way that does not hold; the message says why."""
