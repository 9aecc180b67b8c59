"""Rides and cars of a day as lines for a terminal and as JSON."""

import dataclasses
import json
from zoneinfo import ZoneInfo

from sportsbrain.transport.planning import Redispatched
from sportsbrain.transport.queries import RideDay, RideState


def rides_json(day: RideDay) -> str:
    """Return the rides of a day as JSON."""
    return json.dumps([dataclasses.asdict(row) for row in day.rides], default=str)


def ride_lines(day: RideDay) -> list[str]:
    """Return a line for each ride, in the host's time."""
    zone = ZoneInfo(day.games.time_zone)
    words = ", ".join(f"{count} {state}" for state, count in day.counts.items() if count)
    lines = [f"{day.day}: {words or 'no ride is booked'}"]
    for row in day.rides:
        ride = row.ride
        wanted = f"{'by' if ride.is_arrival else 'from'} {ride.wanted_at.astimezone(zone):%H:%M}"
        lines.append(
            f"{ride.code:10} {wanted:10} {ride.from_place} → {ride.to_place},"
            f" {ride.people} for {ride.client}: {_state(row, zone)}"
        )
    return lines


def _state(row: RideState, zone: ZoneInfo) -> str:
    if row.fetched_at is None or row.there_at is None:
        return row.state + (f": {row.why}" if row.why else "")
    fetched, there = row.fetched_at.astimezone(zone), row.there_at.astimezone(zone)
    late = f", {row.late_minutes} min late" if row.late_minutes else ""
    return f"{row.car}, fetched {fetched:%H:%M}, there {there:%H:%M}{late}"


def redispatch_lines(done: Redispatched) -> list[str]:
    """Return what planning again changed, a line each."""
    lines = [f"in force: cars {done.version}"]
    lines += [f"{code}: {before or 'new'} → {after}" for code, before, after in done.moved]
    lines += [f"{code}: up to {seconds / 60:.0f} min late" for code, seconds in done.waits]
    lines += [f"{code}: not carried" for code in done.refused]
    return lines if len(lines) > 1 else [*lines, "nobody changes cars and nobody waits longer"]
