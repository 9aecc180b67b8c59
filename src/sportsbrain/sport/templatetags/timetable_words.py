"""The planner's keys in the reader's words."""

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()

TERMS: dict[str, Promise] = {
    "prime_time": _("Finals outside prime time"),
    "medal_spread": _("Uneven medal days"),
    "final_clash": _("Finals in one minute"),
    "gender_balance": _("Women and men in prime time"),
    "rest": _("Hours of rest missing"),
    "venue_hours": _("Venue hours"),
    "venue_days": _("Venue days"),
    "crowd_peak": _("Crowded hours"),
    "stability": _("Units moved"),
}
RULES: dict[str, Promise] = {
    "unscheduled": _("No time"),
    "pinned": _("Pinned, but moved"),
    "opening_hours": _("Outside opening hours"),
    "field_of_play": _("Place used twice"),
    "discipline_change": _("Too little time to change discipline"),
    "phase_order": _("Stages too close or out of order"),
    "competitor_clash": _("In two places at once"),
    "competitor_rest": _("Too little rest"),
    "possible_clash": _("May be in two places at once"),
    "possible_rest": _("May have too little rest"),
    "venue_units": _("Too many units at once"),
    "session_length": _("Session too long"),
}


@register.filter
def term_name(key: str) -> str:
    """Return what a soft term is called; an unknown key as it is."""
    return str(TERMS.get(key, key))


@register.filter
def rule_name(key: str) -> str:
    """Return what a broken rule is called; an unknown key as it is."""
    return str(RULES.get(key, key))
