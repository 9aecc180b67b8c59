"""
The roster problem: people to teams, and within each team people to shifts.

Days are counted from the first day of work. The rules of a team are those of the public shift
scheduling instances (Curtois and Qu 2014) with skills and fairness added.
"""

from dataclasses import dataclass

from sportsbrain.vocabulary import frozen

TERMS = ("under", "over", "requests", "preference", "unfair", "distance")


class ProblemError(ValueError):
    """A problem that contradicts itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A kind of shift; ``not_before`` are indices of shifts that may not follow it the next day."""

    code: str
    starts_minute: int
    minutes: int
    not_before: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """
    What one person may work.

    Parameters
    ----------
    shifts_max
        Most of each kind of shift, empty for no limit.
    in_row_min, in_row_max
        Days worked one after another; the first and last day of the horizon may cut them short.
    off_min
        Least days off in a row.
    weekends_max
        Most weekends with work; −1 for no limit.

    """

    minutes_min: int = 0
    minutes_max: int = 1_000_000
    in_row_max: int = 5
    in_row_min: int = 1
    off_min: int = 1
    weekends_max: int = -1
    shifts_max: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """
    Somebody of a team.

    Parameters
    ----------
    skills
        What the person can do, languages among them.
    prefers
        Index of the shift the person likes best, −1 for none.
    requests
        (day, shift, weight): wants that shift when the weight is above 0, does not when below.

    """

    code: str
    limits: Limits
    skills: tuple[str, ...] = ()
    days_off: tuple[int, ...] = ()
    prefers: int = -1
    requests: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """How many are needed on a shift of a day, all of them or those with a skill."""

    day: int
    shift: int
    people: int
    skill: str = ""
    under_weight: int = 100
    over_weight: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """
    People and demands of one venue and functional area.

    Parameters
    ----------
    first_weekday
        0 when the horizon begins on a Monday.
    preference_weight, unfair_weight
        Price of a shift that is not the liked one, and of each shift between the most and the
        least loaded.

    """

    code: str
    days: int
    shifts: tuple[Shift, ...]
    workers: tuple[Worker, ...]
    demands: tuple[Demand, ...]
    first_weekday: int = 0
    preference_weight: int = 0
    unfair_weight: int = 0

    def __post_init__(self) -> None:
        codes = [worker.code for worker in self.workers]
        if len(set(codes)) != len(codes):
            message = f"team {self.code}: somebody stands twice"
            raise ProblemError(message)
        for demand in self.demands:
            if not (0 <= demand.day < self.days and 0 <= demand.shift < len(self.shifts)):
                message = f"team {self.code}: a demand on day {demand.day}, shift {demand.shift}"
                raise ProblemError(message)

    def fingerprint(self) -> str:
        """Return the SHA-256 of the canonical JSON."""
        return frozen.fingerprint(self)

    @property
    def cover(self) -> tuple[Demand, ...]:
        """Return the demands, and nobody for each shift that has none: idle people cost too."""
        named = {(d.day, d.shift) for d in self.demands if not d.skill}
        return self.demands + tuple(
            Demand(day=day, shift=shift, people=0)
            for day in range(self.days)
            for shift in range(len(self.shifts))
            if (day, shift) not in named
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """Somebody who may join a team; home is (latitude, longitude) as whole 1/1000 of a degree."""

    code: str
    home: tuple[int, int]
    skills: tuple[str, ...] = ()
    days_off: tuple[int, ...] = ()
    prefers: int = -1
    wishes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """
    A team to be filled: demands as in `Team`, and how many people it needs in all.

    ``area`` is the functional area an applicant may wish for; ``at`` is where its venue is.
    """

    code: str
    area: str
    at: tuple[int, int]
    people: int
    demands: tuple[Demand, ...]
    skill_people: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """
    The whole workforce.

    Parameters
    ----------
    distance_weight
        Price of a kilometre between home and venue, once a person.
    wish_weight
        Price of an area that the person did not wish for.

    """

    days: int
    shifts: tuple[Shift, ...]
    posts: tuple[Post, ...]
    applicants: tuple[Applicant, ...]
    limits: Limits
    first_weekday: int = 0
    preference_weight: int = 1
    unfair_weight: int = 2
    distance_weight: float = 0.1
    wish_weight: float = 2.0

    def __post_init__(self) -> None:
        for what, codes in (
            ("posts", [post.code for post in self.posts]),
            ("applicants", [person.code for person in self.applicants]),
        ):
            if len(set(codes)) != len(codes):
                message = f"two {what} have one code"
                raise ProblemError(message)

    def fingerprint(self) -> str:
        """Return the SHA-256 of the canonical JSON."""
        return frozen.fingerprint(self)

    def team_of(self, post: Post, people: list[Applicant]) -> Team:
        """Return the roster problem of one post with its people."""
        return Team(
            code=post.code,
            days=self.days,
            shifts=self.shifts,
            workers=tuple(
                Worker(
                    code=person.code,
                    limits=self.limits,
                    skills=person.skills,
                    days_off=person.days_off,
                    prefers=person.prefers,
                )
                for person in people
            ),
            demands=post.demands,
            first_weekday=self.first_weekday,
            preference_weight=self.preference_weight,
            unfair_weight=self.unfair_weight,
        )


def kilometres(one: tuple[int, int], other: tuple[int, int]) -> float:
    """Return the distance of two points, flat, which is enough within a city."""
    north = (one[0] - other[0]) * 0.1113
    east = (one[1] - other[1]) * 0.1113 * 0.72
    return float((north**2 + east**2) ** 0.5)
