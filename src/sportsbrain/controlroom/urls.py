"""Addresses of the control room."""

from django.urls import path

from sportsbrain.controlroom import views
from sportsbrain.ui.pages import page_and_json

app_name = "controlroom"
PAGES = (
    ("what-ifs/", views.what_ifs, "what_ifs"),
    ("what-ifs/beside/", views.beside, "beside"),
    ("what-ifs/<int:number>/", views.what_if, "what_if"),
)
PREFIX = "games/<slug:games_code>/"
urlpatterns = [
    *page_and_json(PREFIX, PAGES),
    path(PREFIX + "what-ifs/ask/<slug:kind>/", views.ask, name="ask"),
    path(PREFIX + "what-ifs/<int:number>/approve/", views.approve, name="approve"),
    path(PREFIX + "what-ifs/<int:number>/discard/", views.discard, name="discard"),
    path(PREFIX + "what-ifs/<int:number>/cancel/", views.cancel, name="cancel"),
    path(PREFIX + "decisions/<int:decision_id>/withdraw/", views.withdraw, name="withdraw"),
]
