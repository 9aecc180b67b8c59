"""Begin with the tables of the rules file: categories, rights, delegations as organisations."""

from typing import Any

from django.db import transaction

from sportsbrain.access.actions.rows import By
from sportsbrain.access.actions.tables import RightValues, save_category, save_clients
from sportsbrain.access.models import Category
from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import load_slice_rules
from sportsbrain.vocabulary.people import RightKind
from sportsbrain.world.queries import organisation_lines


@transaction.atomic
def begin_tables(*, games: GamesRow, by: By) -> int:
    """Make categories of the rules file and delegations that are not there; return how many."""
    rules = load_slice_rules("access", games.rules_name)
    known = set(Category.objects.filter(games_id=games.id).values_list("code", flat=True))
    new = [values for values in rules["categories"] if values["code"] not in known]
    for values in new:
        save_category(
            games=games,
            code=values["code"],
            name=values["name"],
            client_group=values["client_group"],
            needs_check=values.get("needs_check", True),
            needs_photo=values.get("needs_photo", True),
            age_min=values.get("age_min", 0),
            rights=rights_in(values),
            by=by,
        )
    lines = organisation_lines(games_id=games.id)
    delegations = {line.code: (line.name, "athletes") for line in lines}
    return len(new) + save_clients(games=games, clients=delegations, by=by)


def rights_in(values: dict[str, Any]) -> tuple[RightValues, ...]:
    """Return the cells of a category's words: ``kind place code`` each."""
    found = []
    for name, is_default in (("rights", True), ("upgrades", False)):
        for words in values.get(name, ()):
            kind, place, code = words.split()
            found.append(
                RightValues(kind=RightKind(kind), place=place, code=code, is_default=is_default)
            )
    return tuple(found)
