"""Pages of fragments: which there are, which an update changes, and each as finished text."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sportsbrain.channel.exports import data
from sportsbrain.channel.exports.calendars import calendar, unit_event
from sportsbrain.channel.exports.feeds import atom
from sportsbrain.channel.exports.prose import prose
from sportsbrain.channel.exports.tables import medal_table
from sportsbrain.channel.exports.told import (
    FED,
    TABS,
    WITH_STORIES,
    Told,
    linked_story,
    live_blog,
    places_of,
    story_data,
)
from sportsbrain.channel.exports.words import (
    LANGUAGES,
    SAID,
    Language,
    direction_of,
    speaking,
)
from sportsbrain.channel.updates import FanMedal, FanState, FanStory, FanUnit, Touched
from sportsbrain.vocabulary.results import MEDAL_KINDS

TEMPLATES = Path(__file__).parents[1] / "templates"
# What people look at while it happens.
FIRST = ("now", "story", "medals", "mine", "search", "stories", "unit", "event", "day")
RANKS = len(FIRST) + 1
LATELY = dt.timedelta(hours=3)
SHOWN = 12
TOPICS_MAX = 8  # what the hub lets one page hear
TABLES = ("", "total", "men", "women", "mixed")
EVENT_STATUS = {
    "CANCELLED": "EventCancelled",
    "POSTPONED": "EventPostponed",
    "RESCHEDULED": "EventRescheduled",
}
GENDER_OF = {"men": "M", "women": "W", "mixed": "XO"}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PageKey:
    """A page: its kind and the code of what it is about."""

    kind: str
    code: str = ""

    @property
    def rank(self) -> int:
        """Return how soon it is made: less is sooner."""
        return FIRST.index(self.kind) if self.kind in FIRST else len(FIRST)

    @property
    def address(self) -> str:
        """Return where it is under its language."""
        return "/".join(
            part for part in (self.kind if self.kind != "now" else "", self.code) if part
        )


class Site:
    """
    All pages of one Games.

    ``take`` gives it a new state; fragments of units that did not change are kept. ``styles`` are
    other style sheets than its own, for a look at a page before it is out.
    """

    def __init__(self, state: FanState, *, base: str = "", styles: tuple[str, ...] = ()) -> None:
        self.base = base.rstrip("/")
        self.is_preview = bool(styles)
        self.styles = styles or (f"{self.base}/{state.games.code}/fan.css",)
        self.zone = ZoneInfo(state.games.time_zone)
        self._jinja = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self._jinja.globals.update(
            SAID,
            link=self.link,
            row=self._row,
            score=self._score,
            prose=prose,
            direction_of=direction_of,
        )
        self._fragments: dict[tuple[str, str, str], Markup] = {}
        self._events: dict[str, bytes] = {}
        self._language = LANGUAGES[0]
        self.take(state)

    def take(self, state: FanState, touched: Touched | None = None) -> frozenset[PageKey]:
        """Go on with a new state and return the pages that it changes; all of them at first."""
        before = getattr(self, "state", state)
        self.state = state
        if touched is None or touched.is_all:
            self._fragments.clear()
            self._events.clear()
            self._index()
            return frozenset(self.pages())
        for code in touched.units:
            for key in self._places(before.units[code]):
                self.units_of[key].pop(code, None)
            self._place(state.units[code])
            for language in LANGUAGES:
                for kind in ("row", "score"):
                    self._fragments.pop((kind, language.tag, code), None)
        self.__dict__.pop("wins", None)
        self.__dict__.pop("told", None)
        return frozenset(self._changed(touched, before))

    def _index(self) -> None:
        self.units_of: dict[PageKey, dict[str, None]] = defaultdict(dict)
        self.events_of: dict[str, list[str]] = defaultdict(list)
        self.__dict__.pop("wins", None)
        self.__dict__.pop("days", None)
        self.__dict__.pop("told", None)
        for event in self.state.events.values():
            self.events_of[event.discipline].append(event.code)
        for unit in self.state.units.values():
            self._place(unit)

    def _place(self, unit: FanUnit) -> None:
        """Note where a unit is shown."""
        for key in self._places(unit):
            self.units_of[key][unit.code] = None

    def _places(self, unit: FanUnit) -> Iterator[PageKey]:
        yield PageKey(kind="event", code=unit.event)
        discipline = self.state.events[unit.event].discipline
        yield PageKey(kind="discipline", code=discipline)
        if unit.starts_at:
            yield PageKey(kind="day", code=self.day_of(unit).isoformat())
        if unit.venue:
            yield PageKey(kind="venue", code=unit.venue)
        for result in unit.results:
            row = self.state.competitors.get(result.competitor)
            if row is None:
                continue
            yield PageKey(kind="organisation", code=row.organisation)
            yield PageKey(kind="athlete", code=row.code)
            for member in row.members:
                yield PageKey(kind="athlete", code=member)

    def day_of(self, unit: FanUnit) -> dt.date:
        """Return the day of a unit where the Games are."""
        assert unit.starts_at is not None  # noqa: S101  # callers ask it of scheduled units
        return unit.starts_at.astimezone(self.zone).date()

    def nearest_day(self, day: dt.date) -> str:
        """Return the day of the schedule that is shown first."""
        later = [one for one in self.days if one >= day]
        return (later or list(self.days[-1:]) or [self.state.games.starts_on])[0].isoformat()

    def beside(self, day: dt.date) -> list[dt.date]:
        """Return the days before and after a day: where it is another day now."""
        at = self.days.index(day)
        return [*self.days[max(0, at - 1) : at], *self.days[at + 1 : at + 2]]

    @staticmethod
    def as_day(text: str) -> dt.date:
        """Return the day of an address."""
        return dt.date.fromisoformat(text)

    def by_day(self, units: list[FanUnit]) -> list[tuple[dt.date, list[FanUnit]]]:
        """Return scheduled units by their day."""
        found: dict[dt.date, list[FanUnit]] = defaultdict(list)
        for unit in units:
            if unit.starts_at:
                found[self.day_of(unit)].append(unit)
        return sorted(found.items())

    @staticmethod
    def rounds(units: list[FanUnit]) -> list[FanUnit]:
        """Return the units of an event, the last round first, without empty phases."""
        shown = [u for u in units if u.results or u.starts_at]
        return sorted(shown, key=lambda u: (-u.phase_order, u.starts_at is None, u.code))

    def decided_of(self, discipline: str) -> int:
        """Return how many events of a discipline have medals."""
        return sum(code in self.state.medals for code in self.events_of[discipline])

    def won_by(self, organisation: str) -> list[tuple[str, FanMedal]]:
        """Return (event, medal) of an organisation, gold first."""
        won = [
            (event, medal) for event, medals in self.state.medals.items() for medal in medals
            if medal.organisation == organisation and event in self.state.events
        ]  # fmt: skip
        return sorted(
            won, key=lambda one: (MEDAL_KINDS.index(one[1].kind), one[0], one[1].competitor)
        )

    @staticmethod
    def counts(won: list[tuple[str, FanMedal]]) -> tuple[int, ...]:
        """Return how many of each medal."""
        return tuple(sum(medal.kind == kind for _, medal in won) for kind in MEDAL_KINDS)

    def linked_data(self, unit: FanUnit) -> dict[str, Any]:
        """Return a unit as a SportsEvent of schema.org."""
        event = self.state.events[unit.event]
        status = EVENT_STATUS.get(unit.schedule_status, "EventScheduled")
        return {
            "@context": "https://schema.org", "@type": "SportsEvent",
            "name": f"{event.name}, {unit.phase}",
            "sport": self.state.disciplines.get(event.discipline),
            "startDate": unit.starts_at.isoformat() if unit.starts_at else None,
            "endDate": unit.ends_before.isoformat() if unit.ends_before else None,
            "eventStatus": f"https://schema.org/{status}",
            "location": {"@type": "Place", "name": self.state.venues.get(unit.venue, "")},
            "competitor": [
                {"@type": "SportsTeam" if row.is_team else "Person", "name": row.name}
                for r in unit.results if (row := self.state.competitors.get(r.competitor))
            ],
            "superEvent": {"@type": "SportsEvent", "name": self.state.games.name},
        }  # fmt: skip

    def stands_on(self, story: FanStory) -> tuple[str, ...]:
        """Return what the open pages that show a story listen to, without its own page."""
        places = [place for place in places_of(story, self.state) if place[0] != "now"]
        return tuple(f"{kind}-{code}" if kind != "stories" else "story" for kind, code in places)

    def linked_story(self, story: FanStory) -> dict[str, Any]:
        """Return a story as schema.org has it, in the language that is spoken."""
        return linked_story(story, self._language.tag, self.link("story", story.code))

    def live_blog(self, posts: list[FanStory]) -> dict[str, Any]:
        """Return live posts as one, in the language that is spoken."""
        return live_blog(posts, self._language.tag, self.state.games.name,
                         lambda code: self.link("story", code))  # fmt: skip

    @cached_property
    def days(self) -> tuple[dt.date, ...]:
        """Return the days from the first unit to the last, those without any too."""
        found = {self.day_of(u) for u in self.state.units.values() if u.starts_at}
        if not found:
            return ()
        length = (max(found) - min(found)).days + 1
        return tuple(min(found) + dt.timedelta(days=n) for n in range(length))

    @cached_property
    def wins(self) -> dict[str, list[tuple[str, FanMedal]]]:
        """Return (event, medal) of each competitor, members of teams too."""
        found: dict[str, list[tuple[str, FanMedal]]] = defaultdict(list)
        for event, medals in sorted(self.state.medals.items()):
            for medal in medals:
                row = self.state.competitors.get(medal.competitor)
                for code in (medal.competitor, *(row.members if row else ())):
                    found[code].append((event, medal))
        return found

    @cached_property
    def told(self) -> Told:
        """Return what is told, by page."""
        return Told(self.state)

    def pages(self) -> Iterator[PageKey]:
        """Return all pages there are."""
        yield PageKey(kind="now")
        yield from (PageKey(kind="medals", code=code) for code in TABLES)
        for kind in ("disciplines", "organisations", "venues", "search", "mine"):
            yield PageKey(kind=kind)
        yield from (PageKey(kind="stories", code=code) for code in TABS)
        yield from (PageKey(kind="story", code=code) for code in self.state.stories)
        yield from (PageKey(kind="day", code=day.isoformat()) for day in self.days)
        yield from (PageKey(kind="event", code=code) for code in self.state.events)
        yield from (PageKey(kind="unit", code=code) for code in self.state.units)
        yield from (PageKey(kind="discipline", code=code) for code in self.state.disciplines)
        yield from (PageKey(kind="organisation", code=code) for code in self.state.organisations)
        yield from (PageKey(kind="venue", code=code) for code in self.state.venues)
        yield from (PageKey(kind="athlete", code=code) for code in self.state.competitors)

    def _changed(self, touched: Touched, before: FanState) -> Iterator[PageKey]:
        for code in touched.stories:
            yield PageKey(kind="story", code=code)
            for state in (before, self.state):
                if code in state.stories:
                    for kind, about in places_of(state.stories[code], state):
                        yield PageKey(kind=kind, code=about)
        if touched.units or touched.has_medals:
            yield PageKey(kind="now")
        for code in touched.units:
            yield PageKey(kind="unit", code=code)
            yield from (PageKey(kind="story", code=story) for story in self.told.of_unit[code])
            yield from self._places(self.state.units[code])
        for code in touched.events:
            yield PageKey(kind="event", code=code)
            if code in self.state.events:
                yield PageKey(kind="discipline", code=self.state.events[code].discipline)
        if touched.has_medals:
            yield from (PageKey(kind="medals", code=code) for code in TABLES)
            yield PageKey(kind="organisations")
        yield from (PageKey(kind="organisation", code=code) for code in touched.organisations)
        yield from (PageKey(kind="athlete", code=code) for code in touched.competitors)

    def topics(self, key: PageKey) -> tuple[str, ...]:
        """Return what an open page listens to."""
        if key.kind in {"day", *WITH_STORIES} - {"now", "stories"}:
            return (f"{key.kind}-{key.code}",)
        if key.kind == "story":
            about = self.state.stories[key.code].about
            heard = [one for one in about if one.startswith(("unit-", "event-"))]
            return (f"story-{key.code}", *heard[: TOPICS_MAX - 1])
        return {
            "now": ("live", "medals", "story"), "medals": ("medals",), "stories": ("story",)
        }.get(key.kind, ())  # fmt: skip

    def link(self, kind: str, code: str = "") -> str:
        """Return the address of a page in the language that is spoken."""
        return self._address(self._language, PageKey(kind=kind, code=code))

    def _address(self, language: Language, key: PageKey) -> str:
        end = f"{key.address}/" if key.address else ""
        return f"{self.base}/{self.state.games.code}/{language.tag}/{end}"

    def path(self, language: Language, key: PageKey) -> str:
        """Return the file of a page."""
        return self._address(language, key).removeprefix(self.base).lstrip("/") + "index.html"

    def page(self, language: Language, key: PageKey, *, at: str, now: dt.datetime) -> str:
        """Return a page in a language, as of a number of the journal."""
        with speaking(language, self.zone):
            self._language = language
            return self._jinja.get_template(f"fans/{key.kind}.html").render(
                games=self.state.games, state=self.state, site=self, key=key, language=language,
                languages=[(one, self._address(one, key)) for one in LANGUAGES], at=at, now=now,
                today=now.astimezone(self.zone).date(), topics=" ".join(self.topics(key)),
                units=self.units(key), told=self.told.on(key.kind, key.code),
                **self._own(key, now),
            )  # fmt: skip

    def units(self, key: PageKey) -> list[FanUnit]:
        """Return the units of a page in order of time."""
        codes: Iterable[str] = self.units_of.get(key, ())
        if key.kind == "story":
            about = (one.partition("-") for one in self.state.stories[key.code].about)
            codes = [code for kind, _, code in about if kind == "unit" and code in self.state.units]
        found = [self.state.units[code] for code in codes]
        return sorted(found, key=lambda u: (u.starts_at is None, u.starts_at or 0, u.code))

    def _own(self, key: PageKey, now: dt.datetime) -> dict[str, Any]:
        """Return what only one kind of page shows."""
        if key.kind == "now":
            return self._now(now)
        if key.kind == "medals":
            return {"table": self.table(key.code)}
        if key.kind == "unit":
            return {"unit": self.state.units[key.code]}
        if key.kind == "story":
            return {"story": self.state.stories[key.code]}
        if key.kind == "discipline":
            medals = [
                m for code in self.events_of[key.code] for m in self.state.medals.get(code, ())
            ]
            return {"table": medal_table(medals)}
        return {}

    def _now(self, now: dt.datetime) -> dict[str, Any]:
        units = [u for u in self.state.units.values() if u.starts_at]
        running = [u for u in units if u.is_running]
        ahead = [u for u in units if not u.is_running and u.starts_at and u.starts_at > now
                 and u.schedule_status not in {"CANCELLED", "FINISHED"}]  # fmt: skip
        over = [u for u in units if u.schedule_status == "FINISHED" and u.is_scored
                and u.starts_at and now - LATELY < u.starts_at <= now]  # fmt: skip
        table = self.table("")
        decided = len(self.state.medals)
        return {
            "running": running[:60], "ahead": ahead[:SHOWN], "over": over[-SHOWN:][::-1],
            "table": table[:SHOWN], "decided": decided, "running_count": len(running),
        }  # fmt: skip

    def table(self, which: str) -> Any:
        """Return a medal table: by gold, by all medals, or of one gender."""
        genders = GENDER_OF.get(which, "MWXO")
        won = [
            medal for event, medals in self.state.medals.items() for medal in medals
            if event not in self.state.events or self.state.events[event].gender in genders
        ]  # fmt: skip
        return medal_table(won, by_total=which == "total")

    def _row(self, unit: FanUnit) -> Markup:
        return self._fragment("row", unit)

    def _score(self, unit: FanUnit) -> Markup:
        return self._fragment("score", unit)

    def _fragment(self, kind: str, unit: FanUnit) -> Markup:
        key = (kind, self._language.tag, unit.code)
        found = self._fragments.get(key)
        if found is None:
            text = self._jinja.get_template(f"fans/{kind}.html").render(
                unit=unit, state=self.state, event=self.state.events[unit.event],
                language=self._language,
            )  # fmt: skip
            found = self._fragments[key] = Markup(text)  # noqa: S704  # rendered with escaping
        return found

    def data(self, key: PageKey) -> Any:
        """Return a page's own data without language; None where it has none."""
        if key.kind == "unit":
            return data.unit_data(self.state.units[key.code])
        if key.kind == "medals" and not key.code:
            return data.table_data(self.state)
        if key.kind == "search":
            return data.search_data(self.state)
        if key.kind == "story":
            return story_data(self.state.stories[key.code])
        if key.kind == "stories":
            return [story_data(story) for story in self.told.on("stories", key.code)]
        if key.kind in {"day", "event", "organisation", "venue", "discipline", "athlete"}:
            medals = self.state.medals.get(key.code, ()) if key.kind == "event" else ()
            return {"units": [data.unit_data(u) for u in self.units(key)],
                    "medals": data.medal_data(medals)}  # fmt: skip
        return None

    def data_text(self, key: PageKey) -> str | None:
        """Return the same as JSON."""
        found = self.data(key)
        return (
            None if found is None else json.dumps(found, ensure_ascii=False, separators=(",", ":"))
        )

    def calendars(self, key: PageKey) -> Iterator[tuple[str, bytes]]:
        """Return the calendars of a page: all its units, and its medal events."""
        if key.kind not in {"now", "discipline", "organisation", "event", "venue", "athlete"}:
            return
        units: Iterable[FanUnit] = (
            self.state.units.values() if key.kind == "now" else self.units(key)
        )
        known = [u for u in units if u.starts_at]
        name = "all" if key.kind == "now" else f"{key.kind}-{key.code}"
        title = f"{self.state.games.name} · {name}"
        yield f"{name}.ics", calendar(title, map(self._event, known))
        if key.kind != "athlete":
            finals = [u for u in known if u.medal != "0"]
            yield f"{name}-medals.ics", calendar(f"{title} · medals", map(self._event, finals))

    def feeds(self, language: Language, key: PageKey) -> Iterator[tuple[str, bytes]]:
        """Return the feeds of a page in a language, by their files."""
        if key.kind not in FED or (key.kind == "stories" and key.code):
            return
        name = f"{key.kind}-{key.code}" if key.code else key.kind
        file = f"feeds/{language.tag}/{name}.atom"
        with speaking(language, self.zone):
            self._language = language
            yield file, atom(
                self.told.on(key.kind, key.code), began=self.state.games.starts_on,
                mark=f"tag:sportsbrain,2000:{self.state.games.code}/{language.tag}/{name}",
                title=f"{self.state.games.name} · {name}", tag=language.tag,
                address=f"{self.base}/{self.state.games.code}/{file}",
                link=lambda code: self.link("story", code),
            )  # fmt: skip

    def _event(self, unit: FanUnit) -> bytes:
        found = self._events.get(unit.code)
        if found is None:
            found = self._events[unit.code] = unit_event(self.state, replace(unit, results=()))
        return found
