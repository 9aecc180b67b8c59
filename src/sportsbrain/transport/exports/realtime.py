"""Delays as a GTFS-Realtime feed of `TripUpdate`s (gtfs.org/realtime)."""

import datetime as dt
from collections.abc import Mapping

from sportsbrain.transport.exports.gtfs import plain, route_of
from sportsbrain.transport.queries import Delay, Network


def trip_updates(*, network: Network, delays: Mapping[str, Delay], now: dt.datetime) -> bytes:
    """Return the feed message: one entity for each run that is late or does not run."""
    from google.transit import gtfs_realtime_pb2 as realtime

    feed = realtime.FeedMessage()
    feed.header.gtfs_realtime_version = "2.0"
    feed.header.incrementality = realtime.FeedHeader.FULL_DATASET
    feed.header.timestamp = int(now.timestamp())
    for code, delay in sorted(delays.items()):
        run = network.runs[code]
        line = network.lines[run.line]
        entity = feed.entity.add()
        entity.id = plain(code)
        update = entity.trip_update
        update.timestamp = int(now.timestamp())
        update.trip.trip_id = plain(code)
        update.trip.route_id, update.trip.direction_id = route_of(line)
        update.trip.start_date = f"{run.day:%Y%m%d}"
        if delay.is_cancelled:
            update.trip.schedule_relationship = realtime.TripDescriptor.CANCELED
            continue
        for sequence, stop in enumerate((line.starts_in, line.ends_in), start=1):
            time = update.stop_time_update.add()
            time.stop_sequence = sequence
            time.stop_id = plain(stop)
            time.arrival.delay = time.departure.delay = delay.seconds
    content: bytes = feed.SerializeToString()
    return content
