"""Addresses of the village."""

from django.urls import path

from sportsbrain.ui.pages import page_and_json
from sportsbrain.village.views import life, money, places, plans, stays

app_name = "village"
GAMES = "games/<slug:games_code>/"
PAGES = (
    ("village/", plans.rooms, "rooms"),
    ("village/delegations/<str:code>/", plans.delegation, "delegation"),
    ("village/meals/", plans.meals, "meals"),
    ("village/desk/", stays.desk, "desk"),
    ("village/stays/<str:code>/", stays.stays_of, "stays_of"),
    ("village/rates/", money.rates, "rates"),
    ("village/folios/<str:code>/", money.folio, "folio"),
    ("village/earnings/", money.earnings, "earnings"),
    ("village/services/", life.services, "services"),
    ("village/guests/<str:code>/", life.guests, "guests"),
    ("village/halls/", places.halls, "halls"),
    ("village/energy/", places.energy, "energy"),
    ("village/devices/", places.devices, "devices"),
)
urlpatterns = [
    path(GAMES + "village/desk/begin/", stays.begin, name="begin_stays"),
    path(GAMES + "village/desk/room/", stays.room, name="close_room"),
    path(GAMES + "village/desk/chef/", stays.chef, name="chef"),
    path(GAMES + "village/stays/<str:code>/step/", stays.step, name="step"),
    path(GAMES + "village/rates/begin/", money.begin, name="begin_rates"),
    path(GAMES + "village/rates/<str:item>/share/", money.share, name="share"),
    path(GAMES + "village/folios/<str:code>/order/", money.order, name="order"),
    path(GAMES + "village/folios/<str:code>/bill/", money.bill, name="bill"),
    path(GAMES + "village/folios/<str:code>/invoices.pdf", money.invoices, name="invoices"),
    path(GAMES + "village/earnings/lease/", money.lease, name="lease"),
    path(GAMES + "village/services/step/", life.service_step, name="service_step"),
    path(GAMES + "village/assets/", life.assets, name="assets"),
    path("village/at/<str:token>/", life.asset, name="asset"),
    path("village/me/<str:token>/", life.resident, name="resident"),
    path("village/me/<str:token>/worker.js", life.resident_worker, name="resident_worker"),
    path("village/guest/<str:token>/", life.guest, name="guest"),
    *page_and_json(GAMES, PAGES),
]
