"""Runs of the arrivals planner."""

from functools import partial

from sportsbrain.access.planning import PLANNERS
from sportsbrain.plans.jobs import plan_now, run_planner

run_waiting = partial(run_planner, planners=PLANNERS)
run_order = partial(plan_now, planners=PLANNERS)
