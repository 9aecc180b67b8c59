"""Forms of the slice."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class RunForm(forms.Form):
    """What a run is asked to do."""

    seconds = forms.FloatField(
        label=_("Seconds"),
        min_value=5,
        max_value=3600,
        initial=60,
        help_text=_("Longer runs find better timetables; the first comes within half a minute."),
    )
    seed = forms.IntegerField(label=_("Seed"), min_value=0, initial=1)
    from_version = forms.IntegerField(
        label=_("Begin from timetable"),
        required=False,
        min_value=1,
        help_text=_("Empty: from nothing."),
    )


class ClosureForm(forms.Form):
    """A venue that can not be used for a while."""

    venue = forms.CharField(label=_("Venue"), max_length=20)
    starts_at = forms.DateTimeField(
        label=_("Closed from"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    ends_before = forms.DateTimeField(
        label=_("until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a closure that ends before it starts."""
        values = super().clean() or {}
        starts: dt.datetime | None = values.get("starts_at")
        ends: dt.datetime | None = values.get("ends_before")
        if starts and ends and ends <= starts:
            self.add_error("ends_before", _("The end comes after the start."))
        return values


class MoveForm(forms.Form):
    """Another time for a unit."""

    starts_at = forms.DateTimeField(label=_("Begins at"))


class SignOffForm(forms.Form):
    """A delegate's word."""

    discipline_code = forms.CharField(label=_("Discipline"), max_length=3)
    is_agreed = forms.BooleanField(required=False)
    remark = forms.CharField(label=_("Remark"), required=False, max_length=500)
