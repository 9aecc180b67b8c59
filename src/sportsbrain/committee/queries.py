"""Read Games, people and rights. Everything is scoped by person."""

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from sportsbrain.committee.models import (
    ApiToken,
    AuditEntry,
    Exercise,
    Games,
    Membership,
    User,
)
from sportsbrain.vocabulary.areas import Area
from sportsbrain.vocabulary.statuses import Role

READS = {"GET", "HEAD", "OPTIONS"}
RANK = {Role.PORTAL: -1, Role.VIEWER: 0, Role.DELEGATE: 0, Role.PLANNER: 1, Role.APPROVER: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class GamesRow:
    """One edition."""

    id: int
    code: str
    name: str
    city: str
    time_zone: str
    starts_on: dt.date
    ends_on: dt.date
    accent: str
    rules_name: str

    @property
    def utc_offset(self) -> int:
        """Return the seconds that the host's clock is ahead of UTC at noon of the first day."""
        noon = dt.datetime.combine(self.starts_on, dt.time(12), tzinfo=ZoneInfo(self.time_zone))
        offset = noon.utcoffset()
        return int(offset.total_seconds()) if offset else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """
    What a person may do in one Games.

    ``areas``, ``venues``: where the role is theirs; elsewhere they look. Everywhere when empty.
    """

    games: GamesRow
    role: Role
    discipline_code: str = ""
    areas: tuple[str, ...] = ()
    venues: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Tell whether the role is theirs everywhere."""
        return not (self.areas or self.venues)

    @property
    def limits(self) -> str:
        """Return where the role is theirs, in words; nothing when everywhere."""
        return ", ".join([*self.areas, *self.venues])

    def within(self, area: Area | None, venue: str = "") -> "Seat":
        """Return the seat as it is in an area and at a venue: what is not theirs they look at."""
        is_theirs = (not self.areas or area in self.areas) and (
            not self.venues or venue in self.venues
        )
        return self if is_theirs or not self.may_look else replace(self, role=Role.VIEWER)

    @property
    def may_look(self) -> bool:
        """Tell whether the pages of the Games are open; else only what a duty gives."""
        return RANK[self.role] >= 0

    def may(self, needed: Role) -> bool:
        """Tell whether the role is at least the needed one; delegates only sign."""
        if needed is Role.DELEGATE:
            return self.role in {Role.DELEGATE, Role.APPROVER}
        return RANK[self.role] >= RANK[needed]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One line of the audit."""

    actor: str
    verb: str
    thing: str
    recorded_at: dt.datetime


def games_row(games: Games) -> GamesRow:
    """Return the frozen row of a Games."""
    return GamesRow(
        id=games.pk,
        code=games.code,
        name=games.name,
        city=games.city,
        time_zone=games.time_zone,
        starts_on=games.starts_on,
        ends_on=games.ends_on,
        accent=games.accent,
        rules_name=games.rules_name,
    )


def get_games(*, code: str) -> GamesRow | None:
    """Return the Games of this code, for the command line and jobs (no person asks)."""
    games = Games.objects.filter(code=code).first()
    return games_row(games) if games else None


def get_games_by_id(*, games_id: int) -> GamesRow:
    """Return the Games of this id, for jobs."""
    return games_row(Games.objects.get(pk=games_id))


def all_games() -> tuple[GamesRow, ...]:
    """Return every Games, for the command line."""
    return tuple(games_row(g) for g in Games.objects.order_by("code"))


def seat_of(*, user_id: int, games_code: str) -> Seat | None:
    """Return the person's seat in a Games, or None: then the Games does not exist for them."""
    seat = (
        Membership.objects.select_related("games")
        .filter(user_id=user_id, games__code=games_code)
        .first()
    )
    if seat is None:
        return None
    return _seat(seat)


def seats_of(*, user_id: int) -> tuple[Seat, ...]:
    """Return every seat of a person."""
    rows = Membership.objects.select_related("games").filter(user_id=user_id)
    return tuple(_seat(row) for row in rows.order_by("games__name"))


def _seat(row: Membership) -> Seat:
    return Seat(
        games=games_row(row.games), role=Role(row.role), discipline_code=row.discipline_code,
        areas=tuple(row.areas), venues=tuple(row.venues),
    )  # fmt: skip


def member_id(*, games_id: int, username: str) -> int | None:
    """Return the id of the person of this name who has a seat in a Games, or None."""
    seats = Membership.objects.filter(games_id=games_id, user__username=username)
    return seats.values_list("user_id", flat=True).first()


def user_id_of(*, username: str) -> int | None:
    """Return the id of the person of a name, or None."""
    return User.objects.filter(username=username).values_list("pk", flat=True).first()


def approvers_of(*, games_id: int) -> str:
    """Return the names of those who may approve, for a helpful refusal."""
    names = Membership.objects.filter(games_id=games_id, role=Role.APPROVER.value, areas=[],
                                      venues=[])  # fmt: skip
    return ", ".join(str(m.user) for m in names.select_related("user")) or "the committee"


def token_hash(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRow:
    """Whose token it is and what it is less than its person."""

    user: User
    reads_only: bool
    games: str
    areas: tuple[str, ...]

    def allows(self, *, method: str, path: str) -> bool:
        """Tell whether the token is for a request: ``…/games/CODE/AREA/…``."""
        parts = path.partition("/games/")[2].split("/")
        code, area = parts[0], parts[1] if len(parts) > 1 else ""
        return (
            (not self.reads_only or method in READS)
            and self.games in {"", code}
            and (not self.areas or area in self.areas)
        )


def token_row(*, token: str, now: dt.datetime) -> TokenRow | None:
    """Return the API token of an active person that has not run out."""
    row = (
        ApiToken.objects.select_related("user")
        .filter(token_hash=token_hash(token), revoked_at__isnull=True, user__is_active=True)
        .exclude(expires_at__lte=now)
        .first()
    )
    if row is None:
        return None
    return TokenRow(user=row.user, reads_only=row.reads_only, games=row.games_code,
                    areas=tuple(row.areas))  # fmt: skip


def tokens_of(*, username: str) -> tuple[tuple[str, str, dt.datetime | None], ...]:
    """Return name, what it is for and end of the tokens of a person that are not revoked."""
    rows = ApiToken.objects.filter(user__username=username, revoked_at__isnull=True).order_by("pk")
    return tuple(
        (
            row.name,
            ", ".join([
                "reads" if row.reads_only else "reads and writes", row.games_code or "every Games",
                *row.areas,
            ]),
            row.expires_at,
        )
        for row in rows
    )  # fmt: skip


def audit_of(*, games_id: int, rows_max: int = 100) -> tuple[AuditRow, ...]:
    """Return the newest audit lines of a Games."""
    rows = AuditEntry.objects.filter(games_id=games_id).order_by("-id")[:rows_max]
    return tuple(
        AuditRow(actor=r.actor, verb=r.verb, thing=r.thing, recorded_at=r.recorded_at) for r in rows
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseRow:
    """A rehearsal that is going on."""

    id: int
    title: str
    began_at: dt.datetime
    shows_at: dt.datetime
    speed: float

    def clock(self, now: dt.datetime) -> dt.datetime:
        """Return what the clock of the Games shows at a real moment."""
        return self.shows_at + (now - self.began_at) * self.speed


def exercise_of(*, games_id: int) -> ExerciseRow | None:
    """Return the rehearsal that is going on, if any."""
    row = Exercise.objects.filter(games_id=games_id, ended_at__isnull=True).first()
    return _exercise(row) if row else None


def exercises_now() -> dict[int, ExerciseRow]:
    """Return the rehearsals that are going on, by the key of their Games."""
    rows = Exercise.objects.filter(ended_at__isnull=True)
    return {row.games_id: _exercise(row) for row in rows}


def _exercise(row: Exercise) -> ExerciseRow:
    return ExerciseRow(
        id=row.pk, title=row.title, began_at=row.began_at, shows_at=row.shows_at, speed=row.speed
    )


def games_clock(*, games_id: int, now: dt.datetime) -> dt.datetime:
    """Return the moment of the Games: that of its rehearsal while there is one, else now."""
    exercise = exercise_of(games_id=games_id)
    return exercise.clock(now) if exercise else now


def games_today(*, games: GamesRow, now: dt.datetime) -> dt.date:
    """Return the day where the Games are: that of its rehearsal while there is one."""
    return games_clock(games_id=games.id, now=now).astimezone(ZoneInfo(games.time_zone)).date()


def exercises_count(*, games_id: int) -> int:
    """Return how many rehearsals there have been."""
    return Exercise.objects.filter(games_id=games_id).count()


def names_of_users(*, games_id: int) -> tuple[str, ...]:
    """Return the names of those who have a seat in a Games."""
    rows = Membership.objects.filter(games_id=games_id)
    fields = ("user__username", "user__display_name", "user__first_name", "user__last_name")
    return tuple(text for values in rows.values_list(*fields) for text in values if text)
