"""Errors of the channel."""


class ChannelError(ValueError):
    """Something the channel can not do; the message says what and what to do."""
