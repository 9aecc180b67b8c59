"""Functional areas: whose work a page or a call is."""

from enum import StrEnum


class Area(StrEnum):
    """A functional area of an organising committee."""

    SPORT = "sport"
    VENUES = "venues"
    TRANSPORT = "transport"
    VILLAGE = "village"
    WORKFORCE = "workforce"
    ACCREDITATION = "accreditation"
    RETAIL = "retail"
    MEDIA = "media"
    CONTROL = "control"


# The first word after the code of the Games in an address.
_WORDS = {
    Area.SPORT: (
        "", "schedule", "venues", "events", "units", "clashes", "organisations", "participants",
        "duplicates", "rejects", "search", "timetables", "runs", "closures", "moves", "plan",
        "export", "audit", "live",
    ),
    Area.VENUES: ("queues", "scans"),
    Area.TRANSPORT: ("transport", "delays", "rides", "cars", "bus-runs"),
    Area.VILLAGE: ("village", "ngsi-ld"),
    Area.WORKFORCE: ("workforce",),
    Area.ACCREDITATION: ("people", "entries"),
    Area.RETAIL: ("shop",),
    Area.MEDIA: ("results", "stories", "odf"),
    Area.CONTROL: (
        "room", "what-ifs", "decisions", "signals", "weather", "incidents", "situation", "exercise",
    ),
}  # fmt: skip
_AREAS = {word: area for area, words in _WORDS.items() for word in words}
# Where the word alone does not tell: what follows it does.
_FURTHER = {
    ("units", "results"): Area.MEDIA, ("events", "medals"): Area.MEDIA,
    ("venues", "lanes"): Area.VENUES,
}  # fmt: skip


def area_of(path: str) -> Area | None:
    """Return whose work is behind ``…/games/CODE/…``; None for nobody's, as words not known are."""
    parts = path.partition("/games/")[2].split("/")[1:] or [""]
    first, last = parts[0].partition(".")[0], parts[-1] or parts[-2:][0]
    return _FURTHER.get((first, last)) or _AREAS.get(first)
