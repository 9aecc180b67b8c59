"""What can go wrong with people, cards and rights."""


class AccessError(ValueError):
    """Something about people that can't be done as asked; the text says what to do."""


class QuotaError(AccessError):
    """An organisation has no place left, or none at all, in a category."""


class UnknownPersonError(LookupError):
    """There is no such registration, or not for who asks."""


class DutyError(PermissionError):
    """Who asks has no such duty."""
