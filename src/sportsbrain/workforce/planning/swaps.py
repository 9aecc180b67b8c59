"""May somebody take a shift? Judged by the same rules as the roster."""

import datetime as dt

from django.db import transaction

from sportsbrain.brain.roster.check import check_team
from sportsbrain.committee.queries import GamesRow
from sportsbrain.vocabulary.planning import Order
from sportsbrain.workforce.actions import keep_swap, lock_shift
from sportsbrain.workforce.errors import ShiftError
from sportsbrain.workforce.planning.roster import build_roster
from sportsbrain.workforce.queries import all_shifts, open_shifts, team_of


@transaction.atomic
def take_shift(
    *, games: GamesRow, person: str, given_by: str, day: int, shift: int, now: dt.datetime
) -> None:
    """
    Let somebody take a shift of the own team that another gave away.

    Raises
    ------
    ShiftError
        When it is not open, or a rule (rest, days in a row, a day off, hours) forbids it.

    """
    lock_shift(games_id=games.id, day=day, shift=shift)
    team = team_of(games=games, person=person)
    wanted = (given_by, day, shift)
    is_open = any(
        (row.given_by, row.day, row.shift) == wanted for row in open_shifts(games=games, team=team)
    )
    if not team or not is_open:
        message = "this shift is not open to your team (any more)"
        raise ShiftError(message)
    own = [key for key in all_shifts(games=games) if key[0] == person]
    if any(key[1] == day for key in own):
        message = "you work on that day already"
        raise ShiftError(message)
    problem = build_roster(games=games, order=Order()).problem
    applicant = next((a for a in problem.applicants if a.code == person), None)
    post = next((p for p in problem.posts if p.code == team), None)
    if applicant is None or post is None:
        message = "the roster has changed: ask your team leader"
        raise ShiftError(message)
    alone = problem.team_of(post, [applicant])
    faults = check_team(alone, (*own, (person, day, shift))).faults
    if faults:
        raise ShiftError(faults[0].text)
    keep_swap(
        games=games, team=team, day=day, shift=shift, given_by=given_by, taken_by=person, now=now
    )
