"""What changed between two texts, word by word: what translators look at."""

import re
from difflib import SequenceMatcher

WORD = re.compile(r"\s+|[^\s]+")


def differences(old: str, new: str) -> list[tuple[str, str]]:
    """Return (kind, text) in order: ``same``, ``gone`` of the old, ``new`` of the new."""
    before, after = WORD.findall(old), WORD.findall(new)
    found: list[tuple[str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("same", "".join(before[a:b])))
            continue
        if b > a:
            found.append(("gone", "".join(before[a:b])))
        if d > c:
            found.append(("new", "".join(after[c:d])))
    return found
