"""Errors of the slice sport."""


class RulesError(ValueError):
    """A rules file that can not be read."""


class NothingToPlanError(LookupError):
    """The Games has no unit with a place."""


class PublishRefusedError(ValueError):
    """A version that may not be published yet."""


class ChangeError(ValueError):
    """A closure or move that is not understood."""
