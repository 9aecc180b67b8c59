"""Imports are honest: every row is accounted for, nothing is half applied."""

import datetime as dt
import pathlib
import zipfile
from typing import Any

import pytest

from sportsbrain.feeds.tables.files import write_template
from sportsbrain.feeds.tables.record import ImportReport, import_tables
from sportsbrain.feeds.tables.sources import SourceError
from sportsbrain.inbox.queries import rejects_of
from sportsbrain.world.queries import counts, unit_lines
from tests.conftest import NOW

UNIT = "JUDM60KG--------------FNL-000100--"


def bring(
    path: pathlib.Path, *, apply: bool = True, mapping: str = "", games: str = ""
) -> ImportReport:
    return import_tables(
        path=path, mapping_name=mapping, games_code=games, is_applied=apply, actor="t", now=NOW
    )


def folder_of(tmp_path: pathlib.Path, **tables: str | bytes) -> pathlib.Path:
    games = "code,name,time_zone,starts_on,ends_on\nT1,Test,Europe/Paris,2030-07-19,2030-08-04\n"
    base: dict[str, str | bytes] = {
        "games": games,
        "venues": "code,name\nV,Hall\n",
        "locations": "code,venue,name\nA,V,Mat A\n",
        "disciplines": "code,name\nJUD,Judo\n",
        "events": "code,discipline,gender,name\nJUDM60KG,JUD,M,Men -60 kg\n",
        "phases": "code,event,name,order\nJUDM60KG--------------FNL,JUDM60KG,Final,5\n",
    }
    for name, text in {**base, **tables}.items():
        content = text.encode() if isinstance(text, str) else text
        (tmp_path / f"{name}.csv").write_bytes(content)
    return tmp_path


def units(rows: str) -> str:
    return f"code,rsc,phase,name,location,starts_at,ends_before\n{rows}\n"


def unit_row(starts: str, ends: str, place: str = "A") -> str:
    return f"{UNIT},{UNIT},JUDM60KG--------------FNL,Final,{place},{starts},{ends}"


def accounted(report: ImportReport) -> bool:
    tables = [*report.tables.values(), *report.derived.values()]
    return all(t.read == t.created + t.changed + t.same + t.merged + t.rejected for t in tables)


@pytest.mark.django_db
def test_a_rehearsal_changes_nothing_and_says_the_same(small_folder: pathlib.Path) -> None:
    rehearsal = bring(small_folder, apply=False)
    from sportsbrain.committee.queries import get_games

    assert get_games(code="REFS1") is None
    applied = bring(small_folder)
    assert rehearsal.tables == applied.tables
    assert accounted(applied)


@pytest.mark.django_db
def test_importing_twice_changes_nothing(small_folder: pathlib.Path) -> None:
    bring(small_folder)
    again = bring(small_folder)
    assert all(t.created == t.changed == 0 and t.same == t.read for t in again.tables.values())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (unit_row("2030-07-20T12:00+02:00", "2030-07-20T11:00+02:00"), "ends before it starts"),
        (unit_row("2030-07-20T12:00+02:00", "2030-07-20T13:00+02:00", "XX"), "unknown location"),
        (unit_row("yesterday", "2030-07-20T13:00+02:00"), "not a moment"),
        (unit_row("=NOW()", "2030-07-20T13:00+02:00"), "formula cell"),
        ("X,JUDM60KG,JUDM60KG--------------FNL,Final,A,,", "wrong-length code"),
    ],
)
def test_a_bad_row_is_rejected_with_its_reason_and_kept(
    tmp_path: pathlib.Path, row: str, reason: str
) -> None:
    report = bring(folder_of(tmp_path, units=units(row)))
    assert report.tables["units"].reasons == {reason: 1}
    assert report.tables["units"].rejected == 1
    issue = report.issues[0]
    assert (issue.file_name, issue.line) == ("units.csv", 2)
    assert issue.advice
    kept = rejects_of(games_code="T1")
    assert [(r.line, r.reason) for r in kept] == [(2, reason)]


@pytest.mark.django_db
def test_odd_but_usable_rows_are_kept_with_a_warning(tmp_path: pathlib.Path) -> None:
    row = unit_row("2030-07-20T12:00+02:00", "2030-07-20T12:00+02:00")
    report = bring(folder_of(tmp_path, units=units(row)))
    assert report.tables["units"].warning_reasons == {"ends when it starts": 1}
    assert report.tables["units"].created == 1


@pytest.mark.django_db
def test_windows_1252_bom_semicolons_and_decimal_commas_are_read(tmp_path: pathlib.Path) -> None:
    venues = "code;name;latitude\nV;Köln Aréna;50,93\n".encode("cp1252")
    locations = "\ufeffcode,venue,name\nA,V,Mat A\n"
    report = bring(folder_of(tmp_path, venues=venues, locations=locations))
    assert report.tables["venues"].created == 1
    assert report.tables["locations"].created == 1
    from sportsbrain.committee.queries import get_games
    from sportsbrain.world.queries import venue_lines

    games = get_games(code="T1")
    assert games is not None
    (venue,) = venue_lines(games_id=games.id)
    assert (venue.name, venue.latitude) == ("Köln Aréna", 50.93)


@pytest.mark.django_db
def test_a_local_hour_that_does_not_exist_is_refused(tmp_path: pathlib.Path) -> None:
    row = unit_row("2030-03-31T02:30", "2030-03-31T04:30")
    report = bring(folder_of(tmp_path, units=units(row)))
    assert report.tables["units"].reasons == {"hour that does not exist": 1}


@pytest.mark.django_db
def test_duplicates_are_merged_and_counted(tmp_path: pathlib.Path) -> None:
    report = bring(folder_of(tmp_path, disciplines="code,name\nJUD,Judo\nJUD,Judo\n"))
    assert report.tables["disciplines"].merged == 1
    assert accounted(report)


@pytest.mark.django_db
def test_a_changed_fact_keeps_its_history(tmp_path: pathlib.Path) -> None:
    bring(folder_of(tmp_path))
    report = bring(folder_of(tmp_path, disciplines="code,name\nJUD,Judo and more\n"))
    assert report.tables["disciplines"].changed == 1
    from sportsbrain.world.models import FactChange

    change = FactChange.objects.get(table="disciplines")
    assert (change.before, change.after) == ({"name": "Judo"}, {"name": "Judo and more"})


@pytest.mark.django_db
def test_a_zip_bomb_is_not_opened(tmp_path: pathlib.Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (100 << 20))
    with pytest.raises(SourceError, match="would unpack"):
        bring(bomb)


@pytest.mark.django_db
def test_the_template_is_readable_and_empty(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path)
    with pytest.raises(SourceError, match="games"):
        bring(path)


@pytest.mark.django_db
def test_the_real_tables_are_accounted_for(real_tables: pathlib.Path) -> None:
    report = bring(real_tables, mapping="paris2024")
    units, results = report.tables["units"], report.tables["results"]
    assert units.read == 3894
    assert results.read == 19173
    assert accounted(report)
    assert units.reasons == {"no unit code": 237, "repeated row": 8}
    assert units.warning_reasons["ends when it starts"] == 15
    assert units.warning_reasons["no venue"] == 1
    assert results.reasons == {"unknown competitor": 10}
    assert results.created / results.read >= 0.99
    assert any(n.startswith("387 scheduled units have no results") for n in report.notes)


@pytest.mark.django_db
def test_sessions_are_derived_with_gaps_up_to_an_hour(small_games: Any) -> None:
    assert counts(games_id=small_games.id)["sessions"] > 50
    lines = unit_lines(games_id=small_games.id, starts_at__isnull=False)
    assert all(isinstance(line.starts_at, dt.datetime) for line in lines)
