"""What can go wrong with stock, holds and money."""


class LedgerError(ValueError):
    """Something that can't be booked as asked; the text says what to do."""


class OutOfStockError(LedgerError):
    """There is less than what was asked for."""


class HoldError(LedgerError):
    """A hold that is over, or not there."""


class UnbalancedError(LedgerError):
    """A posting whose entries do not add up to nothing."""
