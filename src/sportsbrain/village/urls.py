"""Addresses of the village."""

from sportsbrain.ui.pages import page_and_json
from sportsbrain.village import views

app_name = "village"
PAGES = (
    ("village/", views.rooms, "rooms"),
    ("village/delegations/<str:code>/", views.delegation, "delegation"),
    ("village/meals/", views.meals, "meals"),
)
urlpatterns = page_and_json("games/<slug:games_code>/", PAGES)
