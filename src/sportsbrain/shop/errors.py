"""What can go wrong in the shop."""


class ShopError(ValueError):
    """Something of the shop that can't be done as asked; the text says what to do."""
