"""What signals mean, who is called and what is done: the rules file, and what was changed since."""

from dataclasses import dataclass
from typing import Any

from sportsbrain.committee.queries import GamesRow
from sportsbrain.controlroom.models import EscalationChain, Playbook
from sportsbrain.plans.queries import load_slice_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRule:
    """What a kind of signal means; times in seconds, the deadline in minutes."""

    code: str
    name: str
    role: str
    priority: int
    deadline_minutes: float
    raise_after: float = 0.0
    clear_after: float = 0.0
    threshold: float | None = None
    deadband: float = 0.0
    latch: bool = False
    group: str = "each"
    action: str = "alert"
    playbook: str = ""
    mend: str = ""

    @property
    def is_alert(self) -> bool:
        """Tell whether somebody has to act: what nobody acts on is a line in the log."""
        return self.action == "alert"


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """An escalation chain or a playbook as it is now; number 0 is that of the rules file."""

    code: str
    number: int
    title: str
    steps: tuple[tuple[Any, ...], ...]


def room_rules(games: GamesRow) -> dict[str, Any]:
    """Return the rules file of the control room."""
    return load_slice_rules("controlroom", games.rules_name)


def kind_rules(rules: dict[str, Any]) -> dict[str, KindRule]:
    """Return the kinds of signals by code."""
    return {row["code"]: KindRule(**row) for row in rules["kinds"]}


def chains_of(*, games: GamesRow, rules: dict[str, Any]) -> dict[str, Steps]:
    """Return the escalation chains by code: the newest number of each."""
    found = {
        row["code"]: Steps(
            code=row["code"],
            number=0,
            title=row["code"],
            steps=tuple((float(m), str(role)) for m, role in row["steps"]),
        )
        for row in rules["chains"]
    }
    for chain in EscalationChain.objects.filter(games_id=games.id).order_by("number"):
        found[chain.code] = Steps(
            code=chain.code,
            number=chain.number,
            title=chain.code,
            steps=tuple((float(m), str(role)) for m, role in chain.steps),
        )
    return found


def chain_for(*, games: GamesRow, rules: dict[str, Any], priority: int) -> Steps:
    """Return the chain of a priority."""
    code = next(
        (row["code"] for row in rules["chains"] if priority in row["priorities"]),
        rules["chains"][-1]["code"],
    )
    return chains_of(games=games, rules=rules)[code]


def playbooks_of(*, games: GamesRow, rules: dict[str, Any]) -> dict[str, Steps]:
    """Return the playbooks by code: the newest number of each."""
    found = {
        row["code"]: Steps(
            code=row["code"],
            number=0,
            title=row["title"],
            steps=tuple(tuple(step) for step in row["steps"]),
        )
        for row in rules["playbooks"]
    }
    for book in Playbook.objects.filter(games_id=games.id).order_by("number"):
        found[book.code] = Steps(
            code=book.code,
            number=book.number,
            title=book.title,
            steps=tuple(tuple(step) for step in book.steps),
        )
    return found
