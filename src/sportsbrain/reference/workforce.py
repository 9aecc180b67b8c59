"""Invented applicants: homes around the venues, skills, languages, wishes, days they can't come."""

from typing import Any

from sportsbrain.reference.dice import Dice

SKILLS = (("French", 0.34), ("Arabic", 0.2), ("sport", 0.4), ("driving", 0.5), ("first aid", 0.3))
SPREAD = 350  # thousandths of a degree about the middle in which people live


def generate_applicants(
    *, people: int, seed: int, middle: tuple[float, float], days: int, areas: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Return rows of applicants; the same seed gives the same rows, more people more of them."""
    dice = Dice(seed * 9973)
    rows = []
    for number in range(people):
        off = tuple(sorted({dice.below(days) for _ in range(dice.below(4))}))
        first, second = dice.pick(areas), dice.pick(areas)
        rows.append(
            {
                "code": f"V{number + 1:05}",
                "home": (
                    round(middle[0] * 1000) + _near(dice),
                    round(middle[1] * 1000) + _near(dice),
                ),
                "skills": tuple(name for name, share in SKILLS if dice.unit() < share),
                "days_off": off,
                "prefers": dice.below(3) - 1,
                "wishes": tuple(sorted({first, second})),
            }
        )
    return rows


def _near(dice: Dice) -> int:
    """Return an offset that is small more often than large."""
    return round((dice.unit() + dice.unit() - 1) * SPREAD)
