"""The gate for tickets: in once, whatever the network does."""

import datetime as dt
import json
import threading
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sportsbrain.credentials.actions import (
    Scan,
    issue_proofs,
    record_scans,
    revoke_proofs,
    rotate_key,
    sign_proofs,
)
from sportsbrain.credentials.models import ProofScan
from sportsbrain.credentials.queries import doubled_rows, numbers_in
from sportsbrain.live.queries import updates_between
from sportsbrain.vocabulary.people import Duty
from sportsbrain.vocabulary.proofs import Proof
from sportsbrain.vocabulary.statuses import Role
from tests.access.office import a_games
from tests.access.test_pages import client_of

NOW = dt.datetime(2030, 7, 20, 10, tzinfo=dt.UTC)
HOME = "/games/PEO30/people/gate/tickets/"
SESSION = "STA-ATH-01"


def scans(*told: tuple[str, str, bool, int]) -> list[Scan]:
    """Return scans of (uid, number, let in alone, minute)."""
    return [
        Scan(uid=uid, kind="ticket", number=number, place=SESSION, device="g",
             was_let_in=alone, scanned_at=NOW + dt.timedelta(minutes=minute))
        for uid, number, alone, minute in told
    ]  # fmt: skip


@pytest.mark.django_db
def test_the_first_is_admitted_others_are_refused_or_said_to_be_doubled() -> None:
    games = a_games()
    told = scans(("a", "T1", True, 5), ("b", "T1", True, 3), ("c", "T1", False, 9),
                 ("d", "T2", False, 1))  # fmt: skip
    found = record_scans(games=games, scans=told, now=NOW)
    assert found == {"a": "doubled", "b": "admitted", "c": "again", "d": "admitted"}
    assert record_scans(games=games, scans=told, now=NOW) == found, "sent again: the same"
    assert ProofScan.objects.count() == 4
    assert numbers_in(games=games, kind="ticket", place=SESSION) == ("T1", "T2")
    assert [r.number for r in doubled_rows(games=games, kind="ticket", place=SESSION)] == ["T1"]
    news = updates_between(games_id=games.id, topic="gate.doubled", since=NOW, until=NOW)
    assert [n.key for n in news] == ["T1"]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(
            st.integers(0, 9).map(str), st.sampled_from(["T1", "T2", "T3"]), st.booleans(),
            st.integers(0, 60),
        ),
        max_size=20,
    ),
    st.integers(1, 4),
)  # fmt: skip
@pytest.mark.django_db
def test_each_ticket_is_admitted_exactly_once_in_any_order_of_telling(
    told: list[tuple[str, str, bool, int]], parts: int
) -> None:
    games = a_games()
    ProofScan.objects.all().delete()
    some = scans(*told)
    for n in range(parts):
        record_scans(games=games, scans=some[n::parts] + some[: n + 1], now=NOW)
    seen = {row.number for row in ProofScan.objects.all()}
    admitted = ProofScan.objects.filter(answer="admitted").values_list("number", flat=True)
    assert sorted(admitted) == sorted(seen)
    assert ProofScan.objects.filter(answer="again").count() <= sum(not s.was_let_in for s in some)


@pytest.mark.django_db(transaction=True)
def test_of_eight_gates_at_once_one_admits() -> None:
    games = a_games()
    start = threading.Barrier(8)
    found: list[str] = []

    def gate(n: int) -> None:
        start.wait()
        try:
            found.extend(
                record_scans(games=games, scans=scans((f"u{n}", "T1", False, 0)), now=NOW).values()
            )
        finally:
            connections.close_all()

    threads = [threading.Thread(target=gate, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["admitted"] + ["again"] * 7


def tickets(games: Any, count: int = 2) -> list[str]:
    numbers = tuple(f"1-1-{n}" for n in range(count))
    indexes = issue_proofs(games=games, kind="ticket", numbers=numbers, now=NOW)
    year = dt.timedelta(days=400 * 5)
    proofs = tuple(
        Proof(issuer=games.code, kind="ticket", number=number, category="A N 1-1",
              rights=(f"session {SESSION} ENTRY",), index=indexes[number],
              starts_at=NOW - year, ends_before=NOW + year)
        for number in numbers
    )  # fmt: skip
    return list(sign_proofs(games=games, proofs=proofs))


@pytest.mark.django_db
def test_a_gate_page_lets_a_ticket_in_once(tmp_path: Any, settings: Any) -> None:
    settings.SIGNING_KEYS = tmp_path / "keys"
    games = a_games()
    rotate_key(games=games, actor="test", now=NOW)
    texts = tickets(games, 3)
    gate = client_of(games, "gate", Role.PORTAL, (Duty.GATE, ""))

    def shown(text: str, session: str = SESSION, uid: str = "") -> dict[str, str]:
        form = {"text": text, "session": session, "uid": uid, "device": "g1"}
        answer: dict[str, str] = gate.post(
            f"{HOME}scan/", form, headers={"Accept": "application/json"}
        ).json()
        return answer

    assert shown(texts[0], uid="u1")["colour"] == "green"
    assert shown(texts[0], uid="u1")["colour"] == "green", "the same scan again"
    again = shown(texts[0], uid="u2")
    assert (again["colour"], again["reason"]) == ("red", "used here before")
    assert shown(texts[1], session="STA-ATH-02")["colour"] == "red"
    assert shown("SB1:X")["colour"] == "red"
    page = gate.post(f"{HOME}scan/", {"text": texts[1], "session": SESSION}).content.decode()
    assert "verdict green" in page, "without JavaScript"
    told = {"session": SESSION, "device": "g2", "scans": [
        {"uid": "o1", "text": texts[1], "at": "2030-07-20T09:00:00Z"},
        {"uid": "o2", "text": texts[2], "at": "not a moment"},
        {"uid": "o3", "text": "SB1:X", "at": ""},
    ]}  # fmt: skip
    revoke_proofs(games_id=games.id, kind="ticket", numbers=("1-1-2",), now=NOW)
    answer = gate.post(f"{HOME}sync/", json.dumps(told), content_type="application/json").json()
    assert answer["answers"] == {"o1": "doubled", "o2": "refused", "o3": "refused"}
    state = gate.get(f"{HOME}state.json?session={SESSION}").json()
    assert state["used"] == ["1-1-0", "1-1-1", "1-1-2"], "who was let in is in, whatever we say now"
    assert state["doubled"] == ["1-1-1"]
    assert gate.post(f"{HOME}sync/", "[]", content_type="application/json").status_code == 422
    chef = client_of(games, "chef", Role.PORTAL, (Duty.REGISTER, "AAA"))
    for address in ("", "state.json", "worker.js"):
        assert chef.get(HOME + address).status_code == 403
    assert Client().get(HOME).status_code in {302, 404}
