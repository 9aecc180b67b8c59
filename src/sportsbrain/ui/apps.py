"""Register the app."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Tell Django about `ui`."""

    name = "sportsbrain.ui"
