"""A roster in milliseconds: day by day, then evened out; often as cheap as the counted bound."""

from collections import defaultdict

from sportsbrain.brain.roster.problem import Demand, Team

Rows = tuple[tuple[str, int, int], ...]
EVEN_ROUNDS = 400


def quick_roster(team: Team) -> Rows | None:
    """
    Return a roster by hand, None when the rules ask for more than it looks at.

    Least rows of work, of rest and of minutes, weekends, limits of a kind and requests are left to
    the exact model. Each day the places are filled by those who like the shift and have most of
    their shifts still to come; then shifts go from the most to the least loaded.
    """
    plain = all(
        w.limits.in_row_min <= 1
        and w.limits.off_min <= 1
        and w.limits.minutes_min == 0
        and w.limits.weekends_max < 0
        and not w.limits.shifts_max
        and not w.requests
        for w in team.workers
    )
    if not plain or not team.workers:
        return None
    maker = _Maker(team)
    for day in range(team.days):
        maker.fill(day)
    maker.even_out()
    return maker.rows()


class _Maker:
    """A roster while it is made: the shift of each person and day, −1 for none."""

    def __init__(self, team: Team) -> None:
        self.team = team
        count = len(team.workers)
        self.on = [[-1] * team.days for _ in range(count)]
        self.load = [0] * count
        self.minutes = [0] * count
        self.off = [set(worker.days_off) for worker in team.workers]
        self.skills = [set(worker.skills) for worker in team.workers]
        self.demands: dict[tuple[int, int], list[Demand]] = defaultdict(list)
        for demand in team.demands:
            self.demands[demand.day, demand.shift].append(demand)
        self.active = sorted({day for day, _ in self.demands})
        # days on which somebody may still work, from each day on
        self.chances = [
            [sum(1 for d in self.active if d >= day and d not in off) for day in range(team.days)]
            for off in self.off
        ]
        total = sum(d.people for d in team.demands if not d.skill)
        self.mean = total / count

    def may(self, n: int, day: int, shift: int) -> bool:
        """Tell whether the rules let somebody work a shift."""
        worker, kind, mine = self.team.workers[n], self.team.shifts[shift], self.on[n]
        if mine[day] >= 0 or day in self.off[n]:
            return False
        if self.minutes[n] + kind.minutes > worker.limits.minutes_max:
            return False
        if day and mine[day - 1] >= 0 and shift in self.team.shifts[mine[day - 1]].not_before:
            return False
        after = mine[day + 1] if day + 1 < self.team.days else -1
        if after >= 0 and after in kind.not_before:
            return False
        return self._row(mine, day) <= worker.limits.in_row_max

    def _row(self, mine: list[int], day: int) -> int:
        """Return how long the row of work would be with this day."""
        first = last = day
        while first and mine[first - 1] >= 0:
            first -= 1
        while last + 1 < self.team.days and mine[last + 1] >= 0:
            last += 1
        return last - first + 1

    def put(self, n: int, day: int, shift: int) -> None:
        """Give somebody a shift."""
        self.on[n][day] = shift
        self.load[n] += 1
        self.minutes[n] += self.team.shifts[shift].minutes

    def take(self, n: int, day: int) -> None:
        """Take a shift away."""
        self.minutes[n] -= self.team.shifts[self.on[n][day]].minutes
        self.on[n][day] = -1
        self.load[n] -= 1

    def fill(self, day: int) -> None:
        """Fill the places of one day, those that ask for a skill first."""
        for shift in range(len(self.team.shifts)):
            some = sorted(self.demands[day, shift], key=lambda d: (not d.skill, d.people))
            for demand in some:
                there = [n for n in range(len(self.on)) if self.on[n][day] == shift]
                count = sum(not demand.skill or demand.skill in self.skills[n] for n in there)
                for n in self._best(day, shift, demand)[: max(0, demand.people - count)]:
                    self.put(n, day, shift)

    def _best(self, day: int, shift: int, demand: Demand) -> list[int]:
        free = [
            n
            for n in range(len(self.on))
            if (not demand.skill or demand.skill in self.skills[n]) and self.may(n, day, shift)
        ]

        def price(n: int) -> tuple[int, float, int, int]:
            prefers = self.team.workers[n].prefers
            liking = 0 if prefers == shift else 1 if prefers < 0 else 2
            need = (self.mean - self.load[n]) / max(1, self.chances[n][day])
            # those who like nothing else first, while they have shifts to come
            return (liking == 2, -need - (0.05 if liking == 0 else 0), len(self.skills[n]), n)

        return sorted(free, key=price)

    def even_out(self) -> None:
        """Hand shifts from the most to the least loaded until nobody is two apart."""
        for _ in range(EVEN_ROUNDS):
            high, low = max(self.load), min(self.load)
            if high - low <= 1 or not self._hand_on(high, low):
                return

    def _hand_on(self, high: int, low: int) -> bool:
        """Hand one shift on; tell whether one was found."""
        givers = [n for n, load in enumerate(self.load) if load == high]
        takers = [n for n, load in enumerate(self.load) if load == low]
        if high - low == 2:
            takers = [n for n, load in enumerate(self.load) if load <= low]
        for giver in givers:
            for day, shift in enumerate(self.on[giver]):
                if shift < 0:
                    continue
                for taker in takers:
                    likes = self.team.workers[taker].prefers in {shift, -1}
                    enough = self._keeps_skills(giver, taker, day, shift)
                    if likes and enough and self.may(taker, day, shift):
                        self.take(giver, day)
                        self.put(taker, day, shift)
                        return True
        return False

    def _keeps_skills(self, giver: int, taker: int, day: int, shift: int) -> bool:
        lost = self.skills[giver] - self.skills[taker]
        for demand in self.demands[day, shift]:
            if demand.skill in lost:
                there = sum(
                    self.on[n][day] == shift and demand.skill in self.skills[n]
                    for n in range(len(self.on))
                )
                if there <= demand.people:
                    return False
        return True

    def rows(self) -> Rows:
        """Return (person, day, shift) by person and day."""
        return tuple(
            (worker.code, day, shift)
            for n, worker in enumerate(self.team.workers)
            for day, shift in enumerate(self.on[n])
            if shift >= 0
        )
