"""Addresses of the workforce; volunteers come by a signed link, without an account."""

from django.urls import path

from sportsbrain.ui.pages import page_and_json
from sportsbrain.workforce import views

app_name = "workforce"
PAGES = (
    ("workforce/", views.rosters, "rosters"),
    ("workforce/teams/<str:code>/", views.team, "team"),
)
PREFIX = "games/<slug:games_code>/"
urlpatterns = [
    *page_and_json(PREFIX, PAGES),
    path(PREFIX + "workforce/absences/", views.absent, name="absent"),
    path("shifts/<str:token>/", views.shifts, name="shifts"),
    path("shifts/<str:token>/answer/", views.answer, name="answer"),
    path("shifts/<str:token>/take/", views.take, name="take"),
]
