"""Lay every attendance on its curve, in whole people."""

from collections import Counter, defaultdict
from collections.abc import Callable, Generator

from sportsbrain.brain.demand.plan import Flow, Profile
from sportsbrain.brain.demand.problem import Attendance, Problem
from sportsbrain.vocabulary.planning import Progress, Stop
from sportsbrain.vocabulary.series import Series

CARRIED = "games network"
Steps = Counter[int]


def solve(
    problem: Problem, *, seed: int, stop: Stop, clock: Callable[[], float]
) -> Generator[Progress, bool, Profile]:
    """Yield progress and return the profile; there is no choice in it, so no bound is needed."""
    del stop
    began = clock()
    curves = {(c.client_group, c.kind): c for c in problem.curves}
    comes: dict[tuple[int, str, str], Steps] = defaultdict(Counter)
    goes: dict[tuple[int, str, str], Steps] = defaultdict(Counter)
    for attendance in problem.attendances:
        curve = curves[attendance.client_group, attendance.kind]
        step = problem.step_seconds
        starts, ends = attendance.starts_at // step, -(-attendance.ends_before // step)
        for mode, people in _modes(problem, attendance):
            key = attendance.place, attendance.client_group, mode
            shares = [share for _, share in curve.comes]
            for (before, _), count in zip(curve.comes, whole(people, shares), strict=True):
                comes[key][starts - before] += count
            shares = [share for _, share in curve.goes]
            for (after, _), count in zip(curve.goes, whole(people, shares), strict=True):
                goes[key][ends + after] += count
    yield Progress(step="curves", seconds=clock() - began, note=f"{len(comes)} flows")
    flows = tuple(
        Flow(
            place=problem.places[place],
            client_group=group,
            mode=mode,
            comes=_series(comes[place, group, mode], problem.step_seconds),
            goes=_series(goes[place, group, mode], problem.step_seconds),
        )
        for place, group, mode in sorted(comes)
    )
    return Profile(flows=flows, peaks=_peaks(flows), seed=seed, seconds=clock() - began)


def whole(people: int, shares: list[float]) -> list[int]:
    """Return whole people by shares, all of them, with the largest remainders rounded up."""
    exact = [people * share for share in shares]
    counts = [int(value) for value in exact]
    rest = sorted(range(len(shares)), key=lambda i: (counts[i] - exact[i], i))
    for index in rest[: people - sum(counts)]:
        counts[index] += 1
    return counts


def _modes(problem: Problem, attendance: Attendance) -> list[tuple[str, int]]:
    """Return how the people of an attendance come."""
    modes = [(m, s) for group, m, s in problem.modes if group == attendance.client_group]
    if attendance.home >= 0 or not modes:
        return [(CARRIED if attendance.home >= 0 else "own way", attendance.people)]
    counts = whole(attendance.people, [share for _, share in modes])
    return [(mode, count) for (mode, _), count in zip(modes, counts, strict=True) if count]


def _series(steps: Steps, step_seconds: int) -> Series:
    first, last = min(steps), max(steps)
    values = [0.0] * (last + 1 - first)
    for step, people in steps.items():
        values[step - first] = float(people)
    return Series(starts_at=first * step_seconds, step_seconds=step_seconds, values=tuple(values))


def _peaks(flows: tuple[Flow, ...]) -> tuple[tuple[str, int, int], ...]:
    """Return (place, most people at once, when) of each place."""
    changes: dict[str, Counter[int]] = defaultdict(Counter)
    for flow in flows:
        for series, sign in ((flow.comes, 1), (flow.goes, -1)):
            steps = changes[flow.place]
            for n, value in enumerate(series.values):
                if value:
                    steps[series.starts_at + n * series.step_seconds] += sign * int(value)
    found = []
    for place, steps in sorted(changes.items()):
        there = most = 0
        at = min(steps)
        for moment in sorted(steps):
            there += steps[moment]
            if there > most:
                most, at = there, moment
        found.append((place, most, at))
    return tuple(found)
