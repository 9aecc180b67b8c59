"""States, duties and classes of fields in the reader's words."""

from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()
STATES: dict[str, tuple[str, str, Promise]] = {
    "draft": ("quiet", "○", _("draft")),
    "submitted": ("warn", "●", _("waits for a decision")),
    "approved": ("good", "✓", _("approved")),
    "refused": ("bad", "✕", _("refused")),
    "withdrawn": ("quiet", "−", _("withdrawn")),
    "merged": ("quiet", "⇒", _("merged")),
    "waiting": ("warn", "●", _("check not sent")),
    "sent": ("warn", "●", _("check sent")),
    "clear": ("good", "✓", _("clear")),
    "held": ("bad", "▲", _("held")),
    "appealed": ("bad", "▲", _("appealed")),
    "valid": ("good", "✓", _("valid")),
    "replaced": ("quiet", "−", _("replaced")),
    "cancelled": ("bad", "✕", _("cancelled")),
    "expected": ("quiet", "○", _("expected")),
    "landed": ("warn", "●", _("landed")),
    "met": ("warn", "●", _("met")),
    "on the way": ("warn", "●", _("on the way")),
    "checked in": ("good", "✓", _("checked in")),
    "missed": ("bad", "✕", _("missed")),
}
STANDINGS: dict[str, tuple[str, str, Promise]] = {
    "entered": ("good", "✓", _("entered")),
    "reserve": ("quiet", "○", _("reserve")),
    "withdrawn": ("quiet", "−", _("withdrawn")),
}
WITHDRAWALS: dict[str, Promise] = {
    "medical": _("medical"),
    "personal": _("personal"),
    "sporting": _("sporting"),
    "disciplinary": _("disciplinary"),
    "administrative": _("administrative"),
}
DUTIES: dict[str, Promise] = {
    "register": _("registers the own organisation"),
    "registration": _("registration office"),
    "vetting": _("background checks"),
    "cards": _("cards"),
    "gate": _("gate"),
    "arrivals": _("arrivals desk"),
    "privacy": _("privacy"),
}
FIELDS: dict[str, Promise] = {
    "family_name": _("Family name"),
    "given_name": _("Given name"),
    "function": _("Function"),
    "birth_date": _("Birth date"),
    "gender": _("Gender"),
    "nationality": _("Nationality"),
    "document": _("Passport number"),
    "email": _("E-mail"),
    "phone": _("Telephone"),
    "guardian": _("Guardian"),
    "needs": _("Needs"),
}
KINDS: dict[str, Promise] = {
    "zone": _("Zones"),
    "transport": _("Transport"),
    "seating": _("Seating"),
    "dining": _("Dining"),
    "village": _("Village"),
}


REASONS: dict[str, Promise] = {
    "same family name": _("same family name"),
    "family name sounds alike": _("family name sounds alike"),
    "family name differs by a slip": _("family name differs by a slip"),
    "family name a little alike": _("family name a little alike"),
    "another family name": _("another family name"),
    "same given name": _("same given name"),
    "given name sounds alike": _("given name sounds alike"),
    "given name differs by a slip": _("given name differs by a slip"),
    "given name a little alike": _("given name a little alike"),
    "another given name": _("another given name"),
    "names in each other's fields": _("names in each other's fields"),
    "same birth date": _("same birth date"),
    "day and month exchanged": _("day and month exchanged"),
    "birth date off by one part": _("birth date off by one part"),
    "another birth date": _("another birth date"),
    "another gender": _("another gender"),
    "another nationality": _("another nationality"),
    "same document": _("same passport"),
    "another document": _("another passport"),
}


@register.filter
def standing_word(standing: str) -> str:
    """Return whether an entry competes, with its mark."""
    _level, mark, word = STANDINGS[standing]
    return f"{mark} {word}"


@register.filter
def withdrawal_word(reason: str) -> str:
    """Return why an entry was withdrawn."""
    return str(WITHDRAWALS.get(reason, reason))


@register.filter
def reason_words(reasons: tuple[str, ...]) -> str:
    """Return what speaks for and against two rows being one person."""
    return ", ".join(str(REASONS.get(reason, reason)) for reason in reasons)


@register.filter
def state_word(key: str) -> str:
    """Return a state in words."""
    return str(STATES.get(key, ("", "", key))[2])


@register.filter
def state_level(key: str) -> str:
    """Return how a state is coloured."""
    return STATES.get(key, ("quiet", "", key))[0]


@register.filter
def state_mark(key: str) -> str:
    """Return a state's sign: colour never stands alone."""
    return STATES.get(key, ("", "·", key))[1]


@register.filter
def duty_word(key: str) -> str:
    """Return a duty in words."""
    return str(DUTIES.get(key, key))


@register.filter
def kind_word(key: str) -> str:
    """Return a kind of right in words."""
    return str(KINDS.get(key, key))


@register.filter
def field_rows(person: Any) -> list[tuple[str, Any]]:
    """Return the filled fields of a person with their names."""
    return [(str(FIELDS[name]), person.fields[name]) for name in FIELDS if person.fields.get(name)]


@register.filter
def below(high: float) -> float:
    """Return where a bar of so many per cent begins, from above."""
    return 100.0 - high


@register.filter
def share(value: int, whole: int) -> float:
    """Return a share in per cent."""
    return 100.0 * value / whole if whole else 0.0
