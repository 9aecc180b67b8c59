"""What operators type: a line a competitor, read whole or refused with its place."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from sportsbrain.vocabulary.results import ResultFact
from sportsbrain.vocabulary.statuses import ResultStatus

LINES_MAX = 500
WINS = {"": "", "W": "W", "L": "L", "T": "T"}


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
    columns: Any = [data.getlist(name)[:LINES_MAX] for name in (
        "competitor", "start_order", "rank", "value", "win_loss", "irregularity", "qualified",
    )]  # fmt: skip
    if len({len(column) for column in columns}) > 1:
        wrong.append(_("The table came incomplete: load the page again."))
    for competitor, start, rank, value, won, irregularity, qualified in zip(*columns, strict=False):
        code = competitor.strip()
        if not code:
            continue
        place = rank.strip()
        if place and not (place.isascii() and place.isdecimal() and 0 < int(place) < 10**6):
            wrong.append(_("%(who)s: a rank is a number above 0, not %(text)s.")
                         % {"who": code, "text": place})  # fmt: skip
            continue
        if won not in WINS:
            wrong.append(_("%(who)s: won, lost or tied, nothing else.") % {"who": code})
            continue
        results.append(
            ResultFact(
                competitor=code, start_order=start.strip()[:10], rank=int(place) if place else None,
                value=value.strip()[:60], win_loss=won, irregularity=irregularity.strip()[:10],
                qualified=qualified.strip()[:10],
            )
        )  # fmt: skip
    status = data.get("status", "")
    version = data.get("version", "")
    if status not in ResultStatus.__members__:
        wrong.append(_("Choose how firm the results are."))
    return Typed(
        status=ResultStatus(status) if status in ResultStatus.__members__ else None,
        version=int(version) + 1 if version.isascii() and version.isdecimal() else None,
        results=tuple(results), reason=data.get("reason", "").strip()[:300], wrong=tuple(wrong),
    )  # fmt: skip
