"""Forms of the shop: what a checkout asks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sportsbrain.shop.queries import address_faults, is_country

PIECES_MAX = 20
PARTS = ("street", "postcode", "city", "region")
WRONG = _("This is not how addresses are written there.")
AUTOCOMPLETE = {
    "name": "name", "email": "email", "street": "street-address", "postcode": "postal-code",
    "city": "address-level2", "country": "country",
}  # fmt: skip


class CheckoutForm(forms.Form):
    """Who buys, and where it goes; no account is needed."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), max_length=200)
    street = forms.CharField(label=_("Street and number"), max_length=200, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=20, required=False)
    city = forms.CharField(label=_("City"), max_length=120, required=False)
    region = forms.CharField(label=_("Region, if the address has one"), max_length=120,
                             required=False)  # fmt: skip
    country = forms.RegexField(
        r"^[A-Za-z]{2}$", label=_("Country, two letters"), max_length=2, initial="PT"
    )
    is_shipped = forms.BooleanField(label=_("Send it to me (else I collect it)"), required=False)
    code = forms.CharField(label=_("Voucher code"), max_length=40, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="checkout-%s")
        for name, hint in AUTOCOMPLETE.items():
            self.fields[name].widget.attrs["autocomplete"] = hint

    def clean(self) -> dict[str, Any]:
        """Ask for an address when something is sent."""
        found: dict[str, Any] = super().clean() or {}
        country = str(found.get("country", "")).upper()
        if country and not is_country(country):
            self.add_error("country", _("There is no such country: two letters, such as PT."))
        elif found.get("is_shipped"):
            words = {name: str(found.get(name, "")) for name in (*PARTS, "name")}
            faults = address_faults(words, country)
            for name, fault in faults.items():
                said = _("Where shall it go?") if fault == "required" else WRONG
                self.add_error(name if name in self.fields else None, said)
        return found


class LineForm(forms.Form):
    """Who stands in the line of a drop."""

    email = forms.EmailField(label=_("E-mail"), max_length=200)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="line-%s")
        self.fields["email"].widget.attrs["autocomplete"] = "email"


class DropForm(forms.Form):
    """What somebody whose turn it is buys."""

    name = forms.CharField(label=_("Name"), max_length=120)
    country = forms.RegexField(
        r"^[A-Za-z]{2}$", label=_("Country, two letters"), max_length=2, initial="PT"
    )
    pieces = forms.IntegerField(label=_("Pieces"), min_value=1, initial=1)
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, most: int) -> None:
        super().__init__(data, auto_id="drop-%s")
        for name in ("name", "country"):
            self.fields[name].widget.attrs["autocomplete"] = AUTOCOMPLETE[name]
        self.fields["pieces"] = forms.IntegerField(
            label=_("Pieces"), min_value=1, max_value=most, initial=1
        )
