"""The channel: what fans see."""
