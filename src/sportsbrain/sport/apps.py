"""Register the app."""

from django.apps import AppConfig


class SportConfig(AppConfig):
    """Tell Django about `sport`."""

    name = "sportsbrain.sport"
    default_auto_field = "django.db.models.BigAutoField"
