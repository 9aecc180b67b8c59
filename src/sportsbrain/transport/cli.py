"""`sportsbrain plan demand, fleet` and `sportsbrain check demand, fleet`."""

from sportsbrain.plans.exports import Face, planner_commands

FACES = {
    "demand": Face(
        seconds=60.0,
        text="Lay out who wants to be where in every quarter of an hour.",
    ),
    "fleet": Face(
        seconds=120.0,
        text="Plan departures, vehicles and drivers of the bus network.",
    ),
}
plan_app, check_app = planner_commands(FACES, slice_name="transport")
