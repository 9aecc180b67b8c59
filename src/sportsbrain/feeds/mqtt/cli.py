"""`sportsbrain devices`: a broker of ours, who may speak on it, and the ingest."""

import pathlib
from typing import TYPE_CHECKING, Annotated

import typer

from sportsbrain.ui.terminal import fail

if TYPE_CHECKING:
    from sportsbrain.village.actions import PointValues

app = typer.Typer()
devices_app = typer.Typer(no_args_is_help=True, help="Devices of the village over MQTT 5.")
app.add_typer(devices_app, name="devices")
GamesCode = Annotated[str, typer.Option(help="Code of the Games")]
Folder = Annotated[pathlib.Path, typer.Argument(help="The broker's folder")]
COLUMNS = ("principal", "device", "point", "kind", "value", "unit", "stale_after", "device_kind",
           "building", "place", "home", "told")  # fmt: skip


@devices_app.command("init")
def init_command(
    folder: Folder,
    address: Annotated[str, typer.Option(help="Where the broker listens")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port")] = 8883,
    host: Annotated[
        list[str] | None, typer.Option(help="A name or address devices reach it by; repeat it")
    ] = None,
    user: Annotated[str, typer.Option(help="Whom Mosquitto runs as when root starts it")] = "",
) -> None:
    """Make a Mosquitto's folder: certificates, rights, settings that do not lose data."""
    from sportsbrain.feeds.mqtt.broker import BrokerFolderError, init_broker

    try:
        init_broker(folder, address=address, port=port, user=user,
                    hosts=["localhost", "127.0.0.1", *(host or [])])  # fmt: skip
    except BrokerFolderError as error:
        raise fail(2, f"devices init: {error}") from None
    typer.echo(f"start it: mosquitto -c {folder / 'mosquitto.conf'}")
    typer.echo(f"then: sportsbrain devices ingest {folder}")


@devices_app.command("add")
def add_command(
    folder: Folder,
    path: Annotated[pathlib.Path, typer.Argument(help=f"CSV: {', '.join(COLUMNS)}")],
    games: GamesCode = "",
) -> None:
    """Register the points of a list, and make the certificates of principals that have none."""
    from sportsbrain.committee.queries import get_games
    from sportsbrain.feeds.mqtt.broker import BrokerFolderError, add_principal
    from sportsbrain.village.actions import register_points
    from sportsbrain.village.errors import VillageError

    found = get_games(code=games)
    if found is None:
        raise fail(2, f"devices add: no Games {games!r}")
    try:
        points = _points(path)
        count = register_points(games_id=found.id, points=points)
        made = [
            add_principal(folder, name)
            for name in sorted({row.principal for row in points})
            if not (folder / "principals" / f"{name}.crt").exists()
        ]
    except (VillageError, BrokerFolderError, OSError) as error:
        raise fail(3, f"devices add: {error}") from None
    typer.echo(f"{count} points of {len({row.principal for row in points})} principals")
    for place in made:
        typer.echo(f"  {place}.crt and .key: bring them to {place.name}")


@devices_app.command("revoke")
def revoke_command(
    folder: Folder,
    name: Annotated[str, typer.Argument(help="The principal")],
    games: GamesCode = "",
) -> None:
    """Let nothing a principal says be stored from now on, and refuse its next connection."""
    import datetime as dt

    from sportsbrain.committee.queries import get_games
    from sportsbrain.feeds.mqtt.broker import BrokerFolderError, revoke_certificate
    from sportsbrain.village.actions import revoke_principal
    from sportsbrain.village.errors import VillageError

    found = get_games(code=games)
    if found is None:
        raise fail(2, f"devices revoke: no Games {games!r}")
    try:
        revoke_principal(games_id=found.id, name=name, by="command line",
                         now=dt.datetime.now(dt.UTC))  # fmt: skip
        revoke_certificate(folder, name)
    except (VillageError, BrokerFolderError) as error:
        raise fail(3, f"devices revoke: {error}") from None
    typer.echo("revoked; tell the broker to read its list: pkill -HUP mosquitto")


@devices_app.command("ingest")
def ingest_command(
    folder: Folder,
    host: Annotated[str, typer.Option(help="Where the broker is")] = "localhost",
    port: Annotated[int, typer.Option(help="Port")] = 8883,
    session: Annotated[str, typer.Option(help="Name of the session")] = "sportsbrain-ingest",
) -> None:
    """Store what devices say, until it is stopped; nothing is acknowledged before it is stored."""
    import logging
    import signal
    from types import FrameType

    from sportsbrain.feeds.mqtt.broker import tls_of
    from sportsbrain.feeds.mqtt.jobs import Ingest
    from sportsbrain.feeds.mqtt.receiver import Receiver

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if not (folder / "ingest.crt").exists():
        raise fail(2, f"devices ingest: {folder} has no broker: `sportsbrain devices init`")
    own = Ingest(receiver=Receiver(host, port, session, tls_of(folder)))

    def end(_signal: int, _frame: FrameType | None) -> None:
        own.stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    typer.echo(f"storing what comes from {host}:{port}; Ctrl-C stops")
    own.run()
    typer.echo(f"{own.stored} stored, {own.refused} refused in {own.batches} batches")


def _is_yes(word: str) -> bool:
    return word.lower() in {"yes", "y", "1", "true", "x"}


@devices_app.command("home")
def home_command(folder: Folder, games: GamesCode = "") -> None:
    """Let Home Assistant hear what is marked as home, and make its certificate."""
    from sportsbrain.committee.queries import get_games
    from sportsbrain.feeds.mqtt.broker import BrokerFolderError, let_home_hear
    from sportsbrain.village.queries import home_rows

    found = get_games(code=games)
    if found is None:
        raise fail(2, f"devices home: no Games {games!r}")
    rows = home_rows(games_id=found.id)
    try:
        place = let_home_hear(folder, [(row.principal, row.device, row.key) for row in rows])
    except (BrokerFolderError, OSError) as error:
        raise fail(3, f"devices home: {error}") from None
    typer.echo(f"{len(rows)} points; bring {place}.crt, .key and {folder / 'ca.crt'} to it")
    typer.echo("tell the broker to read its rights again: pkill -HUP mosquitto")


@devices_app.command("speak")
def speak_command(
    folder: Folder,
    games: GamesCode = "",
    host: Annotated[str, typer.Option(help="Where the broker is")] = "localhost",
    port: Annotated[int, typer.Option(help="Port")] = 8883,
) -> None:
    """Send commands to devices as they are asked for; tell Home Assistant which there are."""
    import signal
    import threading
    from types import FrameType

    from sportsbrain.committee.queries import get_games
    from sportsbrain.feeds.mqtt.broker import SPEAKER, tls_of
    from sportsbrain.feeds.mqtt.speaker import Speaker
    from sportsbrain.village.exports import discovery
    from sportsbrain.village.queries import home_rows

    found = get_games(code=games)
    if found is None:
        raise fail(2, f"devices speak: no Games {games!r}")
    if not (folder / f"{SPEAKER}.crt").exists():
        raise fail(
            2, f"devices speak: {folder} has no speaker: make a new folder by `devices init`"
        )
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    rows = discovery(home_rows(games_id=found.id))
    own = Speaker(games_id=found.id, host=host, port=port, discovery=rows,
                  tls=tls_of(folder, folder / SPEAKER))  # fmt: skip
    typer.echo(f"{len(rows)} devices for Home Assistant; commands go out; Ctrl-C stops")
    own.run(stop)


def _points(path: pathlib.Path) -> "list[PointValues]":
    """Return the points of a CSV file; what can't be read is an error with its line."""
    from sportsbrain.village.actions import PointValues
    from sportsbrain.village.errors import VillageError
    from sportsbrain.vocabulary.devices import PointKind, ValueKind
    from sportsbrain.vocabulary.lists import ListError, read_list

    found = []
    needed = ("principal", "device", "point")
    try:
        for line, cells in read_list(path.read_bytes(), columns=COLUMNS, needed=needed):
            try:
                found.append(PointValues(
                    principal=cells["principal"], device=cells["device"], key=cells["point"],
                    kind=PointKind(cells["kind"] or "state"),
                    value_kind=ValueKind(cells["value"] or "number"), unit=cells["unit"][:20],
                    stale_after=int(cells["stale_after"] or 900),
                    device_kind=cells["device_kind"][:40], building=cells["building"][:40],
                    place=cells["place"][:80], is_home=_is_yes(cells["home"]),
                    may_be_told=_is_yes(cells["told"]),
                ))  # fmt: skip
            except ValueError as error:
                message = f"{path.name}, line {line}: {error}"
                raise VillageError(message) from None
    except ListError as error:
        message = f"{path.name}: {', '.join(error.columns)} {error}"
        raise VillageError(message) from None
    return found
