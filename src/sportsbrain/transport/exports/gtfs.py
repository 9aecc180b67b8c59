"""The bus network as a GTFS Schedule feed (gtfs.org), every day of operations a service."""

import csv
import datetime as dt
import io
import zipfile
from zoneinfo import ZoneInfo

from sportsbrain.transport.queries import Line, Network, Run

BUS = 3
AGENCY = "buses"
LINE_COLOURS = ("0B5CAD", "1A6E3C", "8A5A00", "6B3FA0", "B3261E", "14747A")
FIXED_DATE = (2000, 1, 1, 0, 0, 0)  # the same network gives the same bytes
Rows = list[list[object]]


def gtfs_zip(*, network: Network) -> bytes:
    """Return the feed as a ZIP file; the same network gives the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, rows in _tables(network).items():
            info = zipfile.ZipInfo(f"{name}.txt", FIXED_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(info, _csv(rows))
    return stream.getvalue()


def _csv(rows: Rows) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def _tables(network: Network) -> dict[str, Rows]:
    games = network.games
    groups = sorted({line.client_group for line in network.lines.values()})
    colours = {g: LINE_COLOURS[n % len(LINE_COLOURS)] for n, g in enumerate(groups)}
    used = [line for line in network.lines.values() if line.code in network.line_runs]
    stops = sorted({stop for line in used for stop in (line.starts_in, line.ends_in)})
    first, last = network.days[0], network.days[-1]
    site = "https://example.org/"
    return {
        "agency": [
            ["agency_id", "agency_name", "agency_url", "agency_timezone"],
            [AGENCY, f"{games.name} buses", site, games.time_zone],
        ],
        "feed_info": [
            ["feed_publisher_name", "feed_publisher_url", "feed_lang", "feed_start_date",
             "feed_end_date", "feed_version", "feed_contact_url"],
            [games.name, site, "en", _date(first), _date(last), f"fleet {network.version}", site],
        ],
        "stops": _stops(network, stops),
        "routes": _routes(network, used, colours),
        "calendar_dates": [
            ["service_id", "date", "exception_type"],
            *([_date(day), _date(day), 1] for day in network.days),
        ],
        **_trips(network, used),
    }  # fmt: skip


def _stops(network: Network, codes: list[str]) -> Rows:
    rows: Rows = [["stop_id", "stop_name", "stop_lat", "stop_lon"]]
    for code in codes:
        stop = network.stops[code]
        rows.append([plain(code), stop.name, f"{stop.latitude:.6f}", f"{stop.longitude:.6f}"])
    return rows


def plain(code: str) -> str:
    """Return a code with printable ASCII only, as feeds like their identifiers."""
    return code.replace(" → ", " to ").encode("ascii", "replace").decode()


def _date(day: dt.date) -> str:
    return f"{day:%Y%m%d}"


def route_of(line: Line) -> tuple[str, int]:
    """Return the route of a line, the same for both ways, and the direction on it."""
    ends = (line.starts_in, line.ends_in)
    return plain(f"{line.client_group}: {' - '.join(sorted(ends))}"), int(
        ends != tuple(sorted(ends))
    )


def _routes(network: Network, used: list[Line], colours: dict[str, str]) -> Rows:
    rows: Rows = [
        ["route_id", "agency_id", "route_short_name", "route_long_name", "route_type",
         "route_color", "route_text_color"]
    ]  # fmt: skip
    known: dict[str, Line] = {}
    for line in used:
        known.setdefault(route_of(line)[0], line)
    counts: dict[str, int] = {}
    for route, line in sorted(known.items()):
        group = line.client_group
        counts[group] = counts.get(group, 0) + 1
        places = " – ".join(network.name_of(s) for s in sorted((line.starts_in, line.ends_in)))
        short = f"{''.join(word[0] for word in group.split()).upper()}{counts[group]}"
        rows.append([route, AGENCY, short, places, BUS, colours[group], "FFFFFF"])
    return rows


def _trips(network: Network, used: list[Line]) -> dict[str, Rows]:
    zone = ZoneInfo(network.games.time_zone)
    trips: Rows = [
        ["route_id", "service_id", "trip_id", "trip_headsign", "direction_id", "block_id"]
    ]
    times: Rows = [["trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence"]]
    for line in used:
        route, direction = route_of(line)
        headsign = network.name_of(line.ends_in)
        for run in network.line_runs[line.code]:
            block = network.block_of.get(run.code, "")
            code = plain(run.code)
            trips.append([route, _date(run.day), code, headsign, direction, block])
            leaves, comes = _clock(run, run.departs_at, zone), _clock(run, run.arrives_at, zone)
            times.append([code, leaves, leaves, plain(line.starts_in), 1])
            times.append([code, comes, comes, plain(line.ends_in), 2])
    return {"trips": trips, "stop_times": times}


def _clock(run: Run, moment: dt.datetime, zone: ZoneInfo) -> str:
    """Return the time as GTFS counts it: from noon minus twelve hours of the day of operations."""
    noon = dt.datetime.combine(run.day, dt.time(12), tzinfo=zone)
    seconds = int(moment.timestamp() - noon.timestamp()) + 12 * 3600
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}:{seconds % 60:02}"
