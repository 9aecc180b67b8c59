"""Build, solve and check nights of moves and prices; the only door of the shop into the brain."""

from functools import partial

from sportsbrain.plans import queries

from . import markdown, retail
from .markdown import build_markdown, plan_markdown
from .retail import build_retail, plan_retail

PLANNERS = {"retail": plan_retail, "markdown": plan_markdown}
CHECKS: dict[str, queries.Check] = {
    "retail": (build_retail, retail.score_of),
    "markdown": (build_markdown, markdown.score_of),
}
score_of_version = partial(queries.score_of_version, checks=CHECKS)
hash_of_problem = partial(queries.hash_of_problem, checks=CHECKS)

__all__ = [
    "PLANNERS",
    "build_markdown",
    "build_retail",
    "hash_of_problem",
    "plan_markdown",
    "plan_retail",
    "score_of_version",
]
