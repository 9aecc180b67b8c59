"""From what one unit of work costs to machines and euros; no measuring here."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

BUSY = 0.6  # of a core at the busiest minute: the rest is for what nobody foresaw
HISTORY_DAYS = 7  # that raw messages of devices are kept
COPIES = 3  # of the rows: last night's, the one before, the log between them
DATABASE_CORES_MAX = 64  # of one server; above it Games or rows go to several
HUNDRED = "100x"
GB = 1e9
RATES = (
    "staff_pages_a_second", "fan_pages_a_second", "fan_pages", "fans_listening",
    "results_a_second", "results", "orders_a_second", "orders", "messages_a_second",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """
    What one unit of work costs: CPU seconds of the process and of the database, bytes kept or sent.

    ``resting``: bytes of memory and share of a core of each process with nothing to do.
    """

    page: tuple[float, float]
    order: tuple[float, float]
    order_bytes: float
    message: tuple[float, float]
    message_bytes: float
    result: tuple[float, float, float]  # web, publisher, database
    result_bytes: float
    fan_page: float
    fan_page_bytes: float
    delivery: float
    delivery_bytes: float
    listener_bytes: float
    resting: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a Games asks for; see ``games.toml``."""

    name: str
    days: float
    rehearsal_days: float
    staff_pages_a_second: float
    fan_pages_a_second: float
    fan_pages: float
    fans_listening: float
    results_a_second: float
    results: float
    orders_a_second: float
    orders: float
    messages_a_second: float
    has_standby: bool
    times: int = 1  # so many Games beside each other: what happens in one is told to its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One kind of process: cores at the busiest minute, memory, how many run."""

    name: str
    cores: float
    memory_gb: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What a Games needs, and what it costs."""

    asked: Asked
    parts: tuple[Part, ...]
    machines: int
    database_servers: int
    rows_gb: float
    traffic_gb: float
    euros: Mapping[str, float]

    @property
    def cores(self) -> float:
        """Cores at the busiest minute, with what is left free."""
        return sum(part.cores for part in self.parts) / BUSY

    @property
    def memory_gb(self) -> float:
        """Memory of everything."""
        return sum(part.memory_gb for part in self.parts)


def asked_by(size: str) -> Asked:
    """
    Return what a Games of a size asks for.

    Raises
    ------
    LookupError
        When nobody wrote down such a size.

    """
    table = tomllib.loads(files(__package__).joinpath("games.toml").read_text())
    if size == HUNDRED:
        large = Asked(name=size, **table["large"])
        return replace(large, times=100, **{name: 100 * getattr(large, name) for name in RATES})
    if size not in table:
        message = f"no size {size!r}; there are {', '.join(table)} and {HUNDRED}"
        raise LookupError(message)
    return Asked(name=size, **table[size])


def prices_of(path: Path | None) -> dict[str, float]:
    """
    Return prices: ours, or those of a file.

    Raises
    ------
    LookupError
        When the file is not there, is no TOML, or lacks a price.

    """
    ours: dict[str, Any] = tomllib.loads(files(__package__).joinpath("prices.toml").read_text())
    if path is None:
        return ours
    try:
        found = tomllib.loads(path.read_text())
    except (OSError, ValueError) as error:
        message = f"{path}: {error}"
        raise LookupError(message) from error
    wrong = [name for name in ours if not isinstance(found.get(name), int | float)]
    if wrong:
        message = f"{path} says no number for {', '.join(wrong)}"
        raise LookupError(message)
    return found


def capacity(asked: Asked, costs: Costs, prices: Mapping[str, float]) -> Capacity:
    """Return what a Games needs on machines of the price list."""
    parts = _parts(asked, costs)
    memory = prices["machine_memory_gb"] * 0.85  # the system has the rest
    cores = sum(part.cores for part in parts) / BUSY
    machines = max(
        math.ceil(cores / prices["machine_cores"]),
        math.ceil(sum(part.memory_gb for part in parts) / memory),
        2 if asked.has_standby else 1,
    )
    database = sum(part.cores for part in parts if part.name == "database") / BUSY
    rows = (
        asked.orders * costs.order_bytes
        + asked.results * costs.result_bytes
        + asked.messages_a_second / 2 * 86_400 * HISTORY_DAYS * costs.message_bytes
    ) / GB  # half of the busiest minute is a day's mean
    told = asked.results * asked.fans_listening / 4 / asked.times * costs.delivery_bytes
    fans = (asked.fan_pages * costs.fan_page_bytes + told) / GB
    staff = asked.staff_pages_a_second / 3 * 86_400 * asked.days * costs.fan_page_bytes / GB
    months = (asked.days + asked.rehearsal_days) / 30
    euros = {
        "machines": machines * 24 * (asked.days + asked.rehearsal_days) * prices["machine_hour"],
        "disks": rows * (2 if asked.has_standby else 1) * months * prices["storage_gb_month"],
        "copies": rows * COPIES * months * prices["copies_gb_month"],
        "traffic": fans * prices["traffic_network_gb"] + staff * prices["traffic_gb"],
    }
    servers = math.ceil(database / DATABASE_CORES_MAX)
    return Capacity(
        asked=asked, parts=parts, machines=machines, rows_gb=rows, traffic_gb=fans + staff,
        database_servers=servers, euros=euros,
    )  # fmt: skip


def _parts(asked: Asked, costs: Costs) -> tuple[Part, ...]:
    """Return each kind of process with its load; one core of each at most, then one more."""
    told = asked.results_a_second * asked.fans_listening / 4 / asked.times  # for some of them each
    loads = {
        "web": asked.staff_pages_a_second * costs.page[0]
        + asked.results_a_second * costs.result[0],
        "intake": asked.orders_a_second * costs.order[0],
        "ingest": asked.messages_a_second * costs.message[0],
        "publisher": asked.results_a_second * costs.result[1],
        "fans": asked.fan_pages_a_second * costs.fan_page + told * costs.delivery,
    }
    database = (
        asked.staff_pages_a_second * costs.page[1]
        + asked.orders_a_second * costs.order[1]
        + asked.messages_a_second * costs.message[1]
        + asked.results_a_second * costs.result[2]
    )
    parts = []
    for name, (resting, idle) in sorted(costs.resting.items()):
        load = (database if name == "database" else loads.get(name, 0.0)) + idle * asked.times
        count = asked.times
        if name != "database":
            count = max(count, math.ceil(load / BUSY))
        memory = count * resting
        if name == "fans":
            memory += asked.fans_listening * costs.listener_bytes
        copies = 2 if name == "database" and asked.has_standby else 1
        parts.append(Part(name=name, cores=load * copies, memory_gb=memory * copies / GB,
                          count=count * copies))  # fmt: skip
    return tuple(parts)
