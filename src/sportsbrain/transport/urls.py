"""Addresses of buses and cars."""

from django.urls import path

from sportsbrain.transport.views import network, rides
from sportsbrain.ui.pages import page_and_json

app_name = "transport"
PAGES = (
    ("transport/", network.network, "network"),
    ("transport/lines/<str:code>/", network.line, "line"),
    ("transport/board/", network.board, "board"),
    ("transport/duties/", network.duties, "duties"),
    ("transport/duties/<path:code>/", network.duty, "duty"),
    ("transport/rides/", rides.rides, "rides"),
    ("transport/rides/cars/<str:car>/", rides.car, "car"),
)
PREFIX = "games/<slug:games_code>/"
urlpatterns = [
    path(PREFIX + "transport/gtfs.zip", network.gtfs, name="gtfs"),
    path(PREFIX + "transport/trip-updates.pb", network.updates, name="updates"),
    path(PREFIX + "transport/run-sheets.pdf", network.run_sheets, name="run_sheets"),
    path(PREFIX + "transport/delays/", network.delay, name="delay"),
    path(PREFIX + "transport/rides/book/", rides.book, name="book_ride"),
    path(PREFIX + "transport/rides/plan/", rides.plan, name="plan_rides"),
    path(PREFIX + "transport/rides/late/", rides.late, name="car_late"),
    path(PREFIX + "transport/rides/<str:code>/cancel/", rides.cancel, name="cancel_ride"),
    *page_and_json(PREFIX, PAGES),
]
