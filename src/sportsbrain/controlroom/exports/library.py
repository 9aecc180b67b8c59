"""What a Games leaves to the next: rules, parameters, figures of plans, lessons; nobody's name."""

import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterable
from typing import Any

from sportsbrain.access.queries import category_rows, names_of_people
from sportsbrain.committee.queries import GamesRow, names_of_users
from sportsbrain.controlroom.queries import chains_of, log_rows, playbooks_of, room_rules
from sportsbrain.plans.queries import load_slice_rules, number_in_force, version_row
from sportsbrain.sport.planning.rules import load_rules
from sportsbrain.world.queries import names_of_participants

FORMAT, VERSION = "sportsbrain-library", 1
SLICES = ("transport", "venues", "village", "workforce", "access", "controlroom")
PLANNERS = ("timetable", "rooms", "demand", "lanes", "fleet", "dispatch", "meals", "roster",
            "arrivals")  # fmt: skip
LESSON = "lesson:"
LESSONS_MAX = 5000
WORD = re.compile(r"\w+", re.UNICODE)
HIDDEN = "[name]"
NAME_MIN = 3  # letters: shorter words are in every sentence


def library_zip(*, games: GamesRow) -> bytes:
    """Return the library of a Games as a ZIP of JSON files that a person can read."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(_parts(games).items()):
            text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False, default=str)
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text)
    return stream.getvalue()


def _parts(games: GamesRow) -> dict[str, Any]:
    """Return the files of a library by name."""
    rules: dict[str, Any] = {name: load_slice_rules(name, games.rules_name) for name in SLICES}
    rules["sport"] = load_rules(games.rules_name).raw
    room = room_rules(games)
    hide = hidden_words(games)
    return {
        "library.json": {
            "format": FORMAT,
            "version": VERSION,
            "from": games.code,
            "days": (games.ends_on - games.starts_on).days + 1,
        },
        **{f"rules/{name}.json": values for name, values in rules.items()},
        "categories.json": _categories(games),
        "chains.json": {
            code: [list(step) for step in chain.steps]
            for code, chain in chains_of(games=games, rules=room).items()
        },
        "playbooks.json": {
            code: {
                "title": without_names(book.title, hide) if book.number else book.title,
                "steps": [
                    [without_names(x, hide) if isinstance(x, str) and book.number else x for x in s]
                    for s in book.steps
                ],
            }
            for code, book in playbooks_of(games=games, rules=room).items()
        },
        "figures.json": _figures(games),
        "lessons.json": [without_names(text, hide) for text in _lessons(games)],
    }


def _categories(games: GamesRow) -> list[dict[str, Any]]:
    return [
        {
            "code": row.code,
            "name": row.name,
            "client_group": row.client_group,
            "needs_check": row.needs_check,
            "needs_photo": row.needs_photo,
            "age_min": row.age_min,
            "rights": [f"{k} {p} {c}" for k, p, c, is_default in row.rights if is_default],
            "upgrades": [f"{k} {p} {c}" for k, p, c, is_default in row.rights if not is_default],
            "questions": {
                key: {"text": text, "choices": list(choices), "is_needed": is_needed,
                      "is_sensitive": is_sensitive}
                for key, text, choices, is_needed, is_sensitive in row.questions
            },
        }
        for row in category_rows(games=games)
    ]  # fmt: skip


def _figures(games: GamesRow) -> dict[str, Any]:
    """Return what the plans in force cost and hold: numbers only, no lists of anybody."""
    found = {}
    for planner in PLANNERS:
        number = number_in_force(games_id=games.id, planner=planner)
        if number is None:
            continue
        row = version_row(games_id=games.id, planner=planner, number=number)
        numbers = {
            key: value
            for key, value in row.statistics.items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        }
        found[planner] = {
            "objective": row.objective,
            "bound": row.bound,
            "solver": row.solver,
            "terms": {t["key"]: [t["value"], t["weight"]] for t in row.terms},
            "numbers": numbers,
        }
    return found


def _lessons(games: GamesRow) -> list[str]:
    """Return the lines of the log that begin with "Lesson:", oldest first."""
    rows = log_rows(games_id=games.id, kinds=("line",), rows_max=LESSONS_MAX)
    texts = [str(row.body.get("text", "")).strip() for row in reversed(rows)]
    return [t[len(LESSON) :].strip() for t in texts if t.lower().startswith(LESSON)]


def hidden_words(games: GamesRow) -> frozenset[str]:
    """Return the words of all names that the Games knows: people, participants, users."""
    names: Iterable[str] = (
        *names_of_people(games=games),
        *names_of_participants(games_id=games.id),
        *names_of_users(games_id=games.id),
    )
    return frozenset(
        word.casefold()
        for name in names
        for word in WORD.findall(unicodedata.normalize("NFC", name))
        if len(word) >= NAME_MIN
    )


def without_names(text: str, hidden: frozenset[str]) -> str:
    """Return a text with every word that is part of somebody's name taken out."""
    return WORD.sub(
        lambda found: HIDDEN if found.group().casefold() in hidden else found.group(),
        unicodedata.normalize("NFC", text),
    )
