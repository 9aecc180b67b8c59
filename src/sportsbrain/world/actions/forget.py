"""Forget who participants are: their rows and results stay, their names and history go."""

from collections.abc import Iterable

from sportsbrain.world import models as rows

ERASED = "erased"


def forget_participants(*, games_id: int, codes: Iterable[str]) -> int:
    """Blank what says who participants are, also in the history of facts; return how many."""
    wanted = list(codes)
    found = rows.Participant.objects.filter(games_id=games_id, code__in=wanted)
    count = found.update(name="", gender="", birth_date=None, height_cm=None, fact_source=ERASED)
    rows.FactChange.objects.filter(games_id=games_id, table="participants", code__in=wanted).update(
        before={}, after={}, fact_source=ERASED
    )
    return count
