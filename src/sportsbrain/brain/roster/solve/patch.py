"""After demands or people have changed: most keep their shifts, the fewest change."""

from collections import defaultdict

from sportsbrain.brain.roster.plan import TeamRoster
from sportsbrain.brain.roster.problem import Applicant, Problem, Team, Worker
from sportsbrain.brain.roster.solve.crews import judged
from sportsbrain.brain.roster.solve.posts import Postings, post_again

Shifts = tuple[tuple[str, int, int], ...]
WEEK = 7


def kept_posts(problem: Problem, posts: tuple[tuple[str, str], ...]) -> Postings:
    """Return postings in which everybody stays where the post is there; holes are filled."""
    number = {post.code: n for n, post in enumerate(problem.posts)}
    person = {applicant.code: n for n, applicant in enumerate(problem.applicants)}
    of = {person[code]: number[name] for code, name in posts if code in person and name in number}
    return post_again(problem, of)


def patched_team(team: Team, before: Shifts) -> TeamRoster:
    """
    Return the roster with the shifts of before wherever they still serve.

    Shifts that nobody needs are taken from those with most of them, open places go to those with
    the fewest who may take them.
    """
    return judged(team, _Patch(team, before).shifts())


def open_places(team: Team, shifts: Shifts) -> int:
    """Return the places that nobody takes, skills aside."""
    there: dict[tuple[int, int], int] = defaultdict(int)
    for _, day, shift in shifts:
        there[day, shift] += 1
    return sum(max(0, d.people - there[d.day, d.shift]) for d in team.cover if not d.skill)


class _Patch:
    """One team while shifts are taken and given."""

    def __init__(self, team: Team, before: Shifts) -> None:
        self.team = team
        self.workers = {worker.code: worker for worker in team.workers}
        self.days: dict[str, dict[int, int]] = {code: {} for code in self.workers}
        for code, day, shift in before:
            if code in self.workers and self.may(self.workers[code], day, shift):
                self.days[code][day] = shift

    def shifts(self) -> Shifts:
        """Return the shifts after the patch."""
        self._take()
        self._give()
        return tuple(
            sorted((code, day, shift) for code, w in self.days.items() for day, shift in w.items())
        )

    def may(self, worker: Worker, day: int, shift: int) -> bool:
        """Tell whether somebody may take a shift beside those already given."""
        mine, limits, kinds = self.days[worker.code], worker.limits, self.team.shifts
        if day in mine or day in worker.days_off:
            return False
        if day - 1 in mine and shift in kinds[mine[day - 1]].not_before:
            return False
        if day + 1 in mine and mine[day + 1] in kinds[shift].not_before:
            return False
        minutes = sum(kinds[s].minutes for s in mine.values()) + kinds[shift].minutes
        if minutes > limits.minutes_max or not self._fits_rows(worker, day):
            return False
        if limits.shifts_max:
            same = sum(1 for s in mine.values() if s == shift)
            return same < limits.shifts_max[shift]
        return True

    def _fits_rows(self, worker: Worker, day: int) -> bool:
        mine, limits = self.days[worker.code], worker.limits
        first, last = day, day
        while first - 1 in mine:
            first -= 1
        while last + 1 in mine:
            last += 1
        if last - first + 1 > limits.in_row_max:
            return False
        # days off between two rows of work are as many as asked, or none
        for step in (-1, 1):
            edge = first if step < 0 else last
            for gap in range(1, limits.off_min):
                if edge + step * (gap + 1) in mine:
                    return False
        if limits.weekends_max >= 0:
            return len(self._weekends({*mine, day})) <= limits.weekends_max
        return True

    def _weekends(self, days: set[int]) -> set[int]:
        first = self.team.first_weekday
        return {(day + first) // WEEK for day in days if (day + first) % WEEK >= 5}

    def _there(self) -> dict[tuple[int, int], list[str]]:
        found: dict[tuple[int, int], list[str]] = defaultdict(list)
        for code, worked in self.days.items():
            for day, shift in worked.items():
                found[day, shift].append(code)
        return found

    def _take(self) -> None:
        """Take shifts nobody needs, from those with most of them, never a skill that is asked."""
        there = self._there()
        skills = {(d.day, d.shift, d.skill): d.people for d in self.team.demands if d.skill}
        for demand in self.team.cover:
            if demand.skill:
                continue
            people = there[demand.day, demand.shift]
            asked = {
                skill: count
                for (day, shift, skill), count in skills.items()
                if (day, shift) == (demand.day, demand.shift)
            }
            for code in sorted(people, key=lambda c: (-len(self.days[c]), c)):
                if len(people) <= demand.people:
                    break
                if self._is_needed(code, people, asked) or self._leaves_too_short(code, demand.day):
                    continue
                people.remove(code)
                del self.days[code][demand.day]

    def _is_needed(self, code: str, people: list[str], asked: dict[str, int]) -> bool:
        return any(
            skill in self.workers[code].skills
            and sum(skill in self.workers[c].skills for c in people) <= count
            for skill, count in asked.items()
        )

    def _leaves_too_short(self, code: str, day: int) -> bool:
        """Tell whether a day off here would leave rows of work or minutes below their least."""
        limits, mine = self.workers[code].limits, self.days[code]
        if limits.in_row_min > 1 or limits.off_min > 1:
            return day - 1 in mine or day + 1 in mine
        minutes = sum(self.team.shifts[s].minutes for s in mine.values())
        return minutes - self.team.shifts[mine[day]].minutes < limits.minutes_min

    def _give(self) -> None:
        """Fill open places, those of a skill first, with who has the fewest shifts."""
        there = self._there()
        for demand in sorted(self.team.cover, key=lambda d: (not d.skill, d.day, d.shift)):
            people = there[demand.day, demand.shift]
            count = sum(self._has(code, demand.skill) for code in people)
            if count >= demand.people:
                continue
            order = sorted(
                self.workers,
                key=lambda c: (
                    len(self.days[c]),
                    self.workers[c].prefers not in {-1, demand.shift},
                    c,
                ),
            )
            for code in order:
                if count >= demand.people:
                    break
                worker = self.workers[code]
                if self._has(code, demand.skill) and self.may(worker, demand.day, demand.shift):
                    self.days[code][demand.day] = demand.shift
                    people.append(code)
                    count += 1

    def _has(self, code: str, skill: str) -> bool:
        return not skill or skill in self.workers[code].skills


def members_of(problem: Problem, postings: Postings) -> dict[int, list[Applicant]]:
    """Return the people of each post by index, by code."""
    found: dict[int, list[Applicant]] = defaultdict(list)
    for person, post in postings.of.items():
        found[post].append(problem.applicants[person])
    return {post: sorted(people, key=lambda a: a.code) for post, people in found.items()}
