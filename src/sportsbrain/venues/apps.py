"""Register the app."""

from django.apps import AppConfig


class VenuesConfig(AppConfig):
    """Tell Django about `venues`."""

    name = "sportsbrain.venues"
    default_auto_field = "django.db.models.BigAutoField"
