"""Addresses of lists of people."""

from django.urls import path

from sportsbrain.feeds.people import views

app_name = "people_feed"
PREFIX = "games/<slug:games_code>/people/import/"
urlpatterns = [
    path(PREFIX, views.bring, name="bring"),
    path(PREFIX + "<int:run_id>/", views.run, name="run"),
    path(PREFIX + "<int:run_id>/keep/", views.keep, name="keep"),
    path(PREFIX + "<int:run_id>/stop/", views.stop, name="stop"),
]
