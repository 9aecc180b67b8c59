"""Compare rows in blocks and weigh the evidence."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from sportsbrain.brain.identity.names import Name, name_of
from sportsbrain.brain.identity.plan import Pair, Pairs
from sportsbrain.brain.identity.problem import Row, Rows, Weights

BLOCK_MAX = 400  # rows: a block of a thousand Lis born in one year says nothing
CLOSE = 0.86  # of Jaro and Winkler, as one slip in a word of six letters
ALIKE = 0.77
EQUAL, SOUND, SLIP, LITTLE, OTHER = range(5)
NAMES = ("same {}", "{} sounds alike", "{} differs by a slip", "{} a little alike", "another {}")
BORN = ("same birth date", "day and month exchanged", "birth date off by one part", "")


def solve(problem: Rows) -> Pairs:
    """Return the pairs with enough evidence."""
    rows = {row.code: row for row in problem.rows}
    names = {row.code: (name_of(row.family_name), name_of(row.given_name)) for row in problem.rows}
    seen: set[tuple[str, str]] = set()
    found = []
    for one, other in _together(problem, names):
        key = (one, other) if one < other else (other, one)
        if key in seen:
            continue
        seen.add(key)
        if not _is_possible(rows[key[0]], rows[key[1]]):
            continue
        pair = weigh(rows[key[0]], rows[key[1]], names[key[0]], names[key[1]], problem.weights)
        if pair.bits >= problem.weights.least:
            found.append(pair)
    found.sort(key=lambda pair: (-pair.bits, pair.one, pair.other))
    return Pairs(pairs=tuple(found), compared=len(seen))


def _together(problem: Rows, names: dict[str, tuple[Name, Name]]) -> Iterator[tuple[str, str]]:
    """Yield pairs that share a block: a birth date, a name and a year, a document."""
    blocks: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for row in problem.rows:
        year, month, day = row.birth_date
        family, given = names[row.code]
        if year:
            blocks["born", year, *sorted((month, day))].append(row.code)
        if row.document:
            blocks["document", row.document].append(row.code)
        both = tuple(sorted((family.sound, given.sound)))
        blocks["names", both].append(row.code)
        for sound in {family.sound, given.sound}:
            blocks["sound", sound, month, day].append(row.code)
            blocks["year", sound, year, month].append(row.code)
    asked = problem.asked
    for codes in blocks.values():
        if len(codes) < 2 or len(codes) > BLOCK_MAX:
            continue
        for one, other in combinations(codes, 2):
            if not asked or one in asked or other in asked:
                yield one, other


def _is_possible(one: Row, other: Row) -> bool:
    """Tell whether birth dates and documents leave it open: no names outweigh two others."""
    if one.document and one.document == other.document:
        return True
    known = one.birth_date[0] and other.birth_date[0]
    return not known or _born(one.birth_date, other.birth_date) < len(BORN) - 1


def weigh(
    one: Row, other: Row, first: tuple[Name, Name], second: tuple[Name, Name], weights: Weights
) -> Pair:
    """Return the evidence that two rows are one person."""
    straight = _names(first, second, weights)
    crossed = _names(first, (second[1], second[0]), weights)
    bits, family, given = max(straight, (crossed[0] + weights.exchanged, *crossed[1:]))
    reasons = [NAMES[family].format("family name"), NAMES[given].format("given name")]
    if crossed[0] + weights.exchanged > straight[0]:
        reasons.append("names in each other's fields")
    if one.birth_date[0] and other.birth_date[0]:
        level = _born(one.birth_date, other.birth_date)
        bits += weights.born[level]
        reasons += [BORN[level]] if BORN[level] else ["another birth date"]
    for label in ("gender", "nationality", "document"):
        a, b = getattr(one, label), getattr(other, label)
        if a and b:
            bits += getattr(weights, label)[a != b]
            if a != b or label == "document":
                reasons.append(f"{'another' if a != b else 'same'} {label}")
    return Pair(one=one.code, other=other.code, bits=round(bits, 2), reasons=tuple(reasons))


def _names(
    first: tuple[Name, Name], second: tuple[Name, Name], weights: Weights
) -> tuple[float, int, int]:
    family, given = _level(first[0], second[0]), _level(first[1], second[1])
    return weights.family[family] + weights.given[given], family, given


def _level(one: Name, other: Name) -> int:
    """Return how alike two names are."""
    from rapidfuzz.distance import JaroWinkler

    if one.whole == other.whole:
        return EQUAL
    if _sounds_alike(one, other):
        return SOUND
    likeness = JaroWinkler.similarity(one.heard, other.heard)
    if likeness >= CLOSE or _shares_a_sound(one, other):
        return SLIP
    return LITTLE if likeness >= ALIKE else OTHER


def _sounds_alike(one: Name, other: Name) -> bool:
    """Tell whether names are heard as one, or a second name was left out."""
    words, others = set(one.words), set(other.words)
    if words and others and (words <= others or others <= words):
        return True
    return one.heard == other.heard or (len(one.sound) > 1 and one.sound == other.sound)


def _shares_a_sound(one: Name, other: Name) -> bool:
    """Tell whether a word is heard in both, or one name in the other behind its article."""
    if any(len(sound) > 1 for sound in set(one.sounds) & set(other.sounds)):
        return True
    short, long = sorted((one.sound, other.sound), key=len)
    if len(short) > 1 and len(long) == len(short) + 1 and long.endswith(short):
        return True
    return bool(short) and short == long and one.heard[:1] == other.heard[:1]


def _born(one: tuple[int, int, int], other: tuple[int, int, int]) -> int:
    if one == other:
        return 0
    if one[0] == other[0] and one[1:] == (other[2], other[1]):
        return 1
    return 2 if sum(a != b for a, b in zip(one, other, strict=True)) == 1 else 3
