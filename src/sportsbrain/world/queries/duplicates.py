"""Participants who may be one person."""

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations

from sportsbrain.world.models import Participant

PAIRS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What tells people apart."""

    code: str
    name: str
    organisation: str
    gender: str
    birth_date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Two rows that may be one person, and why."""

    one: Person
    other: Person
    reason: str


def alike_participants(*, games_id: int) -> list[Alike]:
    """
    Return pairs with the same name, however it is written, and the same birth date or delegation.

    Never pairs of different gender or birth date.
    """
    by_name: dict[str, list[Person]] = defaultdict(list)
    found = Participant.objects.filter(games_id=games_id).order_by("code")
    fields = ("code", "name", "organisation__code", "gender", "birth_date")
    for code, name, organisation, gender, born in found.values_list(*fields):
        person = Person(
            code=code,
            name=name,
            organisation=organisation,
            gender=gender,
            birth_date=born.isoformat() if born else "",
        )
        by_name[_plain_name(name)].append(person)
    pairs = [
        Alike(one=one, other=other, reason=reason)
        for name, people in by_name.items()
        if name
        for one, other in combinations(people, 2)
        if (reason := _reason(one, other))
    ]
    return sorted(pairs, key=lambda p: (p.reason, p.one.name, p.one.code))[:PAIRS_MAX]


def _plain_name(name: str) -> str:
    """Return a name without accents, case, order and signs."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    return " ".join(sorted(kept.split()))


def _reason(one: Person, other: Person) -> str:
    if one.gender and other.gender and one.gender != other.gender:
        return ""
    if one.birth_date and other.birth_date:
        return "same name and birth date" if one.birth_date == other.birth_date else ""
    return "same name and delegation" if one.organisation == other.organisation else ""
