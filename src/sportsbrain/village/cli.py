"""`sportsbrain plan rooms, meals` and `sportsbrain check rooms, meals`."""

from sportsbrain.plans.exports import Face, planner_commands

FACES = {
    "rooms": Face(
        seconds=120.0,
        text="Give everybody a bed; with --from the fewest people move.",
    ),
    "meals": Face(
        seconds=60.0,
        text="Say who eats where and when, and how much of each dish is made.",
    ),
}
plan_app, check_app = planner_commands(FACES, slice_name="village")
