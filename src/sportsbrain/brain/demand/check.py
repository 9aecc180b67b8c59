"""Judge a demand profile. Shares nothing with the solver but the problem."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from sportsbrain.brain.demand.plan import Profile
from sportsbrain.brain.demand.problem import Problem
from sportsbrain.vocabulary.planning import Fault, Score
from sportsbrain.vocabulary.series import summed

RULES = ("not_counted", "left_before_came", "too_full")


def check(problem: Problem, profile: Profile) -> Score:
    """Return the faults, the most at one place and the most who come in one quarter."""
    faults = [*_counted(problem, profile), *_order(profile), *_full(problem, profile)]
    arrivals = summed([flow.comes for flow in profile.flows]) if profile.flows else None
    soft = {"arrivals_peak": arrivals.peak if arrivals else 0.0}
    return Score(faults=tuple(faults), soft=soft, weights={"arrivals_peak": 0.0})


def _counted(problem: Problem, profile: Profile) -> Iterator[Fault]:
    wanted: Counter[tuple[str, str]] = Counter()
    for attendance in problem.attendances:
        wanted[problem.places[attendance.place], attendance.client_group] += attendance.people
    came: Counter[tuple[str, str]] = Counter()
    went: Counter[tuple[str, str]] = Counter()
    for flow in profile.flows:
        came[flow.place, flow.client_group] += round(flow.comes.total)
        went[flow.place, flow.client_group] += round(flow.goes.total)
    for key in sorted({*wanted, *came, *went}):
        if not wanted[key] == came[key] == went[key]:
            text = f"{key[1]} at {key[0]}: {wanted[key]} go, {came[key]} come, {went[key]} leave"
            yield Fault(rule="not_counted", text=text, places=(key[0],))


def _order(profile: Profile) -> Iterator[Fault]:
    for flow in profile.flows:
        changes: list[tuple[int, float]] = []
        for series, sign in ((flow.comes, 1.0), (flow.goes, -1.0)):
            step = series.step_seconds
            changes += [(series.starts_at + n * step, sign * value)
                        for n, value in enumerate(series.values) if value]  # fmt: skip
        # who comes in a step is there before others leave in it
        changes.sort(key=lambda change: (change[0], -change[1]))
        there = 0.0
        for _, change in changes:
            there += change
            if there < -1e-9:
                text = f"{flow.client_group} at {flow.place} leave before they came"
                yield Fault(rule="left_before_came", text=text, places=(flow.place,))
                break


def _full(problem: Problem, profile: Profile) -> Iterator[Fault]:
    limit = dict(zip(problem.places, problem.places_max, strict=True))
    changes: dict[str, Counter[int]] = defaultdict(Counter)
    for flow in profile.flows:
        for series, sign in ((flow.comes, 1), (flow.goes, -1)):
            steps = changes[flow.place]
            for step, value in enumerate(series.values):
                if value:
                    steps[series.starts_at + step * series.step_seconds] += sign * round(value)
    for place, steps in sorted(changes.items()):
        there = most = 0
        for moment in sorted(steps):
            there += steps[moment]
            most = max(most, there)
        if limit[place] and most > limit[place]:
            text = f"{most} people at once, {place} holds {limit[place]}"
            yield Fault(rule="too_full", text=text, places=(place,))
