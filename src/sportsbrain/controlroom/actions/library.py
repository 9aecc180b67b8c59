"""Bring what another Games left: rules, categories, chains, playbooks, lessons."""

import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from sportsbrain.access.actions import By as OfficeBy
from sportsbrain.access.actions import save_category, save_questions
from sportsbrain.access.actions.begin import rights_in
from sportsbrain.committee.actions import record_audit, save_games
from sportsbrain.committee.queries import GamesRow
from sportsbrain.controlroom.actions.alerts import save_chain
from sportsbrain.controlroom.actions.incidents import save_playbook, write_line
from sportsbrain.controlroom.actions.log import By
from sportsbrain.controlroom.errors import RoomError
from sportsbrain.plans.actions import keep_rules

FORMAT, VERSION = "sportsbrain-library", 1
BYTES_MAX = 64 * 1024 * 1024
NEEDED = ("library.json", "categories.json", "chains.json", "playbooks.json", "lessons.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What was brought, by kind."""

    rules: int
    categories: int
    chains: int
    playbooks: int
    lessons: int
    rules_name: str


def read_library(content: bytes) -> dict[str, Any]:
    """
    Return the files of a library by name.

    Raises
    ------
    RoomError
        When it is none, or of a newer format.

    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(item.file_size for item in archive.infolist()) > BYTES_MAX:
                message = "the library is larger than 64 MB"
                raise RoomError(message)
            parts = {
                name: json.loads(archive.read(name))
                for name in archive.namelist()
                if name.endswith(".json")
            }
    except (zipfile.BadZipFile, ValueError) as error:
        message = f"this is no library: {error}"
        raise RoomError(message) from error
    head = parts.get("library.json", {})
    if head.get("format") != FORMAT or any(name not in parts for name in NEEDED):
        message = "this is no library: sportsbrain library export makes one"
        raise RoomError(message)
    if head.get("version", 0) > VERSION:
        message = f"the library has format {head['version']}, this Sports Brain reads {VERSION}"
        raise RoomError(message)
    return parts


@transaction.atomic
def bring_library(*, games: GamesRow, content: bytes, by: By) -> Brought:
    """
    Bring a library into a Games: all of it or nothing.

    Rules are kept under a name of the Games, which uses them from then on.

    Raises
    ------
    RoomError
        When it is no library, or something in it can't be used.

    """
    parts = read_library(content)
    rules = {
        name.removeprefix("rules/").removesuffix(".json"): values
        for name, values in parts.items()
        if name.startswith("rules/")
    }
    rules_name = f"{games.code.lower()}-library"[:40]
    keep_rules(name=rules_name, rules=rules)
    save_games(code=games.code, values={"rules_name": rules_name}, actor=by.name)
    try:
        _categories(games, parts["categories.json"], by)
    except (KeyError, ValueError) as error:
        message = f"categories of the library: {error}"
        raise RoomError(message) from error
    for code, steps in parts["chains.json"].items():
        save_chain(games=games, code=code, steps=[(float(m), str(r)) for m, r in steps], by=by)
    for code, book in parts["playbooks.json"].items():
        steps = [(str(r), float(m), str(t), bool(two)) for r, m, t, two in book["steps"]]
        save_playbook(games=games, code=code, title=book["title"], steps=steps, by=by)
    for text in parts["lessons.json"]:
        write_line(games=games, text=f"Lesson: {text}"[:2000], by=by)
    brought = Brought(
        rules=len(rules),
        categories=len(parts["categories.json"]),
        chains=len(parts["chains.json"]),
        playbooks=len(parts["playbooks.json"]),
        lessons=len(parts["lessons.json"]),
        rules_name=rules_name,
    )
    record_audit(
        games_id=games.id, actor=by.name, verb="brought library",
        thing=str(parts["library.json"].get("from", "")),
        details={"figures": parts.get("figures.json", {}), "rules_name": rules_name},
    )  # fmt: skip
    return brought


def _categories(games: GamesRow, rows: list[dict[str, Any]], by: By) -> None:
    office = OfficeBy(name=by.name, now=by.now)
    for row in rows:
        save_category(
            games=games,
            code=row["code"],
            name=row["name"],
            client_group=row["client_group"],
            needs_check=row["needs_check"],
            needs_photo=row["needs_photo"],
            age_min=row["age_min"],
            rights=rights_in(row),
            by=office,
        )
        save_questions(games=games, category=row["code"], questions=row["questions"])
