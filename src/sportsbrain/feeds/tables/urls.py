"""Addresses of the wizard."""

from django.urls import path

from sportsbrain.feeds.tables import views

app_name = "tables"
urlpatterns = [
    path("start/", views.start, name="start"),
    path("start/venues/", views.start_venues, name="start_venues"),
    path("start/workbook/", views.send_workbook, name="send_workbook"),
    path("start/workbook/<str:name>/", views.workbook, name="workbook"),
]
