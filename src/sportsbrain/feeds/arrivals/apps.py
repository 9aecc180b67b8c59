"""Register the app."""

from django.apps import AppConfig


class ArrivalsFeedConfig(AppConfig):
    """Tell Django about `feeds.arrivals`: it has a page, no rows of its own."""

    name = "sportsbrain.feeds.arrivals"
    label = "arrivals_feed"
