"""Who asked is told, once, in their language, not at night, without scores if they hide them."""

import datetime as dt
import json
import os
import pathlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sportsbrain.channel.actions import (
    Words,
    hold_results,
    keep_subscription,
    publish_story,
    release_results,
    retract_results,
    retract_story,
    translate_story,
    vapid_key,
)
from sportsbrain.channel.errors import PushError
from sportsbrain.channel.exports.notices import KINDS, Said, news, starting, told
from sportsbrain.channel.exports.words import LANGUAGES
from sportsbrain.channel.jobs.asked import put_asked
from sportsbrain.channel.models import PushSubscription
from sportsbrain.channel.queries import fan_state, is_quiet
from sportsbrain.channel.updates import Touched, with_unit
from sportsbrain.live.actions import append_update
from sportsbrain.rehearsal.push_service import Service, push_service
from sportsbrain.vocabulary.statuses import ResultStatus
from sportsbrain.world.actions import save_one
from tests.channel.test_stories import draft, write
from tests.conftest import NOW, import_games
from tests.world.test_results import final_of, record

EXAMPLE = "https://fcm.googleapis.com/fcm/send/abc"
KEYS = {"p256dh": "B" * 87, "auth": "A" * 22}
TAGS = tuple(one.tag for one in LANGUAGES)
transactional = pytest.mark.django_db(transaction=True)


@pytest.fixture
def service(settings: Any, tmp_path: pathlib.Path) -> Iterator[Service]:
    settings.PUSH_INSIDE = True
    settings.SIGNING_KEYS = tmp_path / "keys"
    with push_service() as found:
        yield found


@pytest.fixture
def games(small_folder: pathlib.Path, transactional_db: None) -> Any:
    return import_games(small_folder)


def moment() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def asks(games: Any, service: Service, path: str = "one", **more: Any) -> None:
    asked = {**service.subscription(path), "language": "en", "kinds": list(KINDS),
             "follows": ["all"], "zone": "UTC", **more}  # fmt: skip
    assert (
        keep_subscription(games=games, asked=asked, kinds=KINDS, languages=TAGS, now=NOW) == "kept"
    )


def notifier_of(games: Any, folder: pathlib.Path, clock: Any = None) -> Any:
    from sportsbrain.channel.jobs.notifier import Notifier

    return Notifier(games=games, folder=folder, **({"clock": clock} if clock else {}))


@transactional
def test_a_wrong_medal_is_told_corrected_and_each_in_the_readers_language(
    games: Any, service: Service, tmp_path: pathlib.Path
) -> None:
    unit, (a, b, c, *_) = final_of(games)
    asks(games, service, "english")
    asks(games, service, "arabic", language="ar")
    asks(games, service, "hidden", hides_scores=True)
    asks(games, service, "others", follows=["athlete-NOBODY"])
    notifier = notifier_of(games, tmp_path)
    record(games, unit, [a, b, c], ResultStatus.OFFICIAL, now=moment())
    notifier.step()
    found = {path: (headers, payload) for path, headers, payload in service.taken}
    assert set(found) == {"english", "arabic", "hidden"}, "the medals alone: they tell the result"
    headers, payload = found["english"]
    assert payload["body"].startswith("Gold ")
    assert payload["url"].startswith("/REFS1/en/event/")
    assert (headers["urgency"], headers["content-encoding"]) == ("high", "aes128gcm")
    assert len(headers["topic"]) <= 32
    assert int(headers["ttl"]) > 0
    assert found["arabic"][1]["dir"] == "rtl"
    assert "ذهب" in found["arabic"][1]["body"]
    assert found["hidden"][1]["body"] == "The medals are decided."
    service.taken.clear()
    record(games, unit, [b, a, c], ResultStatus.OFFICIAL, now=moment())
    notifier.step()
    again = {path: (headers, payload) for path, headers, payload in service.taken}
    assert again["english"][1]["body"].startswith("Corrected: Gold ")
    assert again["english"][1]["tag"] == payload["tag"], "it takes the place of the first"
    assert again["english"][0]["topic"] == headers["topic"]
    assert notifier.step() == 0, "nothing is told twice"


@transactional
def test_who_follows_somebody_hears_of_them_and_of_nobody_else(
    games: Any, service: Service, tmp_path: pathlib.Path
) -> None:
    unit, order = final_of(games)
    asks(games, service, "in", follows=[f"athlete-{order[2]}"], kinds=["result"])
    asks(games, service, "out", follows=[f"athlete-{order[4]}"], kinds=["result"])
    asks(games, service, "story", follows=["all"], kinds=["story"])
    notifier = notifier_of(games, tmp_path)
    record(games, unit, order[:3], ResultStatus.LIVE, now=moment())
    notifier.step()
    assert service.taken == [], "only what is official is told"
    record(games, unit, order[:3], ResultStatus.OFFICIAL, now=moment())
    notifier.step()
    assert [path for path, _, _ in service.taken] == ["in"]
    code = write(games, draft(title="Fog"))
    publish_story(games=games, code=code, actor="eve", now=moment())
    notifier.step()
    retract_story(games=games, code=code, reason="x", actor="eve", now=moment())
    notifier.step()
    assert service.said[1:] == ["Fog", "A story was withdrawn."]


@transactional
def test_an_address_that_is_gone_is_forgotten_and_a_busy_service_is_asked_later(
    games: Any, service: Service, tmp_path: pathlib.Path
) -> None:
    at = [1000.0]
    for path in ("gone", "busy", "broken", "well"):
        asks(games, service, path, kinds=["story"])
    service.answers = {"gone": [(410, {})], "busy": [(503, {})], "broken": [(400, {})] * 9}
    notifier = notifier_of(games, tmp_path, lambda: at[0])
    code = write(games, draft(title="Fog"))
    publish_story(games=games, code=code, actor="eve", now=moment())
    notifier.step()
    assert [path for path, _, _ in service.taken] == ["well"]
    left = {row.endpoint.rpartition("/")[2] for row in PushSubscription.objects.all()}
    assert left == {"busy", "broken", "well"}
    assert PushSubscription.objects.get(endpoint__endswith="/broken").failures == 1
    at[0] += 6
    notifier.step()
    assert [path for path, _, _ in service.taken] == ["well", "busy"]
    assert notifier.counts.put_off == 1


@transactional
def test_what_happened_while_nobody_told_is_told_once_and_right(
    games: Any, service: Service, tmp_path: pathlib.Path
) -> None:
    unit, order = final_of(games)
    asks(games, service, kinds=["medal"])
    notifier_of(games, tmp_path).step()
    record(games, unit, order[:3], ResultStatus.OFFICIAL, now=moment())
    notifier_of(games, tmp_path).step()
    assert len(service.taken) == 1
    notifier_of(games, tmp_path).step()
    assert len(service.taken) == 1
    record(games, unit, order[:3], ResultStatus.PROTESTED, now=moment())
    notifier_of(games, tmp_path).step()
    assert service.said[1:] == ["The medals are open again."]
    (tmp_path / ".push" / f"{games.code}-said.json").write_text("cut off {")
    notifier_of(games, tmp_path).step()
    assert len(service.taken) == 2, "what is not known is not told again"


@transactional
def test_what_a_browser_asked_of_the_page_server_is_kept_and_ended(
    games: Any, service: Service, tmp_path: pathlib.Path
) -> None:
    notifier = notifier_of(games, tmp_path)
    folder = tmp_path / ".push" / games.code
    body = {**service.subscription(), "kinds": ["medal"], "follows": ["all", "nonsense"],
            "quiet": ["22:30", "07:00"], "zone": "Asia/Tokyo", "language": "en"}  # fmt: skip
    assert put_asked(folder, json.dumps(body).encode())[0] == 202
    assert put_asked(folder, json.dumps({**body, "kinds": ["story"]}).encode())[0] == 202
    assert put_asked(folder, b"{")[0] == 400
    assert put_asked(folder, b"[]")[0] == 400
    taken = next(folder.glob("*.json"))
    taken.rename(taken.with_name(f"{taken.name}.taken"))  # by a notifier that ended there and then
    notifier = notifier_of(games, tmp_path)
    wrong = {**body, "endpoint": "https://evil.example/x"}
    assert put_asked(folder, json.dumps(wrong).encode())[0] == 202
    notifier.step()
    (row,) = PushSubscription.objects.all()
    assert (row.kinds, row.follows, row.zone) == (["story"], ["all"], "Asia/Tokyo")
    assert list(folder.glob("*.json")) == []
    put_asked(folder, json.dumps({**body, "kinds": []}).encode())
    notifier.step()
    assert not PushSubscription.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"endpoint": "https://evil.example/x"}, "no push service"),
        ({"endpoint": "http://fcm.googleapis.com/x"}, "no push service"),
        ({"endpoint": "https://fcm.googleapis.com.evil.example/x"}, "no push service"),
        ({"endpoint": "https://a@fcm.googleapis.com/x"}, "no push service"),
        ({"endpoint": "https://xpush.services.mozilla.com.evil/x"}, "no push service"),
        ({"endpoint": "http://127.0.0.1:8000/x"}, "no push service"),
        ({"endpoint": "https://evil.example\\.push.apple.com/abc"}, "no push service"),
        ({"endpoint": "https://x.push.apple.com:8443/abc"}, "no push service"),
        ({"endpoint": None}, "no push service"),
        ({"keys": {"p256dh": "short", "auth": "A" * 22}}, "keys"),
        ({"keys": "none"}, "keys"),
        ({"quiet": ["22:30", "later"]}, "quiet"),
    ],
)
def test_nothing_is_sent_where_no_push_service_is(
    small_games: Any, change: dict[str, Any], reason: str
) -> None:
    asked = {"endpoint": EXAMPLE, "keys": KEYS, "kinds": ["medal"], "follows": ["all"], **change}
    with pytest.raises(PushError, match=reason):
        keep_subscription(games=small_games, asked=asked, kinds=KINDS, languages=TAGS, now=NOW)
    assert not PushSubscription.objects.exists()


def test_quiet_hours_are_by_the_readers_clock_and_go_over_midnight() -> None:
    begins, ends = dt.time(22, 30), dt.time(7)
    night = dt.datetime(2030, 7, 1, 14, tzinfo=dt.UTC)  # 23:00 in Tokyo
    assert is_quiet(night, "Asia/Tokyo", begins, ends)
    assert not is_quiet(night, "Europe/Athens", begins, ends)
    assert not is_quiet(night, "Asia/Tokyo", None, None)
    assert is_quiet(night, "UTC", dt.time(13), dt.time(15))


@given(st.times(), st.times(), st.times())
def test_quiet_hours_and_the_rest_are_a_day(now: dt.time, begins: dt.time, ends: dt.time) -> None:
    moment = dt.datetime.combine(dt.date(2030, 7, 1), now, tzinfo=dt.UTC)
    if begins != ends:
        assert is_quiet(moment, "UTC", begins, ends) != is_quiet(moment, "UTC", ends, begins)


@pytest.mark.django_db
def test_a_moved_unit_and_one_that_begins_soon_are_told(small_games: Any) -> None:
    unit, order = final_of(small_games)
    record(small_games, unit, order[:3], ResultStatus.START_LIST)
    before = fan_state(games=small_games)
    starts = before.units[unit].starts_at
    assert starts is not None
    soon = list(starting(before, starts - dt.timedelta(minutes=16), starts
                         - dt.timedelta(minutes=15)))  # fmt: skip
    (notice,) = [one for one in soon if one.code == unit]
    assert f"athlete-{order[0]}" in notice.follows
    words = told(notice, before, LANGUAGES[0], hides_scores=False)
    assert words is not None
    assert words.body.startswith("Begins at ")
    none = starting(before, starts - dt.timedelta(minutes=15), starts - dt.timedelta(minutes=14))
    assert unit not in {one.code for one in none}
    save_one(games_id=small_games.id, table="units", fact_source="test",
             values={"code": unit, "starts_at": starts - dt.timedelta(hours=1)})  # fmt: skip
    after = fan_state(games=small_games)
    (moved,) = news(Said.of(before), after, Touched(is_all=True), NOW)
    words = told(moved, after, LANGUAGES[0], hides_scores=True)
    assert words is not None
    assert words.body.startswith("Now: ")


@pytest.mark.django_db
def test_minutes_add_up_and_what_is_over_moves_no_more(small_games: Any) -> None:
    unit, order = final_of(small_games)
    record(small_games, unit, order[:3], ResultStatus.START_LIST)
    state = fan_state(games=small_games)
    said = Said.of(state)
    heard = []
    for late in (4, 8, 9):
        state = with_unit(state, replace(state.units[unit], late_minutes=late))
        touched = Touched(units=frozenset({unit}))
        heard.append([one.kind for one in news(said, state, touched, NOW)])
        said.take(state, touched)
    assert heard == [[], ["moved"], []], "four and four minutes are eight"
    off = with_unit(state, replace(state.units[unit], schedule_status="CANCELLED"))
    (notice,) = news(said, off, Touched(is_all=True), NOW)
    words = told(notice, off, LANGUAGES[0], hides_scores=False)
    assert words is not None
    assert words.body == "Cancelled", "however it came to us"
    over = replace(state.units[unit], schedule_status="FINISHED", starts_at=NOW)
    assert list(news(said, with_unit(state, over), Touched(is_all=True), NOW)) == []


@pytest.mark.django_db
def test_one_notice_a_thing_however_often_it_changed(small_games: Any) -> None:
    unit, order = final_of(small_games)
    said = Said.of(fan_state(games=small_games))
    record(small_games, unit, order[:3], ResultStatus.OFFICIAL)
    record(small_games, unit, order[1:4], ResultStatus.OFFICIAL)
    state = fan_state(games=small_games)
    medal, result = news(said, state, Touched(is_all=True), NOW)
    assert (medal.kind, result.kind) == ("medal", "result")
    assert result.follows <= medal.follows == result.but, "who hears the medals needs no result"
    again = Said.read(said.text())
    assert again == said
    said.take(state, Touched(is_all=True))
    assert list(news(said, state, Touched(is_all=True), NOW)) == []
    long_ago = NOW + dt.timedelta(days=400)
    assert list(news(again, state, Touched(is_all=True), long_ago)) == [], "a first word is late"
    said.results[unit] = "other"
    (corrected,) = news(said, state, Touched(is_all=True), long_ago)
    assert corrected.is_again, "a correction never is"


@transactional
def test_what_is_held_stays_as_it_was_told_until_it_is_released(
    games: Any, service: Service, tmp_path: pathlib.Path
) -> None:
    unit, (a, b, c, d, _) = final_of(games)
    asks(games, service, kinds=["medal"], follows=[f"athlete-{d}"])
    notifier = notifier_of(games, tmp_path)
    given: Any = {"games": games, "unit": unit, "actor": "ada"}
    record(games, unit, [a, b, c, d], ResultStatus.OFFICIAL, now=moment())
    notifier.step()
    assert len(service.taken) == 1, "who came fourth hears of it too"
    hold_results(reason="the photograph", now=moment(), **given)
    notifier.step()
    release_results(now=moment(), **given)
    notifier.step()
    assert len(service.taken) == 1, "nothing is other than it was told"
    hold_results(reason="the photograph", now=moment(), **given)
    record(games, unit, [b, a, c, d], ResultStatus.OFFICIAL, now=moment())
    notifier.step()
    assert len(service.taken) == 1
    release_results(now=moment(), **given)
    notifier.step()
    assert service.said[1].startswith("Corrected: Gold")
    hold_results(reason="the photograph", now=moment(), **given)
    retract_results(reason="wrong race", now=moment(), **given)
    release_results(now=moment(), **given)
    notifier.step()
    assert service.said[2] == "The medals are open again."


@transactional
def test_what_came_with_other_news_is_told_all_the_same(
    games: Any, service: Service, tmp_path: pathlib.Path
) -> None:
    unit, order = final_of(games)
    asks(games, service)
    notifier = notifier_of(games, tmp_path)
    append_update(games_id=games.id, topic="entries.changed", key="", body={}, recorded_at=moment())
    append_update(games_id=games.id, topic="unit.status", key="NONE", recorded_at=moment(),
                  body={"status": "RUNNING"})  # fmt: skip
    record(games, unit, order[:3], ResultStatus.OFFICIAL, now=moment())
    code = write(games, draft(title="Fog"))
    publish_story(games=games, code=code, actor="eve", now=moment())
    translate_story(games=games, code=code, words=Words(language="fr", title="Brume", text="x"),
                    source_number=1, actor="eve", now=moment())  # fmt: skip
    notifier.step()
    assert [body.partition(" ")[0] for body in service.said] == ["Gold", "Fog"]
    translate_story(games=games, code=code, words=Words(language="es", title="Niebla", text="x"),
                    source_number=1, actor="eve", now=moment())  # fmt: skip
    notifier.step()
    assert len(service.taken) == 2, "a translation is no correction"


@transactional
def test_an_older_word_never_comes_after_the_newer_one(
    games: Any, service: Service, tmp_path: pathlib.Path
) -> None:
    at = [1000.0]
    asks(games, service, kinds=["story"])
    service.answers = {"one": [(503, {}), (503, {})]}
    notifier = notifier_of(games, tmp_path, lambda: at[0])
    code = write(games, draft(title="Wrong"))
    publish_story(games=games, code=code, actor="eve", now=moment())
    notifier.step()
    at[0] += 6
    notifier.step()
    write(games, draft(title="Right", note="it was wrong"), code=code, read_at=1)
    notifier.step()
    at[0] += 4000
    notifier.step()
    assert service.said == ["Corrected: Right"]


@transactional
def test_a_service_that_is_away_for_long_costs_nobody_the_subscription(
    games: Any, service: Service, tmp_path: pathlib.Path
) -> None:
    at = [1000.0]
    asks(games, service, kinds=["story"])
    service.answers = {"one": [(503, {})] * 99}
    notifier = notifier_of(games, tmp_path, lambda: at[0])
    for n in range(10):
        code = write(games, draft(title=f"Fog {n}"))
        publish_story(games=games, code=code, actor="eve", now=moment())
        for _ in range(6):
            notifier.step()
            at[0] += 400
    assert PushSubscription.objects.count() == 1


@transactional
@pytest.mark.parametrize(
    "change",
    [
        {"keys": {"p256dh": "B" * 87, "auth": "A" * 90}},
        {"keys": {"p256dh": "B" * 87 + "=" * 60, "auth": "A" * 22}},
        {"language": "\x00"}, {"language": ["en"]}, {"quiet": ["22:30+05:00", "07:00"]},
        {"zone": "\x00"}, {"follows": ["athlete-\ud800"]}, {"keys": KEYS},
        {"endpoint": "https://x.push.apple.com:abc/"}, {"endpoint": "\ud800"},
    ],
)  # fmt: skip
def test_nothing_that_anybody_asks_ends_the_notifier(
    games: Any, service: Service, tmp_path: pathlib.Path, change: dict[str, Any]
) -> None:
    notifier = notifier_of(games, tmp_path)
    folder = tmp_path / ".push" / games.code
    body = {**service.subscription(), "kinds": ["story"], "follows": ["all"], **change}
    assert put_asked(folder, json.dumps(body).encode())[0] == 202
    asks(games, service, "other", kinds=["story"])
    code = write(games, draft(title="Fog"))
    publish_story(games=games, code=code, actor="eve", now=moment())
    notifier.step()
    assert "other" in [path for path, _, _ in service.taken]
    assert os.listdir(folder) == []


@pytest.mark.django_db
def test_the_key_is_made_once_and_nobody_else_reads_it(
    small_games: Any, settings: Any, tmp_path: pathlib.Path
) -> None:
    settings.SIGNING_KEYS = tmp_path / "keys"
    path, public = vapid_key(games=small_games)
    assert vapid_key(games=small_games) == (path, public)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert len(public) == 87
