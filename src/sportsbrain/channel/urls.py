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
    ("story/", views.story, "new_story"),
    ("story/<slug:code>/", views.story, "story"),
    ("story/<slug:code>/in/<str:language>/", views.translate, "translate"),
    ("translations/", views.translations, "translations"),
)
urlpatterns = [
    path(PREFIX + "results/<str:unit>/decision/", views.decide, name="decide"),
    path(PREFIX + "results/<str:unit>/keep-back/", views.keep_back, name="keep_back"),
    path(PREFIX + "story/<slug:code>/settle/", views.settle, name="settle"),
    path(PREFIX + "story/<slug:code>/as/<str:language>/", views.preview, name="preview"),
    *page_and_json(PREFIX, PAGES),
]
