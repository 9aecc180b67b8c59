"""The gate for tickets: which sessions there are, and what a ticket is worth at one."""

import datetime as dt
from dataclasses import dataclass, replace

from sportsbrain.committee.queries import GamesRow
from sportsbrain.credentials.queries import is_revoked, keys_of
from sportsbrain.plans.queries import Sources, schedule_now
from sportsbrain.vocabulary.proofs import Colour, Verdict, judge

TICKET, ENTRY = "ticket", "ENTRY"
AROUND = dt.timedelta(hours=36)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionAtGate:
    """A session that a gate may open for."""

    code: str
    starts_at: dt.datetime
    ends_before: dt.datetime


def sessions_around(*, games: GamesRow, moment: dt.datetime) -> tuple[SessionAtGate, ...]:
    """Return the sessions of these days, those that are not over first."""
    schedule = schedule_now(games=games, sources=Sources())
    rows = [
        SessionAtGate(
            code=session.code,
            starts_at=schedule.epoch + dt.timedelta(seconds=session.starts_at),
            ends_before=schedule.epoch + dt.timedelta(seconds=session.ends_before),
        )
        for session in schedule.sessions
    ]
    near = [row for row in rows if abs(row.starts_at - moment) <= AROUND]
    return tuple(sorted(near or rows, key=lambda row: (row.ends_before <= moment, row.starts_at)))


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
