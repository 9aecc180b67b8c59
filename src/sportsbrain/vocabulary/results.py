"""What one competitor did in a unit, as it is told, kept and shown."""

from dataclasses import dataclass

MEDAL_KINDS = GOLD, SILVER, BRONZE = ("GOLD", "SILVER", "BRONZE")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultFact:
    """
    A result of a participant or team.

    ``value`` is a text as shown (55.01, 3, 21-15), ``irregularity`` such as DNF or DSQ and
    ``qualified`` such as Q; all are empty on a start list.
    """

    competitor: str
    start_order: str = ""
    rank: int | None = None
    value: str = ""
    value_kind: str = ""
    win_loss: str = ""
    irregularity: str = ""
    qualified: str = ""

    @property
    def is_scored(self) -> bool:
        """Tell whether there is a result, and not only a place on a start list."""
        return self.rank is not None or bool(self.value or self.win_loss)
