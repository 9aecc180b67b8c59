"""Addresses of payments: the pages of an order, and where providers tell what happened."""

from django.urls import path

from sportsbrain.feeds.payments import views

app_name = "payments"
ORDER = "shop/<slug:shop_code>/order/<str:link>/"
urlpatterns = [
    path(ORDER + "card/", views.card, name="card"),
    path(ORDER + "test/", views.test, name="test"),
    path("payments/stripe/", views.stripe_webhook, name="stripe"),
]
