"""A calendar of somebody's own list: finished events of the calendars on the shelf, joined."""

import re
from pathlib import Path
from urllib.parse import parse_qs

ITEM = re.compile(r"(?:event|discipline|venue|organisation|athlete)-[^/\x00,]{1,100}")
ITEMS_MAX = 60
BYTES_MAX = 2 << 20
EVENT = re.compile(rb"BEGIN:VEVENT\r\n.*?END:VEVENT\r\n", re.DOTALL)
KEY = re.compile(rb"^UID:(.*)\r$", re.MULTILINE)
NAME = re.compile(rb"(X-WR-CALNAME:[^\r]*?) \xc2\xb7 [^\r]*\r\n")  # that of the Games stays
FINAL = "\N{SPORTS MEDAL}".encode()


def own_calendar(folder: Path, query: bytes) -> bytes | None:
    """
    Return the calendar of what a query names (``f``: things apart by commas; ``m``: finals alone).

    Each unit is in it once. None when nothing of it has a calendar.
    """
    asked = parse_qs(query.decode("ascii", "replace"))
    names = [text for text in asked.get("f", [""])[0].split(",") if ITEM.fullmatch(text)]
    is_finals = asked.get("m", [""])[0] == "1"
    events: dict[bytes, bytes] = {}
    frame = b""
    left = BYTES_MAX
    for name in list(dict.fromkeys(names))[:ITEMS_MAX]:
        try:
            content = (folder / f"{name}.ics").read_bytes()
        except OSError:
            continue
        left -= len(content)
        if left < 0:  # a list of half the Games: whoever asks for that takes the calendar of all
            break
        frame = frame or content
        for event in EVENT.findall(content):
            key = KEY.search(event)
            if key and (not is_finals or FINAL in event):
                events[key[1]] = event
    if not frame:
        return None
    opening = frame[: frame.find(b"BEGIN:VEVENT")] if EVENT.search(frame) else frame.partition(
        b"END:VCALENDAR"
    )[0]  # fmt: skip
    opening = NAME.sub(rb"\1\r\n", opening)
    return b"".join((opening, *events.values(), b"END:VCALENDAR\r\n"))
