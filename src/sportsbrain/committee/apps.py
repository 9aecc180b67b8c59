"""Register the app."""

from django.apps import AppConfig


class CommitteeConfig(AppConfig):
    """Tell Django about `committee`."""

    name = "sportsbrain.committee"
    default_auto_field = "django.db.models.BigAutoField"
