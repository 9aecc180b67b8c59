"""Register the app."""

from django.apps import AppConfig


class ShopConfig(AppConfig):
    """Tell Django about `shop`."""

    name = "sportsbrain.shop"
