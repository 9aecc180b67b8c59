"""`sportsbrain serve` and `sportsbrain demo`."""

import datetime as dt
import os
import socket
import subprocess
import sys
import threading
import time
from typing import Annotated, Any

import typer

from sportsbrain.config.processes import started
from sportsbrain.ui.terminal import end_like_ctrl_c
from sportsbrain.wall.scope import open_games

app = typer.Typer()
FIRST_PORT, BROKER_PORT, FANS_PORT = 8000, 8883, 8090
PATIENCE_SECONDS = 25  # of who stops, for those who wait for an answer
PEOPLE = {"small": 160, "middle": 400, "large": 1200}
RIDES_A_DAY = {"small": 12, "middle": 60, "large": 300}
DEMO_FLEET_SECONDS = {"small": 10.0, "middle": 20.0, "large": 40.0}
LANES_SECONDS = 120.0
BEDS_SECONDS = {"small": 8.0, "middle": 15.0, "large": 40.0}
DEMO_SECONDS = {"small": 45.0, "middle": 90.0, "large": 150.0}


def free_port(first: int = FIRST_PORT) -> int:
    """Return the first free port of this machine from the given one."""
    for port in range(first, first + 200):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    message = f"no free port from {first} to {first + 199}"
    raise OSError(message)


def _config(port: int, host: str = "127.0.0.1", *, processes: int = 1, patience: int = 1) -> Any:
    import uvicorn

    return uvicorn.Config(
        "sportsbrain.config.asgi:application",
        host=host,
        port=port,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=patience,
        lifespan="off",
        workers=processes,
        backlog=2048,
    )


@app.command("serve")
def serve_command(
    port: Annotated[int, typer.Option(help="Port; the first free one from 8000")] = 0,
    host: Annotated[str, typer.Option(help="Address to listen on")] = "127.0.0.1",
    processes: Annotated[
        int, typer.Option(help="So many; with two or more, SIGHUP puts new ones in their place")
    ] = 1,
) -> None:
    """Serve the pages and the API; who is asked to stop finishes what it began."""
    import uvicorn

    from sportsbrain.config.database import use_pool
    from sportsbrain.config.processes import serve_by

    chosen = port or free_port()
    typer.echo(f"http://{host}:{chosen}/  (Ctrl-C stops)")
    config = _config(chosen, host, processes=processes, patience=PATIENCE_SECONDS)
    use_pool()
    if processes > 1:
        serve_by(config)
    else:
        uvicorn.Server(config).run()


def _served(port: int) -> tuple[Any, threading.Thread]:
    """Serve in a thread of this process; return the server and its thread."""
    import uvicorn

    from sportsbrain.config.database import use_pool

    use_pool()
    server = uvicorn.Server(_config(port))
    open_games(None)  # this thread is a command: it sees all, as any other
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    return server, thread


@app.command("demo")
def demo_command(
    size: Annotated[str, typer.Option(help="small, middle or large")] = "middle",
    seconds: Annotated[float, typer.Option(help="Seconds to plan; 0: by size")] = 0.0,
    once: Annotated[bool, typer.Option("--once", help="Stop after the summary")] = False,
) -> None:
    """Make a reference Games, serve it, plan its timetable while you watch."""
    from django.conf import settings

    from sportsbrain.config.channel import let_fans_watch
    from sportsbrain.config.village import begin_village, let_village_live
    from sportsbrain.reference.games import SIZES
    from sportsbrain.shop.actions import begin_tickets

    end_like_ctrl_c()
    settings.SHOP_TEST_PAYMENTS = True
    if size not in SIZES:
        typer.echo(f"demo: no size {size!r}; say GAMES=small, middle or large", err=True)
        raise typer.Exit(2)
    began = time.monotonic()
    typer.echo(f"opening the {size} reference Games (made and imported the first time) …")
    games = _reference(size)
    port = free_port()
    server, thread = _served(port)
    address = f"http://127.0.0.1:{port}"
    typer.echo(f"\n  {games.name}: {address}{_link(games)}")
    typer.echo(f"  the shop, open to everybody: {address}/shop/{games.code}/")
    typer.echo(f"  (signs in as demo planner, once; up in {time.monotonic() - began:.1f} s)\n")
    alive: list[subprocess.Popen[bytes]] = []
    try:
        _plan(games, seconds or DEMO_SECONDS[size])
        begin_tickets(games=games, channel="web", now=dt.datetime.now(dt.UTC))
        _plan_day(games, DEMO_FLEET_SECONDS[size])
        begin_village(games, BEDS_SECONDS[size])
        alive = (
            []
            if once
            else [
                *_live(games, address),
                *let_village_live(games, address, free_port(BROKER_PORT)),
                *let_fans_watch(games, address, free_port(FANS_PORT)),
            ]
        )
        room = _link(games, f"/games/{games.code}/room/")
        typer.echo(f"\n  A day is alive, sixty times as fast: {address}{room}")
        typer.echo("  Ctrl-C stops everything.")
        while not once and thread.is_alive():
            thread.join(1.0)
    except KeyboardInterrupt:
        typer.echo("\n  stopped; everything is kept under var/")
    finally:
        for process in alive:
            process.terminate()
        for process in alive:
            process.wait(10)
        server.should_exit = True
        thread.join(3.0)


def _reference(size: str) -> Any:
    """Return the reference Games of a size with its rides, people and shop."""
    from sportsbrain.feeds.people.reference import reference_people
    from sportsbrain.feeds.rides.reference import reference_rides
    from sportsbrain.feeds.tables.reference import reference_games
    from sportsbrain.shop.actions import begin_shop

    now = dt.datetime.now(dt.UTC)
    games = reference_games(size)
    reference_rides(games, a_day=RIDES_A_DAY[size], now=now)
    reference_people(games, count=PEOPLE[size], now=now)
    begin_shop(games=games, now=now)
    return games


def _plan_day(games: Any, seconds: float) -> None:
    """Plan what a day needs: who comes, lanes and buses; a second demo keeps what is there."""
    from sportsbrain.plans.queries import versions_of
    from sportsbrain.transport.jobs import run_order as plan_transport
    from sportsbrain.venues.jobs import run_order as plan_venues
    from sportsbrain.vocabulary.planning import Order

    steps = (("demand", plan_transport), ("lanes", plan_venues), ("fleet", plan_transport))
    for planner, run in steps:
        if versions_of(games_id=games.id, planner=planner):
            continue
        typer.echo(f"planning {planner} …")
        limit = seconds if planner == "fleet" else LANES_SECONDS
        run(games=games, planner=planner, order=Order(seconds=limit, seed=1), actor="demo")


def _live(games: Any, address: str) -> "list[subprocess.Popen[bytes]]":
    """Start the watchers of the control room and a day, each in a process of its own."""
    from sportsbrain.committee.queries import exercises_count
    from sportsbrain.controlroom.actions import by_clock, end_exercise_of_room

    real_now = dt.datetime.now(dt.UTC)  # one that was killed last time is ended first
    by = by_clock(games_id=games.id, real_now=real_now, name="demo")
    end_exercise_of_room(games=games, by=by)
    days = (games.ends_on - games.starts_on).days
    day = games.starts_on + dt.timedelta(days=1 + exercises_count(games_id=games.id) % days)
    own = ["--games", games.code]
    words = [["room", "watch", name, *own] for name in ("escalation", "auditor", "forecasts")]
    words.append(
        [
            "simulate",
            "day",
            *own,
            "--date",
            day.isoformat(),
            "--begins",
            "08:00",
            "--server",
            address,
        ]
    )
    return [started(some) for some in words]


def _link(games: Any, next_path: str = "") -> str:
    from sportsbrain.committee.actions import make_sign_in_link, seat_person
    from sportsbrain.vocabulary.statuses import Role

    user_id = seat_person(
        games_id=games.id,
        username="demo-planner",
        display_name="Demo planner",
        role=Role.APPROVER,
        actor="demo",
    )
    token = make_sign_in_link(
        user_id=user_id,
        next_path=next_path or f"/games/{games.code}/",
        now=dt.datetime.now(dt.UTC),
    )
    return f"/sign-in/{token}/"


def _plan(games: Any, seconds: float) -> None:
    """Plan once; a second demo keeps what is there."""
    from sportsbrain.plans.queries import versions_of
    from sportsbrain.sport.jobs import launch_run, mark_lost_runs
    from sportsbrain.sport.planning import PLANNER, Order, draft_held

    mark_lost_runs()
    versions = versions_of(games_id=games.id, planner=PLANNER)
    if any(v.solver != "people" for v in versions):
        _summary(games)
        return
    if not versions:
        draft_held(games=games, actor="demo", now=dt.datetime.now(dt.UTC))
    run_id = launch_run(games_id=games.id, order=Order(seconds=seconds, seed=1), actor="demo")
    typer.echo(f"planning for {seconds:.0f} s; live on the page /games/{games.code}/runs/{run_id}/")
    _watch(games, run_id)
    _summary(games)


def _watch(games: Any, run_id: int) -> None:
    from sportsbrain.plans.queries import run_row

    is_live = sys.stdout.isatty()
    shown = -1.0
    while True:
        run = run_row(games_id=games.id, run_id=run_id)
        at = float(run.progress.get("seconds") or 0.0)
        if at != shown and run.progress and (is_live or at - shown >= 5 or not run.is_going):
            shown = at
            gap = run.progress.get("gap")
            share = "—" if gap is None else f"{gap:.1%}"
            line = (
                f"  {at:5.0f} s  objective {_number(run.progress.get('objective'))}"
                f"  bound {_number(run.progress.get('bound'))}  gap {share}"
            )
            sys.stdout.write(("\r\x1b[2K" + line) if is_live else line + "\n")
            sys.stdout.flush()
        if not run.is_going:
            if run.trouble:
                typer.echo(f"\n  the run ended: {run.trouble}", err=True)
            return
        time.sleep(0.5)


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:,.0f}"


def _summary(games: Any) -> None:
    from sportsbrain.plans.queries import versions_of
    from sportsbrain.sport.planning import PLANNER

    typer.echo("\n  timetable   broken rules      cost   at least    gap")
    for version in versions_of(games_id=games.id, planner=PLANNER)[:5]:
        gap = f"{version.gap:.1%}" if version.bound else "—"
        typer.echo(
            f"  {version.number:>9}   {version.fault_count:>12}   {version.objective:>7,.0f}"
            f"   {version.bound:>8,.0f}   {gap:>5}   {version.title}"
        )


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sportsbrain.config.settings")
