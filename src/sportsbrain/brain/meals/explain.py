"""Why not everybody finds a seat: the shortest time in which more want to eat than can sit."""

from collections import defaultdict

from sportsbrain.brain.meals.problem import Problem


def tightest(problem: Problem) -> str:
    """
    Return the smallest conflicting set in words, empty when the seats suffice.

    People who must sit within some quarters need their stays in seat-quarters; the shortest such
    time with more needed than there is (its sittings are those that conflict).
    """
    step, stay = problem.step_seconds, problem.stay_quarters
    needed: dict[tuple[int, int], int] = defaultdict(int)
    for sitting in problem.sittings:
        first = sitting.at - sitting.shift_max * step
        last = sitting.at + (sitting.shift_max + stay) * step
        needed[first, last] += sitting.people * stay
    ends = sorted({last for _, last in needed})
    best: tuple[int, int, int, int] | None = None
    for first in sorted({start for start, _ in needed}):
        inside = [(last, n) for (start, last), n in needed.items() if start >= first]
        for end in ends:
            if end - first > 86400 or end <= first:
                continue
            wanted = sum(n for last, n in inside if last <= end)
            if not wanted:
                continue
            there = _seat_quarters(problem, first, end)
            if wanted > there and (best is None or end - first < best[1] - best[0]):
                best = (first, end, wanted // stay, there // stay)
    if best is None:
        return ""
    first, end, people, seats = best
    day, start = divmod(first, 86400)
    return (
        f"day {day + 1}, {_clock(start)} to {_clock(end - day * 86400)} UTC: {people} people"
        f" have to eat, the halls seat {seats}: open longer, add {people - seats} places, or let"
        " them come earlier or later"
    )


def _seat_quarters(problem: Problem, first: int, end: int) -> int:
    total = 0
    for hall in problem.halls:
        for opens, closes in hall.opens:
            quarters = max(0, min(end, closes) - max(first, opens)) // problem.step_seconds
            total += hall.seats * quarters
    return total


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"
