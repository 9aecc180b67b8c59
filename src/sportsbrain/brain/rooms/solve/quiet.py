"""Nights before competition and the quiet beds there are for them, for bounds."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from sportsbrain.brain.rooms.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """
    Alike people by column, with matrices over the nights.

    Parameters
    ----------
    races, people
        Nights before competition of one of a kind, and how many there are of it, shape (kinds,).
    there
        Whether a kind is there on a night, sparse, shape (nights, kinds).
    beds
        Beds on quiet floors by building and night, shape (buildings, nights).

    """

    races: Any
    people: Any
    there: Any
    beds: Any


def quiet_rows(problem: Problem) -> Quiet:
    """
    Return the rows that say how many nights before competition can be quiet.

    Everybody keeps a bed, so who sleeps on a quiet floor takes one of its beds for the whole stay.
    """
    from scipy.sparse import coo_matrix

    kinds = Counter(
        (person.first_night, person.leaves_on, len(person.race_nights))
        for person in problem.people
        if person.race_nights
    )
    rows: list[int] = []
    columns: list[int] = []
    for column, (first, leaves, _) in enumerate(kinds):
        rows += range(first, leaves)
        columns += [column] * (leaves - first)
    beds = np.zeros((len(problem.buildings), problem.nights))
    for apartment in problem.apartments:
        building = problem.buildings[apartment.building]
        if apartment.floor in building.quiet_floors:
            beds[apartment.building] += sum(room.beds for room in apartment.rooms)
    for number, building in enumerate(problem.buildings):
        for night in range(problem.nights):
            if not building.is_open(night, night + 1):
                beds[number, night] = 0.0
    return Quiet(
        races=np.asarray([races for _, _, races in kinds], dtype=float),
        people=np.asarray(list(kinds.values()), dtype=float),
        there=coo_matrix(
            (np.ones(len(rows)), (rows, columns)), shape=(problem.nights, len(kinds))
        ).tocsr(),
        beds=beds,
    )
