"""What operators type: a line a competitor, read whole or refused with its place."""

import re
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from sportsbrain.vocabulary.results import ResultFact
from sportsbrain.vocabulary.statuses import ResultStatus

COLUMNS = ("competitor", "start_order", "rank", "value", "value_kind", "win_loss",
           "irregularity", "qualified")  # fmt: skip
WINS = {"", "W", "L", "T"}
RANK = re.compile(r"[1-9][0-9]{0,5}")
VERSION = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed: the results, or where they are wrong."""

    status: ResultStatus | None
    version: int | None
    results: tuple[ResultFact, ...]
    reason: str
    wrong: tuple[str, ...]


def typed_results(data: QueryDict) -> Typed:
    """Return the lines of the console; a line without a competitor is passed over."""
    wrong: list[str] = []
    results = []
    columns: Any = [data.getlist(name) for name in COLUMNS]
    if len({len(column) for column in columns}) > 1:
        wrong.append(_("The table came incomplete: load the page again."))
    for cells in zip(*columns, strict=False):
        row = {name: cell.strip() for name, cell in zip(COLUMNS, cells, strict=True)}
        code, place = row["competitor"], row.pop("rank")
        if not code:
            continue
        if place and not RANK.fullmatch(place):
            wrong.append(_("%(who)s: a rank is a number above 0, not %(text)s.")
                         % {"who": code, "text": place[:20]})  # fmt: skip
        elif row["win_loss"] not in WINS:
            wrong.append(_("%(who)s: won, lost or tied, nothing else.") % {"who": code})
        else:
            results.append(ResultFact(**row, rank=int(place) if place else None))
    status = data.get("status", "")
    version = data.get("version", "")
    if status not in ResultStatus.__members__:
        wrong.append(_("Choose how firm the results are."))
    return Typed(
        status=ResultStatus(status) if status in ResultStatus.__members__ else None,
        version=int(version) + 1 if VERSION.fullmatch(version) else None,
        results=tuple(results), reason=data.get("reason", "").strip(), wrong=tuple(wrong),
    )  # fmt: skip
