"""Shifts of the large and the real Games, and the public rostering instances."""

import pathlib
import time
from collections import defaultdict
from collections.abc import Callable

from sportsbrain.bench.games import games_to_plan, to_the_end
from sportsbrain.bench.rows import BenchRow
from sportsbrain.brain.roster.check import check, check_team
from sportsbrain.brain.roster.plan import RosterPlan
from sportsbrain.brain.roster.problem import Demand, Limits, Problem, Shift, Team, Worker
from sportsbrain.brain.roster.solve import Effort, solve, solve_team
from sportsbrain.vocabulary.planning import Order, Stop
from sportsbrain.workforce.planning import build_roster

BEST_KNOWN = {1: 607, 2: 828, 3: 1001, 4: 1716, 5: 1143, 6: 1950, 7: 1056, 8: 1308}
INSTANCE_SECONDS = 60.0
THREADS = 8  # more threads than cores prove better bounds


def bench_roster(
    *,
    games_code: str,
    seconds: float,
    data: pathlib.Path | None,
    on_progress: Callable[[str], None],
) -> list[BenchRow]:
    """Return the rows of lines 1 and 5."""
    rows = []
    for games in games_to_plan(games_code):
        problem = build_roster(games=games, order=Order()).problem
        began = time.monotonic()
        stop = Stop(seconds=min(seconds, 300.0))
        steps = solve(problem, seed=1, stop=stop, clock=time.monotonic)
        plan = to_the_end(steps, games.code, on_progress)
        case = f"{games.code}, {len(plan.posts)} people"
        rows += _rows(case, problem, plan, time.monotonic() - began)
    return rows + _published(data, on_progress)


def _rows(case: str, problem: Problem, plan: RosterPlan, spent: float) -> list[BenchRow]:
    score = check(problem, plan)
    there: dict[tuple[str, int, int], int] = defaultdict(int)
    for roster in plan.teams:
        for _, day, shift in roster.shifts:
            there[roster.team, day, shift] += 1
    needed = filled = 0
    for post in problem.posts:
        for demand in post.demands:
            if not demand.skill:
                needed += demand.people
                filled += min(demand.people, there[post.code, demand.day, demand.shift])
    proved = sum(roster.is_proved for roster in plan.teams) / max(1, len(problem.posts))
    return [
        BenchRow(line=1, case=f"{case}: hard faults", value=len(score.faults), unit="faults",
                 op="==", target=0),
        BenchRow(line=1, case=f"{case}: time", value=spent, unit="s", op="<=", target=300),
        BenchRow(line=5, case=f"{case}: shifts filled", value=100 * filled / needed, unit="%",
                 op=">=", target=99),
        BenchRow(line=5, case=f"{case}: teams proved best", value=100 * proved, unit="%",
                 op=">=", target=95),
        BenchRow(line=5, case=f"{case}: shifts not liked", value=score.soft["preference"],
                 unit="shifts"),
        BenchRow(line=5, case=f"{case}: unfairness", value=score.soft["unfair"], unit="cost"),
        BenchRow(line=5, case=f"{case}: time", value=spent, unit="s", op="<=", target=900),
    ]  # fmt: skip


def _published(data: pathlib.Path | None, on_progress: Callable[[str], None]) -> list[BenchRow]:
    folder = data / "benchmarks" / "rostering" if data else None
    if folder is None or not folder.is_dir():
        return [BenchRow(line=5, case="public instances: not here", value=None, unit="")]
    rows = []
    for number, best in BEST_KNOWN.items():
        on_progress(f"public instance {number}")
        team = read_instance(folder / f"Instance{number}.txt")
        roster = solve_team(team, Effort(seconds=INSTANCE_SECONDS, threads=THREADS))
        score = check_team(team, roster.shifts if roster else ())
        value = score.objective if roster and not score.faults else None
        rows.append(
            BenchRow(line=5, case=f"public instance {number}, {INSTANCE_SECONDS:.0f} s",
                     value=value, unit="cost", peer="best known", peer_value=best)
        )  # fmt: skip
    return rows


def read_instance(path: pathlib.Path) -> Team:
    """Return a public shift scheduling instance (Curtois and Qu) as a team."""
    sections: dict[str, list[list[str]]] = defaultdict(list)
    section = ""
    for line in path.read_text().splitlines():
        text = line.strip()
        if text.startswith("SECTION_"):
            section = text
        elif text and not text.startswith("#"):
            sections[section].append(text.split(","))
    codes = [row[0] for row in sections["SECTION_SHIFTS"]]
    off = {row[0]: tuple(int(d) for d in row[1:]) for row in sections["SECTION_DAYS_OFF"]}
    requests: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for name, sign in (("SECTION_SHIFT_ON_REQUESTS", 1), ("SECTION_SHIFT_OFF_REQUESTS", -1)):
        for who, day, shift, weight in sections[name]:
            requests[who].append((int(day), codes.index(shift), sign * int(weight)))
    return Team(
        code=path.stem,
        days=int(sections["SECTION_HORIZON"][0][0]),
        shifts=tuple(
            Shift(
                code=code,
                starts_minute=0,
                minutes=int(minutes),
                not_before=tuple(codes.index(c) for c in after.split("|") if c),
            )
            for code, minutes, after in sections["SECTION_SHIFTS"]
        ),
        workers=tuple(_worker(row, codes, off, requests) for row in sections["SECTION_STAFF"]),
        demands=tuple(
            Demand(
                day=int(day),
                shift=codes.index(shift),
                people=int(people),
                under_weight=int(under),
                over_weight=int(over),
            )
            for day, shift, people, under, over in sections["SECTION_COVER"]
        ),
    )


def _worker(
    row: list[str],
    codes: list[str],
    off: dict[str, tuple[int, ...]],
    requests: dict[str, list[tuple[int, int, int]]],
) -> Worker:
    most = {pair.split("=")[0]: int(pair.split("=")[1]) for pair in row[1].split("|")}
    numbers = [int(word) for word in row[2:8]]
    return Worker(
        code=row[0],
        days_off=off.get(row[0], ()),
        requests=tuple(requests[row[0]]),
        limits=Limits(
            shifts_max=tuple(most[code] for code in codes),
            minutes_max=numbers[0],
            minutes_min=numbers[1],
            in_row_max=numbers[2],
            in_row_min=numbers[3],
            off_min=numbers[4],
            weekends_max=numbers[5],
        ),
    )
