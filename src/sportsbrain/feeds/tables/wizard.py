"""Start a Games: invent what is not known yet, by the same door as anybody's tables."""

import datetime as dt
import pathlib
import tempfile
from typing import Any

from sportsbrain.committee.actions import seat_person
from sportsbrain.committee.errors import DeniedError
from sportsbrain.committee.queries import GamesRow, get_games, seat_of, seats_of
from sportsbrain.feeds.tables.files import write_csv_folder
from sportsbrain.feeds.tables.record import ImportReport, import_tables
from sportsbrain.reference.dice import Dice
from sportsbrain.reference.games import Wish, events_of, invented, proposed_venues
from sportsbrain.sport.jobs import launch_run
from sportsbrain.sport.planning import Order, draft_held
from sportsbrain.vocabulary.statuses import Role

FIRST_RUN_SECONDS = 60.0
SEED = 1


def check_may_start(user: Any) -> None:
    """Refuse whoever neither administers this host nor plans a Games on it."""
    seats = seats_of(user_id=int(user.pk or 0))
    if not (user.is_staff or any(seat.may(Role.PLANNER) and seat.is_whole for seat in seats)):
        raise DeniedError(needed=Role.PLANNER.value, who_can="the administrator of this host")


def check_may_change(user: Any, code: str) -> None:
    """Refuse to change a Games in which the person does not plan."""
    if get_games(code=code) is None:
        return
    seat = seat_of(user_id=int(user.pk or 0), games_code=code)
    if seat is None or not (seat.may(Role.PLANNER) and seat.is_whole):
        raise DeniedError(needed=Role.PLANNER.value, who_can="the approvers of that Games")


def wish_of(values: dict[str, Any]) -> Wish:
    """Return the wish of a filled form; dates may be text, as a session keeps them."""
    starts_on = values["starts_on"]
    sports = tuple(values["sports"])
    return Wish(
        code=values["code"],
        name=values["name"],
        city=values["city"],
        time_zone=values["time_zone"],
        starts_on=dt.date.fromisoformat(starts_on) if isinstance(starts_on, str) else starts_on,
        days=values["days"],
        sports=sports,
        events=events_of(sports),
        athletes=values["athletes"],
        delegations=values["delegations"],
        venues=values["venues"],
        seats_share=min(1.0, max(0.1, values["athletes"] / 10000)),
        middle=(values["latitude"], values["longitude"]),
    )


def venues_for(wish: Wish) -> list[dict[str, Any]]:
    """Return the venues that are proposed for a wish."""
    return proposed_venues(wish, Dice(SEED))


def start_games(
    *, wish: Wish, venues: dict[str, dict[str, Any]], username: str, display_name: str
) -> tuple[GamesRow, int]:
    """
    Make a Games, seat its first approver, start its first plan, and return it with the run's id.

    ``venues`` holds name, latitude and longitude by code, where a person changed them.
    """
    tables = invented(wish, Dice(SEED))
    for row in tables["venues"]:
        row.update(venues.get(row["code"], {}))
    now = dt.datetime.now(dt.UTC)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder)
        write_csv_folder(path, tables)
        import_tables(
            path=path, mapping_name="", games_code="", is_applied=True, actor=username, now=now
        )
    games = seated(code=wish.code, username=username, display_name=display_name)
    draft_held(games=games, actor=username, now=now)
    run_id = launch_run(
        games_id=games.id, order=Order(seconds=FIRST_RUN_SECONDS, seed=SEED), actor=username
    )
    return games, run_id


def read_workbook(*, path: pathlib.Path, is_applied: bool, username: str) -> ImportReport:
    """Rehearse or apply a workbook that a person sent."""
    return import_tables(
        path=path,
        mapping_name="",
        games_code="",
        is_applied=is_applied,
        actor=username,
        now=dt.datetime.now(dt.UTC),
    )


def import_workbook(*, path: pathlib.Path, user: Any, is_applied: bool) -> ImportReport:
    """
    Rehearse a workbook, and import it when that is asked and the person may.

    Whoever brings a new Games gets the seat of its first approver.

    Raises
    ------
    SourceError
        When the file can not be read.
    DeniedError
        When the Games is there and the person does not plan in it.

    """
    username = user.get_username()
    report = read_workbook(path=path, is_applied=False, username=username)
    check_may_change(user, report.games)
    if is_applied:
        is_new = get_games(code=report.games) is None
        report = read_workbook(path=path, is_applied=True, username=username)
        if is_new:
            seated(code=report.games, username=username, display_name=str(user))
    return report


def seated(*, code: str, username: str, display_name: str) -> GamesRow:
    """Return a Games after giving its maker the seat of an approver."""
    games = get_games(code=code)
    if games is None:
        message = f"the Games {code} could not be made"
        raise RuntimeError(message)
    seat_person(
        games_id=games.id,
        username=username,
        display_name=display_name,
        role=Role.APPROVER,
        actor=username,
    )
    return games
