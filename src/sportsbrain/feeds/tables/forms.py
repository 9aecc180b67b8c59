"""Forms of the wizard."""

import re
import zoneinfo
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sportsbrain.reference.library import SPORTS

UPLOAD_BYTES_MAX = 300 * 1024 * 1024


class GamesForm(forms.Form):
    """Where, when and what."""

    name = forms.CharField(label=_("Name of the Games"), max_length=120)
    code = forms.CharField(
        label=_("Short code"),
        max_length=12,
        help_text=_("Capital letters and digits; it stands in every address."),
    )
    city = forms.CharField(label=_("Host city"), max_length=80)
    time_zone = forms.CharField(
        label=_("Time zone"),
        initial="Europe/Lisbon",
        widget=forms.TextInput(attrs={"list": "zones"}),
    )
    latitude = forms.FloatField(label=_("Latitude"), min_value=-80, max_value=80, initial=41.15)
    longitude = forms.FloatField(label=_("Longitude"), min_value=-180, max_value=180, initial=-8.61)
    starts_on = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    days = forms.IntegerField(label=_("Days"), min_value=4, max_value=21, initial=10)
    sports = forms.MultipleChoiceField(
        label=_("Sports"),
        choices=[(s.code, s.name) for s in sorted(SPORTS, key=lambda s: s.name)],
        widget=forms.CheckboxSelectMultiple,
    )
    athletes = forms.IntegerField(label=_("Athletes"), min_value=50, max_value=15000, initial=1200)
    delegations = forms.IntegerField(label=_("Delegations"), min_value=2, max_value=206, initial=30)
    venues = forms.IntegerField(
        label=_("Venues"),
        min_value=1,
        max_value=60,
        initial=8,
        help_text=_("Fewer than sports: sports that are alike share one."),
    )

    def clean_code(self) -> str:
        """Refuse what could not stand in an address."""
        code = str(self.cleaned_data["code"]).upper()
        if not re.fullmatch(r"[A-Z][A-Z0-9]{1,11}", code):
            message = _("A letter first, then letters and digits, 2 to 12 in all.")
            raise forms.ValidationError(message)
        return code

    def clean_time_zone(self) -> str:
        """Refuse a zone that is not in the tz database."""
        zone = str(self.cleaned_data["time_zone"])
        if zone not in zoneinfo.available_timezones():
            message = _("No such time zone. Choose one of the list, such as Europe/Lisbon.")
            raise forms.ValidationError(message)
        return zone

    def clean(self) -> dict[str, Any]:
        """Keep venues within the number of sports."""
        values = super().clean() or {}
        if values.get("sports") and values.get("venues"):
            values["venues"] = min(values["venues"], len(values["sports"]))
        return values


class WorkbookForm(forms.Form):
    """A workbook in our own format."""

    workbook = forms.FileField(
        label=_("Workbook (XLSX)"),
        help_text=_("One sheet a table. `sportsbrain generate template` writes an empty one."),
    )

    def clean_workbook(self) -> Any:
        """Refuse what is no workbook or too large."""
        file = self.cleaned_data["workbook"]
        if not file.name.lower().endswith(".xlsx"):
            message = _("This is not an XLSX workbook. Save it as XLSX and try again.")
            raise forms.ValidationError(message)
        if file.size > UPLOAD_BYTES_MAX:
            message = _("The file is larger than 300 MB. Import it with `sportsbrain import`.")
            raise forms.ValidationError(message)
        return file
