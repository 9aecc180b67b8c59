"""`sportsbrain people`, `sportsbrain cards`, `sportsbrain verify`."""

import datetime as dt
import json
import pathlib
from typing import TYPE_CHECKING, Annotated

import typer

from sportsbrain.plans.exports import Face, planner_commands
from sportsbrain.ui.terminal import fail

if TYPE_CHECKING:
    from sportsbrain.committee.queries import GamesRow

FACES = {
    "arrivals": Face(
        seconds=60.0,
        text="Say what arrivals need: desks by the quarter of an hour, buses, beds.",
    ),
}
plan_app, check_app = planner_commands(FACES, slice_name="access")
app = typer.Typer()
people_app = typer.Typer(no_args_is_help=True, help="People: duplicates, duties, retention.")
cards_app = typer.Typer(no_args_is_help=True, help="Cards: keys, issue, print, cancel, lists.")
app.add_typer(people_app, name="people")
app.add_typer(cards_app, name="cards")
GamesCode = Annotated[str, typer.Option(help="Code of the Games")]


def _games(code: str) -> "GamesRow":
    from sportsbrain.committee.queries import get_games

    games = get_games(code=code)
    if games is None:
        raise fail(2, f"no Games {code!r}")
    return games


@people_app.command("duplicates")
def duplicates_command(games: GamesCode = "") -> None:
    """Compare everybody and propose pairs; a person decides them on the page."""
    from sportsbrain.access.actions import By
    from sportsbrain.access.planning import propose_duplicates

    by = By(name="command line", now=dt.datetime.now(dt.UTC))
    typer.echo(f"{propose_duplicates(games=_games(games), by=by)} pairs wait for a decision")


@people_app.command("duty")
def duty_command(
    username: Annotated[str, typer.Argument(help="User name; made when it is new")],
    duty: Annotated[str, typer.Argument(help="register, registration, vetting, cards, gate …")],
    games: GamesCode = "",
    organisation: Annotated[str, typer.Option(help="For one organisation")] = "",
) -> None:
    """Give a user a duty with people."""
    from sportsbrain.access.actions import By, give_duty
    from sportsbrain.access.queries import user_id_of
    from sportsbrain.committee.actions import seat_person
    from sportsbrain.vocabulary.people import Duty
    from sportsbrain.vocabulary.statuses import Role

    found = _games(games)
    by = By(name="command line", now=dt.datetime.now(dt.UTC))
    try:
        user_id = user_id_of(games=found, username=username) or seat_person(
            games_id=found.id, username=username, display_name=username, role=Role.PORTAL,
            actor=by.name,
        )  # fmt: skip
        give_duty(games=found, user_id=user_id, duty=Duty(duty), client=organisation, by=by)
    except ValueError as error:
        raise fail(2, f"people duty: {error}") from None
    typer.echo(f"{username}: {duty} {organisation}")


@people_app.command("retention")
def retention_command(
    games: GamesCode = "",
    days: Annotated[int, typer.Option(help="After the Games; 0: those of the rules")] = 0,
) -> None:
    """Erase everybody whose time is over."""
    from sportsbrain.access.actions import By, erase_old
    from sportsbrain.plans.queries import load_slice_rules

    found = _games(games)
    rules = load_slice_rules("access", found.rules_name)
    by = By(name="retention", now=dt.datetime.now(dt.UTC))
    erased = erase_old(games=found, days=days or int(rules["retention_days"]), by=by)
    typer.echo(f"{erased} people erased")


@cards_app.command("key")
def key_command(games: GamesCode = "") -> None:
    """Make a new key to sign with; old cards still verify."""
    from sportsbrain.credentials.actions import rotate_key

    kid = rotate_key(games=_games(games), actor="command line", now=dt.datetime.now(dt.UTC))
    typer.echo(f"key {kid}; its private half lies in var/keys: keep it where no page runs")


@cards_app.command("issue")
def issue_command(
    games: GamesCode = "",
    organisation: Annotated[str, typer.Option(help="Only of this organisation")] = "",
) -> None:
    """Issue a card to everybody who is approved and cleared and has none."""
    from sportsbrain.access.actions import By, issue_cards
    from sportsbrain.access.errors import AccessError
    from sportsbrain.access.queries import ready_for_cards

    found = _games(games)
    by = By(name="command line", now=dt.datetime.now(dt.UTC))
    try:
        ready = ready_for_cards(games=found, client=organisation)
        issued = issue_cards(games=found, numbers=ready, by=by)
    except AccessError as error:
        raise fail(3, f"cards issue: {error}") from None
    typer.echo(f"{len(issued)} cards issued")


@cards_app.command("print")
def print_command(
    path: Annotated[pathlib.Path, typer.Argument(help="PDF to write")],
    games: GamesCode = "",
    organisation: Annotated[str, typer.Option(help="Only of this organisation")] = "",
    size: Annotated[str, typer.Option(help="a6 or cr80")] = "a6",
) -> None:
    """Print the cards that are not printed yet."""
    from sportsbrain.access.actions import By, print_cards
    from sportsbrain.access.exports import cards_pdf
    from sportsbrain.access.queries import card_faces, valid_cards
    from sportsbrain.credentials.errors import KeyMissingError

    found = _games(games)
    if size not in {"a6", "cr80"}:
        raise fail(2, "cards print: --size a6 or cr80")
    by = By(name="command line", now=dt.datetime.now(dt.UTC))
    numbers = valid_cards(games=found, client=organisation, only_unprinted=True)
    try:
        texts = print_cards(games=found, numbers=numbers, by=by)
    except KeyMissingError as error:
        raise fail(3, f"cards print: {error}") from None
    faces = card_faces(games=found, numbers=tuple(texts))
    path.write_bytes(cards_pdf(games=found, faces=faces, texts=texts, size=size))
    typer.echo(f"{len(faces)} cards in {path}")


@cards_app.command("cancel")
def cancel_command(
    number: Annotated[str, typer.Argument(help="Number of the card")],
    why: Annotated[str, typer.Option(help="Lost, stolen …")],
    games: GamesCode = "",
) -> None:
    """Cancel a card: gates refuse it from the next scan on."""
    from sportsbrain.access.actions import By, cancel_card
    from sportsbrain.access.errors import AccessError, UnknownPersonError

    by = By(name="command line", now=dt.datetime.now(dt.UTC))
    try:
        cancel_card(games=_games(games), number=number, why=why, by=by)
    except (AccessError, UnknownPersonError) as error:
        raise fail(3, f"cards cancel: {error}") from None
    typer.echo(f"{number} is cancelled")


@cards_app.command("offline")
def offline_command(
    folder: Annotated[pathlib.Path, typer.Argument(help="Where keys.json and cancelled.bin go")],
    games: GamesCode = "",
) -> None:
    """Write what a gate without network needs: public keys, and the signed list."""
    from sportsbrain.credentials.actions import sign_status_list
    from sportsbrain.credentials.errors import KeyMissingError
    from sportsbrain.credentials.queries import keys_of

    found = _games(games)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        signed = sign_status_list(games=found, now=dt.datetime.now(dt.UTC))
    except KeyMissingError as error:
        raise fail(3, f"cards offline: {error}") from None
    keys = {kid: public.hex() for kid, public in keys_of(games=found).items()}
    (folder / "keys.json").write_text(json.dumps({"issuer": found.code, "keys": keys}))
    (folder / "cancelled.bin").write_bytes(signed)
    typer.echo(f"keys.json and cancelled.bin are in {folder}")


@app.command("verify")
def verify_command(
    text: Annotated[
        str, typer.Argument(help="What the scanner read: SB1:… or the address of a label")
    ],
    keys: Annotated[pathlib.Path, typer.Option(help="keys.json")] = pathlib.Path("keys.json"),
    cancelled: Annotated[pathlib.Path | None, typer.Option("--list", help="cancelled.bin")] = None,
    gate: Annotated[str, typer.Option(help="Such as 'zone V01 B'")] = "",
    at: Annotated[str, typer.Option(help="Moment to judge at; now when left out")] = "",
) -> None:
    """
    Judge a card, a ticket or a label without network or database.

    Exit code 0 green, 1 red, 5 amber.
    """
    from sportsbrain.vocabulary.labels import LINK, is_genuine, parse_link
    from sportsbrain.vocabulary.proofs import Colour, ProofError, judge, read_list

    try:
        found = json.loads(keys.read_text())
        known = {kid: bytes.fromhex(public) for kid, public in found["keys"].items()}
        statuses = read_list(cancelled.read_bytes(), known) if cancelled else None
        moment = dt.datetime.fromisoformat(at) if at else dt.datetime.now(dt.UTC)
    except (OSError, ValueError, KeyError, ProofError) as error:
        raise fail(3, f"verify: {error}") from None
    if LINK.search(text):
        label, mark = parse_link(text, found["issuer"])
        is_ours = is_genuine(label, mark, known)
        typer.echo(f"GREEN real {label.gtin} {label.serial}" if is_ours else "RED not real")
        raise typer.Exit(0 if is_ours else 1)
    words = gate.split()
    if words and len(words) != 3:
        raise fail(2, "verify: --gate is kind, place and code, such as 'zone V01 B'")
    verdict = judge(
        text,
        keys=known,
        statuses=statuses,
        issuer=found["issuer"],
        moment=moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC),
        asked=(words[0], words[1], words[2]) if words else None,
    )
    number = verdict.proof.number if verdict.proof else ""
    typer.echo(f"{verdict.colour.upper()} {verdict.reason} {number}".rstrip())
    codes = {Colour.GREEN: 0, Colour.RED: 1, Colour.AMBER: 5}
    raise typer.Exit(codes[verdict.colour])
