"""`sportsbrain plan lanes`, `check lanes`."""

from sportsbrain.plans.exports import Face, planner_commands

FACES = {
    "lanes": Face(
        seconds=240.0,
        text="Say how many screening lanes and gates to open at every venue, quarter by quarter.",
    ),
}
plan_app, check_app = planner_commands(FACES, slice_name="venues")
