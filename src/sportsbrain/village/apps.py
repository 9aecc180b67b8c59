"""Register the app."""

from django.apps import AppConfig


class VillageConfig(AppConfig):
    """Tell Django about `village`."""

    name = "sportsbrain.village"
