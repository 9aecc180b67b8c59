"""Sign off, publish, adopt."""

import datetime as dt

from django.db import transaction

from sportsbrain.committee.actions import record_audit
from sportsbrain.committee.queries import GamesRow
from sportsbrain.live.actions import append_update
from sportsbrain.live.queries import newest_of_key
from sportsbrain.plans.actions import publish_version
from sportsbrain.plans.queries import version_items, version_row
from sportsbrain.sport.errors import PublishRefusedError, UnknownUnitError
from sportsbrain.sport.models import SignOff
from sportsbrain.sport.updates import UNIT_STATUS
from sportsbrain.vocabulary.statuses import ScheduleStatus
from sportsbrain.world.actions import UnitTime, adopt_times, merge_participants
from sportsbrain.world.queries import unit_lines

PLANNER = "timetable"


@transaction.atomic
def merge_people(*, games: GamesRow, keep: str, drop: str, actor: str) -> int:
    """Make two rows of one person one, as a person decided; return what changed hands."""
    moved = merge_participants(
        games_id=games.id, keep=keep, drop=drop, fact_source=f"merge:{actor}"
    )
    record_audit(
        games_id=games.id,
        actor=actor,
        verb="merged",
        thing=f"{drop} into {keep}",
        details={"moved": moved},
    )
    return moved


@transaction.atomic
def sign_off(
    *,
    games: GamesRow,
    number: int,
    discipline_code: str,
    is_agreed: bool,
    remark: str,
    actor: str,
) -> None:
    """Keep a delegate's word on one discipline of a version."""
    version = version_row(games_id=games.id, planner=PLANNER, number=number)
    SignOff.objects.update_or_create(
        version_id=version.id,
        discipline_code=discipline_code,
        defaults={
            "games_id": games.id,
            "is_agreed": is_agreed,
            "remark": remark,
            "signed_by": actor,
        },
    )
    record_audit(
        games_id=games.id,
        actor=actor,
        verb="agreed to" if is_agreed else "refused",
        thing=f"{discipline_code} in timetable {number}",
        details={"remark": remark},
    )


def publish_timetable(*, games: GamesRow, number: int, actor: str, now: dt.datetime) -> int | None:
    """
    Put a timetable in force; a refusal of a delegate stops it.

    Raises
    ------
    PublishRefusedError
        When a delegate refused, with who and why.

    """
    version = version_row(games_id=games.id, planner=PLANNER, number=number)
    refused = SignOff.objects.filter(version_id=version.id, is_agreed=False).order_by(
        "discipline_code"
    )
    if refused:
        words = "; ".join(f"{r.discipline_code}: {r.remark or 'refused'}" for r in refused)
        message = f"timetable {number} was refused ({words}); plan again or talk to the delegate"
        raise PublishRefusedError(message)
    return publish_version(games_id=games.id, planner=PLANNER, number=number, actor=actor, now=now)


@transaction.atomic
def adopt_timetable(*, games: GamesRow, number: int, actor: str, now: dt.datetime) -> int:
    """Make the times of a version facts, and return how many units changed."""
    epoch = dt.datetime.combine(games.starts_on, dt.time(), tzinfo=dt.UTC)
    items = version_items(games_id=games.id, planner=PLANNER, number=number)
    times = [
        UnitTime(
            code=code,
            starts_at=epoch + dt.timedelta(seconds=item[0]),
            ends_before=epoch + dt.timedelta(seconds=item[1]),
        )
        for code, item in sorted(items.items())
    ]
    changed = adopt_times(
        games_id=games.id,
        time_zone=games.time_zone,
        times=times,
        fact_source=f"plan:timetable/{number}",
    )
    record_audit(
        games_id=games.id,
        actor=actor,
        verb="adopted",
        thing=f"timetable {number}",
        details={"changed": changed},
    )
    append_update(
        games_id=games.id,
        topic="timetable.adopted",
        key=str(number),
        body={"changed": changed},
        recorded_at=now,
    )
    return changed


@transaction.atomic
def report_unit(
    *, games: GamesRow, unit: str, status: ScheduleStatus, late_minutes: int, actor: str,
    now: dt.datetime,
) -> None:  # fmt: skip
    """
    Tell the log where a unit stands: what is planned stays, what is so is followed from here.

    Raises
    ------
    UnknownUnitError
        When the Games has no such unit.

    """
    if not unit_lines(games_id=games.id, code=unit):
        message = f"there is no unit {unit!r}"
        raise UnknownUnitError(message)
    body: dict[str, object] = {"status": status.value, "late_minutes": late_minutes}
    before = newest_of_key(
        games_id=games.id, topic=UNIT_STATUS, key=unit, since=now - dt.timedelta(days=1), until=now
    )
    begun = before.body.get("begun_at") if before else None
    if status == ScheduleStatus.RUNNING:
        begun = begun or now.isoformat()
    if begun:
        body["begun_at"] = begun
    append_update(games_id=games.id, topic=UNIT_STATUS, key=unit, body=body, recorded_at=now)
    record_audit(
        games_id=games.id, actor=actor, verb="reported", thing=f"unit {unit}", details=body
    )
