"""
What devices say and how full halls are, as NGSI-LD entities (ETSI GS CIM 009), to be read.

Types are those of the Smart Data Models: ``Device`` and ``Building``; attributes in the normalised
form, a value with when it was observed. What is old or unknown says so, and is not left out.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sportsbrain.committee.queries import GamesRow
from sportsbrain.village.queries import NewestRow

CONTEXT = ["https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld"]
DEVICE, BUILDING = "Device", "Building"
TYPES = (DEVICE, BUILDING)
UNIT_CODES = {"Cel": "CEL", "kW": "KWT", "W": "WTT", "kWh": "KWH", "%": "P1"}  # UN/CEFACT


def entities(
    *, games: GamesRow, rows: Iterable[NewestRow], beds: dict[str, int]
) -> list[dict[str, Any]]:
    """Return devices with their points, and buildings with their beds."""
    devices: dict[str, list[NewestRow]] = defaultdict(list)
    for row in rows:
        devices[row.device].append(row)
    found = [_device(games, code, own) for code, own in sorted(devices.items())]
    return found + [_building(games, code, n) for code, n in sorted(beds.items())]


def name_of(kind: str, games: GamesRow, code: str) -> str:
    """Return the URN of an entity."""
    return f"urn:ngsi-ld:{kind}:{games.code}:{code}"


def _device(games: GamesRow, code: str, rows: list[NewestRow]) -> dict[str, Any]:
    found: dict[str, Any] = {"id": name_of(DEVICE, games, code), "type": DEVICE}
    building = next((row.building for row in rows if row.building), "")
    if building:
        found["controlledAsset"] = {
            "type": "Relationship", "object": name_of(BUILDING, games, building),
        }  # fmt: skip
    for row in rows:
        if row.at is not None:
            found[row.key] = {
                "type": "Property", "value": row.words if row.number is None else row.number,
                "observedAt": row.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                "standing": {"type": "Property", "value": row.standing},
                **({"unitCode": UNIT_CODES.get(row.unit, row.unit)} if row.unit else {}),
            }  # fmt: skip
    return found | {"@context": CONTEXT}


def _building(games: GamesRow, code: str, beds: int) -> dict[str, Any]:
    return {
        "id": name_of(BUILDING, games, code), "type": BUILDING,
        "name": {"type": "Property", "value": code},
        "category": {"type": "Property", "value": ["residential"]},
        "peopleCapacity": {"type": "Property", "value": beds}, "@context": CONTEXT,
    }  # fmt: skip
