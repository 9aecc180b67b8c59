"""Messages of the results feed: whole or not at all, each version once, hostile ones refused."""

import contextlib
import datetime as dt
import itertools
import pathlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from sportsbrain.committee.actions import make_api_token
from sportsbrain.committee.models import User
from sportsbrain.feeds.odf.messages import BYTES_MAX, OdfError
from sportsbrain.feeds.odf.parse import parse_message
from sportsbrain.feeds.odf.record import OdfReport, record_message
from sportsbrain.inbox.models import HeardVersion, Message, Reject
from sportsbrain.vocabulary.statuses import ResultStatus, ScheduleStatus
from sportsbrain.world.models import Entry, EventUnit, Medal, Participant, Result, Team
from tests.conftest import NOW, SHARED, import_games
from tests.world.test_results import final_of

RSC = "SWMW100MFR------------FNL-000100--"
NAMES = itertools.count()


def odf(inside: str, **more: Any) -> bytes:
    given = {"CompetitionCode": "REG2030", "DocumentCode": RSC, "DocumentType": "DT_RESULT",
             "Version": 1, "FeedFlag": "P", "Source": "T", "ResultStatus": "OFFICIAL",
             **more}  # fmt: skip
    attributes = " ".join(f'{name}="{value}"' for name, value in given.items())
    return f"<OdfBody {attributes}><Competition>{inside}</Competition></OdfBody>".encode()


def result(code: str, rank: int, value: str = "55.01") -> str:
    return (f'<Result SortOrder="{rank}" Rank="{rank}" Result="{value}" ResultType="TIME">'
            f'<Competitor Code="{code}" Type="A" Organisation="ABC"/></Result>')  # fmt: skip


def take(games: Any, folder: pathlib.Path, content: bytes, **more: Any) -> OdfReport:
    path = folder / f"{next(NAMES)}.xml"
    path.write_bytes(content)
    return record_message(games=games, path=path, actor="feed", now=NOW, **more)


def test_what_the_elements_say_is_read() -> None:
    schedule = parse_message(odf(
        f'<Session SessionCode="SWM01"/><Unit Code="{RSC}" PhaseType="3" Medal="1"'
        ' ScheduleStatus="SCHEDULED" StartDate="2030-07-24T20:00:00+02:00" Venue="POO"'
        ' Location="TBD" SessionCode="SWM01" New="kept"><ItemName Language="ENG" Value="Final"/>'
        '<VenueDescription VenueName="Pool"/><Unknown><Deeper/></Unknown></Unit>',
        DocumentType="DT_SCHEDULE", DocumentCode="SWM" + "-" * 31,
    )).units  # fmt: skip
    (unit,) = schedule
    assert (unit.name, unit.medal, unit.venue_name, unit.location) == ("Final", "1", "Pool", "")
    assert unit.schedule_status == ScheduleStatus.SCHEDULED
    assert unit.starts_at == dt.datetime(2030, 7, 24, 18, tzinfo=dt.UTC)
    found = parse_message(odf(
        result("1000001", 1) + result("TBD", 2)
        + '<Result SortOrder="3" IRM="DNS"><Competitor Code="1000002" Type="A"/></Result>',
        ResultStatus="INTERIM",
    ))  # fmt: skip
    assert found.result is not None
    assert found.result.status == ResultStatus.INTERMEDIATE
    assert "INTERIM is read as INTERMEDIATE" in found.warnings[0]
    assert [(line.competitor, line.rank, line.irregularity) for line in found.result.lines] == [
        ("1000001", 1, ""), ("1000002", None, "DNS"),
    ]  # fmt: skip
    assert not parse_message(odf("", DocumentType="DT_WEATHER")).is_used


BOMB = b"""<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><OdfBody>&b;</OdfBody>"""
OUTSIDE = b"""<!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/passwd">]><OdfBody>&a;</OdfBody>"""


@pytest.mark.parametrize(("content", "reason"), [
    (b"", "not well formed"),
    (b"<OdfBody", "not well formed"),
    (b"\xff\xfe\x00rubbish", "not well formed"),
    (b"<Other/>", "not a message"),
    (BOMB, "declares entities"),
    (OUTSIDE, "declares entities"),
    (b"<OdfBody>" + b"x" * BYTES_MAX, "too large"),
    (odf("", Version="0"), "not a version"),
    (odf("", Version="1e9"), "not a version"),
    (odf("", Version="\u0661"), "not a version"),
    (odf("", FeedFlag=""), "missing"),
    (odf("", DocumentCode="SWM"), "not an RSC"),
    (odf("", ResultStatus="GREAT"), "unknown status"),
    (odf(result("9" * 41, 1)), "too long"),
    (odf("", ResultStatus=""), "unknown status"),
    (odf('<Unit Code="X" ScheduleStatus="SCHEDULED"/>', DocumentType="DT_SCHEDULE"), "not an RSC"),
    (odf(f'<Unit Code="{RSC}" ScheduleStatus="SCHEDULED" StartDate="2030-07-24T20:00:00"/>',
         DocumentType="DT_SCHEDULE"), "not a time"),
    (odf('<Medal Code="ME_TIN"/>', DocumentType="DT_MEDALLISTS"), "unknown medal"),
])  # fmt: skip
def test_broken_and_hostile_messages_are_refused_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(OdfError, match=reason):
        parse_message(content)


def test_a_deep_message_is_read_or_refused_and_breaks_nothing() -> None:
    deep = odf("<A>" * 20_000 + "</A>" * 20_000)
    try:
        parse_message(deep)
    except OdfError as error:
        assert error.reason


@given(st.binary(max_size=300))
def test_any_bytes_are_a_message_or_an_error_of_ours(content: bytes) -> None:
    for given_ in (content, b"<OdfBody " + content, odf("").replace(b"OFFICIAL", content)):
        with contextlib.suppress(OdfError):
            parse_message(given_)


def test_people_entries_schedule_and_results_become_facts(
    small_games: Any, tmp_path: pathlib.Path
) -> None:
    people = "".join(
        f'<Participant Code="100000{n}" Organisation="ZZA" GivenName="Ada{n}" FamilyName="Bell"'
        f' Gender="F" BirthDate="2008-05-0{n}"/>' for n in range(1, 5)
    )  # fmt: skip
    entries = "".join(f'<Entry Code="100000{n}" Type="A" Organisation="ZZA"/>' for n in range(1, 5))
    unit = (f'<Unit Code="{RSC}" Medal="1" ScheduleStatus="SCHEDULED" Venue="NEWPOOL"'
            ' StartDate="2030-07-24T20:00:00+02:00" EndDate="2030-07-24T20:10:00+02:00"'
            ' Location="NEWPOOL1"><ItemName Value="Final"/></Unit>')  # fmt: skip
    event = RSC[:22] + "-" * 12
    for content in (
        odf(people, DocumentType="DT_PARTIC", DocumentCode="SWM" + "-" * 31),
        odf(unit, DocumentType="DT_SCHEDULE", DocumentCode="SWM" + "-" * 31),
        odf(entries, DocumentType="DT_ENTRIES", DocumentCode=event),
        odf("".join(result(f"100000{n}", n, f"5{n}.00") for n in range(1, 5))),
    ):
        report = take(small_games, tmp_path, content)
        assert report.is_taken, report.reason
        assert report.changed
    assert Participant.objects.get(code="1000001").name == "Ada1 Bell"
    assert Entry.objects.filter(event__code=RSC[:22].rstrip("-")).count() == 4
    row = EventUnit.objects.get(code=RSC)
    assert (row.result_status, row.session is not None) == ("OFFICIAL", True)
    won = Medal.objects.filter(event=row.phase.event).order_by("kind")
    assert [(m.kind, m.participant.code) for m in won if m.participant] == [
        ("BRONZE", "1000003"), ("GOLD", "1000001"), ("SILVER", "1000002"),
    ]  # fmt: skip
    medallists = ('<Medal Code="ME_GOLD"><Competitor Code="1000004"/></Medal>'
                  '<Medal Code="ME_SILVER"><Competitor Code="1000002"/></Medal>')  # fmt: skip
    official = odf(medallists, DocumentType="DT_MEDALLISTS", DocumentCode=event)
    assert take(small_games, tmp_path, official).is_taken
    assert {(m.kind, m.participant.code) for m in won.all() if m.participant} == {
        ("GOLD", "1000004"), ("SILVER", "1000002"),
    }  # fmt: skip


def test_what_an_update_does_not_say_stays(small_games: Any, tmp_path: pathlib.Path) -> None:
    unit = EventUnit.objects.filter(starts_at__isnull=False, medal="1").order_by("code")[0]
    one = f'<Unit Code="{unit.code}" ScheduleStatus="DELAYED"/>'
    person = Participant.objects.order_by("code")[0]
    told = f'<Participant Code="{person.code}" Organisation="{person.organisation.code}"/>'
    place = unit.code[:3] + "-" * 31
    update = odf(one, DocumentType="DT_SCHEDULE_UPDATE", DocumentCode=place)
    for content in (update, odf(told, DocumentType="DT_PARTIC_UPDATE", DocumentCode=place)):
        assert take(small_games, tmp_path, content).is_taken
    after = EventUnit.objects.get(pk=unit.pk)
    assert after.schedule_status == "DELAYED"
    for name in ("starts_at", "ends_before", "name", "medal", "location_id"):
        assert getattr(after, name) == getattr(unit, name), name
    known = Participant.objects.get(pk=person.pk)
    assert (known.name, known.birth_date, known.gender) == (
        person.name, person.birth_date, person.gender,
    )  # fmt: skip
    whole = odf(one, DocumentType="DT_SCHEDULE", DocumentCode=place)
    assert take(small_games, tmp_path, whole).is_taken
    assert EventUnit.objects.get(pk=unit.pk).starts_at is None, "a whole schedule says it has none"


def test_a_refused_message_leaves_its_bytes_and_its_reason_and_nothing_else(
    small_games: Any, tmp_path: pathlib.Path
) -> None:
    unit, order = final_of(small_games)
    before = Result.objects.count()
    content = odf(result(order[0], 1) + result("4711", 2), DocumentCode=unit)
    report = take(small_games, tmp_path, content)
    assert not report.is_taken
    assert "4711" in report.reason
    assert Result.objects.count() == before
    assert EventUnit.objects.get(code=unit).result_version == 0
    assert HeardVersion.objects.count() == 0, "the version may come again, mended"
    kept = Reject.objects.get()
    assert (kept.table, kept.reason, kept.value) == ("DT_RESULT", "unknown competitor", "4711")
    assert Message.objects.get(pk=kept.message_id).size_bytes == len(content)
    assert take(small_games, tmp_path, odf(result(order[0], 1), DocumentCode=unit)).is_taken


def test_old_and_repeated_versions_and_test_feeds_are_refused(
    small_games: Any, tmp_path: pathlib.Path
) -> None:
    unit, order = final_of(small_games)
    for version, is_taken in ((5, True), (5, False), (4, False), (6, True)):
        content = odf(result(order[version % 5], 1), DocumentCode=unit, Version=version)
        assert take(small_games, tmp_path, content).is_taken is is_taken, version
    assert Result.objects.get(unit__code=unit, rank=1).code.endswith(order[1])
    test = odf(result(order[0], 1), DocumentCode=unit, Version=9, FeedFlag="T")
    assert "test feed" in take(small_games, tmp_path, test).reason
    assert take(small_games, tmp_path, test, takes_tests=True).is_taken
    other = odf(result(order[0], 1), DocumentCode=unit, Version=1, DocumentSubcode="X")
    assert take(small_games, tmp_path, other).is_taken, "versions are counted for each key"


@pytest.mark.django_db(transaction=True)
def test_one_version_brought_by_several_at_once_is_taken_once(
    small_folder: pathlib.Path, tmp_path: pathlib.Path, transactional_db: None
) -> None:
    games = import_games(small_folder)
    unit, order = final_of(games)

    def bring(version: int) -> bool:
        content = odf(result(order[0], 1), DocumentCode=unit, Version=version)
        try:
            return take(games, tmp_path, content).is_taken
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(bring, [3, 3, 3, 3]))
    assert sum(taken) == 1
    assert EventUnit.objects.get(code=unit).result_version == 1


def test_the_door_is_for_planners_and_says_why_it_refuses(small_games: Any) -> None:
    unit, order = final_of(small_games)

    def post(who: str, content: bytes) -> Any:
        token = make_api_token(user_id=User.objects.get(username=who).pk, name="t")
        return Client().post("/api/v1/games/REFS1/odf", content, content_type="application/xml",
                             headers={"Authorization": f"Bearer {token}"})  # fmt: skip

    good = odf(result(order[0], 1), DocumentCode=unit)
    assert post("viewer", good).status_code == 403
    assert post("planner", good).status_code == 201
    again = post("planner", good)
    assert again.status_code == 409
    assert "version 1 is known already" in again.json()["reason"]
    large = post("planner", b"<OdfBody>" + b" " * (BYTES_MAX + 1))
    assert large.status_code == 409
    assert "too large" in large.json()["reason"]
    assert Message.objects.filter(size_bytes__gt=BYTES_MAX).count() == 1, "kept all the same"


def test_published_sample_messages_are_taken(small_games: Any, tmp_path: pathlib.Path) -> None:
    folder = SHARED / "odf_samples"
    if not folder.is_dir():
        pytest.skip("the sample messages are not on this machine")
    teams = (folder / "DT_PARTIC_TEAMS_BK3.excerpt.xml").read_bytes()
    report = take(small_games, tmp_path, teams)
    assert report.is_taken, report.reason
    assert Team.objects.filter(code="BK3MTEAM3---BAN01").exists()
    entries = (folder / "DT_ENTRIES_ARCXTEAM2.excerpt.xml").read_bytes()
    assert "test feed" in take(small_games, tmp_path, entries).reason
    report = take(small_games, tmp_path, entries, takes_tests=True)
    assert "ARCXTEAM2" in report.reason, "an event that nobody has told of yet"
