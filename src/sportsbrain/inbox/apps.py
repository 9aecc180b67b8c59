"""Register the app."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """Tell Django about `inbox`."""

    name = "sportsbrain.inbox"
    default_auto_field = "django.db.models.BigAutoField"
