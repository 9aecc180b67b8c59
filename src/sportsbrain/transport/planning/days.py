"""A day of the car pool as a version keeps it."""

from dataclasses import asdict, dataclass
from typing import Any

from sportsbrain.brain.dispatch.plan import DispatchPlan, Stop, Tour
from sportsbrain.brain.dispatch.rest import Position, Underway


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """
    The tours of a whole day, and where it stood when it was last planned.

    Parameters
    ----------
    plan
        What the solver answered, for what was left; None when read from a version.

    """

    tours: tuple[Tour, ...]
    underway: Underway | None
    refused: tuple[str, ...] = ()
    plan: DispatchPlan | None = None


def day_row(day: DayPlan) -> dict[str, Any]:
    """Return a day as JSON can hold it; tours are [vehicle, leaves, back, stops]."""
    now = day.underway
    return {
        "at": now.at if now else None,
        "positions": [asdict(position) for position in now.positions] if now else [],
        "done": list(now.done) if now else [],
        "wait": [list(row) for row in now.wait] if now else [],
        "tours": [
            [
                tour.vehicle,
                tour.leaves_at,
                tour.back_at,
                [[stop.request, int(stop.is_pickup), stop.at] for stop in tour.stops],
            ]
            for tour in day.tours
        ],
        "refused": list(day.plan.refused if day.plan else day.refused),
    }


def day_of_row(row: dict[str, Any]) -> DayPlan:
    """Return the day of its row."""
    tours = tuple(
        Tour(
            vehicle=vehicle,
            leaves_at=leaves,
            back_at=back,
            stops=tuple(Stop(request=r, is_pickup=bool(p), at=at) for r, p, at in stops),
        )
        for vehicle, leaves, back, stops in row["tours"]
    )
    underway = None
    if row["at"] is not None:
        underway = Underway(
            at=row["at"],
            positions=tuple(_position(raw) for raw in row["positions"]),
            done=tuple(row["done"]),
            wait=tuple((code, float(longer)) for code, longer in row["wait"]),
        )
    return DayPlan(tours=tours, underway=underway, refused=tuple(row["refused"]))


def _position(raw: dict[str, Any]) -> Position:
    return Position(
        vehicle=raw["vehicle"],
        left_at=raw["left_at"],
        place=raw["place"],
        free_at=raw["free_at"],
        aboard=tuple((code, at) for code, at in raw["aboard"]),
        made=tuple(Stop(**stop) for stop in raw["made"]),
        late=raw["late"],
    )


def rest_plan(day: DayPlan) -> DispatchPlan:
    """Return the tours of what is left: without the stops made, with who sits in a car aboard."""
    positions = {p.vehicle: p for p in day.underway.positions} if day.underway else {}
    tours = []
    for tour in day.tours:
        position = positions.get(tour.vehicle)
        if position is None:
            tours.append(tour)
            continue
        aboard = tuple(
            Stop(request=code, is_pickup=True, at=position.free_at) for code, _ in position.aboard
        )
        stops = (*aboard, *tour.stops[len(position.made) :])
        if stops:
            tours.append(
                Tour(
                    vehicle=tour.vehicle,
                    leaves_at=position.free_at,
                    stops=stops,
                    back_at=tour.back_at,
                )
            )
    return DispatchPlan(
        tours=tuple(tours),
        refused=day.refused,
        objective=0.0,
        bound=0.0,
        terms=(),
        seed=0,
        solver="",
        seconds=0.0,
        first_feasible_seconds=None,
    )
