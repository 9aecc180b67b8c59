"""Invented names: people, nations, places. None is meant to be real."""

from sportsbrain.reference.dice import Dice

ONSETS = [
    "b",
    "br",
    "d",
    "dr",
    "f",
    "g",
    "gr",
    "h",
    "j",
    "k",
    "kl",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "st",
    "t",
    "tr",
    "v",
    "z",
]
VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "io"]
CODAS = ("", "", "", "l", "n", "r", "s", "th", "nd", "m")
LANDS = ("ia", "land", "ora", "una", "esh", "mar", "stan", "avia", "onia", "eth")
VENUE_WORDS = {
    "stadium": "Stadium", "pool": "Aquatics Centre", "hall": "Hall", "arena": "Arena",
    "range": "Range", "field": "Hockey Park", "road": "Circuit", "park": "Park",
    "courts": "Courts", "water": "Regatta Lake", "velodrome": "Velodrome", "marina": "Marina",
    "ground": "Ground", "beach": "Beach", "rapids": "Rapids", "course": "Links",
    "urban": "Square", "coast": "Bay", "track": "Track", "hill": "Hill",
}  # fmt: skip


def word(dice: Dice, syllables: int) -> str:
    """Return an invented word with a capital."""
    text = "".join(
        dice.pick(ONSETS) + dice.pick(VOWELS) + (dice.pick(CODAS) if last else "")
        for last in [i == syllables - 1 for i in range(syllables)]
    )
    return text.capitalize()


def nations(dice: Dice, count: int) -> list[tuple[str, str]]:
    """Return (three-letter code, name) pairs, all different."""
    found: dict[str, str] = {}
    names: set[str] = set()
    while len(found) < count:
        name = word(dice, 1 + dice.below(2)) + dice.pick(LANDS)
        letters = [c for c in name.upper() if c.isalpha()]
        code = letters[0] + letters[len(letters) // 2] + letters[-1]
        if code in found:
            code = letters[0] + letters[1] + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[dice.below(26)]
        if code in found or name in names:
            continue
        found[code] = name
        names.add(name)
    return sorted(found.items())


def person(dice: Dice) -> str:
    """Return an invented personal name."""
    return f"{word(dice, 1 + dice.below(2))} {word(dice, 2)}"
