"""
Home Assistant's MQTT discovery, in the form of a device: what it may hear, and tell by asking us.

It never writes on the bus of devices: what it asks for comes to us, is judged, kept and sent.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sportsbrain.village.queries import HomeRow
from sportsbrain.vocabulary.devices import ValueKind

PREFIX = "homeassistant/device"
UNITS = {"Cel": ("°C", "temperature"), "kW": ("kW", "power"), "W": ("W", "power"),
         "kWh": ("kWh", "energy"), "%": ("%", None)}  # fmt: skip


def discovery(rows: Iterable[HomeRow]) -> list[tuple[str, str]]:
    """Return (topic, payload) of each device, to be published retained."""
    devices: dict[tuple[str, str], list[HomeRow]] = defaultdict(list)
    for row in rows:
        devices[row.principal, row.device].append(row)
    return [
        (f"{PREFIX}/{_id(principal, device)}/config", json.dumps(_device(own)))
        for (principal, device), own in sorted(devices.items())
    ]


def _id(principal: str, device: str) -> str:
    return f"sb-{principal}-{device}".replace(".", "_")


def _device(rows: list[HomeRow]) -> dict[str, Any]:
    first = rows[0]
    own = _id(first.principal, first.device)
    place = first.place or first.building
    return {
        "dev": {"ids": [own], "name": f"{first.device} {place}".strip(),
                **({"sa": first.building} if first.building else {})},
        "o": {"name": "Sports Brain"},
        "availability": [{
            "topic": f"sb/v1/{first.principal}/status",
            "value_template": "{{ 'online' if value_json.online else 'offline' }}",
        }],
        "cmps": {row.key: _component(row, own) for row in rows},
    }  # fmt: skip


def _component(row: HomeRow, own: str) -> dict[str, Any]:
    topic = f"{row.principal}/{row.device}/{row.key}"
    found: dict[str, Any] = {
        "unique_id": f"{own}-{row.key}", "name": row.key, "state_topic": f"sb/v1/{topic}/state",
        "value_template": "{{ value_json.v }}",
    }  # fmt: skip
    asks = {"command_topic": f"sb/home/{topic}/ask", "qos": 1, "retain": False}
    yes, no = json.dumps({"v": True}), json.dumps({"v": False})
    if row.value_kind == ValueKind.FLAG.value and row.device_kind == "lock" and row.may_be_told:
        return found | asks | {
            "p": "lock", "payload_lock": yes, "payload_unlock": no, "state_locked": "LOCKED",
            "state_unlocked": "UNLOCKED",
            "value_template": "{{ 'LOCKED' if value_json.v else 'UNLOCKED' }}",
        }  # fmt: skip
    if row.value_kind == ValueKind.FLAG.value:
        found |= {"p": "binary_sensor", "value_template": "{{ 'ON' if value_json.v else 'OFF' }}"}
        if row.may_be_told:
            found |= asks | {"p": "switch", "payload_on": yes, "payload_off": no,
                             "state_on": "ON", "state_off": "OFF"}  # fmt: skip
        return found
    unit, kind = UNITS.get(row.unit, (row.unit, None))
    found["p"] = "sensor"
    if unit:
        found["unit_of_measurement"] = unit
    if kind:
        found["device_class"] = kind
    return found
