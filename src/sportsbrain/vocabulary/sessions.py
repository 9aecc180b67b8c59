"""Sessions: units of one discipline at one venue without a long break between them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

GAP_SECONDS = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedUnit:
    """A unit with its time, in seconds from an epoch that the owner names."""

    code: str
    event: str
    discipline: str
    venue: str
    starts_at: int
    ends_before: int
    medal: str = "0"
    phase_order: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionBlock:
    """Units that are ticketed and staffed together."""

    code: str
    venue: str
    discipline: str
    starts_at: int
    ends_before: int
    units: tuple[str, ...]
    finals: int


def sessions_of(units: Iterable[TimedUnit]) -> tuple[SessionBlock, ...]:
    """
    Return the sessions in order of time: a break longer than an hour begins a new one.

    The code is venue, discipline and a number in order of time, so a session that moves keeps it
    as long as it does not pass another one.
    """
    groups: dict[tuple[str, str], list[TimedUnit]] = defaultdict(list)
    for unit in units:
        groups[unit.venue, unit.discipline].append(unit)
    found = []
    for (venue, discipline), rows in sorted(groups.items()):
        rows.sort(key=lambda u: (u.starts_at, u.code))
        blocks: list[list[TimedUnit]] = []
        end = 0
        for unit in rows:
            if not blocks or unit.starts_at - end > GAP_SECONDS:
                blocks.append([])
                end = 0
            blocks[-1].append(unit)
            end = max(end, unit.ends_before)
        for number, block in enumerate(blocks, start=1):
            found.append(
                SessionBlock(
                    code=f"{venue}-{discipline}-{number:02}",
                    venue=venue,
                    discipline=discipline,
                    starts_at=block[0].starts_at,
                    ends_before=max(u.ends_before for u in block),
                    units=tuple(u.code for u in block),
                    finals=sum(u.medal == "1" for u in block),
                )
            )
    return tuple(sorted(found, key=lambda s: (s.starts_at, s.code)))
