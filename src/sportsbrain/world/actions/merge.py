"""Make two rows of one person one."""

from django.db import transaction

from sportsbrain.vocabulary.people import Standing
from sportsbrain.world import models as rows
from sportsbrain.world.errors import MergeError


@transaction.atomic
def merge_participants(*, games_id: int, keep: str, drop: str, fact_source: str) -> int:
    """
    Give everything of one participant to another and keep the old code as an alias.

    Returns how many entries, results and team places changed hands. Imports that name the old code
    go on to mean the person who was kept.

    Raises
    ------
    MergeError
        When one of them is not known, or both are the same.

    """
    people = {
        p.code: p
        for p in rows.Participant.objects.select_for_update()
        .filter(games_id=games_id, code__in=[keep, drop])
        .order_by("pk")
    }
    if keep == drop or len(people) < 2:
        raise MergeError(keep=keep, drop=drop)
    kept, gone = people[keep], people[drop]
    moved = _join_entries(games_id, kept, gone, fact_source)
    moved += rows.Result.objects.filter(participant=gone).update(participant=kept)
    places = rows.TeamMember.objects.filter(participant=gone)
    both = rows.TeamMember.objects.filter(participant=kept).values("team_id")
    moved += places.filter(team_id__in=both).delete()[0]
    moved += places.update(participant=kept)
    rows.ParticipantAlias.objects.filter(participant=gone).update(participant=kept)
    gone.delete()
    rows.ParticipantAlias.objects.create(games_id=games_id, code=drop, participant=kept)
    rows.FactChange.objects.create(
        games_id=games_id,
        table="participants",
        code=drop,
        before={"code": drop, "name": gone.name},
        after={"merged_into": keep},
        fact_source=fact_source,
    )
    return moved


def _join_entries(
    games_id: int, kept: rows.Participant, gone: rows.Participant, fact_source: str
) -> int:
    """Move entries; where both are in an event one stays: the one that competes."""
    moved = 0
    own = {entry.event_id: entry for entry in rows.Entry.objects.filter(participant=kept)}
    for entry in rows.Entry.objects.filter(participant=gone).order_by("pk"):
        other = own.get(entry.event_id)
        moved += 1
        if other is None:
            entry.participant = kept
            entry.save(update_fields=["participant"])
            continue
        if entry.standing == Standing.ENTERED.value != other.standing:
            other.standing, other.mark = entry.standing, entry.mark or other.mark
            other.save(update_fields=["standing", "mark"])
        rows.FactChange.objects.create(
            games_id=games_id, table="entries", code=entry.code,
            before={"standing": entry.standing}, after={"merged_into": other.code},
            fact_source=fact_source,
        )  # fmt: skip
        entry.delete()
    return moved
