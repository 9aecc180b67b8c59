"""A hundred thousand come to a drop: drawn among the early, in order after; no gain by numbers."""

import datetime as dt
import itertools
import random
from collections.abc import Sequence

from django.db import connection

from sportsbrain.bench.rows import BenchRow
from sportsbrain.committee.queries import GamesRow
from sportsbrain.shop.actions import join_line, save_drop
from sportsbrain.shop.queries import HOME_MAX, Joining

EARLY, LATE, AT_ONCE, CONNECTIONS = 70_000, 30_000, 1_000, 1_000


def line(games: GamesRow) -> list[BenchRow]:
    """Return how places are spread, in the bench's own database."""
    from scipy import stats

    starts = dt.datetime(2030, 7, 20, 12, tzinfo=dt.UTC)
    save_drop(games_id=games.id, code="LINE", sku="MASCOT", channel="web", starts_at=starts,
              draw_seconds=3_600, admitted_a_second=500)  # fmt: skip
    before = starts - dt.timedelta(minutes=10)
    dice = random.Random(1)  # noqa: S311  # who comes when, not who is drawn
    early = [f"e{n:06}" for n in range(EARLY)]
    _come(games, early, before, dice)
    _come(games, ["one-bot"] * CONNECTIONS, before, dice)  # a thousand connections of one person
    crowd = [f"bot-{n:04}" for n in range(CONNECTIONS)]  # a thousand names at one address
    _come(games, crowd, before, dice, home="10.0.0.1")
    late = [f"l{n:06}" for n in range(LATE)]
    places = _come(games, late, starts, dice)
    places |= _come(games, [*early, "one-bot", *crowd], starts, dice)
    alike = EARLY + 1 + HOME_MAX  # the crowd of one address but four stand behind all of these
    found = [(places[person] - 0.5) / alike for person in early]
    tenth = stats.kstest(found[: EARLY // 10], "uniform")
    whole = stats.kstest(found, "uniform")
    order = [places[person] for person in late]
    front = sum(places[person] <= alike for person in crowd)
    return [
        BenchRow(line=3, case="KS distance of the first tenth from uniform",
                 value=float(tenth.statistic), unit="", peer="p", peer_value=float(tenth.pvalue)),
        BenchRow(line=3, case="p of the first tenth to come", value=float(tenth.pvalue), unit="",
                 op=">=", target=0.001),
        BenchRow(line=3, case="KS distance of all early ones", value=float(whole.statistic),
                 unit="", op="<=", target=0.02),
        BenchRow(line=3, case="late ones behind an earlier one",
                 value=sum(a > b for a, b in itertools.pairwise(order)), unit="people",
                 op="==", target=0),
        BenchRow(line=3, case="places of one person's 1,000 connections", value=_rows_of("one-bot"),
                 unit="places", op="==", target=1),
        BenchRow(line=3, case="of 1,000 names at one address, drawn like others", value=front,
                 unit="people", op="<=", target=4),
    ]  # fmt: skip


def _rows_of(person: str) -> int:
    """Return how many places a person has in the table, whatever was answered."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM shop_dropplace WHERE person = %s", [person])
        return int(cursor.fetchone()[0])


def _come(
    games: GamesRow, people: Sequence[str], at: dt.datetime, dice: random.Random, home: str = ""
) -> dict[str, int]:
    """Let people come, a thousand at once, each from an address of their own unless told."""
    found: dict[str, int] = {}
    for first in range(0, len(people), AT_ONCE):
        some = [
            Joining(person=p, address=home or f"{dice.getrandbits(60):x}", joined_at=at)
            for p in people[first : first + AT_ONCE]
        ]
        places = join_line(games_id=games.id, drop="LINE", joining=some, now=at)
        found |= {person: place for person, place in places.items() if place is not None}
    return found
