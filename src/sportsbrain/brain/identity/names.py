"""Names in Latin letters, in words, by sound."""

import re
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

# Letters that several ways of writing use for one sound; longer ones first.
SOUNDS = (
    ("shch", "s"), ("stsh", "s"), ("tsch", "c"), ("tch", "c"), ("sch", "s"), ("sh", "s"),
    ("ch", "c"), ("cz", "c"), ("zh", "j"), ("dj", "j"), ("dzh", "j"), ("kh", "h"), ("gh", "g"),
    ("ph", "f"), ("th", "t"), ("hs", "s"), ("ck", "k"), ("ks", "x"), ("qu", "k"), ("dt", "t"),
    ("ya", "a"), ("yu", "u"), ("yo", "o"), ("ye", "e"), ("ia", "a"), ("iu", "u"), ("io", "o"),
)  # fmt: skip
LETTERS = str.maketrans({"q": "k", "w": "f", "v": "f", "z": "s", "y": "i", "j": "i"})
SMALL = {"al", "el", "bin", "ben", "de", "la", "del", "der", "van", "von", "da", "dos", "mac", "mc"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """
    A name in Latin small letters.

    ``whole``: its words in one; ``heard``: that with one letter for letters of one sound;
    ``sound``: its consonants.
    """

    words: tuple[str, ...]
    whole: str
    heard: str
    sound: str
    sounds: tuple[str, ...]


@lru_cache(maxsize=1 << 18)
def name_of(text: str) -> Name:
    """Return what is compared of a name in any script."""
    latin = anyascii(text).casefold()
    words = tuple(re.findall(r"[a-z0-9]+", latin.replace("'", "").replace("`", "")))
    kept = tuple(word for word in words if word not in SMALL) or words
    return Name(
        words=kept,
        whole="".join(kept),
        heard="".join(kept).translate(LETTERS),
        sound=sound_of("".join(kept)),
        sounds=tuple(sound_of(word) for word in kept),
    )


@lru_cache(maxsize=1 << 18)
def sound_of(word: str) -> str:
    """Return the consonants that are heard; vowels tell ways of writing apart, not people."""
    text = word
    for letters, sound in SOUNDS:
        text = text.replace(letters, sound)
    text = text.translate(LETTERS)
    text = re.sub(r"(.)\1+", r"\1", text)
    return "".join(c for c in text if c not in "aeiouh") or text[:1]
