"""Floors from and to IMDF: what is written is read again, what is wrong says where."""

import io
import json
import pathlib
import zipfile
from typing import Any

import pytest
from typer.testing import CliRunner

from sportsbrain.committee.queries import get_games
from sportsbrain.feeds.villages.cli import app
from sportsbrain.feeds.villages.imdf import floors_of
from sportsbrain.village.actions import save_floors
from sportsbrain.village.cli import village_app
from sportsbrain.village.exports import imdf_of
from sportsbrain.village.queries import floor_rows
from sportsbrain.vocabulary.floors import Floor, FloorError, Unit
from tests.village.houses import NOW, houses

pytestmark = pytest.mark.django_db
GAMES = ("--games", "VIL30")


def square(west: float, south: float, size: float = 0.001) -> tuple[tuple[float, float], ...]:
    return ((west, south), (west + size, south), (west + size, south + size), (west, south + size))


FLOORS = tuple(
    Floor(
        building="A", floor=floor, corners=square(-9.1, 38.7, 0.002),
        units=tuple(Unit(code=code, category="room", corners=square(-9.1 + 0.001 * n, 38.7))
                    for n, code in enumerate(codes)),
    )
    for floor, codes in ((0, ("lobby",)), (1, ("A1", "A2")))
)  # fmt: skip


def archive(**changed: Any) -> bytes:
    """Return the floors as an archive, with features of parts changed."""
    houses()
    games = get_games(code="VIL30")
    assert games is not None
    content = imdf_of(games=games, floors=FLOORS, accessible={"A2"}, country="pt", now=NOW)
    if not changed:
        return content
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            part, text = name.removesuffix(".geojson"), old.read(name)
            if part in changed:
                raw = json.loads(text)
                raw["features"][-1] |= changed[part]
                text = json.dumps(raw).encode()
            new.writestr(name, text)
    return file.getvalue()


def test_what_is_written_is_read_again_and_is_the_same_each_time() -> None:
    content = archive()
    assert floors_of(content) == FLOORS
    assert archive() == content


def test_the_archive_has_what_the_standard_wants() -> None:
    with zipfile.ZipFile(io.BytesIO(archive())) as found:
        parts = {n: json.loads(found.read(n)) for n in found.namelist()}
    assert parts["manifest.json"]["version"] == "1.0.0"
    assert parts["manifest.json"]["created"] == "2030-07-10T10:00:00Z"
    kinds = ("address", "venue", "building", "footprint", "level", "unit")
    assert set(parts) == {"manifest.json", *(f"{kind}.geojson" for kind in kinds)}
    features = {kind: parts[f"{kind}.geojson"]["features"] for kind in kinds}
    ids = [f["id"] for rows in features.values() for f in rows]
    assert len(set(ids)) == len(ids)
    assert all(f["feature_type"] == kind for kind in kinds for f in features[kind])
    levels = {f["id"] for f in features["level"]}
    assert {f["properties"]["level_id"] for f in features["unit"]} == levels
    ring = features["unit"][0]["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    wide = {
        f["properties"]["name"]["en"]: f["properties"]["accessibility"] for f in features["unit"]
    }
    assert wide == {"lobby": None, "A1": None, "A2": ["wheelchair"]}
    assert features["address"][0]["properties"]["country"] == "PT"


@pytest.mark.parametrize(("changed", "words"), [
    ({"unit": {"geometry": None}}, "its geometry is no polygon"),
    ({"unit": {"geometry": {"type": "Polygon", "coordinates": [[[500, 1], [1, 2], [3, 4]]]}}},
     "not longitude and latitude"),
    ({"unit": {"properties": {"level_id": "gone", "name": {"en": "x"}}}}, "such as gone"),
    ({"unit": {"properties": None}}, "no properties"),
    ({"level": {"properties": {"ordinal": "first"}}}, "is no number of a floor"),
    ({"level": {"properties": {"ordinal": 1, "building_ids": ["?"]}}}, "building_ids is not one"),
    ({"building": {"properties": {"name": {"en": "x" * 41}}}}, "longer than 40"),
])  # fmt: skip
def test_what_is_not_understood_says_in_which_feature(changed: Any, words: str) -> None:
    content = archive(**changed)
    with pytest.raises(FloorError) as error:
        floors_of(content)
    assert words in str(error.value)
    assert ".geojson" in str(error.value)


def test_a_file_that_is_no_archive_is_refused() -> None:
    for content in (b"", b"PK nothing", b"{}"):
        with pytest.raises(FloorError):
            floors_of(content)


def test_floors_are_kept_by_the_command_line_and_written_again(tmp_path: pathlib.Path) -> None:
    path, back = tmp_path / "village.zip", tmp_path / "back.zip"
    path.write_bytes(archive())
    games = houses()
    run = CliRunner()
    told = run.invoke(app, ["imdf", str(path), *GAMES])
    assert "2 floors; 2 rooms of the village on none of them" in told.output
    assert floor_rows(games_id=games) == ()
    away = run.invoke(village_app, ["imdf", str(back), "--country", "PT", *GAMES])
    assert away.exit_code == 3
    assert run.invoke(app, ["imdf", str(path), *GAMES, "--apply"]).exit_code == 0
    assert floor_rows(games_id=games) == FLOORS
    bad = run.invoke(village_app, ["imdf", str(back), "--country", "Lumar", *GAMES])
    assert bad.exit_code == 3
    assert run.invoke(village_app, ["imdf", str(back), "--country", "PT", *GAMES]).exit_code == 0
    assert floors_of(back.read_bytes()) == FLOORS
    # a building that comes again takes the place of its floors, another stays
    save_floors(games_id=games, floors=[Floor(building="B", floor=0, corners=square(0, 0))])
    save_floors(games_id=games, floors=FLOORS[1:])
    assert [(f.building, f.floor) for f in floor_rows(games_id=games)] == [("A", 1), ("B", 0)]


def test_a_broken_archive_changes_nothing_and_says_why(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "village.zip"
    path.write_bytes(archive(unit={"geometry": None}))
    told = CliRunner().invoke(app, ["imdf", str(path), *GAMES, "--apply"])
    assert told.exit_code == 3
    assert "no polygon" in told.output
    assert floor_rows(games_id=houses()) == ()
