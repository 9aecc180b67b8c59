"""Read what was told and what was rejected."""

from dataclasses import dataclass

from django.db.models import Count

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


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectGroup:
    """How many rows of a table stayed in the inbox for one reason."""

    table: str
    reason: str
    count: int


def reject_groups(*, games_code: str) -> tuple[RejectGroup, ...]:
    """Return how many rows of a Games were rejected by table and reason, most first."""
    rows = Reject.objects.filter(message__source__games__code=games_code)
    groups = rows.values_list("table", "reason").annotate(count=Count("pk"))
    return tuple(
        RejectGroup(table=table, reason=reason, count=count)
        for table, reason, count in groups.order_by("-count", "table", "reason")
    )


def rejects_of(
    *, games_code: str, table: str = "", reason: str = "", rows_max: int = 1000
) -> tuple[RejectRow, ...]:
    """Return the rejected rows of a Games in the order of their files."""
    rows = Reject.objects.filter(message__source__games__code=games_code).order_by("pk")
    if table:
        rows = rows.filter(table=table)
    if reason:
        rows = rows.filter(reason=reason)
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
