"""Rows of one person are found however they are written; two people are left alone."""

import dataclasses
from typing import Any

import pytest

from sportsbrain.brain.identity.names import name_of
from sportsbrain.brain.identity.problem import Row, Rows
from sportsbrain.brain.identity.solve import solve
from sportsbrain.reference.people import generate_people, twin_of, written_again

pytestmark = pytest.mark.brain
BASE = Row(
    code="1", family_name="Shcherbakov", given_name="Aleksei", birth_date=(1998, 4, 7),
    gender="M", nationality="AAA", document="A1",
)  # fmt: skip


def reasons(**values: object) -> tuple[str, ...] | None:
    """Return why the base and a changed copy are proposed, None when they are not."""
    other = dataclasses.replace(BASE, code="2", document="", **values)  # type: ignore[arg-type]
    found = solve(Rows(rows=(BASE, other))).pairs
    return found[0].reasons if found else None


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"family_name": "Щербаков", "given_name": "Алексей"},
        {"family_name": "SCHERBAKOV", "given_name": "Alexey"},
        {"family_name": "Aleksei", "given_name": "Shcherbakov"},
        {"family_name": "Shcherbakvo"},
        {"birth_date": (1998, 7, 4)},
        {"birth_date": (1999, 4, 7)},
        {"given_name": "Aleksei Ivan"},
        {"birth_date": (0, 0, 0), "document": "A1"},
    ],
)
def test_one_person_written_twice_is_proposed(values: dict[str, Any]) -> None:
    document = values.pop("document", "")
    other = dataclasses.replace(BASE, code="2", document=document, **values)
    pairs = solve(Rows(rows=(BASE, other))).pairs
    assert [(p.one, p.other) for p in pairs] == [("1", "2")]
    assert pairs[0].reasons


@pytest.mark.parametrize(
    "values",
    [
        {"given_name": "Yuri"},
        {"birth_date": (1996, 11, 7)},
        {"given_name": "Oksana", "gender": "W"},
        {"family_name": "Petrenko", "given_name": "Omar"},
    ],
)
def test_twins_cousins_and_namesakes_are_two_people(values: dict[str, object]) -> None:
    assert reasons(**values) is None


def test_names_in_each_others_fields_are_said() -> None:
    said = reasons(family_name="Aleksei", given_name="Shcherbakov")
    assert said is not None
    assert "names in each other's fields" in said


@pytest.mark.parametrize(
    ("one", "other"),
    [("Al Sharif", "الشريف"), ("Müller", "Mueller"), ("Юлия", "Julia"), ("O’Brien", "OBRIEN")],
)
def test_names_of_any_script_are_compared_by_sound(one: str, other: str) -> None:
    assert name_of(one).sound[-3:] == name_of(other).sound[-3:]


def test_most_of_the_planted_and_few_others_are_proposed() -> None:
    people = generate_people(count=3000, seed=9, nations=("AAA", "BBB", "CCC"))
    again = [written_again(p, code=f"D{n}", seed=n) for n, p in enumerate(people[:300])]
    twins = [twin_of(p, code=f"T{n}", seed=n) for n, p in enumerate(people[300:400])]
    rows = tuple(
        Row(
            code=p.code,
            family_name=p.family_name,
            given_name=p.given_name,
            birth_date=(p.birth_date.year, p.birth_date.month, p.birth_date.day),
            gender=p.gender,
            nationality=p.nationality,
            document=p.document,
        )
        for p in [*people, *again, *twins]
    )
    found = {(p.one, p.other) for p in solve(Rows(rows=rows)).pairs}
    truth = {(d.code, p.code) for d, p in zip(again, people, strict=False)}
    assert len(found & truth) >= 0.95 * len(truth)
    assert len(found & truth) >= 0.90 * len(found)


def test_rows_that_can_not_be_compared_are_refused() -> None:
    with pytest.raises(ValueError, match="one code"):
        Rows(rows=(BASE, BASE))
    with pytest.raises(ValueError, match="no row 'x'"):
        Rows(rows=(BASE,), asked=frozenset({"x"}))
