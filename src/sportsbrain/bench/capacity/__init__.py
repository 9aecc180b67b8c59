"""What a Games needs and costs, from figures measured here and now."""

from sportsbrain.bench.capacity.model import Capacity, Costs
from sportsbrain.bench.rows import BenchRow

SIZES = ("small", "middle", "large", "100x")
MB, MICRO = 1e6, 1e6
SMALL_CORES, SMALL_GB = 2, 8
# What a process may take while nothing happens: memory by name, a share of a core for each.
MAY_REST_MB = {"web": 260, "publisher": 220, "escalation": 220, "auditor": 220, "forecasts": 220,
               "database": 200, "fans": 60, "broker": 20, "nats": 60}  # fmt: skip
MAY_REST_OTHERS_MB, MAY_REST_PERCENT = 140, 10.0


def rows_of(costs: Costs, found: list[Capacity]) -> list[BenchRow]:
    """Return the rows of line 9: units, processes at rest, each Games in machines and euros."""
    units = [
        ("a page of the console, web", costs.page[0] * 1e3, "CPU ms"),
        ("a page of the console, database", costs.page[1] * 1e3, "CPU ms"),
        ("an order, intake", costs.order[0] * MICRO, "CPU µs"),
        ("an order, database", costs.order[1] * MICRO, "CPU µs"),
        ("an order, kept", costs.order_bytes, "bytes"),
        ("a message of a device, broker and ingest", costs.message[0] * MICRO, "CPU µs"),
        ("a message, database", costs.message[1] * MICRO, "CPU µs"),
        ("a message, kept", costs.message_bytes, "bytes"),
        ("a result, web", costs.result[0] * 1e3, "CPU ms"),
        ("a result, publisher: its pages", costs.result[1] * 1e3, "CPU ms"),
        ("a result, database", costs.result[2] * 1e3, "CPU ms"),
        ("a fan's page", costs.fan_page * MICRO, "CPU µs"),
        ("a fan's page, sent", costs.fan_page_bytes, "bytes"),
        ("a delta to one who listens", costs.delivery * MICRO, "CPU µs"),
        ("who listens, memory", costs.listener_bytes, "bytes"),
    ]
    rows = [BenchRow(line=9, case=case, value=value, unit=unit) for case, value, unit in units]
    for name, (memory, cpu) in sorted(costs.resting.items()):
        may = MAY_REST_MB.get(name, MAY_REST_OTHERS_MB)
        rows += [
            BenchRow(line=9, case=f"{name} at rest", value=memory / MB, unit="MB", target=may),
            BenchRow(line=9, case=f"{name} at rest", value=cpu * 100, unit="% core",
                     target=MAY_REST_PERCENT),
        ]  # fmt: skip
    whole = sum(memory for memory, _ in costs.resting.values())
    rows.append(BenchRow(line=9, case="everything at rest", value=whole / MB, unit="MB"))
    for one in found:
        name, is_small = one.asked.name, one.asked.name == "small"
        rows += [
            BenchRow(line=9, case=f"{name}: cores at the busiest minute", value=one.cores,
                     unit="cores", target=SMALL_CORES if is_small else None),
            BenchRow(line=9, case=f"{name}: memory", value=one.memory_gb, unit="GB",
                     target=SMALL_GB * 0.85 if is_small else None),
            BenchRow(line=9, case=f"{name}: machines", value=one.machines, unit="",
                     target=1 if is_small else None),
            BenchRow(line=9, case=f"{name}: all of it", value=sum(one.euros.values()), unit="EUR"),
        ]  # fmt: skip
    return rows


def text_of(one: Capacity) -> str:
    """Return what a Games needs as a page for people."""
    asked = one.asked
    days = asked.days + asked.rehearsal_days
    lines = [
        f"{asked.name}: {asked.days:,.0f} days and {asked.rehearsal_days:,.0f} of rehearsals;"
        f" in the busiest minute {asked.staff_pages_a_second:,.0f} pages of the console,"
        f" {asked.orders_a_second:,.0f} orders, {asked.messages_a_second:,.0f} messages of devices,"
        f" {asked.fan_pages_a_second:,.0f} fans' pages a second;"
        f" {asked.fans_listening:,.0f} listen",
        "",
        f"  {'process':12} {'run':>5} {'cores':>9} {'GB':>9}",
    ]
    lines += [
        f"  {part.name:12} {part.count:>5,} {part.cores:>9,.2f} {part.memory_gb:>9,.2f}"
        for part in one.parts
    ]
    servers = one.database_servers
    split = (f"; the database on {servers:,} servers: one for each Games, or Citus (docs/cloud.md)"
             if servers > 1 else "")  # fmt: skip
    euros = ", ".join(f"{name} {value:,.0f}" for name, value in one.euros.items())
    return "\n".join([
        *lines,
        "",
        f"  {one.machines:,} machines: {one.cores:,.1f} cores (busy to 60 %), {one.memory_gb:,.1f}"
        f" GB of memory{split}",
        f"  {one.rows_gb:,.1f} GB of rows, {one.traffic_gb:,.0f} GB to the world",
        f"  {sum(one.euros.values()):,.0f} EUR for {days:,.0f} days: {euros}",
    ])  # fmt: skip
