"""Where files of drawings are read."""

from django.urls import path

from sportsbrain.feeds.maps import views

app_name = "maps"
urlpatterns = [
    path("games/<slug:games_code>/queues/<str:venue>/map/file/", views.upload, name="upload"),
]
