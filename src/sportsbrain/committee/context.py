"""What every page knows."""

from typing import Any

from django.http import HttpRequest

from sportsbrain.committee.queries import Seat, exercise_of
from sportsbrain.vocabulary.statuses import Role


def games(request: HttpRequest) -> dict[str, Any]:
    """Give templates the Games and the person's rights."""
    seat: Seat | None = getattr(request, "seat", None)
    if seat is None:
        return {}
    return {
        "games": seat.games,
        "seat": seat,
        "whole_seat": getattr(request, "whole_seat", seat),
        "exercise": exercise_of(games_id=seat.games.id),
        "may_plan": seat.may(Role.PLANNER),
        "may_approve": seat.may(Role.APPROVER),
        "may_sign": seat.may(Role.DELEGATE),
    }
