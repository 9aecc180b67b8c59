"""Languages of the channel, and how each writes times, medals and states."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from sportsbrain.channel.updates import HELD


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language: its tag in addresses, Django's name, its own name, its direction."""

    tag: str
    locale: str
    name: str
    direction: str = "ltr"


LANGUAGES = (
    Language(tag="en", locale="en-gb", name="English"),
    Language(tag="fr", locale="fr", name="Français"),
    Language(tag="ar", locale="ar", name="العربية", direction="rtl"),
    Language(tag="es", locale="es", name="Español"),
    Language(tag="pt", locale="pt", name="Português"),
    Language(tag="zh-Hans", locale="zh-hans", name="简体中文"),
)
RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}


def direction_of(tag: str) -> str:
    """Return the direction in which a language is written."""
    return "rtl" if tag.split("-", maxsplit=1)[0] in RIGHT_TO_LEFT else "ltr"


STATES = {
    "UNSCHEDULED": gettext_noop("Not scheduled"),
    "SCHEDULED": gettext_noop("Scheduled"),
    "GETTING_READY": gettext_noop("Getting ready"),
    "RUNNING": gettext_noop("Live"),
    "SCHEDULED_BREAK": gettext_noop("Break"),
    "INTERRUPTED": gettext_noop("Interrupted"),
    "DELAYED": gettext_noop("Delayed"),
    "POSTPONED": gettext_noop("Postponed"),
    "RESCHEDULED": gettext_noop("New time"),
    "CANCELLED": gettext_noop("Cancelled"),
    "FINISHED": gettext_noop("Finished"),
}
FIRMNESS = {
    "START_LIST": gettext_noop("Start list"),
    "LIVE": gettext_noop("Live"),
    "INTERMEDIATE": gettext_noop("Intermediate"),
    "PARTIAL": gettext_noop("Partial"),
    "UNCONFIRMED": gettext_noop("Unconfirmed"),
    "UNOFFICIAL": gettext_noop("Unofficial"),
    "OFFICIAL": gettext_noop("Official"),
    "PROTESTED": gettext_noop("Under protest"),
    HELD: gettext_noop("Being checked"),
}
MEDAL_WORDS = {
    "GOLD": gettext_noop("Gold"),
    "SILVER": gettext_noop("Silver"),
    "BRONZE": gettext_noop("Bronze"),
}
GENDERS = {
    "M": gettext_noop("Men"),
    "W": gettext_noop("Women"),
    "X": gettext_noop("Mixed"),
    "O": gettext_noop("Open"),
}


@contextmanager
def speaking(language: Language, zone: ZoneInfo) -> Iterator[None]:
    """Speak a language and tell times of a zone inside the block."""
    with translation.override(language.locale), timezone.override(zone):
        yield


def clock(moment: dt.datetime | None) -> str:
    """Return the time of day of a moment where the Games are."""
    return "" if moment is None else timezone.localtime(moment).strftime("%H:%M")


def stamp(moment: dt.datetime) -> str:
    """Return a moment for programs, on the clock of the Games."""
    return timezone.localtime(moment).isoformat()


def long_day(day: dt.date) -> str:
    """Return a day in words."""
    return f"{date_format(day, 'l')} {date_format(day, 'MONTH_DAY_FORMAT')}"


def short_day(day: dt.date) -> str:
    """Return a day in few letters."""
    return date_format(day, "j M")


def short_moment(moment: dt.datetime) -> str:
    """Return a day in few letters and the time, where the Games are."""
    return f"{date_format(timezone.localtime(moment), 'j M')} {clock(moment)}"


def week_day(day: dt.date) -> str:
    """Return the short name of a day of the week."""
    return date_format(day, "D")


def number(value: int) -> str:
    """Return a whole number."""
    return number_format(value, decimal_pos=0, force_grouping=True)


def state_word(status: str) -> str:
    """Return where a unit stands, as fans say it."""
    return _(STATES.get(status, "")) if status in STATES else ""


def firmness_word(status: str) -> str:
    """Return how firm a result is."""
    return _(FIRMNESS[status]) if status in FIRMNESS else ""


def medal_word(kind: str) -> str:
    """Return the name of a medal."""
    return _(MEDAL_WORDS[kind])


def gender_word(gender: str) -> str:
    """Return who competes."""
    return _(GENDERS[gender]) if gender in GENDERS else ""


def live_words() -> dict[str, Any]:
    """Return the words that deltas, which carry none, are shown with."""
    return {
        "medals": _("Medals"),
        "story": _("News"),
        "gone": _("This was withdrawn."),
        "state": {status: state_word(status) for status in STATES},
        "firm": {status: firmness_word(status) for status in FIRMNESS},
    }


def running_words(count: int) -> str:
    """Return how many units run."""
    if not count:
        return _("Nothing is under way")
    return ngettext("%(n)s contest is under way", "%(n)s contests are under way", count) % {
        "n": number(count)
    }


def decided_words(count: int, of: int) -> str:
    """Return how many events are decided."""
    return ngettext(
        "%(n)s of %(of)s event decided", "%(n)s of %(of)s events decided", of
    ) % {"n": number(count), "of": number(of)}  # fmt: skip


def contest_words(count: int, medals: int) -> str:
    """Return how much a day holds."""
    first = ngettext("%(n)s contest", "%(n)s contests", count) % {"n": number(count)}
    second = ngettext("%(n)s medal event", "%(n)s medal events", medals) % {"n": number(medals)}
    return f"{first}, {second}"


def medals_words(gold: int, silver: int, bronze: int) -> str:
    """Return what somebody has won."""
    total = gold + silver + bronze
    return ngettext(
        "%(n)s medal: %(g)s gold, %(s)s silver, %(b)s bronze",
        "%(n)s medals: %(g)s gold, %(s)s silver, %(b)s bronze", total,
    ) % {"n": number(total), "g": gold, "s": silver, "b": bronze}  # fmt: skip


def language_name(tag: str) -> str:
    """Return a language's own name; its tag where it is not one of ours."""
    return next((one.name for one in LANGUAGES if one.tag == tag), tag)


def length_words(seconds: int) -> str:
    """Return how long a video runs."""
    minutes = max(1, round(seconds / 60))
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": number(minutes)}


SAID: dict[str, Any] = {
    "_": _,
    "clock": clock,
    "stamp": stamp,
    "long_day": long_day,
    "short_day": short_day,
    "week_day": week_day,
    "short_moment": short_moment,
    "number": number,
    "state_word": state_word,
    "firmness_word": firmness_word,
    "medal_word": medal_word,
    "gender_word": gender_word,
    "live_words": live_words,
    "running_words": running_words,
    "decided_words": decided_words,
    "contest_words": contest_words,
    "medals_words": medals_words,
    "language_name": language_name,
    "length_words": length_words,
}
