"""Requests with clocks, lost and found, passes, guests, halls, energy, what is forgotten."""

import datetime as dt
import math
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

from sportsbrain.committee.models import AuditEntry
from sportsbrain.credentials.actions import (
    forget_passes,
    reads_of_pass,
    rotate_key,
    sign_status_list,
)
from sportsbrain.credentials.models import PassRead
from sportsbrain.credentials.queries import inside_rows, keys_of
from sportsbrain.village.actions import (
    By,
    GateRead,
    PointValues,
    announce,
    check_in,
    close_request,
    depart,
    forget,
    guest_pass,
    hand_over,
    invite,
    keep_found,
    keep_partitions,
    move,
    open_request,
    read_gates,
    register_points,
    resident_pass,
    roll_up,
    save_assets,
    save_halls,
    save_service_kinds,
    take_request,
    uninvite,
)
from sportsbrain.village.errors import VillageError
from sportsbrain.village.guards import token_of
from sportsbrain.village.models import GuestPass, ServiceRequest
from sportsbrain.village.planning import energy_page, hall_rows
from sportsbrain.village.queries import announcement_rows, clock_rows, found_rows, request_rows
from sportsbrain.vocabulary.proofs import (
    Colour,
    Direction,
    ProofError,
    StatusList,
    judge,
    newer_list,
    read_list,
)
from sportsbrain.vocabulary.services import HallKind
from sportsbrain.vocabulary.statuses import Role
from tests.village.houses import CHEF, FIRST, OFFICE, day, houses, key, settled, wishes
from tests.village.test_rates import the_games
from tests.village.test_stay_pages import GAMES, client_of

pytestmark = pytest.mark.django_db
NOW = OFFICE.now


@pytest.fixture
def signing(settings: Any, tmp_path: Any) -> None:
    settings.SIGNING_KEYS = tmp_path


def services() -> int:
    games = houses()
    save_service_kinds(games_id=games)
    save_assets(games_id=games, assets=[("LIFT-A", "Lift A", "A", "Hall of A")])
    return games


def by_at(minutes: float) -> By:
    return By(name="team", now=NOW + dt.timedelta(minutes=minutes))


def test_what_is_open_for_a_thing_is_one_request_however_often_it_is_told() -> None:
    games = services()
    first = open_request(games_id=games, kind="lift", asset="LIFT-A", by=OFFICE)
    assert open_request(games_id=games, kind="lift", asset="LIFT-A", by=OFFICE) == (first[0], False)
    (row,) = request_rows(games_id=games, now=NOW)
    assert (row.reports, row.place) == (2, "Hall of A")
    close_request(games_id=games, number=first[0], by=OFFICE)
    assert open_request(games_id=games, kind="lift", asset="LIFT-A", by=OFFICE)[1]


@pytest.mark.django_db(transaction=True)
def test_eight_who_tell_of_one_lift_at_once_make_one_request() -> None:
    games = services()

    def tell(_n: int) -> None:
        try:
            open_request(games_id=games, kind="lift", asset="LIFT-A", by=OFFICE)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(tell, range(8)))
    assert ServiceRequest.objects.get().reports == 8


def test_clocks_run_until_taken_and_until_done() -> None:
    games = services()
    number, _new = open_request(games_id=games, kind="water", place="A1", by=OFFICE)
    assert request_rows(games_id=games, now=by_at(16).now)[0].minutes_left == -1
    take_request(games_id=games, number=number, by=by_at(16))
    assert request_rows(games_id=games, now=by_at(16).now)[0].minutes_left == 104
    with pytest.raises(VillageError, match="team is on it"):
        take_request(games_id=games, number=number, by=by_at(17))
    close_request(games_id=games, number=number, by=by_at(130))
    clock = next(row for row in clock_rows(games_id=games, now=NOW) if row.kind == "water")
    assert (clock.done, clock.median, clock.p95, clock.on_time) == (1, 130, 130, 0)
    with pytest.raises(VillageError, match="is over"):
        close_request(games_id=games, number=number, by=OFFICE)


@pytest.mark.parametrize(("given", "words"), [
    ({"kind": "magic", "place": "A"}, "nobody does 'magic'"),
    ({"kind": "lift", "asset": "NONE"}, "no asset NONE"), ({"kind": "lift"}, "say where"),
])  # fmt: skip
def test_a_request_for_nothing_is_refused_in_words(given: dict[str, str], words: str) -> None:
    games = services()
    with pytest.raises(VillageError, match=words):
        open_request(games_id=games, by=OFFICE, **given)


def test_a_place_has_so_many_open_requests_and_no_more() -> None:
    games = services()
    for _n in range(20):
        open_request(games_id=games, kind="power", place="A1", by=OFFICE)
    with pytest.raises(VillageError, match="20 open requests already"):
        open_request(games_id=games, kind="power", place="A1", by=OFFICE)


def test_what_was_found_meets_who_lost_it_and_is_given_once() -> None:
    games = services()
    number, _new = open_request(games_id=games, kind="lost", place="A1", by=OFFICE,
                                text="black backpack with a red ribbon")  # fmt: skip
    thing = keep_found(games_id=games, text="Backpack, black, ribbon", place="Gym", found_at=NOW)
    keep_found(games_id=games, text="One shoe", place="Hall", found_at=NOW)
    assert {row.text: bool(row.alike) for row in found_rows(games_id=games)} == {
        "Backpack, black, ribbon": True, "One shoe": False
    }  # fmt: skip
    hand_over(games_id=games, thing=thing, number=number, by=OFFICE)
    assert request_rows(games_id=games, now=NOW) == ()
    with pytest.raises(VillageError, match="not here any more"):
        hand_over(games_id=games, thing=thing, by=OFFICE)


def test_residents_are_told_in_their_language_what_is_meant_for_them() -> None:
    games = houses()
    later = NOW + dt.timedelta(hours=1)
    announce(games_id=games, texts={"en": "Water off", "ar": "الماء مقطوع"}, starts_at=NOW,
             ends_at=later, by=OFFICE)  # fmt: skip
    announce(games_id=games, texts={"en": "Bus at 8"}, starts_at=NOW, ends_at=later, by=OFFICE,
             delegation="BBB", is_urgent=True)  # fmt: skip

    def told(language: str, delegation: str, at: dt.datetime = NOW) -> list[str]:
        return [row.text for row in announcement_rows(
            games_id=games, now=at, language=language, delegation=delegation)]  # fmt: skip

    assert told("ar", "AAA") == ["الماء مقطوع"]
    assert told("en-gb", "BBB") == ["Bus at 8", "Water off"]
    assert told("en", "AAA", later) == []


def reading(text: str, uid: str, direction: Direction = Direction.IN, **more: Any) -> GateRead:
    given: dict[str, Any] = {"zone": "R", "read_at": NOW, **more}
    return GateRead(uid=uid, text=text, direction=direction, **given)


def in_house(person: str = "ann") -> int:
    games = houses()
    settled(games)
    rotate_key(games=the_games(games), actor="t", now=NOW)
    check_in(games_id=games, key=key(), person=person, on=FIRST, by=OFFICE)
    return games


@pytest.mark.usefixtures("signing")
def test_a_pass_opens_the_houses_once_and_until_the_stay_is_over() -> None:
    games = in_house()
    row, during = the_games(games), dt.datetime(2030, 7, 20, 9, tzinfo=dt.UTC)
    text = resident_pass(games=row, person="ann", now=NOW)
    assert text is not None
    assert resident_pass(games=row, person="ann", now=NOW) is not None

    def shown(*reads: GateRead, at: dt.datetime = during) -> list[str]:
        return [v.colour.value for v in read_gates(games=row, reads=reads, now=at).values()]

    assert shown(reading(text, "1")) == ["green"]
    assert shown(reading(text, "1")) == ["green"]  # sent again: the same read
    assert shown(reading(text, "2")) == ["red"]  # somebody is in with it
    assert shown(reading(text, "3", Direction.OUT), reading(text, "4")) == ["green", "green"]
    assert shown(reading(text, "5", zone="BOH")) == ["red"]
    assert shown(reading("SB1:RUBBISH", "6")) == ["red"]
    assert shown(reading(text, "7"), at=dt.datetime(2031, 1, 1, tzinfo=dt.UTC)) == ["red"]
    depart(games_id=games, key=key(), person="ann", on=day(20), by=OFFICE)
    assert shown(reading(text, "8", Direction.OUT)) == ["red"]  # revoked with the stay
    assert resident_pass(games=row, person="ann", now=NOW) is None


@pytest.mark.usefixtures("signing")
def test_the_pass_of_a_bed_that_was_left_opens_nothing_any_more() -> None:
    games = in_house()
    row, during = the_games(games), dt.datetime(2030, 7, 21, 9, tzinfo=dt.UTC)
    old = resident_pass(games=row, person="ann", now=NOW)
    move(games_id=games, key=key(), person="ann", room="C1", bed=0, on=day(20), by=OFFICE)
    new = resident_pass(games=row, person="ann", now=NOW)
    assert old is not None
    assert new is not None
    found = read_gates(games=row, now=during, reads=[reading(old, "1"), reading(new, "2")])
    assert [found["1"].colour, found["2"].colour] == [Colour.RED, Colour.GREEN]


@pytest.mark.usefixtures("signing")
def test_who_leaves_is_out_and_a_clock_that_is_ahead_decides_nothing() -> None:
    games = in_house()
    row, during = the_games(games), dt.datetime(2030, 7, 20, 9, tzinfo=dt.UTC)
    text = resident_pass(games=row, person="ann", now=NOW) or ""
    ahead = dt.datetime(2037, 1, 1, tzinfo=dt.UTC)
    read_gates(games=row, reads=[reading(text, "1", read_at=ahead)], now=during)
    later = during + dt.timedelta(minutes=5)
    read_gates(games=row, now=later, reads=[reading(text, "2", Direction.OUT, read_at=later)])
    assert inside_rows(games_id=games) == ()
    read_gates(games=row, now=later, reads=[reading(text, "3", read_at=later)])
    depart(games_id=games, key=key(), person="ann", on=day(20), by=OFFICE)
    assert inside_rows(games_id=games) == ()
    shown = read_gates(games=row, now=later, reads=[reading(text, "4", Direction.OUT)])
    assert shown["4"].colour == Colour.RED
    assert PassRead.objects.filter(uid="4").exists()  # whoever goes is kept, whatever is shown


@pytest.mark.usefixtures("signing")
def test_the_pass_of_who_does_not_come_any_more_opens_nothing() -> None:
    games = houses()
    settled(games)
    row, during = the_games(games), dt.datetime(2030, 7, 20, 9, tzinfo=dt.UTC)
    rotate_key(games=row, actor="t", now=NOW)
    text = resident_pass(games=row, person="ben", now=NOW) or ""
    settled(games, [wish for wish in wishes() if wish.person != "ben"])
    assert read_gates(games=row, reads=[reading(text, "1")], now=during)["1"].colour == Colour.RED


@pytest.mark.usefixtures("signing")
def test_a_gate_that_let_somebody_in_alone_is_news_not_lost() -> None:
    games = in_house()
    row, during = the_games(games), dt.datetime(2030, 7, 20, 9, tzinfo=dt.UTC)
    text = resident_pass(games=row, person="ann", now=NOW) or ""
    read_gates(games=row, reads=[reading(text, "1", read_at=during)], now=during)
    read_gates(games=row, now=during,
               reads=[reading(text, "2", read_at=during, was_let_in=True)])  # fmt: skip
    assert list(PassRead.objects.order_by("uid").values_list("answer", flat=True)) == [
        "passed", "doubled"
    ]  # fmt: skip


@pytest.mark.usefixtures("signing")
def test_who_was_where_is_counted_with_a_floor_read_with_a_reason_and_forgotten() -> None:
    games = in_house()
    row, during = the_games(games), dt.datetime(2030, 7, 20, 9, tzinfo=dt.UTC)
    text = resident_pass(games=row, person="ann", now=NOW) or ""
    read_gates(games=row, reads=[reading(text, "1", read_at=during)], now=during)
    assert [(r.place, r.people) for r in inside_rows(games_id=games)] == [("VIL-R", None)]
    number = PassRead.objects.get().number
    given: dict[str, Any] = {"games_id": games, "kind": "resident", "number": number}
    with pytest.raises(ValueError, match="say why"):
        reads_of_pass(**given, reader="eve", reason=" ")
    assert len(reads_of_pass(**given, reader="guard", reason="missing since noon")) == 1
    assert AuditEntry.objects.filter(verb="read passes", actor="guard").count() == 1
    assert forget_passes(games_id=games, now=during + dt.timedelta(days=2)) == 0
    assert forget_passes(games_id=games, now=during + dt.timedelta(days=4)) == 1
    assert not PassRead.objects.exists()


@pytest.mark.usefixtures("signing")
def test_guests_come_by_quota_by_a_host_who_is_in_the_house() -> None:
    games = in_house()
    row = the_games(games)

    def come(host: str = "ann", by: By = CHEF) -> int:
        return int(invite(games=row, key=key(), delegation="AAA", day=day(20), name="Zed",
                          host=host, by=by)["guest"])  # fmt: skip

    with pytest.raises(VillageError, match="does not live here"):
        come("amy")
    with pytest.raises(VillageError, match="does not live here"):
        come(by=By(name="x", now=NOW, delegation="BBB"))
    guest = come()
    come()
    with pytest.raises(VillageError, match="its 2 guests on 20 Jul"):
        come()
    text = guest_pass(games=row, guest=guest, now=NOW) or ""
    at_noon = dt.datetime(2030, 7, 20, 12, tzinfo=dt.UTC)
    plaza = read_gates(games=row, now=at_noon, reads=[reading(text, "1", zone="P"),
                                                      reading(text, "2", zone="R")])  # fmt: skip
    assert [plaza["1"].colour, plaza["2"].colour] == [Colour.GREEN, Colour.RED]
    uninvite(games_id=games, guest=guest, by=CHEF)
    late = read_gates(games=row, now=at_noon, reads=[reading(text, "3", zone="P")])
    assert late["3"].colour == Colour.RED
    come()  # the place is free again
    forget(games_id=games, now=dt.datetime(2030, 7, 23, tzinfo=dt.UTC))
    assert set(GuestPass.objects.values_list("name", flat=True)) == {""}


@pytest.mark.usefixtures("signing")
def test_a_list_that_was_rolled_back_takes_no_newer_ones_place() -> None:
    games = in_house()
    row = the_games(games)
    keys = keys_of(games=row)
    text = resident_pass(games=row, person="ann", now=NOW) or ""
    old = sign_status_list(games=row, now=NOW)
    depart(games_id=games, key=key(), person="ann", on=FIRST, by=OFFICE)
    new = sign_status_list(games=row, now=NOW + dt.timedelta(minutes=5))
    known = newer_list(newer_list(None, old, keys), new, keys)
    with pytest.raises(ProofError, match="older than the one"):
        newer_list(known, old, keys)
    found = judge(text, keys=keys, statuses=known, issuer=row.code,
                  moment=NOW + dt.timedelta(minutes=6))  # fmt: skip
    assert found.colour == Colour.RED
    other = StatusList(issuer="OTHER", issued_at=NOW, lives_seconds=900, bits=b"")
    with pytest.raises(ProofError, match="a list of VIL30"):
        newer_list(other, new, keys)
    assert read_list(new, keys).is_revoked(0)


def counted(
    games: int, days: int, hours: float = 24.0, *, first_day: int = 1,
    more: Callable[[int], float] = lambda _day: 0.0,
) -> dt.datetime:  # fmt: skip
    """
    Let a hall, a meter and the weather have spoken for some days, and return the moment now.

    The meter has ``more`` kW on a day; days count from ``first_day`` of July.
    """
    save_halls(games_id=games, halls=[("DINE", "Main dining hall", HallKind.DINING, 100)])
    register_points(games_id=games, points=[
        PointValues(principal="gw", device="DINE", key="people", device_kind="counter"),
        PointValues(principal="gw", device="M-A", key="power", device_kind="meter", building="A"),
        PointValues(principal="gw", device="SKY", key="outdoor", device_kind="weather"),
    ])  # fmt: skip
    first = dt.datetime(2030, 7, first_day, tzinfo=dt.UTC) - dt.timedelta(
        hours=1
    )  # midnight in Lisbon
    keep_partitions(first=first.date(), last=day(30), kept_days=None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT device_id, id, key FROM village_devicepoint")
        points = {name: number for _device, number, name in cursor.fetchall()}
        steps = int(days * 96 + hours * 4)
        for n in range(steps):
            at, hour = first + dt.timedelta(minutes=15 * n), (n / 4) % 24
            people = 100 * math.exp(-((hour - 12.5) ** 2) / 3)
            outdoor = 18 + 3 * math.sin(n / 96) + 8 * math.sin((hour - 9) * math.pi / 12)
            power = 20 + 3 * max(0.0, outdoor - 20) + more(n // 96)
            for name, value in (("people", people), ("outdoor", outdoor), ("power", power)):
                cursor.execute(
                    "INSERT INTO village_history VALUES (%s, %s, 1, %s, %s, NULL, 0, %s)",
                    [at, points[name], n, value, at],
                )
    now = first + dt.timedelta(minutes=15 * steps)
    roll_up(since=first, until=now)
    return now


def test_a_hall_says_until_when_it_is_quiet() -> None:
    games = houses()
    (nobody,) = hall_rows(games=the_games(games), now=NOW) or (None,)
    assert nobody is None
    now = counted(games, 3, 10.0)
    (row,) = hall_rows(games=the_games(games), now=now)
    assert row.is_quiet
    assert row.turns_at is not None
    assert abs((row.turns_at - now).total_seconds() - 60 * 60) < 30 * 60  # half full at 11:00
    assert row.error is not None
    assert row.naive is not None
    assert row.error < row.naive
    (late,) = hall_rows(games=the_games(games), now=now + dt.timedelta(hours=5))
    assert late.now is None  # nobody has counted since: no number is made up


def test_a_counter_that_drifted_below_nobody_breaks_no_page() -> None:
    games = houses()
    now = counted(games, 3, 10.0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE village_rollup SET mean = -40 WHERE mean < 5")
    assert hall_rows(games=the_games(games), now=now)[0].now is not None


def test_sums_of_five_minutes_are_made_once() -> None:
    games = houses()
    now = counted(games, 1)
    assert roll_up(since=now - dt.timedelta(days=3), until=now) == 0


def test_energy_says_what_options_save_and_how_sure_that_is() -> None:
    games = houses()
    assert energy_page(games=the_games(games), now=NOW).buildings == ()
    page = energy_page(games=the_games(games), now=counted(games, 12, 0.0))
    (building,) = page.buildings
    assert building.is_held_out
    assert building.error_percent < 3
    saved = {option.code: option for option in page.options}
    assert saved["cool2"].kwh > saved["cool1"].kwh > 0
    assert saved["heat1"].kwh == pytest.approx(0, abs=0.5)
    assert saved["dark"].discomfort == 0


def test_the_page_of_services_takes_a_request_from_its_opening_to_its_end() -> None:
    games = houses()
    office = client_of("office", Role.PLANNER)
    page = f"{GAMES}services/"
    assert "Nobody can ask for anything yet." in office.get(page).content.decode()

    def sent(**fields: str) -> str:
        return str(office.post(f"{page}step/", fields, follow=True).content.decode())

    sent(step="begin")
    assert "1 request is open." in sent(step="open", kind="water", place="A1", text="<b>drip</b>")
    number = str(ServiceRequest.objects.get().pk)
    assert "&lt;b&gt;drip" in sent(step="take", number=number)
    assert "0 requests are open." in sent(step="done", number=number)
    assert "Nothing was changed:" in sent(step="done", number=number)
    assert "Keys found" in sent(step="found", text="Keys found", place="Gym")
    assert "say until when" in sent(step="tell", text_en="Hello", until="never")
    assert "Hello all" in sent(step="tell", text_en="Hello all", until="2031-01-01T12:00")
    assert "Nothing was changed:" in sent(step="open", kind="water", place="")
    viewer = client_of("viewer", Role.VIEWER)
    assert viewer.post(f"{page}step/", {"step": "begin"}).status_code == 403
    assert ServiceRequest.objects.filter(games_id=games).count() == 1


def test_who_scans_the_code_of_a_thing_reports_it_without_an_account() -> None:
    games = services()
    token = token_of("asset", games=the_games(games), word="LIFT-A")
    page = f"/village/at/{token}/"
    anybody = Client()
    assert "Lift A" in anybody.get(page).content.decode()
    assert (
        "Somebody will come." in anybody.post(page, {"kind": "lift"}, follow=True).content.decode()
    )
    assert "We know of it" in anybody.post(page, {"kind": "lift"}, follow=True).content.decode()
    assert anybody.post(page, {"kind": "nonsense"}).status_code == 422
    assert anybody.get(f"/village/at/{token}x/").status_code == 404
    assert ServiceRequest.objects.get().reports == 2


@pytest.mark.usefixtures("signing")
def test_a_residents_page_has_the_bed_the_pass_and_what_is_told() -> None:
    games = in_house()
    save_service_kinds(games_id=games)
    token = token_of("resident", games=the_games(games), word="ann")
    page = Client().get(f"/village/me/{token}/").content.decode()
    assert "Building A, room A1, bed 1." in page
    assert 'class="qr"' in page
    told = Client().post(f"/village/me/{token}/", {"kind": "linen"}, follow=True).content.decode()
    assert "Somebody will come." in told
    assert ServiceRequest.objects.get().place == "A A1"
    nobody = token_of("resident", games=the_games(games), word="zoe")
    assert "ask at the front desk" in Client().get(f"/village/me/{nobody}/").content.decode()
    worker = Client().get(f"/village/me/{token}/worker.js")
    assert worker["Content-Type"].startswith("text/javascript")


@pytest.mark.usefixtures("signing")
def test_a_chef_invites_guests_on_a_page_and_the_guest_has_the_pass() -> None:
    in_house()
    chef = client_of("chef", Role.PORTAL, leads="AAA")
    page = f"{GAMES}guests/AAA/"
    found = chef.get(page).content.decode()
    token = re.findall(r'name="token" value="([0-9a-f]+)"', found)[0]
    sent = {"token": token, "name": "Zed", "day": "2030-07-20", "host": "ann"}
    for _again in range(2):
        found = chef.post(page, sent, follow=True).content.decode()
    assert "1 guest is invited." in found
    wrong = chef.post(page, {**sent, "day": "tomorrow"}, follow=True).content.decode()
    assert "Nothing was changed: say for which day" in wrong
    link = re.findall(r'href="(/village/guest/[^"]+)"', found)[0]
    shown = Client().get(link).content.decode()
    assert "Zed, on Saturday 20 July" in shown
    assert 'class="qr"' in shown
    guest = re.findall(r'name="guest" value="(\d+)"', found)[0]
    chef.post(page, {"guest": guest, "remove": ""})
    assert "taken back" in Client().get(link).content.decode()
    assert chef.get(f"{GAMES}guests/BBB/").status_code == 404


@pytest.mark.parametrize("path", ["halls/", "energy/", "devices/", "services/", "halls.json"])
def test_pages_open_empty_and_not_for_strangers(path: str) -> None:
    houses()
    assert client_of("viewer", Role.VIEWER).get(f"{GAMES}{path}").status_code == 200
    assert client_of("chef", Role.PORTAL, leads="AAA").get(f"{GAMES}{path}").status_code == 403
    assert Client().get(f"{GAMES}{path}").status_code in {302, 403, 404}


def test_a_chef_gets_nothing_of_others_by_the_stream_of_news() -> None:
    games = houses()
    settled(games)
    check_in(games_id=games, key=key(), person="ben", on=FIRST, by=OFFICE)
    for role, leads in ((Role.PORTAL, "AAA"), (Role.PORTAL, "")):
        chef = client_of(f"chef{leads}", role, leads=leads)
        answer = chef.get("/games/VIL30/live/", headers={"Last-Event-ID": "0"})
        assert answer.status_code == 403
        assert b"ben" not in answer.content
    assert Client().get("/games/VIL30/live/").status_code in {302, 403, 404}


def test_every_thing_has_its_code_however_many_there_are() -> None:
    games = houses()
    save_assets(games_id=games, assets=[(f"L{n:03}", f"Lift {n}", "A", "Hall") for n in range(130)])
    office = client_of("office", Role.PLANNER)
    shown: set[str] = set()
    for page in (1, 2, 3):
        text = office.get(f"{GAMES}assets/?page={page}").content.decode()
        assert "130 things have a code." in text
        shown |= set(re.findall(r">(L\d{3}) ·", text))
    assert len(shown) == 130
