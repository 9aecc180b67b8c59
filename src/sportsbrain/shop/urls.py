"""Addresses of the shop: open to everybody, so they do not begin with ``games/``."""

from django.urls import path

from sportsbrain.shop.views import store

app_name = "shop"
PREFIX = "shop/<slug:shop_code>/"
urlpatterns = [
    path(PREFIX, store.shelves, name="shelves"),
    path(PREFIX + "product/<str:code>/", store.product, name="product"),
    path(PREFIX + "picture/<str:shape>/<str:code>.svg", store.picture, name="picture"),
    path(PREFIX + "cart/", store.cart, name="cart"),
    path(PREFIX + "cart/put/", store.put, name="put"),
    path(PREFIX + "checkout/", store.checkout, name="checkout"),
    path(PREFIX + "order/<str:link>/", store.order, name="order"),
]
