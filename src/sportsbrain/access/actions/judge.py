"""What is wrong with the values of a person, before anything is written."""

import datetime as dt
import re
from dataclasses import dataclass, field

from sportsbrain.committee.queries import GamesRow
from sportsbrain.vocabulary.people import Trouble, age_on

ADULT = 18
AROUND, CARDS_AROUND = dt.timedelta(days=60), dt.timedelta(days=14)
ANSWER_MAX = 1000
LENGTHS = {
    "code": 80, "function": 80, "family_name": 120, "given_name": 120, "document": 40,
    "email": 200, "phone": 40, "guardian": 200, "needs": 2000,
}  # fmt: skip
AGE_MAX = 110
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
NATION = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonValues:
    """One person as a form, a file or a program gives it; ``code`` is the sender's own."""

    code: str
    client: str
    category: str
    family_name: str
    given_name: str
    birth_date: dt.date | None = None
    gender: str = ""
    nationality: str = ""
    document: str = ""
    email: str = ""
    phone: str = ""
    function: str = ""
    guardian: str = ""
    needs: str = ""
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    photo: str = ""
    answers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryWords:
    """What a category asks of a person."""

    id: int
    code: str
    client_group: str
    age_min: int
    closes_at: dt.datetime | None
    needed: tuple[str, ...]
    choices: dict[str, tuple[str, ...]]


def trouble_of(
    person: PersonValues, category: CategoryWords, games: GamesRow, *, is_complete: bool
) -> Trouble | None:
    """Return the first thing that is wrong; of a draft only what could never be right."""
    for found in (
        _names(person, is_complete=is_complete),
        _birth(person, category, games, is_complete=is_complete),
        _lengths(person),
        _words(person),
        _stay(person, games),
        _answers(person, category, is_complete=is_complete),
    ):
        if found:
            return found
    return None


def _names(person: PersonValues, *, is_complete: bool) -> Trouble | None:
    if not person.code:
        return Trouble(column="code", value="", reason="missing",
                       advice="give each person a code of your own, such as a number")  # fmt: skip
    if is_complete and not (person.family_name or person.given_name):
        return Trouble(column="family_name", value="", reason="missing",
                       advice="a person has a name: family name, given name or both")  # fmt: skip
    return None


def _birth(
    person: PersonValues, category: CategoryWords, games: GamesRow, *, is_complete: bool
) -> Trouble | None:
    born = person.birth_date
    if born is None:
        if not is_complete:
            return None
        return Trouble(column="birth_date", value="", reason="missing", advice="such as 2004-05-31")
    age = age_on(born, games.starts_on)
    shown = born.isoformat()
    if not 0 <= age <= AGE_MAX:
        return Trouble(column="birth_date", value=shown, reason="impossible",
                       advice="look at the year: it is year-month-day")  # fmt: skip
    if age < category.age_min:
        advice = f"{category.code} takes people from {category.age_min} on the first day"
        return Trouble(column="birth_date", value=shown, reason="too young", advice=advice)
    if is_complete and age_on(born, games.ends_on) < ADULT and not person.guardian:
        advice = "who is responsible for a minor: name and telephone of a guardian"
        return Trouble(column="guardian", value="", reason="missing", advice=advice)
    return None


def _words(person: PersonValues) -> Trouble | None:
    if person.gender not in {"", "M", "W", "X"}:
        return Trouble(column="gender", value=person.gender, reason="unknown",
                       advice="M, W, X or empty")  # fmt: skip
    if person.nationality and not NATION.fullmatch(person.nationality):
        return Trouble(column="nationality", value=person.nationality, reason="unknown",
                       advice="three capital letters")  # fmt: skip
    if person.email and not MAIL.fullmatch(person.email):
        return Trouble(column="email", value=person.email, reason="no address",
                       advice="such as name@example.org")  # fmt: skip
    return None


def _lengths(person: PersonValues) -> Trouble | None:
    for name, most in LENGTHS.items():
        value = getattr(person, name)
        if len(value) > most or "\x00" in value:
            return Trouble(column=name, value=value[:40].replace("\x00", ""), reason="too long",
                           advice=f"at most {most} letters, and letters only")  # fmt: skip
    for key, value in person.answers.items():
        if len(value) > ANSWER_MAX or "\x00" in value:
            return Trouble(column=key[:60], value="", reason="too long",
                           advice=f"at most {ANSWER_MAX} letters")  # fmt: skip
    return None


def _stay(person: PersonValues, games: GamesRow) -> Trouble | None:
    for name in ("starts_on", "ends_on"):
        day = getattr(person, name)
        if day and not games.starts_on - AROUND <= day <= games.ends_on + AROUND:
            return Trouble(column=name, value=day.isoformat(), reason="far away",
                           advice="within sixty days of the Games")  # fmt: skip
    if person.starts_on and person.starts_on >= games.ends_on + CARDS_AROUND and not person.ends_on:
        return Trouble(column="ends_on", value="", reason="missing",
                       advice="say the last day too")  # fmt: skip
    if person.starts_on and person.ends_on and person.ends_on < person.starts_on:
        return Trouble(column="ends_on", value=person.ends_on.isoformat(), reason="before start",
                       advice="the last day is not before the first")  # fmt: skip
    return None


def _answers(person: PersonValues, category: CategoryWords, *, is_complete: bool) -> Trouble | None:
    for key in category.needed if is_complete else ():
        if not person.answers.get(key):
            return Trouble(column=key, value="", reason="missing",
                           advice=f"{category.code} asks for it")  # fmt: skip
    for key, known in category.choices.items():
        value = person.answers.get(key, "")
        if value and known and value not in known:
            return Trouble(column=key, value=value, reason="unknown",
                           advice=f"one of {', '.join(known)}")  # fmt: skip
    return None
