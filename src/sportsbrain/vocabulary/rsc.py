"""
RSC: the results system code, 34 characters that name a discipline, event, phase and unit.

Layout: discipline 3, gender 1, event 18, phase 4, unit 8, padded right with ``-``. It is sliced by
position and never split on ``-``, because event codes may hold one.
"""

from dataclasses import dataclass

LENGTH = 34
EVENT_END = 22
PHASE_END = 26


class RscError(ValueError):
    """A text that is not a results system code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rsc:
    """One code, sliced."""

    text: str

    def __post_init__(self) -> None:
        if len(self.text) != LENGTH:
            message = f"an RSC has {LENGTH} characters, this has {len(self.text)}: {self.text!r}"
            raise RscError(message)
        if self.text != self.text.strip() or not self.text.isascii():
            message = f"an RSC holds ASCII without blanks at its ends: {self.text!r}"
            raise RscError(message)

    @property
    def discipline(self) -> str:
        """Return the discipline, three characters."""
        return self.text[:3]

    @property
    def gender(self) -> str:
        """Return the gender: M, W, X (mixed) or O (open)."""
        return self.text[3]

    @property
    def event(self) -> str:
        """Return the code of the event with discipline and gender, without padding."""
        return self.text[:EVENT_END].rstrip("-")

    @property
    def phase_part(self) -> str:
        """Return the four characters of the phase, without padding."""
        return self.text[EVENT_END:PHASE_END].rstrip("-")

    @property
    def phase(self) -> str:
        """Return the code of the phase: 26 characters without padding."""
        return self.text[:PHASE_END].rstrip("-")

    @property
    def names_whole_phase(self) -> bool:
        """Tell whether the unit part is empty, so that the code names a phase and not a unit."""
        return set(self.text[PHASE_END:]) == {"-"}


def compose(*, discipline: str, gender: str, event: str, phase: str, unit: str = "") -> str:
    """
    Return the padded code of its parts.

    Raises
    ------
    RscError
        When a part is longer than its place.

    """
    widths = ((discipline, 3), (gender, 1), (event, 18), (phase, 4), (unit, 8))
    for part, width in widths:
        if len(part) > width:
            message = f"{part!r} does not fit into {width} characters"
            raise RscError(message)
    return "".join(part.ljust(width, "-") for part, width in widths)
