"""A tiny problem with known answers."""

from dataclasses import replace
from typing import Any

from sportsbrain.brain.timetable.problem import (
    DAY,
    Discipline,
    Event,
    Location,
    PrimeZone,
    Problem,
    Unit,
    Venue,
)
from sportsbrain.vocabulary.windows import Window

HOUR = 3600


def unit(code: str, **values: Any) -> Unit:
    """Return an hour-long unit of event 0 in place 0."""
    base: dict[str, Any] = {
        "code": code,
        "name": code,
        "event": 0,
        "stage": 100,
        "location": 0,
        "seconds": HOUR,
        "medal": "0",
    }
    return Unit(**{**base, **values})


def problem(*units: Unit, **values: Any) -> Problem:
    """Return a problem of four days, one venue open 10 to 20, two places, two events."""
    windows = tuple(
        Window(starts_at=d * DAY + 10 * HOUR, ends_before=d * DAY + 20 * HOUR) for d in range(4)
    )
    prime = tuple(
        Window(starts_at=d * DAY + 18 * HOUR, ends_before=d * DAY + 22 * HOUR) for d in range(4)
    )
    made = Problem(
        epoch="2030-07-19T00:00:00+00:00",
        days=4,
        disciplines=(
            Discipline(code="JUD", change_seconds=600, stage_seconds=1800, rest_seconds=1800),
        ),
        venues=(Venue(code="V", zone="z", seats=5000, utc_offset=0, windows=((0, windows),)),),
        locations=(Location(code="A", venue=0), Location(code="B", venue=0)),
        events=(
            Event(code="E0", name="Men", discipline=0, gender="M"),
            Event(code="E1", name="Women", discipline=0, gender="W"),
        ),
        units=units,
        prime_zones=(PrimeZone(name="host", value=1.0, windows=prime),),
        zone_seats_max=8000,
        medal_days=(0, 3),
        travel_seconds=((0,),),
        weights=(
            ("crowd_peak", 0.1),
            ("final_clash", 0.5),
            ("gender_balance", 1.0),
            ("medal_spread", 2.0),
            ("prime_time", 5.0),
            ("rest", 0.02),
            ("venue_days", 4.0),
            ("venue_hours", 1.0),
        ),
    )
    return replace(made, **values) if values else made


def tournament() -> Problem:
    """Return two small knock-outs that meet in one venue: semifinals, then finals."""
    units = []
    for event in (0, 1):
        for number in (0, 1):
            people = (10 * event + 2 * number, 10 * event + 2 * number + 1)
            units.append(
                unit(
                    f"SF{event}{number}",
                    event=event,
                    stage=100,
                    location=number,
                    competitors=people,
                    persons=people,
                    possible=people,
                )
            )
        field = tuple(10 * event + n for n in range(4))
        units.append(unit(f"F{event}", event=event, stage=200, medal="1", possible=field))
    return problem(*units)
