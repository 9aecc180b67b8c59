"""Who does the work of a search: processes of their own, or this one when the problem is small."""

import multiprocessing
import queue
import signal
import threading
from dataclasses import dataclass
from typing import Any, Protocol

from sportsbrain.brain.timetable.problem import TERMS, Problem
from sportsbrain.brain.timetable.solve.bounds import Bounds
from sportsbrain.brain.timetable.solve.group import Effort, Layouts, Proposal, propose
from sportsbrain.brain.timetable.solve.index import Index, index_of
from sportsbrain.brain.timetable.solve.proof import Counts
from sportsbrain.brain.timetable.solve.sums import Sums

PROCESSES_MAX = 8
SMALL_UNITS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A proposal that is asked for: a group, what it has, and what the others take."""

    group: int
    sums: Sums
    known: Proposal
    weights: dict[str, float]
    effort: Effort


@dataclass(frozen=True, slots=True, kw_only=True)
class Prove:
    """A bound that is asked for."""

    discipline: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """
    What the counts of one discipline prove; 0 when it has no timetable at all.

    ``promise`` is how much more a longer proof could find at most.
    """

    discipline: int
    bound: float
    promise: float
    seconds: float


Task = Ask | Prove
Answer = Proposal | Proven | None


class Worker:
    """One who answers tasks about one problem."""

    def __init__(self, index: Index, bounds: Bounds, *, is_deterministic: bool) -> None:
        self.index, self.bounds, self.is_deterministic = index, bounds, is_deterministic
        self.weights = dict.fromkeys(TERMS, 0.0) | dict(index.problem.weights)
        self.layouts = Layouts(index, is_deterministic=is_deterministic)

    def answer(self, task: Task) -> Answer:
        """Return a proposal or a bound; None when there is no proposal."""
        if isinstance(task, Prove):
            return self._prove(task)
        return propose(
            self.layouts,
            task.group,
            sums=task.sums,
            known=task.known,
            weights=task.weights,
            effort=task.effort,
        )

    def _prove(self, task: Prove) -> Proven:
        counts = Counts(self.index, self.bounds, task.discipline, self.weights)
        proven = counts.prove(task.seconds)
        bound, best = proven or (0.0, 0.0)
        return Proven(
            discipline=task.discipline,
            bound=bound,
            promise=best - bound,
            seconds=task.seconds,
        )


class Crew(Protocol):
    """Takes tasks and hands answers back, each with the task it answers."""

    size: int

    def submit(self, task: Task) -> None:
        """Begin a task."""

    def next(self, seconds: float) -> tuple[Task, Answer] | None:
        """Return the next answer, or None when there is none within the seconds."""

    def close(self) -> None:
        """Stop at once; what is under way is dropped."""


class CrewMaker(Protocol):
    """Makes the crew of a search; `crew_of` is the one of this machine."""

    def __call__(self, index: Index, bounds: Bounds, *, is_deterministic: bool) -> Crew:
        """Return a crew for a problem."""


def worker_of(problem: Problem, bounds: Bounds) -> Worker:
    """Return a worker of a crew elsewhere: it reads the problem once."""
    return Worker(index_of(problem), bounds, is_deterministic=False)


class Alone:
    """A crew of one: this process."""

    size = 1

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.tasks: list[Task] = []

    def submit(self, task: Task) -> None:
        """Keep a task until its answer is asked for."""
        self.tasks.append(task)

    def next(self, seconds: float) -> tuple[Task, Answer] | None:
        """Answer the oldest task."""
        del seconds
        if not self.tasks:
            return None
        task = self.tasks.pop(0)
        return task, self.worker.answer(task)

    def close(self) -> None:
        """Forget what is waiting."""
        self.tasks.clear()


class Processes:
    """A crew of processes; each reads the problem once and keeps what it laid out."""

    def __init__(self, problem: Problem, bounds: Bounds, *, size: int) -> None:
        self.size = size
        self.answers: queue.SimpleQueue[tuple[Task, Answer] | BaseException] = queue.SimpleQueue()
        # a process with threads must not be forked; one without starts its crew at once
        is_forked = (
            threading.active_count() == 1 and "fork" in multiprocessing.get_all_start_methods()
        )
        context: Any = multiprocessing.get_context("fork" if is_forked else "spawn")
        self.pool = context.Pool(size, initializer=_open, initargs=(problem, bounds))

    def submit(self, task: Task) -> None:
        """Give a task to the next free process."""
        self.pool.apply_async(
            _answer, (task,), callback=self.answers.put, error_callback=self.answers.put
        )

    def next(self, seconds: float) -> tuple[Task, Answer] | None:
        """Return the next answer; a fault in a process is raised here."""
        try:
            answer = self.answers.get(timeout=seconds)
        except queue.Empty:
            return None
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def close(self) -> None:
        """End the processes at once."""
        self.pool.terminate()
        self.pool.join()


def crew_of(index: Index, bounds: Bounds, *, is_deterministic: bool) -> Crew:
    """Return a crew: processes for a large problem, else this process alone."""
    alone = Alone(Worker(index, bounds, is_deterministic=is_deterministic))
    size = min(PROCESSES_MAX, multiprocessing.cpu_count())
    if is_deterministic or size < 2 or len(index.problem.units) < SMALL_UNITS:
        return alone
    try:
        return Processes(index.problem, bounds, size=size)
    except OSError:  # no semaphores on this machine: slower, but it plans
        return alone


_worker: Worker | None = None


def _open(problem: Problem, bounds: Bounds) -> None:
    """Begin a process: it reads the problem, and leaves Ctrl-C to the one who asked."""
    global _worker  # noqa: PLW0603
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _worker = worker_of(problem, bounds)


def _answer(task: Task) -> tuple[Task, Answer]:
    if _worker is None:
        message = "a process of the crew was not opened"
        raise RuntimeError(message)
    return task, _worker.answer(task)
