"""What can go wrong with keys and proofs."""


class KeyMissingError(RuntimeError):
    """The private half of the key in use is not on this machine."""


class LabelExistsError(ValueError):
    """A serial was issued before."""
