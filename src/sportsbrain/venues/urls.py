"""Addresses of queues, lanes and drawings."""

from django.urls import path

from sportsbrain.ui.pages import page_and_json
from sportsbrain.venues import views

app_name = "venues"
PAGES = (
    ("queues/", views.queues, "queues"),
    ("queues/<str:venue>/map/", views.drawing, "map"),
    ("queues/<str:venue>/<str:date>/", views.site, "site"),
)
PREFIX = "games/<slug:games_code>/"
urlpatterns = [
    path(PREFIX + "queues/<str:venue>/drawing.geojson", views.geojson, name="geojson"),
    path(PREFIX + "queues/<str:venue>/map/save/", views.save, name="save_map"),
    path(PREFIX + "queues/<str:venue>/map/template/", views.template, name="template"),
    path(PREFIX + "queues/<str:venue>/lanes/", views.lanes, name="lanes"),
    *page_and_json(PREFIX, PAGES),
]
