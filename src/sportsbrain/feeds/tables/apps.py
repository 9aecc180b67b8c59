"""Register the app."""

from django.apps import AppConfig


class TablesConfig(AppConfig):
    """Tell Django about `feeds.tables`: it has pages, no rows of its own."""

    name = "sportsbrain.feeds.tables"
    label = "tables"
