"""Address of lists of arrivals and departures."""

from django.urls import path

from sportsbrain.feeds.arrivals import views

app_name = "arrivals_feed"
urlpatterns = [
    path("games/<slug:games_code>/people/arrivals/import/", views.bring, name="bring"),
]
