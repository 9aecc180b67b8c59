"""Register the app."""

from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    """Tell Django about `workforce`."""

    name = "sportsbrain.workforce"
    default_auto_field = "django.db.models.BigAutoField"
