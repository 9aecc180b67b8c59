"""Invented wares of a games shop: names in three languages, prices, weights; no mark of anybody."""

from dataclasses import dataclass

COLOURS = (
    ("blue", "bleu", "أزرق"), ("green", "vert", "أخضر"), ("red", "rouge", "أحمر"),
    ("white", "blanc", "أبيض"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Ware:
    """An article: titles by language, euro cents, grams, sizes when it has some."""

    code: str
    titles: dict[str, str]
    collection: str
    cents: int
    grams: int
    sizes: tuple[str, ...]
    pieces: int


def _ware(
    code: str, words: tuple[str, str, str], collection: str, cents: int, grams: int, *,
    sizes: tuple[str, ...] = (), pieces: int = 400,
) -> Ware:  # fmt: skip
    titles = dict(zip(("en", "fr", "ar"), words, strict=True))
    return Ware(code=code, titles=titles, collection=collection, cents=cents, grams=grams,
                sizes=sizes, pieces=pieces)  # fmt: skip


def wares() -> tuple[Ware, ...]:
    """Return the wares, by code."""
    sizes = ("S", "M", "L", "XL")
    found = []
    for english, french, arabic in COLOURS:
        name = english.upper()
        found += [
            _ware(f"SHIRT-{name}", (f"Shirt, {english}", f"Maillot {french}", f"قميص {arabic}"),
                  "shirt", 2_900, 180, sizes=sizes),
            _ware(f"CAP-{name}", (f"Cap, {english}", f"Casquette {french}", f"قبعة {arabic}"),
                  "cap", 1_900, 90),
            _ware(f"CUP-{name}", (f"Cup, {english}", f"Tasse {french}", f"كوب {arabic}"),
                  "cup", 1_200, 350, pieces=8 if english == "white" else 300),
            _ware(f"PIN-{name}", (f"Pin, {english}", f"Épinglette {french}", f"دبوس {arabic}"),
                  "pin", 700, 15, pieces=0 if english == "red" else 900),
        ]  # fmt: skip
    found.append(
        _ware("MASCOT", ("Luma the mascot", "Luma la mascotte", "لوما التميمة"), "toy", 2_400, 420,
              pieces=1_000)
    )  # fmt: skip
    return tuple(sorted(found, key=lambda ware: ware.code))
