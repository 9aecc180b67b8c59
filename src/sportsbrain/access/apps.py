"""Register the app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Tell Django about `access`."""

    name = "sportsbrain.access"
