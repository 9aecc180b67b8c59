"""How late the buses are: the plan in force and the reports since."""

import datetime as dt
from dataclasses import dataclass

from sportsbrain.committee.queries import GamesRow
from sportsbrain.live.queries import newest_by_key
from sportsbrain.transport.queries.network import Network
from sportsbrain.transport.updates import DELAYED, Planned, Reported, State, apply, carried_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """A run that is not as planned."""

    run: str
    seconds: int
    is_reported: bool
    is_cancelled: bool = False


def delays_now(
    *, games: GamesRow, network: Network, until: dt.datetime | None = None
) -> dict[str, Delay]:
    """Return the runs that are late or do not run, by code, with those that follow from them."""
    state: State = {}
    for news in newest_by_key(games_id=games.id, topic=DELAYED, until=until):
        state = apply(state, Reported(run=news.key, seconds=int(news.body["seconds"])))
    if not state:
        return {}
    touched = {network.block_of[run] for run in state if run in network.block_of}
    found: dict[str, Delay] = {}
    for code, _, runs in network.blocks:
        if code not in touched:
            continue
        planned = _planned(network, runs)
        layover = int(network.statistics["layover_seconds"])
        for run, seconds in carried_on(planned, state, layover=layover).items():
            report = state.get(run)
            found[run] = Delay(
                run=run,
                seconds=seconds,
                is_reported=report is not None,
                is_cancelled=report is not None and report.seconds < 0,
            )
    return found


def _planned(network: Network, codes: tuple[str, ...]) -> tuple[Planned, ...]:
    """Return the runs of a block with the dead run from each to the next."""
    place = {row[0]: number for number, row in enumerate(network.statistics["places"])}
    dead = network.statistics["dead_seconds"]
    runs = [network.runs[code] for code in codes]
    return tuple(
        Planned(
            code=run.code,
            departs_at=_seconds(run.departs_at),
            arrives_at=_seconds(run.arrives_at),
            dead_run_after=0
            if after is None
            else int(
                dead[place[network.lines[run.line].ends_in]][
                    place[network.lines[after.line].starts_in]
                ]
            ),
        )
        for run, after in zip(runs, [*runs[1:], None], strict=True)
    )


def _seconds(moment: dt.datetime) -> int:
    return int(moment.timestamp())
