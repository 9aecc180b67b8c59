"""The medal table, whose totals are its medallists."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sportsbrain.channel.updates import FanMedal
from sportsbrain.vocabulary.results import MEDAL_KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class MedalLine:
    """An organisation in a medal table; equal ones share their rank."""

    rank: int
    organisation: str
    gold: int
    silver: int
    bronze: int

    @property
    def total(self) -> int:
        """Return all medals."""
        return self.gold + self.silver + self.bronze


def medal_table(medals: Iterable[FanMedal], *, by_total: bool = False) -> tuple[MedalLine, ...]:
    """Return organisations by gold, silver, bronze; or by all medals first."""
    won: dict[str, Counter[str]] = {}
    for medal in medals:
        won.setdefault(medal.organisation, Counter())[medal.kind] += 1

    def worth(code: str) -> tuple[int, ...]:
        each = tuple(won[code][kind] for kind in MEDAL_KINDS)
        return (sum(each), *each) if by_total else each

    order = sorted(won, key=lambda code: (*(-n for n in worth(code)), code))
    lines: list[MedalLine] = []
    for place, code in enumerate(order, start=1):
        is_same = place > 1 and worth(code) == worth(order[place - 2])
        lines.append(
            MedalLine(
                rank=lines[-1].rank if is_same else place, organisation=code,
                gold=won[code]["GOLD"], silver=won[code]["SILVER"], bronze=won[code]["BRONZE"],
            )
        )  # fmt: skip
    return tuple(lines)
