"""
How many units must move at least, proven from the faults that `check` finds, and nothing else.

Of the units that one fault concerns at least one has to move. The fewest units that meet every
fault are a lower bound of the moves, whatever planner makes them: it knows neither windows nor
places. It shares no model with the planner whose moves it bounds.
"""

from sportsbrain.brain.timetable.check import check
from sportsbrain.brain.timetable.problem import Problem


def fewest_moves(
    problem: Problem, starts: dict[str, int], *, venue: str, seconds: float = 10.0
) -> int:
    """
    Return a proven lower bound of the units of a venue that must move.

    Faults without a unit of the venue are none of its business. A minimum hitting set, by CP-SAT.
    """
    from ortools.sat.python import cp_model

    places = {n for n, v in enumerate(problem.venues) if v.code == venue}
    mine = {u.code for u in problem.units if problem.locations[u.location].venue in places}
    faults = [
        set(fault.units)
        for fault in check(problem, starts).faults
        if fault.units and set(fault.units) <= mine
    ]
    model = cp_model.CpModel()
    moves = {code: model.new_bool_var(code) for code in sorted(set().union(*faults))}
    for units in faults:
        model.add_bool_or([moves[code] for code in sorted(units)])
    model.minimize(sum(moves.values()))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 1
    solver.solve(model)
    return int(-(-solver.best_objective_bound // 1)) if faults else 0
