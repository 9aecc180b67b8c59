"""Blocks: units that share a day."""

from collections import defaultdict
from dataclasses import dataclass

from sportsbrain.brain.timetable.solve.index import Index

BLOCK_MINUTES_MAX = 240


@dataclass(slots=True)
class Block:
    """Units that share a day."""

    units: list[int]
    event: int
    stage: int
    days: list[int]


def blocks_of(index: Index, units: list[int], *, is_coarse: bool = False) -> list[Block]:
    """
    Return the blocks of some units of one discipline.

    ``is_coarse`` makes an event that fits well into one day a block.
    """
    problem = index.problem
    groups: dict[tuple[int, int], list[int]] = defaultdict(list)
    for unit in units:
        groups[problem.units[unit].event, problem.units[unit].stage].append(unit)
    blocks: list[Block] = []
    if is_coarse:
        blocks = _whole_events(index, groups)
        done = {block.event for block in blocks}
        groups = defaultdict(list, {k: v for k, v in groups.items() if k[0] not in done})
    for (event, stage), members in sorted(groups.items()):
        rules = problem.disciplines[problem.events[event].discipline]
        load: dict[int, int] = defaultdict(int)
        for unit in members:
            load[problem.units[unit].location] += index.minutes[unit] + rules.change_seconds // 60
        heaviest = max(m / problem.locations[x].units_at_once for x, m in load.items())
        competitors = [c for u in members for c in problem.units[u].competitors]
        is_single = len(members) > 1 and (
            heaviest > BLOCK_MINUTES_MAX
            or len(competitors) > len(set(competitors))
            or rules.rest_days > 0
            or any(problem.units[u].pinned_at is not None for u in members)
        )
        for part in [[u] for u in members] if is_single else [members]:
            days = sorted(set.intersection(*(set(index.days_of(u)) for u in part)))
            blocks.append(Block(units=part, event=event, stage=stage, days=days))
    return blocks


def _whole_events(index: Index, groups: dict[tuple[int, int], list[int]]) -> list[Block]:
    """Return one block for each event whose stages follow each other well inside one day."""
    problem = index.problem
    events: dict[int, list[int]] = defaultdict(list)
    for (event, _), members in sorted(groups.items()):
        events[event] += members
    blocks: list[Block] = []
    for event, members in events.items():
        rules = problem.disciplines[problem.events[event].discipline]
        venues = {index.venue[u] for u in members}
        stages = {problem.units[u].stage for u in members}
        has_pins = any(problem.units[u].pinned_at is not None for u in members)
        if rules.stage_days or rules.rest_days or len(venues) > 1 or len(stages) < 2 or has_pins:
            continue
        if rules.good_days or len(members) == 1:
            continue
        load: dict[int, int] = defaultdict(int)
        for unit in members:
            minutes = index.minutes[unit] + rules.change_seconds // 60
            load[problem.units[unit].location] += minutes
        chain = max(load.values()) + len(stages) * rules.stage_seconds // 60
        days = sorted(set.intersection(*(set(index.days_of(u)) for u in members)))
        spans = index.windows[index.venue[members[0]], index.discipline[members[0]]]
        room = max((ws[-1][1] - ws[0][0] for ws in spans.values()), default=0)
        if days and chain <= room // 2:
            blocks.append(Block(units=members, event=event, stage=0, days=days))
    return blocks
