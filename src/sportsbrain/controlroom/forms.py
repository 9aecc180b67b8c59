"""Forms of the control room: one for each kind of change."""

import datetime as dt
from dataclasses import fields
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sportsbrain.committee.queries import GamesRow
from sportsbrain.controlroom.errors import RoomError
from sportsbrain.controlroom.updates import AlertNow
from sportsbrain.ui.fields import MomentInput
from sportsbrain.vocabulary.changes import KINDS, Change, Closure, Seats, SlowRoads
from sportsbrain.world.queries import site_facts

NAMES: dict[str, Promise] = {
    "move": _("A unit begins at another time"),
    "closure": _("A venue is closed"),
    "cancellation": _("An event is not held"),
    "seats": _("A venue takes more or fewer spectators"),
    "more-people": _("More people come"),
    "late-arrival": _("A delegation arrives late"),
    "larger-delegation": _("A delegation is larger"),
    "building-closed": _("A building of the village is closed"),
    "hall-seats": _("A dining hall loses seats"),
    "depot-lost": _("A bus depot is lost"),
    "slow-roads": _("Roads are slow"),
    "fewer-volunteers": _("Volunteers do not come"),
    "lanes-out": _("Screening lanes of a venue are out"),
    "withdrawal": _("Somebody who is entered does not come"),
    "gold-medals": _("A delegation wins gold medals"),
}
LABELS: dict[str, Promise] = {
    "unit": _("Code of the unit"),
    "starts_at": _("From"),
    "ends_before": _("until"),
    "venue": _("Venue"),
    "event": _("Event"),
    "client_group": _("Who"),
    "people": _("How many more"),
    "seats": _("Seats"),
    "depot": _("Depot"),
    "factor": _("Times as long"),
    "from_hour": _("From the hour"),
    "until_hour": _("until the hour"),
    "delegation": _("Delegation"),
    "days": _("Days later"),
    "building": _("Building"),
    "from_date": _("From the night of"),
    "until_date": _("until"),
    "hall": _("Hall"),
    "share": _("Share of its seats, 0 to 1"),
    "one_in": _("One in how many"),
    "lanes": _("Lanes that are out"),
    "participant": _("Code of the person"),
    "reserve": _("Code of the reserve, if known"),
    "medals": _("Gold medals"),
}
OPTIONAL = {
    "more-people": {"venue"}, "fewer-volunteers": {"venue"}, "withdrawal": {"reserve"},
}  # fmt: skip
Choices = dict[str, list[tuple[str, str]]]


class DayInput(forms.DateInput):
    """A day."""

    input_type = "date"


def form_of(
    kind: str, *, choices: Choices, data: Any = None, first: dt.date | None = None
) -> forms.Form:
    """Return the form of one kind of change; ``choices`` are what the Games has of each field."""
    form = forms.Form(data, auto_id=f"{kind}-%s")
    hints = get_type_hints(KINDS[kind])
    for field in fields(KINDS[kind]):
        is_needed = field.name not in OPTIONAL.get(kind, set())
        form.fields[field.name] = _field(
            field.name, hints[field.name], choices=choices, is_needed=is_needed, first=first
        )
    return form


def _field(
    name: str, hint: type[Any], *, choices: Choices, is_needed: bool, first: dt.date | None
) -> forms.Field:
    label = str(LABELS.get(name, name))
    if name in choices:
        options = choices[name] if is_needed else [("", _("all venues")), *choices[name]]
        return forms.ChoiceField(label=label, choices=options, required=is_needed)
    if hint is dt.datetime:
        noon = dt.datetime.combine(first, dt.time(12)) if first else None
        return forms.DateTimeField(label=label, initial=noon, widget=MomentInput())
    if hint is dt.date:
        return forms.DateField(label=label, initial=first, widget=DayInput(format="%Y-%m-%d"))
    if hint is int:
        return forms.IntegerField(label=label)
    if hint is float:
        return forms.FloatField(label=label, widget=forms.NumberInput(attrs={"step": "any"}))
    return forms.CharField(label=label, max_length=60, required=is_needed)


def chain_steps(text: str) -> list[tuple[float, str]]:
    """
    Return the steps of an escalation chain from lines such as ``10 Cluster manager``.

    Raises
    ------
    RoomError
        When a line is not minutes and a role.

    """
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        minutes, _space, role = line.strip().partition(" ")
        try:
            found.append((float(minutes), role.strip()))
        except ValueError:
            message = f"line {number}: {line!r} is not minutes and a role, such as 10 Venue manager"
            raise RoomError(message) from None
    return found


def playbook_steps(text: str) -> list[tuple[str, float, str, bool]]:
    """
    Return the steps of a playbook from lines such as ``Venue manager | 2 | Open lanes | two``.

    Raises
    ------
    RoomError
        When a line is not a role, minutes and a text.

    """
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.split("|")]
        try:
            role, minutes, words, *rest = parts
            found.append((role, float(minutes), words, rest == ["two"]))
        except ValueError:
            message = f"line {number}: {line!r} is not role | minutes | text, and two at its end"
            raise RoomError(message) from None
    return found


def suggestion(kind: str, *, alert: AlertNow, now: dt.datetime, games: GamesRow) -> Change:
    """
    Return the change that may mend an alert of some kind.

    Raises
    ------
    RoomError
        When nothing is known that would.

    """
    zone = ZoneInfo(games.time_zone)
    hour = now.astimezone(zone).hour
    if kind == "closure" and alert.venue:
        starts = now.replace(minute=0, second=0, microsecond=0)
        return Closure(
            venue=alert.venue, starts_at=starts, ends_before=starts + dt.timedelta(hours=3)
        )
    if kind == "slow-roads":
        return SlowRoads(factor=1.3, from_hour=hour, until_hour=min(24, hour + 3))
    if kind == "seats" and alert.venue:
        site = next(s for s in site_facts(games_id=games.id) if s.code == alert.venue)
        return Seats(venue=alert.venue, seats=round(0.8 * site.spectators_max))
    message = "no what-if is known that would mend this: ask one of your own"
    raise RoomError(message)
