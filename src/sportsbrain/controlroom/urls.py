"""Addresses of the control room."""

from django.urls import path

from sportsbrain.controlroom.views import room, what_ifs
from sportsbrain.ui.pages import page_and_json

app_name = "controlroom"
PAGES = (
    ("room/", room.situation, "situation"),
    ("room/venues/<str:code>/", room.venue, "venue"),
    ("room/alerts/<int:number>/", room.alert, "alert"),
    ("room/incidents/<int:number>/", room.incident, "incident"),
    ("room/log/", room.log, "log"),
    ("room/figures/", room.figures, "figures"),
    ("room/setup/", room.setup, "setup"),
    ("room/handovers/", room.handovers, "handovers"),
    ("what-ifs/", what_ifs.what_ifs, "what_ifs"),
    ("what-ifs/beside/", what_ifs.beside, "beside"),
    ("what-ifs/<int:number>/", what_ifs.what_if, "what_if"),
)
PREFIX = "games/<slug:games_code>/"
urlpatterns = [
    *page_and_json(PREFIX, PAGES),
    path(PREFIX + "room/pack.pdf", room.pack, name="pack"),
    path(PREFIX + "room/incidents/<int:number>/cap.xml", room.cap, name="cap"),
    path(PREFIX + "room/station/", room.station, name="station"),
    path(PREFIX + "room/do/<slug:what>/", room.act, name="act"),
    path(PREFIX + "what-ifs/ask/<slug:kind>/", what_ifs.ask, name="ask"),
    path(PREFIX + "what-ifs/<int:number>/approve/", what_ifs.approve, name="approve"),
    path(PREFIX + "what-ifs/<int:number>/discard/", what_ifs.discard, name="discard"),
    path(PREFIX + "what-ifs/<int:number>/cancel/", what_ifs.cancel, name="cancel"),
    path(PREFIX + "decisions/<int:decision_id>/withdraw/", what_ifs.withdraw, name="withdraw"),
]
