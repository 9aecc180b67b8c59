"""Addresses of the shop: open to everybody, so they do not begin with ``games/``."""

from django.urls import path

from sportsbrain.shop.views import line, orders, store

app_name = "shop"
PREFIX = "shop/<slug:shop_code>/"
urlpatterns = [
    path(PREFIX, store.shelves, name="shelves"),
    path(PREFIX + "suggest/", store.suggest, name="suggest"),
    path(PREFIX + "product/<str:code>/", store.product, name="product"),
    path(PREFIX + "picture/<str:shape>/<str:code>.svg", store.picture, name="picture"),
    path(PREFIX + "line/<slug:code>/", line.line, name="line"),
    path(PREFIX + "line/<slug:code>/join/", line.join, name="join"),
    path(PREFIX + "line/<slug:code>/buy/", line.buy, name="buy"),
    path(PREFIX + "cart/", store.cart, name="cart"),
    path(PREFIX + "cart/put/", store.put, name="put"),
    path(PREFIX + "checkout/", store.checkout, name="checkout"),
    path(PREFIX + "order/<str:link>/", orders.order, name="order"),
    path(PREFIX + "order/<str:link>/back/", orders.give_back, name="give_back"),
    path(PREFIX + "order/<str:link>/ticket/", orders.change_ticket, name="change_ticket"),
    path(PREFIX + "order/<str:link>/invoice.pdf", orders.invoice, name="invoice"),
    path(PREFIX + "order/<str:link>/tickets.pdf", orders.tickets, name="tickets"),
]
