"""The chain's keys and changes in the reader's words."""

import datetime as dt
from typing import Any

from django import template
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from sportsbrain.vocabulary import changes as known

register = template.Library()

PLANS: dict[str, Promise] = {
    "timetable": _("Timetable"),
    "rooms": _("Beds"),
    "demand": _("Spectators"),
    "lanes": _("Queues and lanes"),
    "fleet": _("Buses"),
    "meals": _("Meals"),
    "roster": _("Shifts"),
    "retail": _("Stores of the shop"),
    "tickets": _("Tickets that were sold"),
}
STATES: dict[str, Promise] = {
    "changed": _("changed"),
    "same": _("as it is"),
    "unplanned": _("not planned yet"),
    "failed": _("no answer"),
    "working": _("working"),
    "answered": _("answered"),
    "approved": _("approved"),
    "discarded": _("discarded"),
}
FIGURES: dict[str, Promise] = {
    "units_moved": _("Units at another time"),
    "units_gone": _("Units not held"),
    "hard_faults": _("Broken rules"),
    "prime_time": _("Finals outside prime time"),
    "rest": _("Hours of rest missing"),
    "venue_days": _("Venue days"),
    "venue_hours": _("Venue hours"),
    "crowd_peak": _("Crowded hours"),
    "moved_people": _("People who change rooms"),
    "beds_to_sell": _("Nights of beds that can be sold"),
    "beds_worth": _("What they are on the rate card"),
    "sleep_kwh": _("Energy for who sleeps there"),
    "sleep_cost": _("What that energy costs"),
    "beds": _("People with a bed"),
    "bed_nights": _("Bed nights"),
    "without_bed": _("People without a bed"),
    "splits": _("Delegations in several buildings"),
    "races_missed": _("People after their first race"),
    "spectators_elsewhen": _("Spectators with another time"),
    "spectators": _("Spectators"),
    "people": _("People"),
    "arrivals_quarter": _("Most arrivals in 15 minutes"),
    "lane_hours": _("Lane-hours"),
    "gate_hours": _("Gate-hours"),
    "lanes_most": _("Most lanes at once"),
    "quarters_broken": _("Quarters that break the promise"),
    "queue_most": _("Longest queue"),
    "wait_p95_seconds": _("Longest wait, seconds"),
    "emptied_p95_seconds": _("Longest emptying, seconds"),
    "vehicles": _("Buses"),
    "reserve": _("Spare buses"),
    "duties": _("Driver duties"),
    "trips": _("Trips"),
    "late_riders": _("Late arrivals expected"),
    "not_carried": _("People not carried"),
    "kilometres": _("Kilometres"),
    "energy_kwh": _("Energy"),
    "cost": _("Cost of buses"),
    "meals": _("Meals in the halls"),
    "packed": _("Packed meals"),
    "portions": _("Portions made"),
    "waste_portions": _("Portions thrown away"),
    "shortage_portions": _("Portions missing"),
    "no_seat": _("People without a seat"),
    "people_changed": _("People with other shifts"),
    "teams_changed": _("Teams with other shifts"),
    "teams_moved": _("People in another team"),
    "shifts_needed": _("Shifts needed"),
    "shifts_given": _("Shifts given"),
    "places_empty": _("Places nobody takes"),
    "shifts_not_liked": _("Shifts not liked"),
    "pieces_moved": _("Pieces to move tonight"),
    "tickets_moved": _("Tickets that may be given back or exchanged"),
    "tickets_gone": _("of them for sessions that are not held"),
    "ticket_money": _("What was paid for them"),
}
LISTS: dict[str, Promise] = {
    "stays": _("Nights that change"),
    "sessions": _("Sessions that change"),
    "arrivals": _("Arrivals by venue"),
    "lines": _("Lines"),
    "bus_days": _("Buses by day"),
    "meals": _("Meals by day"),
    "dishes": _("Portions by dish"),
    "queues": _("Venue-days with other queues"),
    "emptying": _("Venues that empty otherwise"),
    "ticket_sessions": _("Their sessions: sold for, now, tickets, paid"),
    "hauls": _("What to move tonight, and would not without it"),
    **{key: FIGURES[key] for key in ("units_moved", "units_gone", "moved_people",
                                     "races_missed", "people_changed")},
}  # fmt: skip
UNITS: dict[str, Promise] = {"km": _("km"), "kWh": _("kWh")}


@register.filter
def plan_name(key: str) -> str:
    """Return what a plan of the chain is called."""
    return str(PLANS.get(key, key))


@register.filter
def state_name(key: str) -> str:
    """Return what a state is called."""
    return str(STATES.get(key, key))


@register.filter
def figure_name(key: str) -> str:
    """Return what a figure is called."""
    return str(FIGURES.get(key, key.replace("_", " ")))


@register.filter
def list_name(key: str) -> str:
    """Return what a list is called."""
    return str(LISTS.get(key, key.replace("_", " ")))


@register.filter
def amount(value: float | None) -> str:
    """Return a figure with as many digits as one reads."""
    if value is None:
        return "—"
    digits = 0 if value == int(value) or abs(value) >= 1000 else 1
    return formats.number_format(round(value, digits), decimal_pos=digits, force_grouping=True)


@register.filter
def signed(figure: dict[str, Any]) -> str:
    """Return a difference with its sign and an arrow, so that colour is not all there is."""
    change = figure["difference"] or 0
    sign = "▲ +" if change > 0 else "▼ −"
    return f"{sign}{amount(abs(change))}" if change else "0"


@register.filter
def unit_name(figure: dict[str, Any]) -> str:
    """Return the unit of a figure whose name does not say it."""
    if figure["unit"] in UNITS:
        return f" {UNITS[figure['unit']]}"
    return f" {figure['unit']}" if figure["unit"].isupper() else ""


@register.filter
def differing(figures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the figures that differ."""
    return [figure for figure in figures if figure["difference"]]


@register.filter
def unchanged(figures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the figures that stay as they are."""
    return [figure for figure in figures if not figure["difference"]]


@register.filter
def direction(figure: dict[str, Any]) -> str:
    """Return whether a difference is good, bad or neither."""
    change = (figure["difference"] or 0) * figure["better"]
    return "good" if change > 0 else "bad" if change < 0 else ""


def _at(moment: dt.datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "j M H:i")


@register.filter
def change_text(change: Any) -> str:
    """Return a change in a sentence."""
    values = {
        name: _at(value) if isinstance(value, dt.datetime)
        else formats.date_format(value, "j M") if isinstance(value, dt.date) else value
        for name in change.__dataclass_fields__
        for value in [getattr(change, name)]
    }  # fmt: skip
    if isinstance(change, known.MorePeople | known.FewerVolunteers) and not change.venue:
        values["venue"] = now_("all venues")
    if isinstance(change, known.Withdrawal) and not change.reserve:
        values["reserve"] = now_("nobody")
    if isinstance(change, known.HallSeats):
        values["share"] = f"{change.share:.0%}"
    return str(SENTENCES[type(change)]) % values


SENTENCES: dict[type[Any], Promise] = {
    known.Move: _("Unit %(unit)s begins %(starts_at)s"),
    known.Closure: _("Venue %(venue)s closed from %(starts_at)s until %(ends_before)s"),
    known.Cancellation: _("Event %(event)s is not held"),
    known.MorePeople: _("%(people)s more %(client_group)s at %(venue)s"),
    known.Seats: _("Venue %(venue)s takes %(seats)s spectators"),
    known.DepotLost: _("%(depot)s is lost"),
    known.SlowRoads: _("Roads take %(factor)s times as long, %(from_hour)s to %(until_hour)s h"),
    known.LateArrival: _("Delegation %(delegation)s arrives %(days)s days later"),
    known.LargerDelegation: _("Delegation %(delegation)s brings %(people)s more people"),
    known.BuildingClosed: _("Building %(building)s closed from %(from_date)s until %(until_date)s"),
    known.HallSeats: _("%(hall)s has %(share)s of its seats"),
    known.LanesOut: _("%(lanes)s screening lanes of %(venue)s are out"),
    known.Withdrawal: _("%(participant)s does not come; instead: %(reserve)s"),
    known.GoldMedals: _("Delegation %(delegation)s wins %(medals)s gold medals"),
    known.FewerVolunteers: _("One volunteer in %(one_in)s does not come to %(venue)s"),
}  # fmt: skip
