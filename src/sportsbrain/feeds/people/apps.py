"""Register the app."""

from django.apps import AppConfig


class PeopleFeedConfig(AppConfig):
    """Tell Django about `feeds.people`: it has pages, no rows of its own."""

    name = "sportsbrain.feeds.people"
    label = "people_feed"
