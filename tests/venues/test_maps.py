"""A venue is drawn, saved, exported and read again; what contradicts itself is refused."""

import io
import json
import zipfile
from dataclasses import asdict, replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from typer.testing import CliRunner

from sportsbrain.config import cli
from sportsbrain.feeds.maps.messages import features_of
from sportsbrain.feeds.maps.parse import drawing_of
from sportsbrain.venues.exports import geojson_of
from sportsbrain.venues.models import VenueMap
from sportsbrain.vocabulary.drawings import DrawingError, template_of
from sportsbrain.world.queries import site_facts
from tests.sport.test_pages import client_of

AT = {"latitude": 38.7, "longitude": -9.1}


def test_what_is_exported_is_read_as_it_was() -> None:
    drawing = template_of("stadium", seats=30_000, lanes=20, gates=16)
    content = json.dumps(geojson_of(drawing, **AT)).encode()
    again = drawing_of(features_of(content, **AT))
    assert replace(again, template="stadium", places=drawing.places) == drawing
    for one, other in zip(again.places, drawing.places, strict=True):
        assert abs(one.x - other.x) < 0.1
        assert abs(one.y - other.y) < 0.1


def test_lines_that_meet_become_one_network() -> None:
    east = 1 / 86_900  # a metre at this latitude
    features = [
        line([[-9.1, 38.7], [-9.1 + 50 * east, 38.7]], width=4),
        line([[-9.1 + 51 * east, 38.7], [-9.1 + 100 * east, 38.7]], highway="steps"),
        point([-9.1, 38.7], kind="stand", code="Block", seats=500),
        point([-9.1 + 100 * east, 38.7], kind="exit", code="Street"),
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    drawing = drawing_of(features_of(content, **AT))
    assert [way.kind for way in drawing.passages] == ["level", "stairs"]
    assert drawing.passages[0].end == drawing.passages[1].start
    assert drawing.exits == ("Street",)
    assert drawing.entries[0].share == 1.0


def test_rooms_and_openings_of_imdf_become_ways() -> None:
    unit = 1 / 111_320
    units = [
        room("hall", -9.1, 38.7, 20 * unit, category="seating"),
        room("foyer", -9.1, 38.7 + 20 * unit, 20 * unit, category="foyer"),
    ]
    doors = [
        door("inner", 38.7 + 20 * unit, 4 * unit),
        door("outer", 38.7 + 40 * unit, 3 * unit),
    ]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, features in (("unit", units), ("opening", doors)):
            archive.writestr(f"{name}.geojson", json.dumps({"features": features}))
    drawing = drawing_of(features_of(packed.getvalue(), **AT))
    assert {stand.place for stand in drawing.stands} == {"hall"}
    assert len(drawing.exits) == 1
    assert {(way.start, way.end) for way in drawing.passages} == {
        ("hall", "foyer"), ("foyer", "hall"), ("foyer", drawing.exits[0]),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"nonsense", "no GeoJSON"),
        (b"{}", "FeatureCollection"),
        (b'{"features": [{"geometry": null, "properties": {"kind": "place"}}]}', "not understood"),
        (b'{"features": []}', "no exit is drawn"),
        (b"PK\x03\x04", "can't be read"),
    ],
)
def test_a_file_that_is_no_drawing_says_why(content: bytes, words: str) -> None:
    with pytest.raises(DrawingError, match=words):
        drawing_of(features_of(content, **AT))


def test_the_editor_saves_numbers_and_refuses_nonsense(small_games: Any) -> None:
    site = site_facts(games_id=small_games.id)[0]
    client, base = client_of("planner"), f"/games/REFS1/queues/{site.code}/map/"
    assert b"nobody has drawn" in client.get(base).content
    drawing = template_of("arena", seats=900, lanes=4, gates=4)
    client.post(base + "save/", {"drawing": json.dumps(asdict(drawing))})
    client.post(base + "template/", {"kind": "road course"})
    rows = VenueMap.objects.filter(games_id=small_games.id, venue=site.code).order_by("number")
    assert [row.number for row in rows] == [1, 2]
    assert rows[1].drawing["template"] == "road course"
    broken = asdict(replace(drawing)) | {"exits": []}
    page = client.post(base + "save/", {"drawing": json.dumps(broken)}, follow=True)
    assert b"no open way leads" in page.content
    page = client.post(base + "save/", {"drawing": '{"places": 3}'}, follow=True)
    assert b"Nothing was saved" in page.content
    content = client.get(f"/games/REFS1/queues/{site.code}/drawing.geojson").content
    file = SimpleUploadedFile("venue.geojson", content)
    page = client.post(base + "file/", {"file": file}, follow=True)
    assert b"Saved as drawing 3" in page.content
    assert rows.all().count() == 3
    viewer = client_of("viewer")
    assert viewer.post(base + "save/", {"drawing": "{}"}).status_code == 403
    assert rows.all().count() == 3


def test_the_command_line_says_what_is_missing(
    small_games: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "start_django", lambda: None)
    if not cli.root.registered_groups:
        cli._mount()  # what main() does first
    result = CliRunner().invoke(cli.root, ["plan", "lanes", "--games", "REFS1"])
    assert result.exit_code == 3
    assert "demand" in result.output
    page = client_of("planner").get("/games/REFS1/queues/")
    assert b"sportsbrain plan lanes" in page.content


def line(points: list[list[float]], **properties: Any) -> dict[str, Any]:
    """Return a line."""
    geometry = {"type": "LineString", "coordinates": points}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def point(at: list[float], **properties: Any) -> dict[str, Any]:
    """Return a point."""
    geometry = {"type": "Point", "coordinates": at}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def room(code: str, west: float, south: float, size: float, **properties: Any) -> dict[str, Any]:
    """Return a square room."""
    ring = [[west, south], [west + size, south], [west + size, south + size],
            [west, south + size], [west, south]]  # fmt: skip
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "id": code, "geometry": geometry, "properties": properties}


def door(code: str, south: float, width: float) -> dict[str, Any]:
    """Return an opening in a wall from west to east."""
    found = line([[-9.1 + 0.00005, south], [-9.1 + 0.00005 + width, south]])
    return {**found, "id": code}
