"""Register the app."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """Tell Django about `plans`."""

    name = "sportsbrain.plans"
    default_auto_field = "django.db.models.BigAutoField"
