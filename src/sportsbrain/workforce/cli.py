"""`sportsbrain plan roster` and `sportsbrain check roster`."""

from sportsbrain.plans.exports import Face, planner_commands

FACES = {
    "roster": Face(
        seconds=300.0,
        text="Give everybody a team and every team its shifts.",
    ),
}
plan_app, check_app = planner_commands(FACES, slice_name="workforce")
