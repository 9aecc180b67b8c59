"""Register the app."""

from django.apps import AppConfig


class ControlroomConfig(AppConfig):
    """Tell Django about `controlroom`."""

    name = "sportsbrain.controlroom"
    default_auto_field = "django.db.models.BigAutoField"
