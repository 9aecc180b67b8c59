"""A list of people: every row accounted for, the same file twice changes nothing."""

import csv
import datetime as dt
import io
import pathlib
import zipfile
from typing import Any

import openpyxl
import pytest
from PIL import Image

from sportsbrain.access.actions import By
from sportsbrain.access.actions.photos import upright
from sportsbrain.access.errors import AccessError
from sportsbrain.access.models import Registration
from sportsbrain.feeds.people.messages import COLUMNS
from sportsbrain.feeds.people.parse import UnreadableError, parse_people
from sportsbrain.feeds.people.record import PeopleReport, import_people
from sportsbrain.inbox.models import Message, Reject
from tests.access.office import OFFICE, a_games

pytestmark = pytest.mark.django_db
GOOD = {
    "code": "A1", "organisation": "AAA", "category": "ATH", "family_name": "Brelin",
    "given_name": "Tova", "birth_date": "2004-05-31", "gender": "W",
}  # fmt: skip


@pytest.fixture
def games(db: None) -> Any:
    return a_games()


def table(*rows: dict[str, str], delimiter: str = ",") -> str:
    out = io.StringIO()
    names = [*COLUMNS, "shirt"]
    writer = csv.DictWriter(out, fieldnames=names, restval="", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def picture(width: int = 300, height: int = 400) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "grey").save(out, "JPEG")
    return out.getvalue()


def imported(games: Any, path: pathlib.Path, **values: Any) -> PeopleReport:
    return import_people(games=games, path=path, **{"is_applied": True, "by": OFFICE, **values})


def is_whole(report: PeopleReport) -> bool:
    return report.read == report.created + report.changed + report.same + report.rejected


def test_each_row_is_accounted_for_and_rejects_are_kept_with_advice(
    games: Any, tmp_path: pathlib.Path
) -> None:
    path = tmp_path / "people.csv"
    path.write_text(
        table(
            GOOD,
            {**GOOD, "code": "A2", "birth_date": "31/05/2004"},
            {**GOOD, "code": "A3", "category": "XXX"},
            {**GOOD, "code": "A4", "shirt": "M"},
            {**GOOD},
            {},
        )
    )
    rehearsed = imported(games, path, is_applied=False)
    assert (rehearsed.created, Registration.objects.count()) == (2, 0)
    report = imported(games, path)
    assert is_whole(report)
    assert (report.read, report.created, report.rejected) == (5, 2, 3)
    assert [(r.line, r.column) for r in Reject.objects.order_by("line")] == [
        (3, "birth_date"), (4, "category"), (6, "code"),
    ]  # fmt: skip
    assert all(r.advice for r in Reject.objects.all())
    assert "Brelin" not in str(list(Reject.objects.values_list("raw", flat=True)))
    assert Message.objects.count() == 1
    again = imported(games, path)
    assert is_whole(again)
    assert (again.created, again.changed, again.same) == (0, 0, 2)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_separators_and_encodings_of_others_are_read(
    tmp_path: pathlib.Path, delimiter: str
) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(table({**GOOD, "given_name": "Zoë"}, delimiter=delimiter).encode("cp1252"))
    assert parse_people(path).rows[0].cells["given_name"] == "Zoë"


def test_a_workbook_is_read_with_its_dates_and_numbers(games: Any, tmp_path: pathlib.Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["code", "organisation", "category", "family_name", "birth_date"])
    book.worksheets[0].append([17, "AAA", "ATH", "Brelin", dt.datetime(2004, 5, 31)])
    path = tmp_path / "people.xlsx"
    book.save(path)
    assert imported(games, path).created == 1
    row = Registration.objects.get()
    assert (row.code, row.birth_date) == ("17", dt.date(2004, 5, 31))


def test_pictures_come_in_a_zip_named_by_code(games: Any, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "people.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("list/people.csv", table(GOOD, {**GOOD, "code": "A2"}))
        archive.writestr("photos/A1.jpg", picture())
        archive.writestr("photos/A2.jpg", b"no picture")
        archive.writestr("photos/A9.jpg", picture())
        archive.writestr("read.me", "hello")
    report = imported(games, path)
    assert is_whole(report)
    assert (report.created, report.photos) == (2, 1)
    assert len(report.issues) == 3
    assert Registration.objects.get(code="A1").photo
    path.write_bytes(b"")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "x")
        archive.writestr("b.csv", "x")
    with pytest.raises(UnreadableError, match="2 tables"):
        parse_people(path)


def test_a_picture_is_kept_small_and_without_what_cameras_add() -> None:
    with Image.open(io.BytesIO(upright(picture(3000, 4000)))) as kept:
        assert kept.size == (480, 640)
        assert not kept.getexif()
    with pytest.raises(AccessError, match="smaller"):
        upright(picture(100, 100))


def test_missing_columns_are_named(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("name,club\nTova,AAA\n")
    with pytest.raises(UnreadableError, match="code, organisation, category"):
        parse_people(path)


def test_an_organisation_imports_its_own_people_only(games: Any, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(table(GOOD, {**GOOD, "code": "B1", "organisation": "BBB"}))
    chef = By(name="chef", now=OFFICE.now, client="AAA")
    report = imported(games, path, by=chef)
    assert (report.created, report.reasons) == (1, {"client not yours": 1})
