"""Lanes of a whole Games, a storm of signals and the situation page, measured."""

import datetime as dt
import time
from typing import Any

from django.db import transaction
from django.test import Client

from sportsbrain.bench.rows import BenchRow
from sportsbrain.brain.crowd.check import check
from sportsbrain.brain.crowd.plan import StaffingPlan
from sportsbrain.brain.crowd.problem import Staffing
from sportsbrain.brain.crowd.solve import solve
from sportsbrain.committee.actions import make_sign_in_link, seat_person
from sportsbrain.committee.queries import GamesRow
from sportsbrain.controlroom import actions, queries
from sportsbrain.controlroom.actions import By, Said
from sportsbrain.plans.queries import Sources, version_of
from sportsbrain.transport.jobs import run_order
from sportsbrain.venues.planning import build_lanes
from sportsbrain.vocabulary.planning import Order, Stop
from sportsbrain.vocabulary.statuses import Role

STORM = 5000
LOOKS = 12


def lanes_rows(games: GamesRow) -> list[BenchRow]:
    """Return what the lanes of every venue-day of a Games cost, and whether each is proved."""
    if version_of(games_id=games.id, planner="demand", sources=Sources()) is None:
        order = Order(seconds=60.0)
        run_order(games=games, planner="demand", order=order, actor="bench")
    built = build_lanes(games=games, order=Order())
    banks, longest, most = [], 0.0, 0
    for day, site in zip(built.days, built.problem.sites, strict=True):
        began = time.monotonic()
        plan = _planned(Staffing(sites=(site,)))
        spent = time.monotonic() - began
        longest, most = max(longest, spent), max(most, sum(p for *_, p in day.sessions))
        banks += list(plan.banks)
    whole = StaffingPlan(
        banks=tuple(banks), objective=0.0, bound=0.0, terms=(), seed=1, solver="", seconds=0.0,
        first_feasible_seconds=None,
    )  # fmt: skip
    score = check(built.problem, whole)
    lanes = [bank for bank in banks if bank.kind == "screening"]
    days = f"{games.code}, {len(built.days)} venue-days"
    constant = sum(bank.constant_hours or bank.hours for bank in lanes)
    quarters = sum(len(bank.open_lanes) for bank in banks)
    return [
        BenchRow(line=3, case=f"{days}: least lane-hours", value=sum(b.hours for b in lanes),
                 unit="hours", peer="constant lanes", peer_value=constant, op="<=",
                 target=constant),
        BenchRow(line=3, case=f"{days}: quarters in which one fewer breaks the promise",
                 value=float(sum(b.proved for b in banks)), unit="of all", op=">=",
                 target=float(quarters)),
        BenchRow(line=3, case=f"{days}: promises broken by the independent check",
                 value=float(len(score.faults)), unit="", op="==", target=0.0),
        BenchRow(line=3, case=f"{days}: longest venue-day (up to {most:,} people)",
                 value=longest, unit="s", op="<=", target=10.0),
    ]  # fmt: skip


def _planned(problem: Staffing) -> StaffingPlan:
    going = solve(problem, seed=1, stop=Stop(seconds=600), clock=time.monotonic)
    while True:
        try:
            next(going)
        except StopIteration as end:
            plan: StaffingPlan = end.value
            return plan


def room_rows(games: GamesRow) -> list[BenchRow]:
    """Return a storm, the log and the situation page; everything is rolled back."""
    with transaction.atomic():
        rows = [*_storm(games), *_page(games), *_past(games)]
        transaction.set_rollback(True)
    return rows


def _storm(games: GamesRow) -> list[BenchRow]:
    now = dt.datetime.now(dt.UTC)
    before = set(queries.room_state_now(games=games).alerts)
    began = time.monotonic()
    for first in range(0, STORM, 500):
        said = [
            Said(source="bench", kind="device.silent", fingerprint=f"bench-{n}", at=now,
                 gateway="bench gateway", text="no answer", is_on=True)
            for n in range(first, first + 500)
        ]  # fmt: skip
        actions.receive_signals(games=games, said=said, by=By(name="bench", now=now))
    spent = time.monotonic() - began
    alerts = set(queries.room_state_now(games=games).alerts) - before
    return [
        BenchRow(line=5, case="5,000 signals of one gateway: alerts", value=float(len(alerts)),
                 unit="", op="==", target=1.0),
        BenchRow(line=5, case="5,000 signals, 500 at a time", value=spent, unit="s"),
    ]  # fmt: skip


def _page(games: GamesRow) -> list[BenchRow]:
    user_id = seat_person(
        games_id=games.id, username="bench", display_name="Bench", role=Role.APPROVER, actor="b"
    )
    token = make_sign_in_link(user_id=user_id, next_path="/", now=dt.datetime.now(dt.UTC))
    client = Client()
    client.post(f"/sign-in/{token}/")
    times: list[float] = []
    size = 0
    for _ in range(LOOKS):
        began = time.monotonic()
        answer: Any = client.get(f"/games/{games.code}/room/?part=1")
        times.append(time.monotonic() - began)
        size = len(answer.content)
    ordered = sorted(times[1:])
    return [
        BenchRow(line=6, case="situation page: server time, median of eleven",
                 value=1000 * ordered[len(ordered) // 2], unit="ms", op="<=", target=150.0),
        BenchRow(line=6, case="situation page: bytes before compression", value=size / 1000,
                 unit="kB", op="<=", target=100.0),
    ]  # fmt: skip


def _past(games: GamesRow) -> list[BenchRow]:
    now = dt.datetime.now(dt.UTC)
    shown = queries.situation(games=games, moment=now)
    began = time.monotonic()
    again = queries.situation(games=games, moment=now, is_past=True)
    spent = time.monotonic() - began
    return [
        BenchRow(line=7, case="rebuilt from the logs, what is shown differs", unit="",
                 value=float(shown != again), op="==", target=0.0),
        BenchRow(line=7, case="rebuilding it", value=1000 * spent, unit="ms"),
    ]  # fmt: skip
