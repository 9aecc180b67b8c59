"""`sportsbrain shop`."""

from typing import Annotated

import typer

from sportsbrain.plans.exports import Face, planner_commands
from sportsbrain.ui.terminal import fail

FACES = {
    "retail": Face(seconds=60.0, text="Say what to move between warehouse and stores tonight."),
    "markdown": Face(seconds=60.0, text="Say what costs less from tomorrow until the end."),
}
plan_app, check_app = planner_commands(FACES, slice_name="shop")
app = typer.Typer()
shop_app = typer.Typer(no_args_is_help=True, help="The shop: the intake of orders.")
app.add_typer(shop_app, name="shop")
GamesCode = Annotated[str, typer.Option(help="Code of the Games")]


@shop_app.command("intake")
def intake_command(
    games: GamesCode = "",
    host: Annotated[str, typer.Option(help="Where to listen")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0: any free one")] = 8010,
    test_payments: Annotated[
        bool, typer.Option(help="Let requests say that they are paid: never where people buy")
    ] = False,
) -> None:
    """Take orders: gathers requests, settles them together, answers after the commit."""
    import asyncio
    import contextlib

    from sportsbrain.committee.queries import get_games
    from sportsbrain.shop.jobs import serve_intake

    found = get_games(code=games)
    if found is None:
        raise fail(2, f"shop intake: no Games {games!r}")
    with contextlib.suppress(ImportError):
        import uvloop

        uvloop.install()
    asyncio.run(
        serve_intake(
            games_id=found.id,
            host=host,
            port=port,
            may_be_paid=test_payments,
            on_ready=lambda at: typer.echo(f"orders: http://{host}:{at}/orders"),
        )
    )


@shop_app.command("tickets")
def tickets_command(
    games: GamesCode = "", channel: Annotated[str, typer.Option(help="Where they are sold")] = "web"
) -> None:
    """Sell tickets of the sessions in the schedule of now."""
    import datetime as dt

    from sportsbrain.committee.queries import get_games
    from sportsbrain.shop.actions import begin_tickets
    from sportsbrain.shop.errors import ShopError

    found = get_games(code=games)
    if found is None:
        raise fail(2, f"shop tickets: no Games {games!r}")
    try:
        count = begin_tickets(games=found, channel=channel, now=dt.datetime.now(dt.UTC))
    except ShopError as error:
        raise fail(2, f"shop tickets: {error}") from error
    typer.echo(f"{count} sessions are new: /shop/{found.code}/?collection=tickets")


@shop_app.command("labels")
def labels_command(
    sku: Annotated[str, typer.Argument(help="Of which article")],
    count: Annotated[int, typer.Argument(help="How many")],
    games: GamesCode = "",
    batch: Annotated[str, typer.Option(help="Name of the delivery or print run")] = "",
    home: Annotated[
        str, typer.Option(help="Address of the shop, such as https://…/shop/CODE")
    ] = "",
) -> None:
    """Issue signed serials of an article; writes a line of CSV for each label."""
    import csv
    import datetime as dt
    import sys

    from sportsbrain.committee.queries import get_games
    from sportsbrain.credentials.errors import KeyMissingError
    from sportsbrain.shop.actions import make_labels
    from sportsbrain.shop.errors import ShopError

    found = get_games(code=games)
    if found is None:
        raise fail(2, f"shop labels: no Games {games!r}")
    if not home:
        raise fail(2, "shop labels: --home is what each code begins with")
    try:
        made = make_labels(games=found, sku=sku, count=count, batch=batch,
                           now=dt.datetime.now(dt.UTC))  # fmt: skip
    except (ShopError, KeyMissingError) as error:
        raise fail(2, f"shop labels: {error}") from error
    writer = csv.writer(sys.stdout)
    writer.writerow(("sku", "gtin", "serial", "code"))
    writer.writerows((sku, gtin, serial, home.rstrip("/") + path) for gtin, serial, path in made)


@shop_app.command("follow")
def follow_command(
    games: GamesCode = "",
    every: Annotated[int, typer.Option(help="Seconds between rounds; 0: one round")] = 0,
) -> None:
    """Expire unpaid orders, issue tickets, tell holders of moved sessions, send mails."""
    import datetime as dt
    import time

    from sportsbrain.committee.queries import get_games
    from sportsbrain.shop.jobs import follow_shop

    found = get_games(code=games)
    if found is None:
        raise fail(2, f"shop follow: no Games {games!r}")
    while True:
        done = follow_shop(games=found, now=dt.datetime.now(dt.UTC))
        typer.echo(
            f"{done.expired} orders expired, {done.tickets} tickets issued,"
            f" {done.moved} sessions changed, {done.told} buyers"
            f" told of moves, {done.written} mails sent, {done.not_written} wait"
        )
        if not every:
            return
        time.sleep(every)


@shop_app.command("hooks")
def hooks_command(
    every: Annotated[int, typer.Option(help="Seconds between rounds; 0: one round")] = 0,
) -> None:
    """Tell hooks what happened: signed, in order, again until they say that they have it."""
    import datetime as dt
    import time

    from sportsbrain.live.jobs import follow_hooks

    while True:
        told, failed = follow_hooks(now=dt.datetime.now(dt.UTC))
        if told or failed or not every:
            typer.echo(f"{told} messages told, {failed} addresses did not answer")
        if not every:
            return
        time.sleep(every)


@shop_app.command("begin")
def begin_command(games: GamesCode = "") -> None:
    """Fill an empty shop with invented wares, to look around."""
    import datetime as dt

    from sportsbrain.committee.queries import get_games
    from sportsbrain.shop.actions import begin_shop

    found = get_games(code=games)
    if found is None:
        raise fail(2, f"shop begin: no Games {games!r}")
    count = begin_shop(games=found, now=dt.datetime.now(dt.UTC))
    typer.echo(f"{count} products: /shop/{found.code}/")


@shop_app.command("buyer")
def buyer_command(
    email: Annotated[str, typer.Argument(help="Mail address of the buyer")],
    games: GamesCode = "",
    erase: Annotated[
        bool, typer.Option("--erase", help="Erase who it was; amounts stay; it can't be undone")
    ] = False,
) -> None:
    """Show what the shop knows of a buyer, as JSON; or erase who it was."""
    import datetime as dt
    import json

    from sportsbrain.committee.queries import get_games
    from sportsbrain.shop.actions import erase_buyer
    from sportsbrain.shop.queries import known_of_buyer

    found = get_games(code=games)
    if found is None:
        raise fail(2, f"shop buyer: no Games {games!r}")
    if not erase:
        typer.echo(
            json.dumps(known_of_buyer(games_id=found.id, email=email), default=str, indent=1)
        )
        return
    done = erase_buyer(games=found, email=email, actor="console", now=dt.datetime.now(dt.UTC))
    typer.echo(f"{len(done.erased)} orders belong to nobody now; invoices stay as the law wants")
    if done.going_on:
        left = ", ".join(str(number) for number in done.going_on)
        typer.echo(f"not over yet, ask again later: {left}", err=True)
        raise typer.Exit(1)
