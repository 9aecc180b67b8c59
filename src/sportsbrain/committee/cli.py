"""`sportsbrain seats` and `sportsbrain token`: who works for a Games, and their programs."""

import csv
import datetime as dt
import pathlib
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from sportsbrain.ui.terminal import fail

app = typer.Typer()
seats = typer.Typer(no_args_is_help=True, help="Who works for a Games, from a list.")
tokens = typer.Typer(no_args_is_help=True, help="Tokens of people's programs.")
app.add_typer(seats, name="seats")
app.add_typer(tokens, name="token")
COLUMNS = ("username", "name", "email", "role", "discipline", "areas", "venues")
GamesCode = Annotated[str, typer.Option("--games", help="Code of the Games")]
Username = Annotated[str, typer.Argument(help="Whose")]


@seats.command("import")
def import_command(
    path: Annotated[pathlib.Path, typer.Argument(help=f"CSV: {', '.join(COLUMNS)}")],
    games: GamesCode = "",
    whole: Annotated[
        bool, typer.Option("--whole", help="Who is not on the list loses the seat")
    ] = False,
) -> None:
    """Seat everybody of a list, or nobody when a line is wrong."""
    from sportsbrain.committee.actions import seat_people
    from sportsbrain.committee.errors import SeatError

    found = _games(games)
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file)
            _check_head(rows.fieldnames or [])
            people = [_seating(number, row) for number, row in enumerate(rows, 2)]
        done = seat_people(games_id=found.id, people=people, actor="console", is_whole=whole)
    except (OSError, UnicodeDecodeError, csv.Error, SeatError) as error:
        raise fail(2, f"seats import: {path}: {error}; nothing was changed") from None
    typer.echo(f"{done.added} seated, {done.changed} with another role, {done.removed} gone")


def _check_head(names: Sequence[str]) -> None:
    """Refuse a list with columns that nobody knows: a wrong name would widen a seat."""
    from sportsbrain.committee.errors import SeatError

    unknown = sorted(set(names) - set(COLUMNS))
    missing = sorted({"username", "role"} - set(names))
    if unknown or missing:
        message = f"line 1: columns are {', '.join(COLUMNS)}; "
        message += f"not {', '.join(unknown)}" if unknown else f"{', '.join(missing)} is missing"
        raise SeatError(message)


def _seating(number: int, row: dict[str, str]) -> Any:
    from sportsbrain.committee.actions import Seating
    from sportsbrain.committee.errors import SeatError
    from sportsbrain.vocabulary.areas import Area
    from sportsbrain.vocabulary.statuses import Role

    values = {name: (row.get(name) or "").strip() for name in COLUMNS}
    roles, areas = [role.value for role in Role], [area.value for area in Area]
    if not values["username"]:
        message = f"line {number}: no username"
        raise SeatError(message)
    if values["role"] not in roles:
        message = f"line {number}: role {values['role']!r}; there are {', '.join(roles)}"
        raise SeatError(message)
    unknown = sorted(set(values["areas"].split()) - set(areas))
    if unknown:
        message = f"line {number}: area {unknown[0]!r}; there are {', '.join(areas)}"
        raise SeatError(message)
    return Seating(
        username=values["username"], name=values["name"] or values["username"],
        email=values["email"], role=Role(values["role"]), discipline=values["discipline"],
        areas=tuple(map(Area, values["areas"].split())) if "areas" in row else None,
        venues=tuple(values["venues"].split()) if "venues" in row else None,
    )  # fmt: skip


@tokens.command("make")
def make_command(
    username: Username,
    name: Annotated[str, typer.Option(help="What it is for, for people")],
    games: Annotated[str, typer.Option(help="For one Games alone")] = "",
    only: Annotated[
        str, typer.Option(help="For these alone: what follows the code, such as scans,queues")
    ] = "",
    read: Annotated[bool, typer.Option("--read", help="Reads and writes nothing")] = False,
    days: Annotated[int, typer.Option(min=0, help="Runs out after so many days; 0: never")] = 90,
) -> None:
    """Make a token and say it, this once."""
    from sportsbrain.committee.actions import make_api_token
    from sportsbrain.committee.queries import user_id_of

    user = user_id_of(username=username)
    if user is None:
        raise fail(2, f"token make: nobody is called {username!r}")
    if games:
        _games(games)
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(days=days) if days else None
    areas = [word for word in only.split(",") if word]
    typer.echo(make_api_token(user_id=user, name=name, reads_only=read, games=games, areas=areas,
                              expires_at=ends))  # fmt: skip


@tokens.command("list")
def list_command(username: Username) -> None:
    """Show the tokens of a person: what they are for, when they run out."""
    from sportsbrain.committee.queries import tokens_of

    for name, words, ends in tokens_of(username=username):
        typer.echo(f"{name}: {words}; {f'until {ends:%Y-%m-%d}' if ends else 'without end'}")


@tokens.command("revoke")
def revoke_command(username: Username, name: Annotated[str, typer.Option(help="Which")]) -> None:
    """End a token at once."""
    from sportsbrain.committee.actions import revoke_api_token

    count = revoke_api_token(username=username, name=name, now=dt.datetime.now(dt.UTC))
    if not count:
        raise fail(2, f"token revoke: {username} has no token {name!r}")
    typer.echo(f"{count} ended")


def _games(code: str) -> Any:
    from sportsbrain.committee.queries import get_games

    found = get_games(code=code)
    if found is None:
        raise fail(2, f"no Games {code!r}: say its code with --games")
    return found
