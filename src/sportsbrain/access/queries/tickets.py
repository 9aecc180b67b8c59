"""The gate for tickets: which sessions there are, and what a ticket is worth at one."""

import datetime as dt
from dataclasses import dataclass, replace

from sportsbrain.committee.queries import GamesRow
from sportsbrain.credentials.queries import is_revoked, keys_of
from sportsbrain.ledger.queries import location_rows
from sportsbrain.vocabulary.proofs import Colour, Verdict, judge
from sportsbrain.vocabulary.trade import LocationKind

TICKET, ENTRY = "ticket", "ENTRY"
AROUND = dt.timedelta(hours=18)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionAtGate:
    """A session that places were sold of: its code is in tickets, its name says when it is."""

    code: str
    name: str
    starts_at: dt.datetime | None


def sessions_around(*, games: GamesRow, moment: dt.datetime) -> tuple[SessionAtGate, ...]:
    """Return the sessions that tickets are sold of, those nearest to a moment first."""
    found = [
        _session(row.code, row.name)
        for row in location_rows(games_id=games.id)
        if row.kind == LocationKind.SESSION.value
    ]

    def distance(row: SessionAtGate) -> tuple[bool, dt.timedelta, str]:
        away = abs(row.starts_at - moment) if row.starts_at else dt.timedelta.max
        return row.starts_at is None, away, row.code

    near = [row for row in found if row.starts_at and abs(row.starts_at - moment) <= AROUND]
    return tuple(sorted(near or found, key=distance))


def _session(code: str, text: str) -> SessionAtGate:
    """Return a session of the name of its places: when, then what."""
    word, _, name = text.partition(" ")
    try:
        return SessionAtGate(code=code, name=name, starts_at=dt.datetime.fromisoformat(word))
    except ValueError:
        return SessionAtGate(code=code, name=text, starts_at=None)


def judge_ticket(*, games: GamesRow, text: str, session: str, moment: dt.datetime) -> Verdict:
    """Return what a ticket is worth at a session, used or not; the database is the list."""
    verdict = judge(
        text, keys=keys_of(games=games), statuses=None, issuer=games.code, moment=moment,
        asked=("session", session, ENTRY),
    )  # fmt: skip
    if verdict.proof is None or verdict.colour == Colour.RED:
        return verdict
    if verdict.proof.kind != TICKET:
        return replace(verdict, colour=Colour.RED, reason="this is no ticket")
    if is_revoked(games=games, kind=TICKET, number=verdict.proof.number):
        return replace(verdict, colour=Colour.RED, reason="given back or exchanged")
    return replace(verdict, colour=Colour.GREEN, reason="valid")
