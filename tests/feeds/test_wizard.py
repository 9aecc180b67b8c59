"""Start a Games: invented or from a workbook, by those who may."""

import io
import pathlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sportsbrain.committee.actions import make_api_token
from sportsbrain.committee.models import User
from sportsbrain.committee.queries import get_games, seat_of
from sportsbrain.feeds.tables.files import write_template
from sportsbrain.feeds.tables.wizard import start_games, venues_for, wish_of
from sportsbrain.plans.queries import run_row, versions_of
from sportsbrain.world.queries import venue_lines

VALUES: dict[str, Any] = {
    "name": "Lumar Youth Games",
    "code": "LYG31",
    "city": "Lumar",
    "time_zone": "Africa/Nairobi",
    "latitude": -1.29,
    "longitude": 36.82,
    "starts_on": "2031-05-02",
    "days": 6,
    "sports": ["JUD", "SWM", "BK3"],
    "athletes": 200,
    "delegations": 12,
    "venues": 3,
}


@pytest.fixture
def maker(db: None) -> User:
    """Return a person who administers the host."""
    return User.objects.create_user("maker", password="long enough word", is_staff=True)


def test_only_planners_and_administrators_may_start(small_games: Any) -> None:
    for name, status in (("viewer", 403), ("planner", 200)):
        client = Client()
        client.force_login(User.objects.get(username=name))
        assert client.get("/start/").status_code == status
    assert Client().get("/start/").status_code == 302


def test_a_wrong_field_is_named_and_nothing_is_made(maker: User) -> None:
    client = Client()
    client.force_login(maker)
    page = client.post("/start/", {**VALUES, "time_zone": "Mars/Base", "code": "9 x"})
    assert page.status_code == 422
    text = page.content.decode()
    assert "No such time zone" in text
    assert "A letter first" in text
    assert get_games(code="LYG31") is None


def test_it_ends_with_a_games_in_its_zone_days_and_places(
    maker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[dict[str, Any]] = []

    def launch(**order: Any) -> int:
        from sportsbrain.plans.actions import start_run

        started.append(order)
        return start_run(games_id=order["games_id"], planner="timetable", order={}, actor="maker")

    # the child process would look for this transaction's rows and not see them
    monkeypatch.setattr("sportsbrain.feeds.tables.wizard.launch_run", launch)
    client = Client()
    client.force_login(maker)
    assert client.post("/start/", VALUES).headers["Location"] == "/start/venues/"
    page = client.get("/start/venues/")
    assert page.content.decode().count("-latitude") >= 3
    places = {
        f"{v['code']}-{key}": v[key]
        for v in venues_for(wish_of(VALUES))
        for key in ("name", "latitude", "longitude")
    }
    answer = client.post("/start/venues/", {**places, "V01-name": "Harbour Hall"})
    games = get_games(code="LYG31")
    assert games is not None
    assert answer.headers["Location"].startswith("/games/LYG31/runs/")
    assert (games.time_zone, (games.ends_on - games.starts_on).days) == ("Africa/Nairobi", 5)
    assert "Harbour Hall" in {v.name for v in venue_lines(games_id=games.id)}
    seat = seat_of(user_id=maker.pk, games_code="LYG31")
    assert seat is not None
    assert seat.role == "approver"
    assert len(versions_of(games_id=games.id, planner="timetable")) == 1
    assert run_row(games_id=games.id, run_id=int(answer.headers["Location"].split("/")[4]))
    assert len(started) == 1


def test_the_same_code_is_refused(maker: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sportsbrain.feeds.tables.wizard.launch_run", lambda **_: 1)
    start_games(wish=wish_of(VALUES), venues={}, username="maker", display_name="Maker")
    client = Client()
    client.force_login(maker)
    assert "already" in client.post("/start/", VALUES).content.decode()


def workbook(folder: pathlib.Path) -> bytes:
    """Return a workbook with one Games and nothing else."""
    from openpyxl import load_workbook

    path = folder / "games.xlsx"
    write_template(path)
    book = load_workbook(path)
    sheet = book["games"]
    header = [cell.value for cell in sheet[1]]
    for number in range(sheet.max_row, 1, -1):
        sheet.delete_rows(number)
    row = {
        "code": "WBK1",
        "name": "Workbook Games",
        "city": "Lumar",
        "time_zone": "UTC",
        "starts_on": "2031-05-02",
        "ends_on": "2031-05-09",
    }
    sheet.append([row.get(str(name)) for name in header])
    memory = io.BytesIO()
    book.save(memory)
    return memory.getvalue()


def test_a_workbook_is_rehearsed_and_then_imported(maker: User, tmp_path: pathlib.Path) -> None:
    client = Client()
    client.force_login(maker)
    sent = client.post(
        "/start/workbook/", {"workbook": SimpleUploadedFile("g.xlsx", workbook(tmp_path))}
    )
    page = client.get(sent.headers["Location"])
    assert "WBK1" in page.content.decode()
    assert get_games(code="WBK1") is None, "a look changes nothing"
    done = client.post(sent.headers["Location"])
    assert done.headers["Location"] == "/games/WBK1/"
    assert get_games(code="WBK1") is not None


def test_what_is_no_workbook_is_refused_in_words(maker: User) -> None:
    client = Client()
    client.force_login(maker)
    for name, content in (("g.txt", b"x"), ("g.xlsx", b"not a zip")):
        page = client.post(
            "/start/workbook/", {"workbook": SimpleUploadedFile(name, content)}, follow=True
        )
        assert "note error" in page.content.decode()


def test_programs_may_do_what_the_wizard_does(
    maker: User, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sportsbrain.feeds.tables.wizard.launch_run", lambda **_: 7)
    headers = {"Authorization": f"Bearer {make_api_token(user_id=maker.pk, name='test')}"}

    def send(address: str, data: Any = None, **files: Any) -> Any:
        if data is None:
            return Client().post(address, files, headers=headers)
        return Client().post(address, data, content_type="application/json", headers=headers)

    wrong = send("/api/v1/tables/games", {**VALUES, "time_zone": "Mars/Base"})
    assert wrong.status_code == 422
    assert wrong["Content-Type"] == "application/problem+json"
    assert "time_zone" in wrong.json()["detail"]
    made = send("/api/v1/tables/games", VALUES)
    assert (made.status_code, made.json()) == (201, {"games": "LYG31", "run": 7})
    file = SimpleUploadedFile("g.xlsx", workbook(tmp_path))
    look = send("/api/v1/tables?apply=false", workbook=file)
    assert (look.status_code, look.json()["games"]) == (200, "WBK1")
    assert get_games(code="WBK1") is None, "a look changes nothing"
    file.seek(0)
    send("/api/v1/tables?apply=true", workbook=file)
    assert get_games(code="WBK1") is not None
    text = send("/api/v1/tables", workbook=SimpleUploadedFile("g.xlsx", b"no workbook"))
    assert text.status_code == 422
