"""What was decided: changes that hold for every plan."""

import datetime as dt
from dataclasses import dataclass, replace

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.models import Decision
from sportsbrain.vocabulary.changes import (
    Change,
    ChangeError,
    LargerDelegation,
    LateArrival,
    Seats,
    Withdrawal,
    change_of,
    of_kind,
)
from sportsbrain.vocabulary.planning import Order
from sportsbrain.world.queries import PersonFact, SiteFact, person_facts, site_facts


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """One approved change that has not been withdrawn."""

    id: int
    change: Change
    title: str
    decided_by: str
    decided_at: dt.datetime


def decisions_of(*, games_id: int) -> tuple[DecisionRow, ...]:
    """Return the changes that hold, in the order they were decided."""
    rows = Decision.objects.filter(games_id=games_id, withdrawn_at__isnull=True).order_by("id")
    return tuple(
        DecisionRow(
            id=row.pk,
            change=change_of(row.change),
            title=row.title,
            decided_by=row.decided_by,
            decided_at=row.decided_at,
        )
        for row in rows
    )


def changes_for(*, games_id: int, order: Order) -> tuple[Change, ...]:
    """
    Return what differs from the facts: what was decided, then what is asked.

    A decision about somebody who does not come any more, by the facts, has nothing left to say.
    """
    decided = tuple(row.change for row in decisions_of(games_id=games_id))
    if any(isinstance(change, Withdrawal | LateArrival | LargerDelegation) for change in decided):
        decided = _still_true(decided, person_facts(games_id=games_id))
    return decided + order.changes


def _still_true(decided: tuple[Change, ...], people: list[PersonFact]) -> tuple[Change, ...]:
    """Return decisions whose people and delegations are there; a reserve who is not is left out."""
    codes = {person.code for person in people}
    delegations = {person.organisation for person in people}
    found: list[Change] = []
    for change in decided:
        if isinstance(change, Withdrawal):
            if change.participant in codes:
                is_there = change.reserve in codes
                found.append(change if is_there else replace(change, reserve=""))
        elif isinstance(change, LateArrival | LargerDelegation):
            if change.delegation in delegations:
                found.append(change)
        else:
            found.append(change)
    return tuple(found)


def sites_now(*, games: GamesRow, changes: tuple[Change, ...]) -> list[SiteFact]:
    """
    Return the venues, by code, with the seats that changes give them.

    Raises
    ------
    ChangeError
        When a change names a venue that is not there.

    """
    seats = {change.venue: change.seats for change in of_kind(changes, Seats)}
    sites = site_facts(games_id=games.id)
    unknown = sorted(seats.keys() - {site.code for site in sites})
    if unknown:
        message = f"no venue {unknown[0]}; known are {', '.join(site.code for site in sites)}"
        raise ChangeError(message)
    return [
        replace(site, spectators_max=seats.get(site.code, site.spectators_max)) for site in sites
    ]


def people_now(*, games: GamesRow, changes: tuple[Change, ...]) -> list[PersonFact]:
    """
    Return the participants, by code, after withdrawals: a reserve has the events of who is gone.

    Raises
    ------
    ChangeError
        When a withdrawal names somebody who is not there.

    """
    people = {person.code: person for person in person_facts(games_id=games.id)}
    for change in of_kind(changes, Withdrawal):
        gone = people.pop(change.participant, None)
        if gone is None:
            message = f"no participant {change.participant!r} is there to withdraw"
            raise ChangeError(message)
        if not change.reserve:
            continue
        comes = people.get(change.reserve)
        if comes is None:
            message = f"no participant {change.reserve!r} could come instead"
            raise ChangeError(message)
        events = tuple(sorted({*comes.events, *gone.events}))
        people[comes.code] = replace(comes, events=events)
    return list(people.values())
