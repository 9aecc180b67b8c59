"""Forms of the car pool: book a ride, report a car that is late."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy as _

from sportsbrain.transport.actions.rides import CLIENT_MAX, PEOPLE_MAX
from sportsbrain.transport.queries import CarStop
from sportsbrain.ui.fields import MomentInput

MINUTES_MAX = 600


def ride_form(
    *,
    places: tuple[tuple[str, float, float], ...],
    names: Mapping[str, str],
    day: dt.date,
    data: Any = None,
) -> forms.Form:
    """Return the form to book a ride between places."""
    form = forms.Form(data, auto_id="ride-%s")
    choices = sorted(((code, names.get(code, code)) for code, _, _ in places), key=lambda c: c[1])
    form.fields["start"] = forms.ChoiceField(label=_("From"), choices=choices, initial="village")
    form.fields["end"] = forms.ChoiceField(label=_("To"), choices=choices)
    form.fields["kind"] = forms.ChoiceField(
        label=_("They have to"),
        choices=(("arrive", _("be there by")), ("fetch", _("be fetched from"))),
    )
    form.fields["at"] = forms.DateTimeField(
        label=_("Time"), widget=MomentInput(), initial=f"{day}T12:00"
    )
    form.fields["people"] = forms.IntegerField(
        label=_("People"), min_value=1, max_value=PEOPLE_MAX, initial=1
    )
    form.fields["client"] = forms.CharField(label=_("For whom"), max_length=CLIENT_MAX)
    return form


class LateForm(forms.Form):
    """A car's next stop will be later than planned."""

    minutes = forms.IntegerField(
        label=_("Minutes late"), min_value=0, max_value=MINUTES_MAX, initial=10
    )
    following = forms.ChoiceField(label=_("Its next stop"))
    at = forms.DateTimeField(label=_("Known at"), widget=MomentInput())

    @classmethod
    def for_stops(
        cls, stops: list[CarStop], *, at: dt.datetime | None = None, data: Any = None
    ) -> Self:
        """Return the form of a car with the stops it has not made."""
        form = cls(data, auto_id="late-%s", initial={"at": at})
        field = form.fields["following"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                (
                    f"{stop.ride.code} {'boards' if stop.is_pickup else 'leaves'}",
                    f"{stop.place}: {stop.ride.code}",
                )
                for stop in stops
            ]
        return form
