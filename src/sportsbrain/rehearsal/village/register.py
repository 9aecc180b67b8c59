"""What an engineer registers before the day: halls with counters, meters of houses, the weather."""

from sportsbrain.rehearsal.village.run import FIELD
from sportsbrain.village.actions import PointValues, register_points, save_halls
from sportsbrain.village.queries import buildings_of, hall_codes
from sportsbrain.vocabulary.services import HallKind

# Seats, mats and machines of a thousand residents.
HALLS = (
    ("DINE-MAIN", "Main dining hall", HallKind.DINING, 220),
    ("DINE-PLAZA", "Plaza dining", HallKind.DINING, 62),
    ("DINE-GRAB", "Grab and go", HallKind.DINING, 29),
    ("GYM", "Gym", HallKind.GYM, 26),
    ("WASH", "Laundry", HallKind.LAUNDRY, 21),
)


def registered(*, games_id: int) -> tuple[PointValues, ...]:
    """Register halls, where there are none, and points of every building; return the points."""
    buildings = buildings_of(games_id=games_id)
    beds = sum(buildings.values())
    if not hall_codes(games_id=games_id):
        save_halls(games_id=games_id, halls=[
            (code, title, kind, max(4, rate * beds // 1_000)) for code, title, kind, rate in HALLS
        ])  # fmt: skip
    points = [
        PointValues(principal=FIELD, device=code, key="people", device_kind="counter")
        for code in hall_codes(games_id=games_id)
    ]
    points.append(PointValues(principal=FIELD, device="sky", key="outdoor", unit="Cel",
                              device_kind="weather"))  # fmt: skip
    points += [
        PointValues(principal=name, device=f"meter-{name}", key="power", unit="kW",
                    device_kind="meter", building=building)
        for name, building in (
            (f"gw-{n:02}", building) for n, building in enumerate(sorted(buildings), start=1)
        )
    ]  # fmt: skip
    register_points(games_id=games_id, points=points)
    return tuple(points)
