"""Read all that fans may know, afresh."""

from collections import defaultdict
from dataclasses import replace

from sportsbrain.channel.updates import (
    UNIT_STATUS,
    FanCompetitor,
    FanEvent,
    FanGames,
    FanMedal,
    FanResult,
    FanState,
    FanUnit,
    in_order,
    medals_in_order,
    status_said,
)
from sportsbrain.committee.queries import GamesRow
from sportsbrain.live.queries import newest_by_key
from sportsbrain.world.queries import public_facts


def fan_state(*, games: GamesRow) -> FanState:
    """Return what fans may know: the facts, and where the venues say that units stand."""
    facts = public_facts(games_id=games.id)
    results: dict[str, list[FanResult]] = defaultdict(list)
    for unit, *values in facts.results:
        results[unit].append(
            FanResult(**dict(zip(FanResult.__dataclass_fields__, values, strict=True)))
        )
    medals: dict[str, list[FanMedal]] = defaultdict(list)
    for event, kind, organisation, competitor in facts.medals:
        medals[event].append(FanMedal(kind=kind, organisation=organisation, competitor=competitor))
    units = {
        row["code"]: FanUnit(**row, results=in_order(tuple(results.get(row["code"], ()))))
        for row in facts.units
    }
    for news in newest_by_key(games_id=games.id, topic=UNIT_STATUS):
        if news.key in units:
            said, late = str(news.body["status"]), int(news.body.get("late_minutes") or 0)
            units[news.key] = status_said(units[news.key], said, late)
    return FanState(
        games=FanGames(**{n: getattr(games, n) for n in FanGames.__dataclass_fields__}),
        disciplines=facts.disciplines,
        events={row["code"]: FanEvent(**row) for row in facts.events},
        units=units,
        venues=facts.venues,
        organisations=facts.organisations,
        competitors={row["code"]: FanCompetitor(**row) for row in facts.competitors},
        medals={event: medals_in_order(tuple(won)) for event, won in medals.items()},
    )


def with_competitors_of(state: FanState) -> FanState:
    """Return the state without competitors who are in no unit and no team: nobody asks for them."""
    used = {r.competitor for unit in state.units.values() for r in unit.results}
    used |= {m for code in used for m in state.competitors[code].members}
    kept = {code: row for code, row in state.competitors.items() if code in used}
    return replace(state, competitors=kept)
