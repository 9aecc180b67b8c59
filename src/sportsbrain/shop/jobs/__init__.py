"""Processes and runs of the shop: the intake of orders, what is done behind its pages, plans."""

from functools import partial

from sportsbrain.plans.jobs import plan_now, run_planner
from sportsbrain.shop.planning import PLANNERS

from .following import Round, follow_shop
from .intake import Intake, serve_intake

run_waiting = partial(run_planner, planners=PLANNERS)
run_order = partial(plan_now, planners=PLANNERS)

__all__ = ["Intake", "Round", "follow_shop", "run_order", "run_waiting", "serve_intake"]
