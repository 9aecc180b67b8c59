"""Addresses of the operators' console; fans' pages are files."""

from django.urls import path

from sportsbrain.channel import views
from sportsbrain.ui.pages import page_and_json

app_name = "channel"
PREFIX = "games/<slug:games_code>/"
PAGES = (
    ("results/", views.board, "board"),
    ("results/<str:unit>/", views.console, "console"),
)
urlpatterns = [
    path(PREFIX + "results/<str:unit>/decision/", views.decide, name="decide"),
    *page_and_json(PREFIX, PAGES),
]
