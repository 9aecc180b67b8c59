"""What a Games leaves to the next: rules and parameters are there, nobody's name is."""

import datetime as dt
import io
import json
import zipfile
from typing import Any

import pytest
from typer.testing import CliRunner

from sportsbrain.access.queries import category_rows, names_of_people
from sportsbrain.committee.actions import save_games
from sportsbrain.committee.queries import get_games
from sportsbrain.config import cli
from sportsbrain.controlroom.actions import By, bring_library, save_chain, write_line
from sportsbrain.controlroom.errors import RoomError
from sportsbrain.controlroom.exports import library_zip
from sportsbrain.controlroom.exports.library import without_names
from sportsbrain.controlroom.queries import chains_of, log_rows, room_rules
from sportsbrain.feeds.people.reference import reference_people
from sportsbrain.plans.actions import keep_rules
from sportsbrain.plans.queries import load_slice_rules
from sportsbrain.sport.planning import draft_held
from sportsbrain.sport.planning.rules import load_rules
from sportsbrain.world.queries import names_of_participants
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
BY = By(name="t", now=NOW)


@pytest.fixture
def old(small_games: Any) -> Any:
    """Return a Games with people, rules of its own, a changed chain and lessons."""
    reference_people(small_games, count=60, now=NOW)
    draft_held(games=small_games, actor="t", now=NOW)
    own = {"access": {"retention_days": 33}, "sport": {**load_rules("default").raw, "own": 1}}
    keep_rules(name="own", rules=own)
    games, _ = save_games(code="REFS1", values={"rules_name": "own"}, actor="t")
    code = next(iter(chains_of(games=games, rules=room_rules(games))))
    save_chain(games=games, code=code, steps=[(0.0, "owner"), (7.0, "Night manager")], by=BY)
    person = names_of_participants(games_id=games.id)[0]
    write_line(games=games, text=f"Lesson: {person} waited an hour, open gate 3 earlier", by=BY)
    write_line(games=games, text="Tea is ready", by=BY)
    return games


@pytest.fixture
def new(db: None) -> Any:
    days = {"starts_on": dt.date(2034, 7, 1), "ends_on": dt.date(2034, 7, 9)}
    return save_games(code="NEXT34", values={"name": "Next Games", **days}, actor="t")[0]


def test_rules_and_parameters_are_there_and_no_name_is(old: Any, new: Any) -> None:
    content = library_zip(games=old)
    assert content == library_zip(games=old), "the same library, byte by byte"
    brought = bring_library(games=new, content=content, by=BY)
    games = get_games(code="NEXT34")
    assert games is not None
    assert games.rules_name == brought.rules_name
    for name in ("transport", "venues", "village", "workforce", "access", "controlroom"):
        assert load_slice_rules(name, games.rules_name) == load_slice_rules(name, old.rules_name)
    assert load_slice_rules("access", games.rules_name)["retention_days"] == 33
    assert load_rules(games.rules_name).raw["own"] == 1
    assert [(r.code, r.rights, r.questions) for r in category_rows(games=games)] == [
        (r.code, r.rights, r.questions) for r in category_rows(games=old)
    ]
    chains = chains_of(games=games, rules=room_rules(games))
    assert (7.0, "Night manager") in next(iter(chains.values())).steps
    lines = [row.body["text"] for row in log_rows(games_id=games.id, kinds=("line",))]
    assert lines == ["Lesson: [name] [name] waited an hour, open gate 3 earlier"]


def test_nobodys_name_is_in_any_file(old: Any) -> None:
    with zipfile.ZipFile(io.BytesIO(library_zip(games=old))) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    names = [*names_of_participants(games_id=old.id), *names_of_people(games=old)]
    assert len(names) > 1000
    whole = "\n".join(texts.values())
    assert [name for name in names if " " in name and name in whole] == []
    assert "@" not in whole
    lessons = json.loads(texts["lessons.json"])
    assert lessons == ["[name] [name] waited an hour, open gate 3 earlier"]


def test_words_of_names_are_taken_out_in_any_script() -> None:
    hidden = frozenset({"brelin", "محمد"})
    assert without_names("BRELIN and محمد came late", hidden) == "[name] and [name] came late"


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"nothing", "no library"), (b"", "no library"), (None, "no library"), (9, "format 9")],
)
def test_what_is_no_library_is_refused_and_nothing_changes(
    old: Any, new: Any, content: Any, words: str
) -> None:
    if content is None or content == 9:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            if content:
                whole = zipfile.ZipFile(io.BytesIO(library_zip(games=old)))
                for name in whole.namelist():
                    archive.writestr(
                        name, whole.read(name).replace(b'"version": 1', b'"version": 9')
                    )
            else:
                archive.writestr("a.json", "{}")
        content = stream.getvalue()
    with pytest.raises(RoomError, match=words):
        bring_library(games=new, content=content, by=BY)
    assert get_games(code="NEXT34") == new


def test_the_command_line_hands_a_library_on(old: Any, new: Any, tmp_path: Any) -> None:
    cli._mount()
    path = tmp_path / "library.zip"
    run = CliRunner()
    assert run.invoke(cli.root, ["library", "export", str(path), "--games", "REFS1"]).exit_code == 0
    found = run.invoke(cli.root, ["library", "import", str(path), "--games", "NEXT34"])
    assert found.exit_code == 0, found.output
    assert "rules of 7 slices" in found.output
