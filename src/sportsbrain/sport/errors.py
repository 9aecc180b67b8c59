"""Errors of the slice sport."""


class RulesError(ValueError):
    """A rules file that can not be read."""


class PublishRefusedError(ValueError):
    """A version that may not be published yet."""


class UnknownUnitError(LookupError):
    """There is no such unit in this Games."""
