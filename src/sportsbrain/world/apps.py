"""Register the app."""

from django.apps import AppConfig


class WorldConfig(AppConfig):
    """Tell Django about `world`."""

    name = "sportsbrain.world"
    default_auto_field = "django.db.models.BigAutoField"
