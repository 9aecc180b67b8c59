"""When buses leave: the fewest that carry everyone in their window, then the headway promised."""

from collections import defaultdict
from dataclasses import dataclass, replace

from sportsbrain.brain.fleet.plan import Departure
from sportsbrain.brain.fleet.problem import Need, Problem, Service


@dataclass(slots=True)
class _Waiting:
    """A need with the moments in which its people may leave, and how many are left."""

    need: Need
    first: int
    last: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """People whom no departure can carry in their window, and why."""

    service: str
    need: str
    people: int
    text: str


class Bays:
    """Buses that leave a place in one step, counted against its bays."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.used: dict[tuple[int, int], int] = defaultdict(int)

    def free(self, place: int, moment: int) -> int:
        """Return how many more buses may leave a place in a step."""
        bays = self.problem.places[place].bays
        if not bays:
            return 1_000_000
        return bays - self.used[place, moment // self.problem.step_seconds]

    def take(self, place: int, moment: int) -> None:
        """Note a departure."""
        self.used[place, moment // self.problem.step_seconds] += 1


def leave_window(problem: Problem, service: Service, need: Need) -> tuple[int, int] | None:
    """Return the first and last step in which the people of a need may leave; None without one."""
    step = problem.step_seconds
    if not need.is_arrival:
        first, last = -(-need.from_at // step) * step, need.by_at // step * step
        return (first, last) if first <= last else None
    one, other = service.starts_in, service.ends_in
    longest = problem.roads.planned(one, other, need.by_at) * 2 + 3600
    fitting = [
        moment
        for moment in range((need.from_at - longest) // step * step, need.by_at + 1, step)
        if need.from_at <= moment + problem.roads.planned(one, other, moment) <= need.by_at
    ]
    if not fitting:
        return None
    # where traffic grows within the window a later bus may arrive too late, a still later one not
    first = fitting[-1]
    for moment in reversed(fitting):
        if first - moment > step:
            break
        first = moment
    return first, fitting[-1]


def departures_of(
    problem: Problem, service: Service, bays: Bays
) -> tuple[list[Departure], list[Left]]:
    """
    Return the departures of a service, and who stays behind.

    Earliest deadline first: a bus leaves when the first deadline among those who wait can't be put
    off, and takes those with the next deadlines along. That uses the fewest buses for windows in
    time (exchange argument); where bays are full a bus leaves a step earlier.
    """
    waiting: list[_Waiting] = []
    left: list[Left] = []
    for need in service.needs:
        window = leave_window(problem, service, need)
        if window is None:
            text = "no departure on the grid arrives in the window"
            left.append(Left(service=service.code, need=need.code, people=need.people, text=text))
        elif need.people:
            waiting.append(_Waiting(need, window[0], window[1], need.people))
    waiting.sort(key=lambda w: (w.last, w.first, w.need.code))
    runs: list[tuple[int, list[tuple[str, int]]]] = []
    for index, first in enumerate(waiting):
        while first.left:
            moment = _moment(problem, service, first, bays)
            if moment is None:
                text = f"every bay of {problem.places[service.starts_in].code} is taken"
                left.append(
                    Left(service=service.code, need=first.need.code, people=first.left, text=text)
                )
                break
            bays.take(service.starts_in, moment)
            runs.append((moment, _board(waiting[index:], moment, service.seats)))
    runs += _headway(problem, service, bays, sorted(run[0] for run in runs))
    runs.sort()
    return [_departure(problem, service, n, run) for n, run in enumerate(runs, start=1)], left


def fewest_departures(problem: Problem, service: Service) -> int:
    """
    Return a proven least number of departures of a service.

    Earliest deadline first without full bays and without a headway; or the headway alone, if that
    asks for more.
    """
    free = replace(problem, places=tuple(replace(place, bays=0) for place in problem.places))
    bare = replace(service, headway_seconds_max=0)
    carried, _ = departures_of(free, bare, Bays(free))
    if not service.headway_seconds_max:
        return len(carried)
    most = max(problem.step_seconds, service.headway_seconds_max)
    waits = sum(max(0, -(-(b - a) // most) - 1) for a, b in service.open_windows)
    return max(len(carried), waits)


def _moment(problem: Problem, service: Service, first: _Waiting, bays: Bays) -> int | None:
    moment = first.last
    while moment >= first.first:
        if bays.free(service.starts_in, moment) > 0:
            return moment
        moment -= problem.step_seconds
    return None


def _board(waiting: list[_Waiting], moment: int, seats: int) -> list[tuple[str, int]]:
    """Fill one bus with those who may leave now, the next deadline first."""
    riders = []
    for other in waiting:
        if seats == 0:
            break
        if other.left and other.first <= moment <= other.last:
            count = min(seats, other.left)
            other.left -= count
            seats -= count
            riders.append((other.need.code, count))
    return riders


def _headway(
    problem: Problem, service: Service, bays: Bays, leaving: list[int]
) -> list[tuple[int, list[tuple[str, int]]]]:
    """Return empty departures where the wait would be longer than the headway."""
    if not service.headway_seconds_max:
        return []
    added: list[tuple[int, list[tuple[str, int]]]] = []
    step = problem.step_seconds
    most = max(step, service.headway_seconds_max // step * step)
    for opens, closes in service.open_windows:
        inside = [m for m in leaving if opens <= m <= closes]
        last = opens - most
        for moment in [*inside, closes]:
            while moment - last > most:
                last += most
                if bays.free(service.starts_in, last) > 0:
                    bays.take(service.starts_in, last)
                    added.append((last, []))
            last = max(last, moment)
    return added


def _departure(
    problem: Problem, service: Service, number: int, run: tuple[int, list[tuple[str, int]]]
) -> Departure:
    moment, riders = run
    seconds = problem.roads.planned(service.starts_in, service.ends_in, moment)
    return Departure(
        code=f"{service.code}/{number}",
        service=service.code,
        departs_at=moment,
        arrives_at=moment + seconds,
        riders=tuple(riders),
    )
