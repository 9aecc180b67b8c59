"""Rows of the village's lists to its tables: all of them or none."""

import datetime as dt
import pathlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from sportsbrain.committee.queries import GamesRow
from sportsbrain.feeds.villages.imdf import floors_of
from sportsbrain.feeds.villages.messages import RateLine
from sportsbrain.feeds.villages.parse import parse_list
from sportsbrain.inbox.actions import receive_file
from sportsbrain.village.actions import (
    By,
    RateValues,
    save_assets,
    save_floors,
    save_halls,
    save_rates,
    save_stakeholders,
)
from sportsbrain.village.errors import VillageError
from sportsbrain.village.queries import building_of_rooms
from sportsbrain.vocabulary.floors import FloorError
from sportsbrain.vocabulary.rates import AllotmentRule, RatePeriod

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListReport:
    """What was read; with an issue nothing is changed."""

    read: int
    issues: tuple[str, ...] = ()
    is_applied: bool = False


class _Undo(Exception):  # noqa: N818  # control flow: rolls the rehearsal back
    """Roll everything back: this was only a rehearsal."""


def import_list(
    *, games: GamesRow, kind: str, path: pathlib.Path, is_applied: bool, by: By
) -> ListReport:
    """Save a list of a kind; without ``is_applied`` only say whether it can be."""
    rows, issues = parse_list(kind, path.read_bytes())
    read = len(rows) + len(issues)
    if issues:
        return ListReport(read=read, issues=tuple(str(issue) for issue in issues))
    try:
        with transaction.atomic():
            _save(games.id, kind, rows, by)
            if not is_applied:
                raise _Undo
            receive_file(games_id=games.id, source_code=f"village-{kind}", path=path,
                         received_by=by.name)  # fmt: skip
    except _Undo:
        pass
    except VillageError as error:
        return ListReport(read=read, issues=(str(error),))
    return ListReport(read=read, is_applied=is_applied)


def import_floors(
    *, games: GamesRow, path: pathlib.Path, is_applied: bool, by: By
) -> tuple[ListReport, tuple[str, ...]]:
    """
    Keep the floors of an IMDF archive, or only say whether they can be.

    Returns
    -------
    report, rooms
        ``read`` counts floors; ``rooms`` are those of the village that no floor has.

    """
    try:
        floors = floors_of(path.read_bytes())
    except FloorError as error:
        return ListReport(read=0, issues=(str(error),)), ()
    drawn = {unit.code for floor in floors for unit in floor.units}
    missing = tuple(sorted(building_of_rooms(games_id=games.id).keys() - drawn))
    if is_applied:
        with transaction.atomic():
            save_floors(games_id=games.id, floors=floors)
            receive_file(games_id=games.id, source_code="village-imdf", path=path,
                         received_by=by.name)  # fmt: skip
    return ListReport(read=len(floors), is_applied=is_applied), missing


def _save(games_id: int, kind: str, rows: Sequence[Any], by: By) -> None:
    if kind == "assets":
        save_assets(games_id=games_id, assets=rows)
    elif kind == "halls":
        save_halls(games_id=games_id, halls=rows)
    else:
        parties = {who for row in rows for who in (row.cost_party, *(w for w, _ in row.shares))}
        save_stakeholders(games_id=games_id, names={who: who for who in sorted(parties)},
                          is_kept=True)  # fmt: skip
        save_rates(games_id=games_id, rates=[_values(row) for row in rows], by=by)


def _values(row: RateLine) -> RateValues:
    return RateValues(
        code=row.code, title=row.title, group=row.group, period=RatePeriod(row.period),
        currency=row.currency, price=row.price, tax_rate=row.tax_rate, deposit=row.deposit,
        late_days=row.late_days, late_rate=row.late_rate, cost=row.cost, late_cost=row.late_cost,
        cost_party=row.cost_party, shares=row.shares, pieces=row.pieces, most=row.most,
        rule=AllotmentRule(row.rule), reserve=row.reserve,
        wishes_until=dt.date.fromisoformat(row.wishes_until) if row.wishes_until else None,
        first=dt.date.fromisoformat(row.first), after=dt.date.fromisoformat(row.last) + DAY,
        windows=tuple((dt.date.fromisoformat(day), price) for day, price in row.windows),
    )  # fmt: skip
