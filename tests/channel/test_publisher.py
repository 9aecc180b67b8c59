"""Results become deltas and pages; a publisher that was away tells what it missed."""

import json
import pathlib
from typing import Any

import pytest
import vobject
from icalendar import Calendar

from sportsbrain.channel.exports import LANGUAGES, PageKey
from sportsbrain.channel.exports.calendars import calendar, unit_event
from sportsbrain.channel.jobs.journal import Follower, Numbered
from sportsbrain.channel.jobs.lists import own_calendar
from sportsbrain.channel.jobs.publisher import Publisher
from sportsbrain.channel.queries import fan_state
from sportsbrain.vocabulary.statuses import ResultStatus
from sportsbrain.world.actions import UnitTime, adopt_times, save_one
from sportsbrain.world.models import EventUnit, Participant
from tests.conftest import NOW, import_games
from tests.world.test_results import final_of, record

pytestmark = pytest.mark.django_db(transaction=True)
NASTY = "<script>alert(1)</script>\u202egnp\u2066 \N{GRINNING FACE} O'Neil & Sons"


@pytest.fixture
def games(small_folder: pathlib.Path, transactional_db: None) -> Any:
    return import_games(small_folder)


def publisher_of(games: Any, folder: pathlib.Path, *tags: str) -> Publisher:
    return Publisher(games=games, folder=folder, tags=tags or ("en",))


def put_off(publisher: Publisher, *but: PageKey) -> None:
    """Take all pages from what is due, or all but some."""
    publisher.keep_only(but)


def heard(games: Any, folder: pathlib.Path) -> list[Numbered]:
    return list(Follower(folder / games.code / "deltas", kept=10_000).follow())


def page(publisher: Publisher, kind: str, code: str = "", language: int = 0) -> str:
    key = PageKey(kind=kind, code=code)
    path = publisher.folder / publisher.site.path(LANGUAGES[language], key)
    return path.read_text()


def test_a_result_is_a_delta_at_once_and_on_its_pages_next(
    games: Any, tmp_path: pathlib.Path
) -> None:
    publisher = publisher_of(games, tmp_path)
    put_off(publisher)
    unit, (a, b, c, *_) = final_of(games)
    record(games, unit, [a, b, c], ResultStatus.OFFICIAL)
    assert publisher.step() == 2
    result, medals = heard(games, tmp_path)
    assert (result.number, result.delta.event) == (1, "u")
    assert [line[0] for line in result.delta.body["r"]] == [a, b, c]
    assert {f"unit-{unit}", "live"} <= set(result.delta.topics)
    assert medals.delta.topics[0] == "medals"
    before = publisher.due
    made = publisher.make(seconds=60)
    assert made <= before < 60, "a result changes a few pages and not all"
    event = EventUnit.objects.get(code=unit).phase.event.code
    assert f"/athlete/{a}/" in page(publisher, "event", event)
    served = json.loads((tmp_path / games.code / "data" / "unit" / f"{unit}.json").read_text())
    assert [row["competitor"] for row in served["results"]] == [a, b, c]
    assert served["result_status"] == "OFFICIAL"


def test_who_was_away_tells_what_it_missed_and_nothing_twice(
    games: Any, tmp_path: pathlib.Path
) -> None:
    publisher_of(games, tmp_path)
    unit, order = final_of(games)
    record(games, unit, order, ResultStatus.LIVE)
    again = publisher_of(games, tmp_path)
    assert [one.delta.body["v"] for one in heard(games, tmp_path)] == [1]
    assert again.step() == 0
    record(games, unit, order, ResultStatus.OFFICIAL)
    again.step()
    third = publisher_of(games, tmp_path)
    third.step()
    numbers = [(one.number, one.delta.event) for one in heard(games, tmp_path)]
    assert numbers == [(1, "u"), (2, "u"), (3, "m")]


def test_a_new_timetable_tells_every_page_to_read_itself_afresh(
    games: Any, tmp_path: pathlib.Path
) -> None:
    publisher = publisher_of(games, tmp_path)
    put_off(publisher)
    import_games_again(games)
    publisher.step()
    assert publisher.due == len(list(publisher.site.pages()))
    assert [one.delta.event for one in heard(games, tmp_path)] == ["s"]


def import_games_again(games: Any) -> None:
    from sportsbrain.live.actions import append_update

    append_update(games_id=games.id, topic="timetable.adopted", key="1", body={}, recorded_at=NOW)


def test_hostile_names_are_shown_harmlessly(games: Any, tmp_path: pathlib.Path) -> None:
    unit, _ = final_of(games)
    person = Participant.objects.order_by("code").first()
    assert person is not None
    save_one(games_id=games.id, table="participants", fact_source="t",
             values={"code": person.code, "name": NASTY})  # fmt: skip
    record(games, unit, [person.code], ResultStatus.OFFICIAL)
    publisher = publisher_of(games, tmp_path, "en", "ar")
    pages = (("unit", unit), ("athlete", person.code), ("medals", ""), ("search", ""))
    put_off(publisher, *(PageKey(kind=kind, code=code) for kind, code in pages))
    publisher.make_all()
    for kind, code in pages:
        for language in (0, 2):
            text = page(publisher, kind, code, language)
            assert "<script>alert" not in text
    shown = page(publisher, "unit", unit)
    assert "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;" in shown, "inside an isolation of its own"
    assert "\\u003cscript\\u003e" in shown, "and in the data for machines"


def test_a_moved_unit_keeps_its_key_and_counts_its_moves(
    games: Any, tmp_path: pathlib.Path
) -> None:
    import datetime as dt

    unit = EventUnit.objects.filter(starts_at__isnull=False).order_by("code")[0]
    assert unit.starts_at is not None
    assert unit.ends_before is not None
    state = fan_state(games=games)
    before = Calendar.from_ical(calendar("x", [unit_event(state, state.units[unit.code])]))
    adopt_times(
        games_id=games.id, time_zone=games.time_zone, fact_source="plan",
        times=[UnitTime(code=unit.code, starts_at=unit.starts_at + dt.timedelta(hours=1),
                        ends_before=unit.ends_before + dt.timedelta(hours=1))],
    )  # fmt: skip
    state = fan_state(games=games)
    after = Calendar.from_ical(calendar("x", [unit_event(state, state.units[unit.code])]))
    (one,), (other,) = before.walk("VEVENT"), after.walk("VEVENT")
    assert one["uid"] == other["uid"]
    assert [str(event["sequence"]) for event in (one, other)] == ["0", "1"]
    assert other.decoded("dtstart") - one.decoded("dtstart") == dt.timedelta(hours=1)


def test_calendars_say_the_same_in_two_libraries_and_a_list_of_ones_own_has_each_unit_once(
    games: Any, tmp_path: pathlib.Path
) -> None:
    publisher = publisher_of(games, tmp_path)
    site = publisher.site
    named = ("discipline", "organisation", "venue", "event")
    keys = [next(key for key in site.pages() if key.kind == kind) for kind in named]
    put_off(publisher, PageKey(kind="now"), *keys)
    publisher.make_all()
    folder = tmp_path / games.code / "calendars"
    whole = (folder / "all.ics").read_bytes()
    assert events_by_icalendar(whole) == events_by_vobject(whole)
    assert len(events_by_vobject(whole)) == sum(
        u.starts_at is not None for u in site.state.units.values()
    )
    names = [f"{key.kind}-{key.code}" for key in keys]
    query = f"f={','.join([*names, '../../secret', 'discipline-NONE', names[0]])}".encode()
    own = own_calendar(folder, query)
    assert own is not None
    each = [events_by_vobject((folder / f"{name}.ics").read_bytes()) for name in names]
    assert events_by_icalendar(own) == events_by_vobject(own) == set().union(*each)
    finals = own_calendar(folder, query + b"&m=1")
    assert finals is not None
    assert set() < events_by_vobject(finals) < events_by_vobject(own)
    assert own_calendar(folder, b"f=discipline-NONE") is None
    assert b"X-WR-CALNAME" in own


def events_by_icalendar(content: bytes) -> set[tuple[Any, ...]]:
    return {
        (str(e["uid"]), e.decoded("dtstart"), e.decoded("dtend"), str(e["status"]),
         str(e["sequence"]), str(e["summary"]))
        for e in Calendar.from_ical(content).walk("VEVENT")
    }  # fmt: skip


def events_by_vobject(content: bytes) -> set[tuple[Any, ...]]:
    found = vobject.readOne(content.decode())
    return {
        (e.uid.value, e.dtstart.value, e.dtend.value, e.status.value, e.sequence.value,
         e.summary.value)
        for e in getattr(found, "vevent_list", ())
    }  # fmt: skip


def test_every_language_has_every_page_and_none_is_empty(
    games: Any, tmp_path: pathlib.Path
) -> None:
    publisher = publisher_of(games, tmp_path, *(one.tag for one in LANGUAGES))
    one_of_each = {key.kind: key for key in publisher.site.pages()}
    put_off(publisher, PageKey(kind="now"), *one_of_each.values())
    publisher.make_all()
    for language in LANGUAGES:
        text = (tmp_path / publisher.site.path(language, PageKey(kind="now"))).read_text()
        assert f'<html lang="{language.tag}" dir="{language.direction}"' in text
        assert text.count('rel="alternate"') == len(LANGUAGES)
        for key in one_of_each.values():
            assert "<h1>" in (tmp_path / publisher.site.path(language, key)).read_text(), key


def test_a_page_that_can_not_be_made_is_tried_again_and_takes_no_other_with_it(
    games: Any, tmp_path: pathlib.Path
) -> None:
    publisher = publisher_of(games, tmp_path)
    keys = [PageKey(kind="mine"), PageKey(kind="search")]
    publisher.keep_only(keys)
    place = tmp_path / publisher.site.path(LANGUAGES[0], keys[0])
    place.parent.parent.mkdir(parents=True, exist_ok=True)
    place.parent.write_text("a file where a folder should be")
    publisher.make_all()
    assert publisher.failed == {keys[0]}
    assert page(publisher, "search")
    place.parent.unlink()
    publisher._tick -= 61
    stops = iter([False, False, True])
    publisher.run(stop=lambda: next(stops))
    assert page(publisher, "mine")
    assert not publisher.failed
