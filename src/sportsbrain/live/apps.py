"""Register the app."""

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """Tell Django about `live`."""

    name = "sportsbrain.live"
    default_auto_field = "django.db.models.BigAutoField"
