"""Register the app."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Tell Django about `feeds.payments`: it has pages, no rows of its own."""

    name = "sportsbrain.feeds.payments"
    label = "payments"
