"""
Who competes in each unit: known, and possible because they may still qualify.

The bracket is read from the results where there are any: the possible persons of a unit are those
of the units its own competitors came from. Without results every entry of the event is possible in
every later phase.
"""

from collections import defaultdict
from dataclasses import dataclass

from sportsbrain.world.queries import TimetableFacts, UnitFact


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Competitors and persons by unit code, as indices; ``codes`` names the persons."""

    codes: tuple[str, ...]
    competitors: dict[str, tuple[int, ...]]
    known: dict[str, tuple[int, ...]]
    possible: dict[str, tuple[int, ...]]
    notes: list[str]


def people_of(facts: TimetableFacts) -> People:
    """Return the competitors of every unit on the schedule."""
    competitors = {u.code: _competitors(u, facts) for u in facts.units}
    possible = _possible(facts, competitors)
    names = sorted({c for cs in competitors.values() for c in cs} | set().union(*possible.values()))
    index = {name: i for i, name in enumerate(names)}
    persons = sorted({p for name in names for p in facts.members.get(name, (name,))})
    person_index = {name: i for i, name in enumerate(persons)}

    def expand(codes: set[str] | tuple[str, ...]) -> tuple[int, ...]:
        found = {person_index[p] for c in codes for p in facts.members.get(c, (c,))}
        return tuple(sorted(found))

    unknown = sum(1 for cs in competitors.values() if not cs)
    notes = [f"{unknown} units have no known competitors"] if unknown else []
    return People(
        codes=tuple(persons),
        competitors={u: tuple(sorted(index[c] for c in cs)) for u, cs in competitors.items()},
        known={u: expand(cs) for u, cs in competitors.items()},
        possible={u: expand(possible[u] | set(competitors[u])) for u in competitors},
        notes=notes,
    )


def _competitors(unit: UnitFact, facts: TimetableFacts) -> tuple[str, ...]:
    """Return those with a result in the unit; for a code of a whole phase, in the phase."""
    own = facts.competitors.get(unit.rsc, ())
    if not own and set(unit.rsc[26:]) == {"-"}:
        own = facts.phase_competitors.get(unit.rsc[:26], ())
    return own


def _possible(
    facts: TimetableFacts, competitors: dict[str, tuple[str, ...]]
) -> dict[str, set[str]]:
    by_event: dict[str, list[UnitFact]] = defaultdict(list)
    for unit in facts.units:
        by_event[unit.event].append(unit)
    possible: dict[str, set[str]] = {}
    for event, units in by_event.items():
        units.sort(key=lambda u: (u.phase_order, u.part, u.code))
        first = units[0].phase_order
        field = set(facts.entries.get(event, ()))
        came_from: dict[str, list[str]] = defaultdict(list)
        for unit in units:
            own = competitors[unit.code]
            if unit.phase_order == first:
                possible[unit.code] = set(own) or set(field)
            elif own:
                feeders = {f for c in own for f in came_from[c]}
                possible[unit.code] = set().union(*(possible[f] for f in feeders), own)
            else:
                possible[unit.code] = set(field)
            for c in own:
                came_from[c].append(unit.code)
    return possible
