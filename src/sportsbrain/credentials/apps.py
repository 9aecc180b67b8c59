"""Register the app."""

from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    """Tell Django about `credentials`."""

    name = "sportsbrain.credentials"
