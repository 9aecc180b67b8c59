"""`sportsbrain payments`."""

import datetime as dt
import time
from typing import Annotated

import typer

from sportsbrain.ui.terminal import fail

app = typer.Typer()
payments_app = typer.Typer(no_args_is_help=True, help="Payments: refunds to send, ends to ask for.")
app.add_typer(payments_app, name="payments")


@payments_app.command("follow")
def follow_command(
    games: Annotated[str, typer.Option(help="Code of the Games")] = "",
    every: Annotated[int, typer.Option(help="Seconds between rounds; 0: one round")] = 0,
) -> None:
    """Send refunds that are due, ask providers for ends nobody told, say what does not add up."""
    from sportsbrain.committee.queries import get_games
    from sportsbrain.feeds.payments.jobs import follow_payments
    from sportsbrain.shop.queries import gift_troubles, payment_troubles

    found = get_games(code=games)
    if found is None:
        raise fail(2, f"payments follow: no Games {games!r}")
    while True:
        now = dt.datetime.now(dt.UTC)
        done = follow_payments(games_id=found.id, games=found.code, now=now)
        troubles = [
            *done.troubles,
            *payment_troubles(games_id=found.id),
            *gift_troubles(games_id=found.id),
        ]
        typer.echo(f"{done.sent} refunds sent, {done.asked} payments asked for")
        for trouble in troubles:
            typer.echo(f"  {trouble}", err=True)
        if not every:
            raise typer.Exit(1 if troubles else 0)
        time.sleep(every)
