"""Signals to alerts to calls to incidents: one alert for a storm, calls that are watched, a log."""

import datetime as dt
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sportsbrain.controlroom import actions, queries
from sportsbrain.controlroom.actions import By, Said
from sportsbrain.controlroom.errors import RoomError
from sportsbrain.controlroom.models import Alert, LogEntry, Paging, Signal, Task
from sportsbrain.controlroom.updates import RoomState
from tests.conftest import NOW, games_once

BY = By(name="ana", now=NOW, station="Main operations centre")


@pytest.fixture(scope="module")
def games_once_here(
    django_db_setup: None, django_db_blocker: Any, small_folder: pathlib.Path
) -> Iterator[Any]:
    """Import the small Games once for all tests of this file."""
    with games_once(django_db_blocker, small_folder) as games:
        yield games


@pytest.fixture
def small_games(db: None, games_once_here: Any) -> Any:
    """Return the small Games; each test begins from it again."""
    return games_once_here


def later(minutes: float, name: str = "ana") -> By:
    """Return somebody who acts some minutes later."""
    return By(name=name, now=NOW + dt.timedelta(minutes=minutes), station="Main operations centre")


def said(kind: str = "power", about: str = "x", **more: Any) -> Said:
    """Return a signal that is on."""
    values: dict[str, Any] = {"venue": "V01", "is_on": True, "at": NOW, "text": about, **more}
    source = values.pop("source", "s")
    return Said(source=source, kind=kind, fingerprint=about, **values)


def both(games: Any, by: By) -> RoomState:
    """Return what is open, after asserting that rows and replayed log say the same."""
    state = queries.room_state_now(games=games)
    assert state == queries.room_state_at(games=games, moment=by.now)
    return state


def test_a_storm_of_a_gateway_is_one_alert(small_games: Any) -> None:
    for part in range(5):
        rows = [
            said("device.silent", f"lamp-{part}-{n % 700}", gateway="G7", text="no answer")
            for n in range(1000)
        ]
        taken, refused = actions.receive_signals(games=small_games, said=rows, by=BY)
        assert (taken, refused) == (1000, ())
    alert = Alert.objects.get(games_id=small_games.id)
    assert alert.group_key == "gateway:G7"
    assert sum(Signal.objects.values_list("count", flat=True)) == 5000
    state = both(small_games, BY)
    assert 2500 < state.alerts[1].signals <= 5000
    assert LogEntry.objects.filter(kind="alert.opened").count() == 1


def test_another_kind_of_the_same_gateway_that_is_about_life_stands_alone(
    small_games: Any,
) -> None:
    rows = [said("device.silent", "lamp", gateway="G7"), said("fire", "smoke", gateway="G7")]
    actions.receive_signals(games=small_games, said=rows, by=BY)
    assert {a.kind for a in both(small_games, BY).alerts.values()} == {"device.silent", "fire"}


def test_what_nobody_can_act_on_is_a_line_and_what_is_wrong_is_told(small_games: Any) -> None:
    rows = [said("note", "tea is ready"), said("nonsense", "a"), said("power", "")]
    rows.append(Said(source="s", kind="power", fingerprint="b", at=NOW))
    taken, refused = actions.receive_signals(games=small_games, said=rows, by=BY)
    assert taken == 1
    assert len(refused) == 3
    assert both(small_games, BY).alerts == {}
    assert LogEntry.objects.get().body["text"] == "tea is ready"


def test_raise_after_deadband_and_clear_after(small_games: Any) -> None:
    def wait(minutes: float, value: float) -> None:
        by = later(minutes)
        row = said("gate.queue", "queue:V01", is_on=None, value=value, at=by.now)
        actions.receive_signals(games=small_games, said=[row], by=by)

    wait(0, 25.0)
    assert both(small_games, BY).alerts == {}  # two minutes have to pass
    wait(3, 25.0)
    assert len(both(small_games, later(3)).alerts) == 1
    wait(4, 17.0)  # below the threshold, within the deadband: it stays as it was
    wait(20, 17.0)
    assert len(both(small_games, later(20)).alerts) == 1
    wait(21, 3.0)
    wait(23, 3.0)
    assert len(both(small_games, later(23)).alerts) == 1
    actions.raise_and_clear(games=small_games, by=later(27))
    assert both(small_games, later(27)).alerts == {}


def test_a_shelved_kind_raises_nothing_for_a_while_but_life_can_not_be_shelved(
    small_games: Any,
) -> None:
    actions.shelve(games=small_games, kind="power", venue="", hours=1, reason="works", by=BY)
    row = said("power", "a")
    actions.receive_signals(games=small_games, said=[row], by=later(1))
    assert both(small_games, later(1)).alerts == {}
    actions.raise_and_clear(games=small_games, by=later(61))
    assert len(both(small_games, later(61)).alerts) == 1
    for kind, hours, reason in (("fire", 1, "x"), ("power", 99, "x"), ("power", 1, " ")):
        with pytest.raises(RoomError):
            actions.shelve(
                games=small_games, kind=kind, venue="", hours=hours, reason=reason, by=BY
            )


def test_calls_go_step_by_step_and_an_acknowledgement_stops_them_until_it_lapses(
    small_games: Any,
) -> None:
    actions.receive_signals(games=small_games, said=[said("fire", "smoke")], by=BY)
    assert actions.escalate_due(games=small_games, by=BY) == 1
    assert actions.escalate_due(games=small_games, by=later(1)) == 0
    assert actions.escalate_due(games=small_games, by=later(2)) == 1
    actions.acknowledge(games=small_games, number=1, by=later(3))
    assert actions.escalate_due(games=small_games, by=later(20)) == 0
    assert actions.audit_escalations(games=small_games, by=later(20)) == ()
    assert both(small_games, later(20)).alerts[1].acknowledged_by == "ana"
    assert actions.lapse_due(games=small_games, by=later(20)) == 0
    assert actions.lapse_due(games=small_games, by=later(34)) == 1
    assert actions.escalate_due(games=small_games, by=later(34)) == 1
    assert both(small_games, later(34)).alerts[1].calls == 3
    with pytest.raises(RoomError, match="named person"):
        actions.acknowledge(games=small_games, number=1, by=later(35, name="system"))


def test_what_is_real_is_called_while_something_is_rehearsed(small_games: Any) -> None:
    actions.receive_signals(games=small_games, said=[said("fire", "real")], by=BY)
    drill = By(name="t", now=NOW + dt.timedelta(days=1500), is_exercise=True)
    row = said("fire", "drill", at=drill.now)
    actions.receive_signals(games=small_games, said=[row], by=drill)
    assert actions.escalate_due(games=small_games, by=drill) == 1
    assert Paging.objects.get().alert.text == "drill"
    assert actions.escalate_due(games=small_games, by=BY) == 1
    actions.acknowledge(games=small_games, number=1, by=later(1))
    assert actions.lapse_due(games=small_games, by=drill) == 0
    assert actions.audit_escalations(games=small_games, by=drill) == ()


def test_an_old_message_changes_nothing_and_a_fast_clock_delays_nothing(
    small_games: Any,
) -> None:
    ahead = said("fire", "f", at=NOW + dt.timedelta(days=1))
    actions.receive_signals(games=small_games, said=[ahead], by=BY)
    assert len(both(small_games, BY).alerts) == 1
    old = said("power", "p", is_on=False, at=NOW - dt.timedelta(hours=1))
    actions.receive_signals(games=small_games, said=[said("power", "p")], by=BY)
    actions.receive_signals(games=small_games, said=[old], by=later(1))
    assert Signal.objects.get(fingerprint="p").is_on


def test_a_changed_chain_leaves_open_alerts_alone(small_games: Any) -> None:
    actions.receive_signals(games=small_games, said=[said("fire", "one")], by=BY)
    before = Alert.objects.get(number=1).steps
    steps = [(0.0, "owner"), (1.0, "Somebody else")]
    actions.save_chain(games=small_games, code="life", steps=steps, by=later(1))
    actions.receive_signals(games=small_games, said=[said("fire", "two")], by=later(1))
    assert Alert.objects.get(number=1).steps == before
    assert Alert.objects.get(number=2).steps[1] == [1.0, "Somebody else"]
    for bad in ([], [(5.0, "a"), (1.0, "b")], [(0.0, " ")]):
        with pytest.raises(RoomError):
            actions.save_chain(games=small_games, code="life", steps=bad, by=BY)


def test_a_source_with_something_on_that_falls_silent_is_told_its_state_kept(
    small_games: Any,
) -> None:
    rows = [said("power", "p", source="meter"), said("medical", "m", source="desk")]
    actions.receive_signals(games=small_games, said=rows, by=BY)
    actions.raise_and_clear(games=small_games, by=later(1))
    assert actions.note_silence(games=small_games, by=later(59)) == 0
    assert actions.note_silence(games=small_games, by=later(61)) == 1
    kinds = {a.kind for a in both(small_games, later(61)).alerts.values()}
    assert kinds == {"power", "medical", "source.silent"}


def test_two_rows_of_one_group_can_not_be_open(small_games: Any) -> None:
    actions.receive_signals(games=small_games, said=[said("fire", "one")], by=BY)
    alert = Alert.objects.get()
    alert.pk, alert.number = None, 2
    with pytest.raises(IntegrityError), transaction.atomic():
        alert.save(force_insert=True)


def test_an_altered_entry_breaks_the_chain_visibly(small_games: Any) -> None:
    for n in range(5):
        actions.write_line(games=small_games, text=f"line {n}", by=later(n))
    assert queries.check_chain(games_id=small_games.id).broken_at is None
    with pytest.raises(DatabaseError, match="append only"), transaction.atomic():
        LogEntry.objects.filter(number=3).update(actor="somebody else")
    with connection.cursor() as cursor:  # who owns the database can: the chain shows it
        cursor.execute("ALTER TABLE controlroom_logentry DISABLE TRIGGER USER")
        cursor.execute('UPDATE controlroom_logentry SET body = \'{"text": "no"}\' WHERE number = 3')
        cursor.execute("ALTER TABLE controlroom_logentry ENABLE TRIGGER USER")
    chain = queries.check_chain(games_id=small_games.id)
    assert (chain.broken_at, chain.entries) == (3, 2)


def test_incidents_tasks_and_playbooks_by_two_people(small_games: Any) -> None:
    actions.receive_signals(games=small_games, said=[said("fire", "smoke")], by=BY)
    number = actions.open_incident(
        games=small_games, text="Smoke", venue="V01", severity=1, area="Security", by=BY, alert=1
    )
    count = actions.start_playbook(games=small_games, number=number, code="evacuation", by=BY)
    assert count == 4
    two = Task.objects.get(needs_two=True)
    assert actions.do_task(games=small_games, number=two.number, by=later(1)) is False
    with pytest.raises(RoomError, match="another person"):
        actions.do_task(games=small_games, number=two.number, by=later(2))
    state = both(small_games, later(2))
    assert state.tasks[two.number].done_by == "ana"
    assert state.alerts[1].incident == number
    assert actions.do_task(games=small_games, number=two.number, by=later(3, name="ben"))
    with pytest.raises(RoomError, match="tasks are open"):
        actions.close_incident(games=small_games, number=number, text="over", by=later(4))
    for task in Task.objects.filter(task_state="open"):
        with pytest.raises(RoomError, match="why"):
            actions.skip_task(games=small_games, number=task.number, reason=" ", by=later(5))
        actions.skip_task(games=small_games, number=task.number, reason="drill", by=later(5))
    actions.note_incident(games=small_games, number=number, text="", severity=3, by=later(6))
    actions.close_incident(games=small_games, number=number, text="false alarm", by=later(7))
    state = both(small_games, later(7))
    assert (state.incidents, state.tasks) == ({}, {})
    with pytest.raises(RoomError, match="closed"):
        actions.note_incident(games=small_games, number=number, text="more", by=later(8))


def test_a_changed_playbook_leaves_running_incidents_alone(small_games: Any) -> None:
    number = actions.open_incident(
        games=small_games, text="Help", venue="", severity=2, area="", by=BY
    )
    actions.start_playbook(games=small_games, number=number, code="medical", by=BY)
    before = list(Task.objects.values_list("text", flat=True))
    steps = [("Medical manager", 1.0, "Something else", False)]
    assert actions.save_playbook(
        games=small_games, code="medical", title="Help", steps=steps, by=later(1)
    ) == 1  # fmt: skip
    assert list(Task.objects.values_list("text", flat=True)) == before
    page = queries.incident_page(games=small_games, number=number)
    assert page is not None
    assert page.playbook == "medical 0"


def test_handovers_are_signed_by_two(small_games: Any) -> None:
    number = actions.hand_over(games=small_games, note="quiet", items=[], by=BY)
    with pytest.raises(RoomError, match="two people"):
        actions.take_over(games=small_games, number=number, by=BY)
    actions.take_over(games=small_games, number=number, by=later(1, name="ben"))
    assert queries.handovers(games=small_games)[0].signed_in_by == "ben"


ACTIONS = st.lists(
    st.tuples(st.sampled_from(["signal", "off", "tick", "take", "resolve", "incident", "done"]),
              st.integers(0, 3)),
    max_size=25,
)  # fmt: skip


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=ACTIONS)
def test_the_replayed_log_says_what_the_rows_say(small_games: Any, steps: Any) -> None:
    with transaction.atomic():
        for minute, (what, n) in enumerate(steps):
            by = later(minute * 3)
            try:
                _do(small_games, what, n, by)
            except (RoomError, LookupError):
                continue
        both(small_games, later(200))
        assert queries.check_chain(games_id=small_games.id).broken_at is None
        transaction.set_rollback(True)


def _do(games: Any, what: str, n: int, by: By) -> None:
    kinds = ("fire", "power", "device.silent", "gate.queue")
    if what in {"signal", "off"}:
        row = said(kinds[n], f"{kinds[n]}-{n}", is_on=what == "signal", at=by.now, gateway="G")
        actions.receive_signals(games=games, said=[row], by=by)
    elif what == "tick":
        actions.raise_and_clear(games=games, by=by)
        actions.lapse_due(games=games, by=by)
        actions.escalate_due(games=games, by=by)
        actions.audit_escalations(games=games, by=by)
    elif what == "take":
        actions.acknowledge(games=games, number=n + 1, by=by)
    elif what == "resolve":
        actions.resolve_alert(games=games, number=n + 1, reason="done", by=by)
    elif what == "incident":
        number = actions.open_incident(games=games, text="x", venue="", severity=n + 1, area="",
                                       by=by, alert=n + 1)  # fmt: skip
        actions.open_task(games=games, text="t", role="r", by=by, incident=number, needs_two=n > 1)
    else:
        actions.do_task(games=games, number=n + 1, by=by)
