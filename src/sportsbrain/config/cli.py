"""The command line root: `sportsbrain`."""

import os
import sys
from typing import Annotated

import typer

root = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Sports Brain: plan the Games, simulate them, run them, re-plan when reality differs.",
    add_completion=False,
)


OFFLINE = (
    ["generate"], ["verify"], ["restore"], ["promote"], ["database"],
    ["channel", "serve"], ["channel", "nginx"], ["channel", "run"],
)  # fmt: skip


@root.callback()
def prepare_all(
    debug: Annotated[bool, typer.Option("--debug", help="Show traces of errors")] = False,
) -> None:
    """Plan the Games, simulate them, run them, re-plan when reality differs."""
    if debug:
        os.environ["SPORTSBRAIN_TRACE"] = "1"
    if any(word in sys.argv for word in ("--help", "template")) or _is_offline():
        return
    start_django()


def _is_offline() -> bool:
    words = [w for w in sys.argv[1:] if not w.startswith("-")]
    return words[:1] in OFFLINE or words[:2] in OFFLINE


def start_django() -> None:
    """Start the database when needed, set Django up and bring the tables up to date."""
    from sportsbrain.config.database import prepare

    prepare()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sportsbrain.config.settings")
    import django

    from sportsbrain.config import tracing

    django.setup()
    tracing.begin(tracing.name_of_command())
    from sportsbrain.config.migrating import bring_up_to_date

    bring_up_to_date()


GROUPS = {
    "plan": "Plan: {names}. Same seed, same choices; each says objective, bound and gap.",
    "check": "Judge a plan rule by rule: {names}; exit code 1 when a hard rule is broken.",
    "compare": "Compare two versions of a plan term by term: {names}.",
    "sweep": "Simulate many days that could be, here or on a cluster of Ray: {names}.",
    "export": "Write a plan to a file: {names}.",
}


def _mount() -> None:
    """Join the command lines of the slices: `plan timetable` comes from sport, and so on."""
    from sportsbrain.access import cli as access_cli
    from sportsbrain.bench import cli as bench_cli
    from sportsbrain.channel import cli as channel_cli
    from sportsbrain.committee import cli as committee_cli
    from sportsbrain.config import backups, exchange, nginx, running, serving, standby
    from sportsbrain.controlroom import cli as controlroom_cli
    from sportsbrain.feeds.arrivals import cli as arrivals_cli
    from sportsbrain.feeds.catalogues import cli as catalogues_cli
    from sportsbrain.feeds.mqtt import cli as mqtt_cli
    from sportsbrain.feeds.odf import cli as odf_cli
    from sportsbrain.feeds.payments import cli as payments_cli
    from sportsbrain.feeds.people import cli as people_cli
    from sportsbrain.feeds.rides import cli as rides_cli
    from sportsbrain.feeds.rooming import cli as rooming_cli
    from sportsbrain.feeds.tables import cli as tables_cli
    from sportsbrain.feeds.villages import cli as villages_cli
    from sportsbrain.rehearsal import cli as rehearsal_cli
    from sportsbrain.shop import cli as shop_cli
    from sportsbrain.sport import cli as sport_cli
    from sportsbrain.transport import cli as transport_cli
    from sportsbrain.venues import cli as venues_cli
    from sportsbrain.village import cli as village_cli
    from sportsbrain.workforce import cli as workforce_cli

    faces = (
        serving, running, backups, exchange, standby, nginx, committee_cli, tables_cli,
        access_cli, people_cli, arrivals_cli, rides_cli, rooming_cli, mqtt_cli, villages_cli,
        catalogues_cli, bench_cli, controlroom_cli, transport_cli, rehearsal_cli, shop_cli,
        village_cli, channel_cli, odf_cli, payments_cli,
    )  # fmt: skip
    for face in faces:
        root.registered_commands += face.app.registered_commands
        root.registered_groups += face.app.registered_groups
    slices = (sport_cli, venues_cli, village_cli, transport_cli, workforce_cli, access_cli,
              shop_cli)  # fmt: skip
    for name, text in GROUPS.items():
        group = typer.Typer(no_args_is_help=True)
        for part in slices:
            own = getattr(part, f"{name}_app", None)
            group.registered_commands += own.registered_commands if own else []
        names = ", ".join(str(command.name) for command in group.registered_commands)
        root.add_typer(group, name=name, help=text.format(names=names))


def main() -> None:
    """Run the command line; errors are one line with what to do, a trace only with --debug."""
    _mount()
    if os.environ.get("SPORTSBRAIN_TRACE") == "1" or "--debug" in sys.argv:
        root()
        return
    try:
        root()
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # noqa: BLE001  # the last line of defence: one line instead of a trace
        sys.stderr.write(f"sportsbrain: {type(error).__name__}: {error}; --debug shows more\n")
        sys.exit(4)
