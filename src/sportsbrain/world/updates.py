"""What follows from results: the medals of an event by its rule. Pure."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from sportsbrain.vocabulary.marks import MarkError, thousandths_of
from sportsbrain.vocabulary.results import BRONZE, GOLD, MEDAL_KINDS, SILVER, ResultFact
from sportsbrain.vocabulary.rsc import EVENT_END, PHASE_END
from sportsbrain.vocabulary.statuses import MedalKind

DUEL = 2
SEMIFINAL, FINALS = "SFNL", "FNL-"


class Method(StrEnum):
    """How an event gives its medals."""

    FINAL = "final"  # by the units that the schedule marks: ranks, or gold and bronze bouts
    SUM = "sum"  # values of several units added
    DECISION = "decision"  # the units' results alone do not tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """Points of a mark: whole part of ``a * |mark - b| ** c``; marks in seconds, metres or cm."""

    a: float
    b: float
    c: float
    is_time: bool = False
    is_centimetres: bool = False

    def points(self, mark: str) -> int:
        """
        Return the points.

        Raises
        ------
        MarkError
            When the text is no mark.

        """
        value = thousandths_of(mark) / 1000 * (100 if self.is_centimetres else 1)
        over = self.b - value if self.is_time else value - self.b
        return math.floor(self.a * over**self.c + 1e-9) if over > 0 else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MedalRule:
    """
    How an event gives its medals.

    ``units`` are beginnings of phase and unit that are added; ``discards`` worst values of units
    that begin with ``discarded_from`` do not count; ``scoring`` turns marks to points by phase.
    """

    method: Method = Method.FINAL
    units: tuple[str, ...] = ()
    is_less_better: bool = False
    discards: int = 0
    discarded_from: str = ""
    scoring: Mapping[str, Scoring] | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitOutcome:
    """A unit with its results; ``medal`` as the schedule marks it."""

    rsc: str
    medal: str = MedalKind.NONE.value
    outcomes: tuple[ResultFact, ...] = ()

    @property
    def phase(self) -> str:
        """Return the phase, four characters."""
        return self.rsc[EVENT_END:PHASE_END]

    @property
    def place(self) -> str:
        """Return phase and unit."""
        return self.rsc[EVENT_END:]

    @property
    def is_whole_phase(self) -> bool:
        """Tell whether it only names a phase whose units have codes of their own."""
        return set(self.place[PHASE_END - EVENT_END :]) <= {"-"} and not self.outcomes

    @property
    def is_duel(self) -> bool:
        """Tell whether it is between two."""
        return 0 < len(self.outcomes) <= DUEL


@dataclass(frozen=True, slots=True, kw_only=True)
class Podium:
    """Who has which medal, and why some are still open."""

    medals: tuple[tuple[str, str], ...] = ()
    reason: str = ""


def podium_of(rule: MedalRule, units: Sequence[UnitOutcome]) -> Podium:
    """Return the medals that results of an event's units give by its rule."""
    if rule.method == Method.DECISION:
        return Podium(reason=rule.reason or "the results of units alone do not tell")
    if rule.method == Method.SUM:
        return _by_sum(rule, units)
    return _by_final(units)


def _by_final(units: Sequence[UnitOutcome]) -> Podium:
    golds = _marked(units, MedalKind.GOLD)
    bronzes = _marked(units, MedalKind.BRONZE)
    if not golds and not bronzes:
        golds = [u for u in units if u.phase == FINALS and u.outcomes]
    first = next((u for u in golds if u.outcomes), None)
    if first is not None and not first.is_duel and golds[0] is first:
        return _by_ranks(first)
    return _by_bouts(golds, bronzes)


def _marked(units: Sequence[UnitOutcome], kind: MedalKind) -> list[UnitOutcome]:
    """Return units of a mark in order; a mark on a whole phase goes to the units in it."""
    found: dict[str, UnitOutcome] = {}
    for unit in units:
        if unit.medal == kind.value:
            found |= {one.rsc: one for one in _inside(unit, units) or [unit]}
    return [found[rsc] for rsc in sorted(found)]


def _inside(unit: UnitOutcome, units: Sequence[UnitOutcome]) -> list[UnitOutcome]:
    """Return the units with results in a phase that a code names as a whole, or in the finals."""
    if not unit.is_whole_phase:
        return []
    phase = unit.phase if unit.phase.strip("-") else FINALS
    return [u for u in units if u.outcomes and u.phase == phase]


def _by_ranks(unit: UnitOutcome) -> Podium:
    ranked = [o for o in unit.outcomes if o.rank is not None]
    medals = [
        (MEDAL_KINDS[o.rank - 1], o.competitor)
        for o in ranked
        if o.rank and o.rank <= len(MEDAL_KINDS)
    ]
    if not medals:
        return Podium(reason=f"{unit.place}: nobody has a rank")
    return Podium(medals=_in_order(medals))


def _by_bouts(golds: Sequence[UnitOutcome], bronzes: Sequence[UnitOutcome]) -> Podium:
    """Return medals of bouts; of several marked as gold the first is, the next for bronze."""
    medals: list[tuple[str, str]] = []
    reasons = []
    final = golds[0] if golds else None
    if final and final.outcomes:
        winner, loser = _won(final), _lost(final)
        medals += [(GOLD, c) for c in winner] + [(SILVER, c) for c in loser]
        if not winner:
            reasons.append(f"{final.place}: nobody has won")
    elif final:
        reasons.append(f"{final.place}: no result")
    own = [u for u in bronzes if u not in golds]
    rest = own or list(golds[1:2])
    for unit in rest:
        won = _lost(unit) if unit.phase == SEMIFINAL else _won(unit)
        medals += [(BRONZE, competitor) for competitor in won]
        if not won:
            reasons.append(f"{unit.place}: no result")
    if not golds and not bronzes:
        reasons.append("no unit is marked as deciding medals")
    return Podium(medals=_in_order(medals), reason="; ".join(reasons))


def _won(unit: UnitOutcome) -> list[str]:
    """Return who won a bout: W, or the better rank of two."""
    won = [o.competitor for o in unit.outcomes if o.win_loss == "W"]
    return won or _by_rank(unit)[:1]


def _lost(unit: UnitOutcome) -> list[str]:
    lost = [o.competitor for o in unit.outcomes if o.win_loss == "L"]
    return lost or _by_rank(unit)[1:2]


def _by_rank(unit: UnitOutcome) -> list[str]:
    ranked = [(o.rank, o.competitor) for o in unit.outcomes if o.rank is not None]
    return [c for _, c in sorted(ranked)] if len({rank for rank, _ in ranked}) > 1 else []


def _by_sum(rule: MedalRule, units: Sequence[UnitOutcome]) -> Podium:
    """Return medals by added values, once all units are over; who misses one of them is out."""
    counted = [u for u in units if u.place.startswith(rule.units) and not u.is_whole_phase]
    places = {unit.place for unit in counted}  # one that goes over two sessions stands there twice
    over = {unit.place for unit in counted if unit.outcomes}
    if over != places or not counted:
        missing = len(places - over)
        return Podium(reason=f"no result yet of {missing} of {len(places)} units that count")
    values: dict[str, list[Decimal]] = defaultdict(list)
    droppable: dict[str, list[Decimal]] = defaultdict(list)
    parts: dict[str, set[str]] = defaultdict(set)
    for unit in counted:
        for outcome in unit.outcomes:
            value = _value(rule, unit, outcome)
            if value is None:
                continue
            is_droppable = rule.discarded_from and unit.place.startswith(rule.discarded_from)
            (droppable if is_droppable else values)[outcome.competitor].append(value)
            parts[outcome.competitor].add(unit.phase if rule.scoring else unit.rsc)
    most = max(map(len, parts.values()), default=0)
    totals = {
        competitor: sum(values[competitor] + _kept(droppable[competitor], rule), start=Decimal(0))
        for competitor, found in parts.items()
        if len(found) == most
    }
    return _of_totals(totals, is_less_better=rule.is_less_better)


def _value(rule: MedalRule, unit: UnitOutcome, outcome: ResultFact) -> Decimal | None:
    """Return what counts; None for a text that is no number."""
    try:
        if rule.scoring is not None:
            return Decimal(rule.scoring[unit.phase.rstrip("-")].points(outcome.value))
        value = Decimal(outcome.value)
        return value if value.is_finite() else None
    except (InvalidOperation, MarkError, KeyError):
        return None


def _kept(values: list[Decimal], rule: MedalRule) -> list[Decimal]:
    best_first = sorted(values, reverse=not rule.is_less_better)
    return best_first[: len(best_first) - rule.discards] if rule.discards else best_first


def _of_totals(totals: Mapping[str, Decimal], *, is_less_better: bool) -> Podium:
    """Return medals of totals; equal ones on a medal are left to a decision."""
    order = sorted(totals.items(), key=lambda t: (t[1] if is_less_better else -t[1], t[0]))
    medals: list[tuple[str, str]] = []
    for place, kind in enumerate(MEDAL_KINDS):
        if place >= len(order):
            break
        same = [c for c, total in order if total == order[place][1]]
        if len(same) > 1:
            names = ", ".join(same)
            return Podium(medals=tuple(medals), reason=f"{kind}: equal totals of {names}")
        medals.append((kind, order[place][0]))
    return Podium(medals=tuple(medals), reason="" if medals else "nobody has a total")


def _in_order(medals: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(medals, key=lambda m: (MEDAL_KINDS.index(m[0]), m[1])))
