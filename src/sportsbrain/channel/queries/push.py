"""Who is to be told of what."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sportsbrain.channel.models import PushSubscription

AT_ONCE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PushRow:
    """A browser that asked to be told."""

    id: int
    endpoint: str
    p256dh: str
    auth: str
    language: str
    hides_scores: bool


def subscribers_of(
    *,
    games_id: int,
    kind: str,
    follows: frozenset[str],
    now: dt.datetime,
    but: tuple[str, frozenset[str]] | None = None,
) -> Iterator[PushRow]:
    """
    Yield who asked for a kind and follows one of some things, without those whose night it is.

    ``but``: left out is who asked for that kind and follows one of those things.
    """
    rows = PushSubscription.objects.filter(
        games_id=games_id, kinds__contains=[kind], follows__overlap=sorted(follows)
    )
    if but:
        rows = rows.exclude(kinds__contains=[but[0]], follows__overlap=sorted(but[1]))
    for row in rows.order_by("pk").iterator(chunk_size=AT_ONCE):
        if not is_quiet(now, row.zone, row.quiet_from, row.quiet_until):
            yield PushRow(id=row.pk, endpoint=row.endpoint, p256dh=row.p256dh, auth=row.auth,
                          language=row.language, hides_scores=row.hides_scores)  # fmt: skip


def is_quiet(now: dt.datetime, zone: str, begins: dt.time | None, ends: dt.time | None) -> bool:
    """Tell whether a moment is in somebody's quiet hours, which may go over midnight."""
    if begins is None or ends is None or begins == ends:
        return False
    own = now.astimezone(ZoneInfo(zone)).time()
    return begins <= own < ends if begins < ends else own >= begins or own < ends


def still_wanted(*, ids: list[int], kind: str, now: dt.datetime) -> set[int]:
    """Return which of some browsers want a kind still, and have no quiet hour."""
    rows = PushSubscription.objects.filter(pk__in=ids, kinds__contains=[kind])
    return {row.pk for row in rows
            if not is_quiet(now, row.zone, row.quiet_from, row.quiet_until)}  # fmt: skip


def subscriptions_count(*, games_id: int) -> int:
    """Return how many browsers asked to be told."""
    return PushSubscription.objects.filter(games_id=games_id).count()
