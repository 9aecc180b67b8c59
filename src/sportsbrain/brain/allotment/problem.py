"""
The allotment problem: some pieces of one thing, and delegations that wish for more of it.

Pieces are whole; bids are minor units of one currency for a piece.
"""

from dataclasses import dataclass

from sportsbrain.vocabulary import frozen
from sportsbrain.vocabulary.rates import AllotmentRule

RULES = (AllotmentRule.QUOTA.value, AllotmentRule.LOTTERY.value, AllotmentRule.PRICE.value)


class ProblemError(ValueError):
    """A problem that contradicts itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """
    What somebody wishes for.

    Parameters
    ----------
    weight
        What a quota goes by, such as the people of a delegation.
    bid
        The most they pay for a piece; 0 where no price decides.

    """

    who: str
    pieces: int
    weight: int = 1
    bid: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """
    Everything that an allotment is judged by.

    Parameters
    ----------
    most
        The most pieces that one may get; 0: as many as they wish for.
    reserve
        The least price of a piece, where a price decides.
    pinned
        (wish, pieces) that stay as they are.

    """

    item: str
    pieces: int
    rule: str
    wishes: tuple[Wish, ...]
    most: int = 0
    reserve: int = 0
    pinned: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            message = f"{self.item}: the rule is {', '.join(RULES)}, not {self.rule!r}"
            raise ProblemError(message)
        if min(self.pieces, self.most, self.reserve) < 0:
            message = f"{self.item}: pieces, the most of one and the least price are not below 0"
            raise ProblemError(message)
        names = [wish.who for wish in self.wishes]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            message = f"{self.item}: {twice} wishes twice: put the wishes together"
            raise ProblemError(message)
        for wish in self.wishes:
            if wish.pieces < 1 or wish.weight < 1 or wish.bid < 0:
                message = f"{self.item}: {wish.who} wishes for a piece or more, with a weight"
                raise ProblemError(message)
        self._refuse_pins()

    def _refuse_pins(self) -> None:
        for number, pieces in self.pinned:
            if not 0 <= number < len(self.wishes) or not 0 <= pieces <= self.cap(number):
                message = f"{self.item}: what is pinned is a wish, and not more than it may get"
                raise ProblemError(message)
        if sum(pieces for _, pieces in self.pinned) > self.pieces:
            message = f"{self.item}: more is pinned than there is"
            raise ProblemError(message)

    def cap(self, number: int) -> int:
        """Return the most pieces that a wish can get."""
        wish = self.wishes[number]
        if self.rule == AllotmentRule.PRICE.value and wish.bid < self.reserve:
            return 0
        return min(wish.pieces, self.most) if self.most else wish.pieces

    def to_json(self) -> str:
        """Return the problem as canonical JSON."""
        return frozen.to_json(self)

    @staticmethod
    def from_json(text: str) -> "Problem":
        """Return the problem of its JSON."""
        return frozen.from_json(Problem, text)
