"""The control room's keys in the reader's words."""

import datetime as dt
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from sportsbrain.controlroom.forms import NAMES

register = template.Library()
STALE_SECONDS = 900

WATCHERS: dict[str, Promise] = {
    "escalation": _("The caller of escalations"),
    "auditor": _("The auditor of calls"),
    "forecasts": _("The forecasts of gates"),
}
VENUES: dict[str, Promise] = {
    "incident": _("incident"),
    "alert": _("alert"),
    "late": _("begins late"),
    "lanes": _("needs lanes"),
    "running": _("running"),
    "filling": _("filling"),
    "coming": _("later today"),
    "quiet": _("quiet"),
}
SESSIONS: dict[str, Promise] = {
    "coming": _("to come"),
    "due": _("due"),
    "late": _("late"),
    "running": _("running"),
    "over": _("over"),
    "planned": _("as planned, not told"),
}
MARKS = {"bad": "▲", "warn": "●", "busy": "▸", "good": "✓", "quiet": "·"}
TILES: dict[str, Promise] = {
    "sessions": _("Sessions running"),
    "gates": _("Venues that need lanes"),
    "buses": _("Buses not on time"),
    "readiness": _("Not ready"),
    "weather": _("Weather"),
}
SOURCES: dict[str, Promise] = {
    "results": _("results"),
    "gates": _("gates"),
    "transport": _("transport"),
    "venues": _("venues"),
    "feed": _("weather feed"),
}
COMING: dict[str, Promise] = {
    "start": _("%(text)s begins at %(venue)s"),
    "end": _("%(text)s ends at %(venue)s"),
    "peak": _("%(venue)s: longest queue, %(text)s people"),
    "lanes": _("%(venue)s: open lanes %(text)s"),
}
SHEETS: dict[str, Promise] = {
    "gates": _("Open the gates with %(count)s lanes"),
    "lanes": _("Change to %(count)s lanes"),
    "gates_close": _("Close the screening"),
    "start": _("%(text)s begins"),
    "end": _("%(text)s ends"),
    "empty": _("%(text)s: 19 in 20 are out"),
}
STORY: dict[str, Promise] = {
    "alert.opened": _("Alert: %(text)s"),
    "alert.counted": _("Signals of alert %(key)s have doubled: %(signals)s"),
    "alert.paged": _("Called %(role)s for alert %(key)s"),
    "alert.acknowledged": _("Took over alert %(key)s"),
    "alert.lapsed": _("Alert %(key)s was not confirmed: calls begin again"),
    "alert.resolved": _("Alert %(key)s resolved: %(reason)s"),
    "alert.tied": _("Alert %(key)s belongs to incident %(incident)s"),
    "incident.opened": _("Incident %(key)s: %(text)s"),
    "incident.noted": _("%(text)s"),
    "incident.changed": _("Severity %(was)s → %(severity)s"),
    "incident.closed": _("Closed: %(text)s"),
    "task.opened": _("Task: %(text)s (%(role)s)"),
    "task.done": _("Done: %(text)s"),
    "task.skipped": _("Left out: %(text)s, because %(reason)s"),
    "line": _("%(text)s"),
    "readiness.said": _("Readiness of %(venue)s, %(item)s: %(note)s"),
    "run_sheet.done": _("Run sheet: %(key)s"),
    "weather.reported": _("Weather at %(key)s: %(text)s"),
    "shelf.begun": _("Shelved %(kind)s until %(until)s: %(reason)s"),
    "handover.signed": _("Handover %(number)s signed (%(side)s)"),
    "playbook.started": _("Playbook %(code)s %(number)s started"),
    "escalation.stopped": _("%(text)s"),
    "chain.changed": _("Calls %(code)s changed to number %(number)s"),
}
TASKS: dict[str, Promise] = {
    "open": _("open"),
    "half done": _("half done"),
    "done": _("done"),
    "skipped": _("left out"),
}
ITEMS: dict[str, Promise] = {
    "incident": _("Incident"),
    "alert": _("Alert"),
    "task": _("Task"),
}


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "—"


def _said(words: dict[str, Promise], key: str) -> str:
    return str(words.get(key, key))


@register.filter
def watcher_name(key: str) -> str:
    """Return what a watcher is called."""
    return _said(WATCHERS, key)


@register.filter
def venue_word(key: str) -> str:
    """Return what a venue is at."""
    return _said(VENUES, key)


@register.filter
def venue_mark(venue: Any) -> str:
    """Return the shape of a level, so that colour is not all there is."""
    return MARKS[venue.level]


@register.filter
def session_word(key: str) -> str:
    """Return where a session stands."""
    return _said(SESSIONS, key)


@register.filter
def task_word(key: str) -> str:
    """Return where a task stands."""
    return _said(TASKS, key)


@register.filter
def item_word(key: str) -> str:
    """Return what an open thing is."""
    return _said(ITEMS, key)


@register.filter
def mend_name(key: str) -> str:
    """Return the change that may mend an alert."""
    return str(NAMES.get(key, key))


@register.filter
def source_name(key: str) -> str:
    """Return who said so."""
    return _said(SOURCES, key)


@register.filter
def tile_name(tile: Any) -> str:
    """Return what a figure is."""
    return _said(TILES, tile.key)


@register.filter
def tile_value(tile: Any) -> str:
    """Return a figure; a dash when nobody has said anything."""
    return "—" if tile.told_at is None else tile.value


@register.filter
def tile_text(tile: Any) -> str:
    """Return what is beside a figure."""
    if tile.told_at is None:
        return gettext("nobody has said anything yet")
    if tile.key == "sessions":
        return ngettext("%(n)s began late", "%(n)s began late", int(tile.text)) % {"n": tile.text}
    if tile.key == "gates":
        return gettext("%(n)s people wait") % {"n": tile.text}
    if tile.key == "buses":
        return gettext("up to %(n)s min") % {"n": tile.text}
    if tile.key == "readiness":
        return gettext("of %(n)s that were told") % {"n": tile.text}
    return str(tile.text)


@register.filter
def age(told_at: dt.datetime | None, now: dt.datetime) -> str:
    """Return how long ago something was said."""
    if told_at is None:
        return gettext("not told")
    minutes = int((now - told_at).total_seconds() // 60)
    if minutes < 1:
        return gettext("just now")
    if minutes < 120:
        return gettext("%(n)s min ago") % {"n": minutes}
    return gettext("%(n)s h ago") % {"n": minutes // 60}


@register.filter
def spell(seconds: float) -> str:
    """Return a length of time as one would say it."""
    if seconds < 120:
        return gettext("%(n)s s") % {"n": round(seconds)}
    if seconds < 7200:
        return gettext("%(n)s min") % {"n": round(seconds / 60)}
    return gettext("%(n)s h") % {"n": round(seconds / 3600)}


@register.filter
def age_level(told_at: dt.datetime | None, now: dt.datetime) -> str:
    """Return whether something is too old to be trusted."""
    if told_at is None:
        return "quiet"
    return "warn" if (now - told_at).total_seconds() > STALE_SECONDS else "quiet"


@register.filter
def coming_text(row: Any) -> str:
    """Return what is expected in a sentence."""
    return str(COMING[row.kind]) % {"venue": row.venue, "text": row.text}


@register.filter
def sheet_text(row: Any) -> str:
    """Return a line of a run sheet in a sentence."""
    return str(SHEETS[row.kind]) % {"text": row.text, "count": row.count}


@register.filter
def story_text(row: Any) -> str:
    """Return an entry of the log in a sentence."""
    values = _Known({"key": row.key, **row.body})
    return str(STORY.get(row.kind, row.kind)) % values


@register.filter
def chain_lines(chain: Any) -> str:
    """Return a chain as its form has it."""
    return "\n".join(f"{minutes:g} {role}" for minutes, role in chain.steps)


@register.filter
def book_lines(book: Any) -> str:
    """Return a playbook as its form has it."""
    return "\n".join(
        f"{role} | {minutes:g} | {text}{' | two' if two else ''}"
        for role, minutes, text, two in book.steps
    )


@register.filter
def times(value: int, by: int) -> int:
    """Return a product: places on a scale."""
    return value * by


@register.filter
def below(value: int) -> int:
    """Return what is above a bar of a scale of 100."""
    return 100 - value
