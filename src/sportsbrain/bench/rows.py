"""What a benchmark says, line by line."""

import operator
from dataclasses import asdict, dataclass
from typing import Any

OPERATORS = {"<=": operator.le, ">=": operator.ge, "==": operator.eq}


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchRow:
    """One figure beside its peer and its target."""

    line: int
    case: str
    value: float | None
    unit: str
    peer: str = ""
    peer_value: float | None = None
    op: str = "<="
    target: float | None = None

    @property
    def ratio(self) -> float | None:
        """Return value / peer value."""
        if self.value is None or not self.peer_value:
            return None
        return self.value / self.peer_value

    @property
    def holds(self) -> bool | None:
        """Tell whether the value meets its target; None without a target."""
        if self.target is None:
            return None
        return self.value is not None and bool(OPERATORS[self.op](self.value, self.target))

    def plain(self) -> dict[str, Any]:
        """Return the row as JSON can hold it."""
        return {**asdict(self), "ratio": self.ratio, "holds": self.holds}


def table(rows: list[BenchRow]) -> str:
    """Return the rows as a table for people."""
    lines = [
        f"{'line':>4}  {'case':44} {'value':>12} {'unit':8} {'peer':22} {'peer value':>12}"
        f" {'ratio':>7}  target"
    ]
    for row in rows:
        value = "—" if row.value is None else f"{row.value:,.2f}"
        peer = "—" if row.peer_value is None else f"{row.peer_value:,.2f}"
        ratio = "—" if row.ratio is None else f"{row.ratio:.2f}"
        mark = {True: "✓", False: "✕", None: " "}[row.holds]
        target = "" if row.target is None else f"{mark} {row.op} {row.target:g}"
        lines.append(
            f"{row.line:>4}  {row.case[:44]:44} {value:>12} {row.unit:8} {row.peer[:22]:22}"
            f" {peer:>12} {ratio:>7}  {target}"
        )
    return "\n".join(lines)
