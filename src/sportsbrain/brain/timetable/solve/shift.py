"""Rigid shifts of venue-days: minutes part finals, hours find prime time and emptier zones."""

from collections import defaultdict

from sportsbrain.brain.timetable.solve.group import Key
from sportsbrain.brain.timetable.solve.index import Index
from sportsbrain.brain.timetable.solve.minutes import VenueDay, prime_loss

STEPS = (1, 2, 3, 4, -1, -2, -3, -4, 6, -6, 30, -30, 60, -60, 120, -120, 240, -240)
Starts = dict[int, int]


class Shifter:
    """The terms that a shift changes, with every other venue-day counted."""

    def __init__(self, index: Index, layout: dict[Key, Starts]) -> None:
        self.index = index
        self.minutes: dict[int, int] = defaultdict(int)
        self.surplus: dict[int, int] = defaultdict(int)
        self.load: dict[tuple[str, int], int] = defaultdict(int)
        self.places = {key: VenueDay(index, list(s), key[1]) for key, s in layout.items() if s}
        for key in self.places:
            self._count(key, layout[key], 1)

    def improve(self, key: Key, starts: Starts) -> Starts | None:
        """Return a cheaper shift of one venue-day, now counted in its stead, or None."""
        problem, place = self.index.problem, self.places[key]
        if any(problem.units[u].pinned_at is not None for u in starts):
            return None
        self._count(key, starts, -1)
        least, best = self._cost(key, starts), starts
        for step in STEPS:
            shifted = {u: s + step for u, s in starts.items()}
            if place.is_inside(shifted):
                cost = self._cost(key, shifted)
                if cost < least - 1e-9:
                    least, best = cost, shifted
        self._count(key, best, 1)
        return None if best is starts else best

    def part_finals(self, layout: dict[Key, Starts], keys: list[Key]) -> int:
        """Move single finals by minutes where several start in one minute; return how many."""
        moved = 0
        for key in keys:
            for unit, begin in self._finals(layout[key]):
                if self.minutes[begin] < 2 or self.index.problem.units[unit].pinned_at is not None:
                    continue
                for step in (1, 2, 3, -1, -2, -3, 4, 5, 6, 7, -4, -5):
                    if self.minutes[begin + step] or not self._is_free(
                        key, layout[key], unit, step
                    ):
                        continue
                    self.minutes[begin] -= 1
                    self.minutes[begin + step] += 1
                    layout[key] = {**layout[key], unit: begin + step}
                    moved += 1
                    break
        return moved

    def _is_free(self, key: Key, starts: Starts, unit: int, step: int) -> bool:
        """Tell whether one unit may move alone by some minutes."""
        index, problem = self.index, self.index.problem
        row = problem.units[unit]
        rules = problem.disciplines[index.discipline[unit]]
        begin = starts[unit] + step
        end = begin + index.minutes[unit]
        for other, at in starts.items():
            if other == unit:
                continue
            mate = problem.units[other]
            until = at + index.minutes[other]
            waits = [
                -(-seconds // 60)
                for seconds, applies in (
                    (rules.change_seconds, mate.location == row.location),
                    (rules.stage_seconds, mate.event == row.event and mate.stage != row.stage),
                    (
                        rules.rest_seconds,
                        mate.event == row.event and set(mate.competitors) & set(row.competitors),
                    ),
                    (rules.cross_seconds, other in index.sharing.get(unit, ())),
                )
                if applies
            ]
            if not waits:
                continue
            wait = max(waits)
            if begin < until + wait and at < end + wait:
                return False
        moved = {**starts, unit: begin}
        place = self.places[key]
        return place.is_inside(moved) and place.cost(moved) is not None

    def _finals(self, starts: Starts) -> list[tuple[int, int]]:
        units = self.index.problem.units
        return [(u, s) for u, s in starts.items() if units[u].medal == "1"]

    def _sign(self, unit: int, begin: int) -> int:
        problem = self.index.problem
        prime = problem.prime_zones[0].windows if problem.prime_zones else ()
        if not any(w.starts_at <= begin * 60 < w.ends_before for w in prime):
            return 0
        return {"W": 1, "M": -1}.get(problem.events[problem.units[unit].event].gender, 0)

    def _hours(self, key: Key, starts: Starts) -> dict[int, int]:
        hours: dict[int, int] = defaultdict(int)
        for _, begin, end in self.places[key].spans(starts):
            for hour in range(begin // 60, (end - 1) // 60 + 1):
                hours[hour] += self.index.problem.venues[key[0]].seats
        return hours

    def _count(self, key: Key, starts: Starts, sign: int) -> None:
        for unit, begin in self._finals(starts):
            self.minutes[begin] += sign
            self.surplus[key[1]] += sign * self._sign(unit, begin)
        zone = self.index.problem.venues[key[0]].zone
        for hour, seats in self._hours(key, starts).items():
            self.load[zone, hour] += sign * seats

    def _cost(self, key: Key, starts: Starts) -> float:
        """Return what this venue-day adds to the terms, all others being counted."""
        problem = self.index.problem
        here: dict[int, int] = defaultdict(int)
        loss = clashes = 0.0
        surplus = self.surplus[key[1]]
        for unit, begin in self._finals(starts):
            loss += prime_loss(self.index, begin)
            clashes += self.minutes[begin] + here[begin]
            here[begin] += 1
            surplus += self._sign(unit, begin)
        zone = problem.venues[key[0]].zone
        crowd = 0
        for hour, seats in self._hours(key, starts).items():
            there = self.load[zone, hour]
            limit = problem.zone_seats_max
            crowd += max(0, there + seats - limit) - max(0, there - limit)
        return (
            problem.weight("prime_time") * loss
            + problem.weight("final_clash") * clashes
            + problem.weight("gender_balance") * max(0, abs(surplus) - 1)
            + problem.weight("crowd_peak") * crowd / 1000
        )
