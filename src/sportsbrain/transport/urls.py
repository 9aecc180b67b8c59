"""Addresses of the buses."""

from django.urls import path

from sportsbrain.transport import views
from sportsbrain.ui.pages import page_and_json

app_name = "transport"
PAGES = (
    ("transport/", views.network, "network"),
    ("transport/lines/<str:code>/", views.line, "line"),
    ("transport/board/", views.board, "board"),
    ("transport/duties/", views.duties, "duties"),
    ("transport/duties/<path:code>/", views.duty, "duty"),
)
PREFIX = "games/<slug:games_code>/"
urlpatterns = [
    path(PREFIX + "transport/gtfs.zip", views.gtfs, name="gtfs"),
    path(PREFIX + "transport/trip-updates.pb", views.updates, name="updates"),
    path(PREFIX + "transport/run-sheets.pdf", views.run_sheets, name="run_sheets"),
    path(PREFIX + "transport/delays/", views.delay, name="delay"),
    *page_and_json(PREFIX, PAGES),
]
