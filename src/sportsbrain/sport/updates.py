"""What just happened to units: names of updates."""

UNIT_STATUS = "unit.status"
