"""Labels: issued once, the first scan registers, copies are news, EPCIS says what happened."""

import csv
import datetime as dt
import json
import pathlib
from typing import Any

import pytest
from django.test import Client

from sportsbrain.committee.queries import GamesRow, get_games
from sportsbrain.credentials.actions import (
    look_at_label,
    record_label_event,
    rotate_key,
)
from sportsbrain.credentials.errors import LabelExistsError
from sportsbrain.credentials.models import ArticleLabel, LabelScan
from sportsbrain.credentials.queries import labels_between
from sportsbrain.live.queries import newest_by_key
from sportsbrain.shop.actions import make_labels
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.exports import epcis_document
from sportsbrain.vocabulary.labels import Doubt, LabelEventKind, Look, is_gtin
from sportsbrain.vocabulary.statuses import Role
from tests.shop.counter import NOW, a_shop
from tests.shop.test_office import client_of

pytestmark = pytest.mark.django_db
LISBON, SYDNEY = (38.7, -9.1), (-33.9, 151.2)


@pytest.fixture
def games(settings: Any, tmp_path: pathlib.Path) -> GamesRow:
    settings.SIGNING_KEYS = tmp_path
    a_shop()
    found = get_games(code="SHO30")
    assert found is not None
    rotate_key(games=found, actor="test", now=NOW)
    return found


def made(games: GamesRow, count: int = 3) -> tuple[tuple[str, int, str], ...]:
    return make_labels(games=games, sku="MASCOT", count=count, batch="run 1", now=NOW)


def test_serials_go_on_and_an_article_keeps_its_number(games: GamesRow) -> None:
    first, second = made(games), made(games, 2)
    assert [serial for _, serial, _ in (*first, *second)] == [1, 2, 3, 4, 5]
    assert len({gtin for gtin, _, _ in (*first, *second)}) == 1
    assert is_gtin(first[0][0])
    with pytest.raises(ShopError, match="no article"):
        make_labels(games=games, sku="NOTHING", count=1, batch="b", now=NOW)
    with pytest.raises(ShopError, match="batch"):
        make_labels(games=games, sku="MASCOT", count=1, batch="", now=NOW)
    assert ArticleLabel.objects.count() == 5


def test_no_serial_is_issued_twice(games: GamesRow) -> None:
    from sportsbrain.credentials.actions import issue_labels

    gtin, *_ = made(games)[0]
    with pytest.raises(LabelExistsError, match="serial 3"):
        issue_labels(games=games, gtin=gtin, item="MASCOT", serials=range(3, 9), batch="b", now=NOW)
    assert ArticleLabel.objects.count() == 3


def see(games: GamesRow, gtin: str, device: str, hours: float = 0, place: Any = None) -> Any:
    look = Look(device=device, moment=NOW + dt.timedelta(hours=hours), place=place)
    return look_at_label(games_id=games.id, gtin=gtin, serial="1", look=look)


def test_the_first_scan_registers_and_a_second_place_at_once_is_news(games: GamesRow) -> None:
    gtin, *_ = made(games)[0]
    first = see(games, gtin, "a", place=LISBON)
    assert first.is_first
    assert first.is_mine
    again = see(games, gtin, "a", 1)
    assert again.is_mine
    assert not again.is_first
    assert LabelScan.objects.count() == 1  # the same device is one look
    other = see(games, gtin, "b", 2)
    assert not other.is_mine
    assert other.first_at == NOW
    copied = see(games, gtin, "c", 3, SYDNEY)
    assert copied.doubt == Doubt.TOO_FAST
    assert see(games, gtin, "c", 4).doubt == Doubt.TOO_FAST
    news = newest_by_key(games_id=games.id, topic="label.doubted")
    assert [(one.key, one.body["doubt"]) for one in news] == [(f"{gtin}.1", "too fast")]
    assert look_at_label(games_id=games.id, gtin=gtin, serial="99",
                         look=Look(device="a", moment=NOW)) is None  # fmt: skip


def test_the_page_says_what_a_label_is_worth(games: GamesRow) -> None:
    _gtin, _serial, path = made(games)[0]
    address = f"/shop/SHO30{path}"
    first = Client()
    assert first.get(address, headers={"Sec-Purpose": "prefetch"}).status_code == 200
    assert not LabelScan.objects.exists()
    assert client_of(Role.VIEWER).get(address).status_code == 200
    assert not LabelScan.objects.exists()  # staff does not register
    page = first.get(address)
    assert "You are the first to scan this label" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert "Registered from this device" in first.get(address).content.decode()
    second = Client()
    assert "Real, and known" in second.get(address).content.decode()
    forged = address[:-3] + ("AAA" if not address.endswith("AAA") else "BBB")
    assert Client().get(forged).status_code == 404
    assert Client().get("/shop/SHO30/01/1/21/1").status_code == 404
    placed = second.post(address, {"latitude": "38.71", "longitude": "-9.1"})
    assert placed.status_code == 302
    assert LabelScan.objects.filter(latitude=38.7).count() == 1
    second.post(address, {"latitude": "NaN", "longitude": "1e9"})
    assert LabelScan.objects.count() == 3  # a place that is none adds nothing


def test_the_field_takes_what_a_scanner_types(games: GamesRow) -> None:
    _gtin, _serial, path = made(games)[0]
    found = Client().get("/shop/SHO30/genuine/", {"text": f"https://any.example/shop/SHO30{path}"})
    assert found.status_code == 302
    assert Client().get(found["Location"]).status_code == 200
    wrong = Client().get("/shop/SHO30/genuine/", {"text": "hello\x00"})
    assert wrong.status_code == 422
    assert "square code" in wrong.content.decode()
    assert "labels-SHO30" in Client().get("/shop/SHO30/genuine/worker.js").content.decode()


def test_what_was_lost_is_good_for_nothing(games: GamesRow) -> None:
    gtin, serial, path = made(games)[0]
    key: dict[str, Any] = {"games_id": games.id, "gtin": gtin, "serial": str(serial), "now": NOW}
    assert record_label_event(**key, kind=LabelEventKind.ENDED)
    assert not record_label_event(**key, kind=LabelEventKind.ENDED)
    assert "reported lost" in Client().get(f"/shop/SHO30{path}").content.decode()


def test_the_office_ends_the_label_of_what_was_lost(games: GamesRow) -> None:
    _gtin, _serial, path = made(games)[0]
    home = "/games/SHO30/shop/labels/end/"
    assert client_of(Role.VIEWER).post(home, {"text": path}).status_code == 403
    planner = client_of(Role.PLANNER)
    wrong = planner.post(home, {"text": path[:-3] + "AAA"}, follow=True).content.decode()
    assert "none of ours" in wrong
    done = planner.post(home, {"text": f"https://x.example/shop/SHO30{path}"}, follow=True)
    assert "MASCOT 1 is lost" in done.content.decode()
    assert "reported lost" in Client().get(f"/shop/SHO30{path}").content.decode()


def test_epcis_says_made_sold_and_ended(games: GamesRow) -> None:
    gtin, *_ = made(games)[0]
    key: dict[str, Any] = {"games_id": games.id, "gtin": gtin}
    later = NOW + dt.timedelta(hours=1)
    record_label_event(**key, serial="2", kind=LabelEventKind.SOLD, now=later, place="S1", ref="7")
    until = later + dt.timedelta(hours=1)
    found = labels_between(games_id=games.id, since=NOW, until=until)
    document = epcis_document(found, home="https://x.example/shop/SHO30", since=NOW, until=until,
                              now=until)  # fmt: skip
    assert document["type"] == "EPCISDocument"
    assert document["schemaVersion"] == "2.0"
    made_event, sold = document["epcisBody"]["eventList"]
    assert made_event["bizStep"] == "commissioning"
    assert made_event["action"] == "ADD"
    assert len(made_event["epcList"]) == 3
    assert sold["bizStep"] == "retail_selling"
    assert sold["epcList"] == [f"https://x.example/shop/SHO30/01/{gtin}/21/2"]
    assert sold["readPoint"] == {"id": "https://x.example/shop/SHO30/place/S1"}
    assert sold["eventID"].startswith("ni:///sha-256;")
    only_sold = labels_between(games_id=games.id, since=later, until=until)
    assert [card.serial for card in only_sold] == [2]


def test_the_office_makes_labels_and_sees_copies(games: GamesRow) -> None:
    planner, viewer = client_of(Role.PLANNER), client_of(Role.VIEWER)
    values = {"sku": "MASCOT", "count": "2", "batch": "run 9"}
    assert viewer.post("/games/SHO30/shop/labels.csv", values).status_code == 403
    rows = list(csv.DictReader(
        planner.post("/games/SHO30/shop/labels.csv", values).content.decode().splitlines()
    ))  # fmt: skip
    assert [row["serial"] for row in rows] == ["1", "2"]
    assert rows[0]["code"].startswith("http://testserver/shop/SHO30/01/")
    assert len(rows[0]["code"]) < 160  # version 8 of a QR code: 49 modules a side
    wrong = planner.post("/games/SHO30/shop/labels.csv", {**values, "count": "0"}, follow=True)
    assert "Nothing was changed" in wrong.content.decode()
    see(games, rows[0]["gtin"], "a", place=LISBON)
    see(games, rows[0]["gtin"], "b", 1, SYDNEY)
    assert "may have been copied" in viewer.get("/games/SHO30/shop/").content.decode()
    document = json.loads(viewer.get("/games/SHO30/shop/epcis.json").content)
    assert document["epcisBody"]["eventList"][0]["bizStep"] == "commissioning"
    assert viewer.get("/games/SHO30/shop/epcis.json", {"since": "2030-13-41"}).status_code == 200
