"""Register the app."""

from django.apps import AppConfig


class TransportConfig(AppConfig):
    """Tell Django about `transport`."""

    name = "sportsbrain.transport"
