"""Addresses of people, cards and gates."""

from django.urls import path

from sportsbrain.access.views import arrivals, cards, entries, office, people, tickets
from sportsbrain.ui.pages import page_and_json

app_name = "access"
PAGES = (
    ("people/", people.overview, "overview"),
    ("people/list/", people.people, "people"),
    ("people/duplicates/", office.duplicates, "duplicates"),
    ("people/checks/", office.checks, "checks"),
    ("people/arrivals/", arrivals.arrivals, "arrivals"),
    ("people/departures/", arrivals.departures, "departures"),
    ("people/entries/", entries.entries, "entries"),
    ("people/entries/of/<str:event>/", entries.event, "entry_event"),
    ("people/tables/", office.tables, "tables"),
    ("people/who-sees-what/", office.privacy, "privacy"),
    ("people/of/<str:client>/", people.client, "client"),
    ("people/<int:number>/", people.person, "person"),
)
PREFIX = "games/<slug:games_code>/"
urlpatterns = [
    path(PREFIX + "people/decide/", people.decide, name="decide"),
    path(PREFIX + "people/new/<str:client>/<str:category>/", people.edit, name="new"),
    path(
        PREFIX + "people/<int:number>/edit/<str:client>/<str:category>/", people.edit, name="edit"
    ),
    path(PREFIX + "people/<int:number>/photo.jpg", people.photo, name="photo"),
    path(PREFIX + "people/<int:number>/check/", office.check_one, name="check_one"),
    path(PREFIX + "people/<int:number>/erase/", office.erase, name="erase"),
    path(PREFIX + "people/duplicates/look/", office.look_again, name="look_again"),
    path(PREFIX + "people/duplicates/decide/", office.decide_pair, name="decide_pair"),
    path(PREFIX + "people/checks/send/", office.send_checks, name="send_checks"),
    path(PREFIX + "people/checks/take/", office.take_checks, name="take_checks"),
    path(PREFIX + "people/tables/new/", office.category, name="new_category"),
    path(PREFIX + "people/tables/of/<str:code>/", office.category, name="category"),
    path(PREFIX + "people/tables/begin/", office.begin, name="begin"),
    path(PREFIX + "people/of/<str:client>/quota/", office.save_quota, name="save_quota"),
    path(PREFIX + "people/duties/", office.give, name="give"),
    path(PREFIX + "people/cards/issue/", cards.issue, name="issue"),
    path(PREFIX + "people/cards/print.pdf", cards.print_pdf, name="print_pdf"),
    path(PREFIX + "people/cards/<str:card>/cancel/", cards.cancel, name="cancel_card"),
    path(PREFIX + "people/arrivals/report/", arrivals.report, name="report"),
    path(PREFIX + "people/entries/open/", entries.open_events, name="open_events"),
    path(PREFIX + "people/entries/of/<str:event>/change/", entries.change, name="change_entry"),
    path(PREFIX + "people/entries/of/<str:event>/rule/", entries.save_rule, name="save_rule"),
    path(PREFIX + "people/gate/", cards.gate, name="gate"),
    path(PREFIX + "people/gate/scan/", cards.scan, name="scan"),
    path(PREFIX + "people/gate/tickets/", tickets.gate, name="ticket_gate"),
    path(PREFIX + "people/gate/tickets/state.json", tickets.state, name="ticket_state"),
    path(PREFIX + "people/gate/tickets/scan/", tickets.scan, name="ticket_scan"),
    path(PREFIX + "people/gate/tickets/sync/", tickets.sync, name="ticket_sync"),
    path(PREFIX + "people/gate/tickets/worker.js", tickets.worker, name="ticket_worker"),
    path(PREFIX + "people/gate/offline/<str:what>", cards.for_offline, name="offline"),
    *page_and_json(PREFIX, PAGES),
]
