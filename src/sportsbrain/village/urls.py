"""Addresses of the village."""

from django.urls import path

from sportsbrain.ui.pages import page_and_json
from sportsbrain.village.views import plans, stays

app_name = "village"
GAMES = "games/<slug:games_code>/"
PAGES = (
    ("village/", plans.rooms, "rooms"),
    ("village/delegations/<str:code>/", plans.delegation, "delegation"),
    ("village/meals/", plans.meals, "meals"),
    ("village/desk/", stays.desk, "desk"),
    ("village/stays/<str:code>/", stays.stays_of, "stays_of"),
)
urlpatterns = [
    path(GAMES + "village/desk/begin/", stays.begin, name="begin_stays"),
    path(GAMES + "village/desk/room/", stays.room, name="close_room"),
    path(GAMES + "village/desk/chef/", stays.chef, name="chef"),
    path(GAMES + "village/stays/<str:code>/step/", stays.step, name="step"),
    *page_and_json(GAMES, PAGES),
]
