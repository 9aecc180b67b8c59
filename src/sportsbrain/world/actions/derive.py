"""Facts that follow from other facts: sessions, capacities, oddities worth a word."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Q

from sportsbrain.world.actions.facts import FactWriter
from sportsbrain.world.models import CompetitionSession, EventUnit, Result

GAP = dt.timedelta(minutes=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """What was derived."""

    sessions: int = 0
    notes: tuple[str, ...] = ()


def derive_sessions(*, games_id: int, time_zone: str, fact_source: str) -> Derived:
    """
    Make sessions of units without one: same venue and discipline, no gap over an hour.

    A session never crosses local midnight of the Games unless a unit itself does.
    """
    writer = FactWriter(games_id=games_id, fact_source=fact_source)
    zone = ZoneInfo(time_zone)
    own = ~Q(session__fact_source__startswith="derived:") & Q(session__isnull=False)
    units: Iterable[Any] = (
        EventUnit.objects.filter(games_id=games_id, starts_at__isnull=False, location__isnull=False)
        .exclude(schedule_status="CANCELLED")
        .exclude(own)
        .order_by("starts_at", "code")
        .values_list(
            "pk",
            "starts_at",
            "ends_before",
            "location__venue__code",
            "phase__event__discipline__code",
        )
    )
    groups: dict[tuple[str, str], list[tuple[dt.datetime, dt.datetime, list[int]]]] = {}
    for pk, starts, ends, venue, discipline in units:
        ends_before = max(ends or starts, starts + dt.timedelta(minutes=1))
        blocks = groups.setdefault((venue, discipline), [])
        last = blocks[-1] if blocks else None
        if (
            last
            and starts - last[1] <= GAP
            and last[0].astimezone(zone).date() == starts.astimezone(zone).date()
        ):
            blocks[-1] = (last[0], max(last[1], ends_before), [*last[2], pk])
        else:
            blocks.append((starts, ends_before, [pk]))
    return _save_sessions(games_id, writer, groups, zone)


def _save_sessions(
    games_id: int,
    writer: FactWriter,
    groups: dict[tuple[str, str], list[tuple[dt.datetime, dt.datetime, list[int]]]],
    zone: ZoneInfo,
) -> Derived:
    batch: list[dict[str, object]] = []
    members: dict[str, list[int]] = {}
    numbers: dict[str, int] = defaultdict(int)
    for (venue, discipline), blocks in sorted(groups.items()):
        for starts, ends, pks in blocks:
            stem = f"{discipline}-{venue}-{starts.astimezone(zone):%m%d}"
            numbers[stem] += 1
            code = f"{stem}-{numbers[stem]}"
            batch.append(
                {
                    "code": code,
                    "venue": venue,
                    "discipline": discipline,
                    "starts_at": starts,
                    "ends_before": ends,
                }
            )
            members[code] = pks
    writer.save(table="sessions", batch=batch)
    CompetitionSession.objects.filter(games_id=games_id, code__in=list(members)).update(
        fact_source=f"derived:{writer.fact_source}"[:80]
    )
    keys = dict(CompetitionSession.objects.filter(games_id=games_id).values_list("code", "pk"))
    wanted = {pk: keys[code] for code, pks in members.items() for pk in pks}
    stale = [
        EventUnit(pk=pk, session_id=wanted[pk])
        for pk, session_id in EventUnit.objects.filter(
            games_id=games_id, pk__in=list(wanted)
        ).values_list("pk", "session_id")
        if session_id != wanted[pk]
    ]
    EventUnit.objects.bulk_update(stale, ["session"], batch_size=1000)
    CompetitionSession.objects.filter(
        games_id=games_id, units__isnull=True, fact_source__startswith="derived:"
    ).delete()
    return Derived(sessions=len(members))


def capacities_held(*, games_id: int, except_disciplines: tuple[str, ...]) -> dict[str, int]:
    """Return how many units each location held at once in the schedule as imported."""
    units: Iterable[Any] = (
        EventUnit.objects.filter(
            games_id=games_id, location__isnull=False, ends_before__isnull=False
        )
        .exclude(schedule_status="CANCELLED")
        .exclude(phase__event__discipline__code__in=except_disciplines)
        .values_list("location__code", "starts_at", "ends_before")
    )
    edges: dict[str, list[tuple[dt.datetime, int]]] = defaultdict(list)
    for code, starts, ends in units:
        if ends > starts:
            edges[code] += [(starts, 1), (ends, -1)]
    held: dict[str, int] = {}
    for code, marks in edges.items():
        running = most = 0
        for _, step in sorted(marks):
            running += step
            most = max(most, running)
        held[code] = most
    return held


def results_far_off(*, games_id: int) -> Derived:
    """Say what is odd about results: far from the schedule, units without any, units unplaced."""
    results = Result.objects.filter(games_id=games_id)
    if not results.exists():
        return Derived()
    day = dt.timedelta(days=1)
    far = results.filter(unit__starts_at__isnull=False, finished_at__isnull=False).filter(
        Q(finished_at__gt=F("unit__starts_at") + day)
        | Q(finished_at__lt=F("unit__starts_at") - day)
    )
    units = EventUnit.objects.filter(games_id=games_id)
    scheduled = units.filter(starts_at__isnull=False)
    rsc_with = set(results.values_list("unit__rsc", flat=True))
    rsc_all = set(scheduled.values_list("rsc", flat=True))
    notes = (
        f"{far.count()} results were finished more than a day off their unit's time: kept",
        f"{len(rsc_all - rsc_with)} scheduled units have no results, so no known competitors",
        f"{units.filter(starts_at__isnull=True).count()} units have results but no place in the"
        " schedule: kept as UNSCHEDULED under their phase",
    )
    return Derived(notes=notes)
