"""Judge a bus network rule by rule. Shares nothing with the solver but the problem."""

import itertools
import math
from collections import defaultdict
from collections.abc import Iterator
from statistics import NormalDist

from sportsbrain.brain.fleet.plan import Block, Departure, Duty, FleetPlan
from sportsbrain.brain.fleet.problem import Problem, Service
from sportsbrain.vocabulary.planning import Fault, Score

RULES = (
    "not_carried",
    "outside_window",
    "overload",
    "load_zone",
    "headway",
    "run_time",
    "not_driven",
    "wrong_depot",
    "connection",
    "fleet",
    "not_manned",
    "driving",
    "no_break",
    "duty_spread",
)


def check(problem: Problem, plan: FleetPlan) -> Score:
    """Return the faults and the soft terms of a plan."""
    judge = _Judge(problem, plan)
    faults = [
        *judge.carried(),
        *judge.departures(),
        *judge.zones(),
        *judge.headways(),
        *judge.blocks(),
        *judge.fleets(),
        *judge.duties(),
    ]
    return Score(faults=tuple(faults), soft=judge.soft(), weights=judge.weights())


class _Judge:
    """One plan before one problem."""

    def __init__(self, problem: Problem, plan: FleetPlan) -> None:
        self.problem, self.plan = problem, plan
        self.services = {service.code: service for service in problem.services}
        self.departure = {departure.code: departure for departure in plan.departures}
        self.depot = {depot.code: depot for depot in problem.depots}
        margin = NormalDist().inv_cdf(problem.roads.percentile) * problem.roads.spread
        self.margin = math.exp(margin)
        self.dead_seconds = problem.roads.dead_runs()

    def _run_seconds(self, service: Service, departs_at: int) -> float:
        roads = self.problem.roads
        hour = ((departs_at + roads.utc_offset) // 3600) % 24
        median = roads.median_seconds[service.starts_in][service.ends_in]
        return median * roads.hour_factors[hour] * self.margin

    def carried(self) -> Iterator[Fault]:
        """Yield who is left behind."""
        taken: dict[tuple[str, str], int] = defaultdict(int)
        for departure in self.plan.departures:
            for code, people in departure.riders:
                taken[departure.service, code] += people
        for service in self.problem.services:
            for need in service.needs:
                missing = need.people - taken[service.code, need.code]
                if missing:
                    text = f"{missing} of {need.people} people of {need.code} are not carried"
                    yield Fault(rule="not_carried", text=text, units=(need.code,))

    def departures(self) -> Iterator[Fault]:
        """Yield overloaded buses, riders outside their window, running times too short."""
        for departure in self.plan.departures:
            service = self.services[departure.service]
            if departure.load > service.seats:
                text = f"{departure.load} people in {service.seats} seats"
                yield Fault(rule="overload", text=text, units=(departure.code,))
            least = self._run_seconds(service, departure.departs_at)
            if departure.arrives_at - departure.departs_at < least - 1:
                text = (
                    f"planned in {departure.arrives_at - departure.departs_at} s, needs {least:.0f}"
                )
                yield Fault(rule="run_time", text=text, units=(departure.code,))
            yield from self._windows(service, departure)

    def _windows(self, service: Service, departure: Departure) -> Iterator[Fault]:
        needs = {need.code: need for need in service.needs}
        for code, people in departure.riders:
            need = needs.get(code)
            moment = departure.arrives_at if need and need.is_arrival else departure.departs_at
            if need is None or not need.from_at <= moment <= need.by_at:
                text = f"{people} people of {code} outside their window"
                yield Fault(rule="outside_window", text=text, units=(departure.code, code))

    def zones(self) -> Iterator[Fault]:
        """Yield load zones with more buses than bays."""
        counts: dict[tuple[int, int], int] = defaultdict(int)
        for departure in self.plan.departures:
            place = self.services[departure.service].starts_in
            counts[place, departure.departs_at // self.problem.step_seconds] += 1
        for (place, _), count in sorted(counts.items()):
            bays = self.problem.places[place].bays
            if bays and count > bays:
                name = self.problem.places[place].code
                yield Fault(rule="load_zone", text=f"{count} buses in {bays} bays", places=(name,))

    def headways(self) -> Iterator[Fault]:
        """Yield waits longer than promised."""
        leaving: dict[str, list[int]] = defaultdict(list)
        for departure in self.plan.departures:
            leaving[departure.service].append(departure.departs_at)
        for service in self.problem.services:
            if not service.headway_seconds_max:
                continue
            most = max(self.problem.step_seconds, service.headway_seconds_max)
            for opens, closes in service.open_windows:
                inside = sorted(m for m in leaving[service.code] if opens <= m <= closes)
                marks = [opens, *inside, closes]
                wait = max(b - a for a, b in itertools.pairwise(marks))
                if wait > most:
                    text = f"{service.code}: {wait // 60} minutes without a bus"
                    yield Fault(rule="headway", text=text, seconds=opens)

    def blocks(self) -> Iterator[Fault]:
        """Yield departures without a vehicle, and vehicles that can't be where they should."""
        driven: dict[str, int] = defaultdict(int)
        dead = self.dead_seconds
        for block in self.plan.blocks:
            trips = [self.departure[code] for code in block.trips]
            for trip in trips:
                driven[trip.code] += 1
                allowed = self.services[trip.service].depots
                codes = [self.problem.depots[d].code for d in allowed]
                if allowed and block.depot not in codes:
                    text = f"{trip.code} is driven from {block.depot}"
                    yield Fault(rule="wrong_depot", text=text, units=(trip.code,))
            for one, other in itertools.pairwise(trips):
                here = self.services[one.service].ends_in
                there = self.services[other.service].starts_in
                needs = self.problem.layover_seconds + dead[here][there]
                if other.departs_at - one.arrives_at < needs:
                    text = f"{block.code}: {other.departs_at - one.arrives_at} s, needs {needs}"
                    yield Fault(rule="connection", text=text, units=(one.code, other.code))
        for code in self.departure:
            if driven[code] != 1:
                text = f"{code} is driven {driven[code]} times"
                yield Fault(rule="not_driven", text=text, units=(code,))

    def _blocks_of_days(self) -> dict[tuple[int, str], int]:
        counts: dict[tuple[int, str], int] = defaultdict(int)
        for block in self.plan.blocks:
            day = self.problem.day_of(self.departure[block.trips[0]].departs_at)
            counts[day, block.depot] += 1
        return counts

    def fleets(self) -> Iterator[Fault]:
        """Yield depots with more vehicles out than they have."""
        for (day, code), count in sorted(self._blocks_of_days().items()):
            if count > self.depot[code].vehicles_max:
                text = f"day {day}: {count} of {self.depot[code].vehicles_max} vehicles of {code}"
                yield Fault(rule="fleet", text=text, places=(code,))

    def duties(self) -> Iterator[Fault]:
        """Yield trips without a driver and duties beyond the rules."""
        manned: dict[str, list[int]] = defaultdict(list)
        blocks = {block.code: block for block in self.plan.blocks}
        for duty in self.plan.duties:
            unknown = [code for code, _, _ in duty.pieces if code not in blocks]
            if unknown:
                text = f"{duty.code} drives {unknown[0]}, which is not there"
                yield Fault(rule="not_manned", text=text, units=(duty.code,))
                continue
            for code, first, last in duty.pieces:
                manned[code] += range(first, last + 1)
            yield from self._duty(duty, [self._legs(blocks[c], f, e) for c, f, e in duty.pieces])
        for block in self.plan.blocks:
            if sorted(manned[block.code]) != list(range(len(block.trips))):
                text = f"{block.code}: its trips are not manned once each"
                yield Fault(rule="not_manned", text=text, units=(block.code,))

    def _legs(self, block: Block, first: int, last: int) -> list[tuple[int, int]]:
        """Return (starts, ends) of the driving of some trips of a block, dead runs included."""
        dead = self.dead_seconds
        home = self.depot[block.depot].place
        legs = []
        for n in range(first, last + 1):
            trip = self.departure[block.trips[n]]
            service = self.services[trip.service]
            came = home
            if n:
                came = self.services[self.departure[block.trips[n - 1]].service].ends_in
            after = dead[service.ends_in][home] if n == len(block.trips) - 1 else 0
            legs.append((trip.departs_at - dead[came][service.starts_in], trip.arrives_at + after))
        return legs

    def _duty(self, duty: Duty, pieces: list[list[tuple[int, int]]]) -> Iterator[Fault]:
        rules = self.problem.drivers
        legs = [leg for piece in pieces for leg in piece]
        # a single trip longer than the rules can't be cut
        if len(legs) == 1:
            return
        driven = sum(end - start for start, end in legs)
        if driven > rules.drive_seconds_max:
            text = f"{duty.code} drives {driven / 3600:.1f} hours"
            yield Fault(rule="driving", text=text, units=(duty.code,))
        spread = legs[-1][1] - legs[0][0] + 2 * rules.sign_seconds
        if spread > rules.spread_seconds_max:
            text = f"{duty.code} lasts {spread / 3600:.1f} hours"
            yield Fault(rule="duty_spread", text=text, units=(duty.code,))
        unbroken, ended = 0, legs[0][0]
        for start, end in legs:
            if start - ended >= rules.break_seconds:
                unbroken = 0
            unbroken += end - start
            ended = end
            if unbroken > rules.unbroken_seconds_max:
                text = f"{duty.code} drives {unbroken / 3600:.1f} hours without a break"
                yield Fault(rule="no_break", text=text, units=(duty.code,))
                return

    def soft(self) -> dict[str, float]:
        """Return vehicle-days, hours of dead runs and service, hours people arrive early."""
        dead = self.dead_seconds
        seconds = 0
        for block in self.plan.blocks:
            here = self.depot[block.depot].place
            for code in block.trips:
                service = self.services[self.departure[code].service]
                seconds += dead[here][service.starts_in]
                here = service.ends_in
            seconds += dead[here][self.depot[block.depot].place]
        service_seconds = sum(d.arrives_at - d.departs_at for d in self.plan.departures)
        return {
            "vehicle_days": float(len(self.plan.blocks)),
            "dead_hours": seconds / 3600,
            "service_hours": service_seconds / 3600,
            "early_hours": self._early(),
        }

    def _early(self) -> float:
        total = 0
        for departure in self.plan.departures:
            needs = {n.code: n for n in self.services[departure.service].needs}
            for code, people in departure.riders:
                need = needs[code]
                if need.is_arrival:
                    total += people * max(0, need.by_at - departure.arrives_at)
                else:
                    total += people * max(0, departure.departs_at - need.from_at)
        return total / 3600

    def weights(self) -> dict[str, float]:
        """Return the price of each term."""
        return {
            "vehicle_days": self.problem.depots[0].vehicle_cost,
            "dead_hours": self.problem.dead_cost * 3600,
            "service_hours": self.problem.service_hour_cost,
            "early_hours": self.problem.early_hour_cost,
        }
