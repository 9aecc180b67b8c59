"""Addresses of the planner."""

from django.urls import path

from sportsbrain.sport.views import changes, facts, plans, stream
from sportsbrain.ui.pages import page_and_json

app_name = "sport"
PAGES = (
    ("", facts.games, "games"),
    ("schedule/", facts.schedule, "schedule"),
    ("venues/", facts.venues, "venues"),
    ("venues/<str:code>/", facts.venue, "venue"),
    ("events/<str:code>/", facts.event, "event"),
    ("units/<str:code>/", facts.unit, "unit"),
    ("units/<str:code>/places/", changes.places, "places"),
    ("clashes/", changes.clashes, "clashes"),
    ("organisations/", facts.organisations, "organisations"),
    ("organisations/<str:code>/", facts.organisation, "organisation"),
    ("participants/<str:code>/", facts.participant, "participant"),
    ("duplicates/", facts.duplicates, "duplicates"),
    ("rejects/", facts.rejects, "rejects"),
    ("search/", facts.search, "search"),
    ("timetables/", plans.versions, "versions"),
    ("timetables/<int:number>/", plans.version, "version"),
    ("timetables/<int:number>/notices/", plans.notices, "notices"),
    ("timetables/<int:one>/against/<int:other>/", plans.compare, "compare"),
    ("runs/<int:run_id>/", plans.run, "run"),
    ("audit/", plans.audit, "audit"),
)
PREFIX = "games/<slug:games_code>/"

urlpatterns = [
    *page_and_json(PREFIX, PAGES),
    path(PREFIX + "runs/start/", plans.start_run, name="start_run"),
    path(PREFIX + "runs/<int:run_id>/cancel/", plans.cancel_run, name="cancel_run"),
    path(PREFIX + "closures/", changes.close_venue, name="close_venue"),
    path(PREFIX + "units/<str:code>/move/", changes.move_unit, name="move_unit"),
    path(PREFIX + "duplicates/merge/", facts.merge, name="merge"),
    path(PREFIX + "timetables/<int:number>/publish/", plans.publish, name="publish"),
    path(PREFIX + "timetables/<int:number>/adopt/", plans.adopt, name="adopt"),
    path(PREFIX + "timetables/<int:number>/sign/", plans.sign, name="sign"),
    path(PREFIX + "export/<str:name>.<str:file_format>", plans.export, name="export"),
    path(PREFIX + "live/", stream.stream, name="stream"),
]
