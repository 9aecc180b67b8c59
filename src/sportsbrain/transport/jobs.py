"""Runs of the demand, fleet planners."""

from functools import partial

from sportsbrain.plans.jobs import plan_now, run_planner
from sportsbrain.transport.planning import PLANNERS

run_waiting = partial(run_planner, planners=PLANNERS)
run_order = partial(plan_now, planners=PLANNERS)
