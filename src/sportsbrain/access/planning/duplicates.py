"""Ask the brain about people: who may be registered twice."""

from sportsbrain.access.actions import By
from sportsbrain.access.actions.duplicates import keep_alike
from sportsbrain.access.queries.duplicates import Identity, identities
from sportsbrain.brain.identity.problem import Row, Rows
from sportsbrain.brain.identity.solve import solve
from sportsbrain.committee.queries import GamesRow


def propose_duplicates(*, games: GamesRow, by: By) -> int:
    """Compare everybody with everybody alike and keep the pairs; return how many wait."""
    found = solve(build_rows(identities(games=games)))
    pairs = ((int(p.one), int(p.other), p.bits, p.reasons) for p in found.pairs)
    return keep_alike(games=games, pairs=pairs, by=by)


def build_rows(people: tuple[Identity, ...]) -> Rows:
    """Return people as the brain compares them."""
    return Rows(
        rows=tuple(
            Row(
                code=str(person.number),
                family_name=person.family_name,
                given_name=person.given_name,
                birth_date=(
                    (person.birth_date.year, person.birth_date.month, person.birth_date.day)
                    if person.birth_date
                    else (0, 0, 0)
                ),
                gender=person.gender,
                nationality=person.nationality,
                document=person.document,
            )
            for person in people
        )
    )
