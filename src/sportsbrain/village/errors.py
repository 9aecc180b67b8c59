"""What the village refuses."""


class VillageError(ValueError):
    """Something the village can't do; the text says what to do instead."""
