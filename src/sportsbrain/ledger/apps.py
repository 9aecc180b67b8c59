"""Register the app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Tell Django about `ledger`."""

    name = "sportsbrain.ledger"
