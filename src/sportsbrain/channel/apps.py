"""Register the app."""

from django.apps import AppConfig


class ChannelConfig(AppConfig):
    """Tell Django about `channel`."""

    name = "sportsbrain.channel"
