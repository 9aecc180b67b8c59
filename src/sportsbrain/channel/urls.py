"""Addresses of the operators' console; fans' pages are files."""

from django.urls import path

from sportsbrain.channel import views
from sportsbrain.ui.pages import page_and_json

app_name = "channel"
PREFIX = "games/<slug:games_code>/"
PAGES = (
    ("results/", views.board, "board"),
    ("results/<str:unit>/", views.console, "console"),
    ("stories/", views.stories, "stories"),
    ("stories/write/", views.story, "new_story"),
    ("stories/translations/", views.translations, "translations"),
    ("stories/<slug:code>/", views.story, "story"),
    ("stories/<slug:code>/in/<str:language>/", views.translate, "translate"),
)
urlpatterns = [
    path(PREFIX + "results/<str:unit>/decision/", views.decide, name="decide"),
    path(PREFIX + "results/<str:unit>/keep-back/", views.keep_back, name="keep_back"),
    path(PREFIX + "stories/<slug:code>/settle/", views.settle, name="settle"),
    path(PREFIX + "stories/<slug:code>/as/<str:language>/", views.preview, name="preview"),
    *page_and_json(PREFIX, PAGES),
]
