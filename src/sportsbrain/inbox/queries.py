"""Read what was told and what was rejected."""

from dataclasses import dataclass

from sportsbrain.inbox.models import Reject


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectRow:
    """A row that stayed in the inbox."""

    file_name: str
    table: str
    line: int
    column: str
    value: str
    reason: str
    advice: str


def rejects_of(*, games_code: str, rows_max: int = 1000) -> tuple[RejectRow, ...]:
    """Return the rejected rows of a Games in the order of their files."""
    rows = Reject.objects.filter(message__source__games__code=games_code).order_by("pk")
    return tuple(
        RejectRow(
            file_name=r.message.file_name,
            table=r.table,
            line=r.line,
            column=r.column,
            value=r.value,
            reason=r.reason,
            advice=r.advice,
        )
        for r in rows.select_related("message")[:rows_max]
    )
