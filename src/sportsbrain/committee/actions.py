"""Change Games, people and rights; write the audit."""

import datetime as dt
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils import timezone

from sportsbrain.committee.errors import ExerciseError, LinkSpentError, SeatError
from sportsbrain.committee.models import (
    ApiToken,
    AuditEntry,
    Committee,
    Exercise,
    Games,
    Membership,
    SignInLink,
    User,
)
from sportsbrain.committee.queries import GamesRow, games_row, token_hash
from sportsbrain.vocabulary.areas import Area
from sportsbrain.vocabulary.statuses import Role
from sportsbrain.wall.cause import cause

LINK_LIFE = dt.timedelta(hours=12)
SPEED_MAX = 100_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seating:
    """One line of a committee's list of people."""

    username: str
    name: str
    role: Role
    email: str = ""
    discipline: str = ""
    areas: tuple[Area, ...] | None = None
    venues: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seated:
    """How many seats are new, are others, are gone."""

    added: int
    changed: int
    removed: int


def save_games(*, code: str, values: dict[str, Any], actor: str) -> tuple[GamesRow, bool]:
    """Create or change a Games and return it with whether it is new."""
    committee, _ = Committee.objects.get_or_create(
        code=code.lower(), defaults={"name": f"Organising committee of {values.get('name', code)}"}
    )
    games, is_new = Games.objects.get_or_create(
        code=code, defaults={"committee": committee, **values}
    )
    changed = {k: v for k, v in values.items() if getattr(games, k) != v}
    if changed and not is_new:
        Games.objects.filter(pk=games.pk).update(**changed)
        games.refresh_from_db()
    if is_new or changed:
        record_audit(
            games_id=games.pk,
            actor=actor,
            verb="created Games" if is_new else "changed Games",
            thing=code,
            details={k: str(v) for k, v in (values if is_new else changed).items()},
        )
    return games_row(games), is_new


def record_audit(
    *, games_id: int | None, actor: str, verb: str, thing: str, details: dict[str, Any]
) -> None:
    """Write one audit line in the running transaction, with the request that it was done for."""
    known = {**details, "request": cause()} if cause() else details
    AuditEntry.objects.create(games_id=games_id, actor=actor, verb=verb, thing=thing, details=known)


def seat_person(
    *,
    games_id: int,
    username: str,
    display_name: str,
    role: Role,
    actor: str,
    discipline_code: str = "",
    email: str = "",
    areas: Sequence[Area] | None = None,
    venues: Sequence[str] | None = None,
) -> int:
    """
    Give a person a role in a Games and return the person's id.

    ``areas``, ``venues``: where the role is theirs; elsewhere they look. Everywhere when empty;
    None leaves what is there.

    Raises
    ------
    SeatError
        When the mail address is somebody else's.

    """
    user, is_new = User.objects.get_or_create(
        username=username, defaults={"display_name": display_name}
    )
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    if email:
        _vouch(user, email)
    limits: dict[str, list[str]] = {}
    if areas is not None:
        limits["areas"] = [area.value for area in areas]
    if venues is not None:
        limits["venues"] = list(venues)
    seat, is_new_seat = Membership.objects.update_or_create(
        games_id=games_id,
        user=user,
        defaults={"role": role.value, "discipline_code": discipline_code, **limits},
    )
    if is_new_seat:
        record_audit(
            games_id=games_id, actor=actor, verb="seated", thing=f"{username} as {role}",
            details={name: words for name, words in limits.items() if words},
        )  # fmt: skip
    return seat.user_id


def _vouch(user: User, email: str) -> None:
    """Write down whose address it is: by it people sign in at their organisation."""
    address = email.strip().lower()
    others = EmailAddress.objects.filter(email__iexact=address).exclude(user_id=user.pk)
    if others.exists():
        message = f"{address} is the address of {others[0].user}"
        raise SeatError(message)
    EmailAddress.objects.filter(user_id=user.pk).exclude(email__iexact=address).delete()
    EmailAddress.objects.update_or_create(
        user_id=user.pk, email=address, defaults={"verified": True, "primary": True}
    )
    User.objects.filter(pk=user.pk).update(email=address)


@transaction.atomic
def seat_people(
    *, games_id: int, people: Iterable[Seating], actor: str, is_whole: bool = False
) -> Seated:
    """
    Seat everybody of a list, or nobody; with ``is_whole`` who is not on it loses the seat.

    Who has no seat any more keeps the account, without tokens: they may work for other Games.

    Raises
    ------
    SeatError
        When a line is wrong; nothing is changed.

    """
    before = _rights(games_id)
    kept = set()
    for one in people:
        kept.add(seat_person(
            games_id=games_id, username=one.username, display_name=one.name, role=one.role,
            actor=actor, discipline_code=one.discipline, email=one.email, areas=one.areas,
            venues=one.venues,
        ))  # fmt: skip
    gone = set(before) - kept if is_whole else set()
    if gone:
        Membership.objects.filter(games_id=games_id, user_id__in=gone).delete()
        without = User.objects.filter(pk__in=gone, memberships__isnull=True)
        ApiToken.objects.filter(user__in=without, revoked_at__isnull=True).update(revoked_at=Now())
        record_audit(games_id=games_id, actor=actor, verb="took seats away",
                     thing=f"{len(gone)} people", details={"users": sorted(gone)})  # fmt: skip
    others = {user: rights for user, rights in _rights(games_id).items()
              if user in kept and before.get(user, rights) != rights}  # fmt: skip
    if others:
        record_audit(games_id=games_id, actor=actor, verb="changed roles",
                     thing=f"{len(others)} people", details={"users": others})  # fmt: skip
    added = sum(user not in before for user in kept)
    return Seated(added=added, changed=len(others), removed=len(gone))


def _rights(games_id: int) -> dict[int, list[Any]]:
    """Return role, areas and venues of everybody who has a seat."""
    rows = Membership.objects.filter(games_id=games_id)
    return {user: rights for user, *rights in rows.values_list("user_id", "role", "areas",
                                                               "venues")}  # fmt: skip


def record_sign_in(*, request: HttpRequest, user: User, how: str = "") -> None:
    """Write down that somebody came in, and how."""
    methods = [str(row.get("method")) for row in get_authentication_records(request, user)]
    oldest = timezone.now() - dt.timedelta(hours=settings.SESSION_HOURS)
    UserSession.objects.filter(created_at__lt=oldest).delete()  # where somebody was, once
    record_audit(games_id=None, actor=user.get_username(), verb="signed in", thing="",
                 details={"how": [how] if how else methods})  # fmt: skip


def make_sign_in_link(*, user_id: int, next_path: str, now: dt.datetime) -> str:
    """Return a fresh token that signs this person in once."""
    token = secrets.token_urlsafe(24)
    SignInLink.objects.create(
        user_id=user_id,
        token_hash=token_hash(token),
        next_path=next_path,
        expires_at=now + LINK_LIFE,
    )
    return token


@transaction.atomic
def spend_sign_in_link(*, token: str, now: dt.datetime) -> tuple[User, str]:
    """
    Use a link and return the person and where to go.

    Raises
    ------
    LinkSpentError
        When the link was used, ran out or never existed.

    """
    spent = SignInLink.objects.filter(
        token_hash=token_hash(token), used_at__isnull=True, expires_at__gt=now
    ).update(used_at=now)
    if not spent:
        message = "this link was used already or ran out; ask for a new one"
        raise LinkSpentError(message)
    link = SignInLink.objects.select_related("user").get(token_hash=token_hash(token))
    record_audit(
        games_id=None, actor=link.user.username, verb="signed in by link", thing="", details={}
    )
    return link.user, link.next_path


def make_api_token(
    *,
    user_id: int,
    name: str,
    reads_only: bool = False,
    games: str = "",
    areas: Iterable[str] = (),
    expires_at: dt.datetime | None = None,
) -> str:
    """
    Return a new API token; only its hash is kept, so it can be shown once only.

    It may never do more than its person: ``reads_only``, one ``games``, ``areas`` (what follows the
    code of the Games in an address) and ``expires_at`` make it less.
    """
    token = secrets.token_urlsafe(32)
    ApiToken.objects.create(
        user_id=user_id, name=name, token_hash=token_hash(token), reads_only=reads_only,
        games_code=games, areas=sorted(areas), expires_at=expires_at,
    )  # fmt: skip
    return token


def revoke_api_token(*, username: str, name: str, now: dt.datetime) -> int:
    """End the tokens of a person that have this name, and return how many were."""
    found = ApiToken.objects.filter(user__username=username, name=name, revoked_at__isnull=True)
    count = found.update(revoked_at=now)
    if count:
        record_audit(games_id=None, actor="console", verb="revoked token",
                     thing=f"{username} {name}", details={})  # fmt: skip
    return count


def begin_exercise(
    *, games_id: int, title: str, shows_at: dt.datetime, speed: float, actor: str, now: dt.datetime
) -> int:
    """
    Begin a rehearsal: from now on the clock of the Games is its own.

    Raises
    ------
    ExerciseError
        When one is going on already, or its clock would stand still.

    """
    if not 0 < speed <= SPEED_MAX:  # neither is what is no number
        message = f"the clock of a rehearsal runs: speed is above 0 and up to {SPEED_MAX:,.0f}"
        raise ExerciseError(message)
    try:
        with transaction.atomic():
            row = Exercise.objects.create(
                games_id=games_id,
                title=title[:200] or "Rehearsal",
                began_at=now,
                shows_at=shows_at,
                speed=speed,
                begun_by=actor,
            )
            record_audit(
                games_id=games_id,
                actor=actor,
                verb="began exercise",
                thing=row.title,
                details={"shows_at": shows_at.isoformat(), "speed": speed},
            )
    except IntegrityError:
        message = "a rehearsal is going on already: end it first"
        raise ExerciseError(message) from None
    return row.pk


@transaction.atomic
def end_exercise(*, games_id: int, actor: str, now: dt.datetime) -> bool:
    """End the rehearsal that is going on and tell whether there was one."""
    ended = Exercise.objects.filter(games_id=games_id, ended_at__isnull=True).update(ended_at=now)
    if ended:
        record_audit(games_id=games_id, actor=actor, verb="ended exercise", thing="", details={})
    return bool(ended)
