"""Ten thousand products in five languages: lists, facets, searches, a page beside its bytes."""

import datetime as dt
import random
import time
from collections.abc import Callable

from sportsbrain.bench.rows import BenchRow
from sportsbrain.committee.queries import get_games
from sportsbrain.shop.actions import ProductValues, receive, save_products
from sportsbrain.shop.queries import Asked, shelf_of, suggestions
from sportsbrain.wall.scope import behind_wall, open_games

PRODUCTS, ASKED = 10_000, 120
WORDS = {
    "en": ("shirt", "scarf", "mascot", "bottle", "pin", "poster", "hoodie", "towel", "flag", "mug"),
    "fr": ("maillot", "écharpe", "mascotte", "gourde", "épinglette", "affiche", "pull", "serviette",
           "drapeau", "tasse"),
    "ar": ("قميص", "وشاح", "تميمة", "قارورة", "دبوس", "ملصق", "سترة", "منشفة", "علم", "كوب"),
    "ja": ("シャツ", "マフラー", "マスコット", "ボトル", "ピンバッジ", "ポスター", "パーカー",
           "タオル", "旗", "マグカップ"),
    "es": ("camiseta", "bufanda", "mascota", "botella", "insignia", "cartel", "sudadera", "toalla",
           "bandera", "taza"),
}  # fmt: skip
TONES = ("red", "blue", "green", "white", "black", "gold", "silver", "sand", "coral", "ink")


def catalogue() -> list[BenchRow]:
    """Return times of the server for what shoppers ask, in the bench's own database."""
    games = get_games(code="BENCH")
    assert games is not None  # noqa: S101  # the bench has made it
    dice = random.Random(1)  # noqa: S311  # a catalogue, no secret
    products = [_product(n, dice) for n in range(PRODUCTS)]
    began = time.monotonic()
    save_products(games_id=games.id, products=products)
    pieces = {(sku, "MAIN"): dice.randrange(0, 200) for p in products for sku in p.variants}
    now = dt.datetime.now(dt.UTC)
    receive(games_id=games.id, pieces=pieces, ref="bench", now=now)
    spent = time.monotonic() - began

    def shelf(**asked: str) -> None:
        shelf_of(games_id=games.id, channel="web", language="fr", now=now, asked=Asked(**asked),
                 page=dice.randrange(1, 5))  # fmt: skip

    def word() -> str:
        language = dice.choice(list(WORDS))
        return f"{dice.choice(WORDS[language])} {dice.choice(TONES)}"

    kinds: dict[str, Callable[[], object]] = {
        "list": shelf,
        "facet": lambda: shelf(collection=f"c{dice.randrange(40)}"),
        "two facets": lambda: shelf(collection=f"c{dice.randrange(40)}", discipline="ATH"),
        "search": lambda: shelf(text=word()),
        "search with a slip": lambda: shelf(text=_slip(dice.choice(WORDS["en"]), dice)),
        "suggestions": lambda: suggestions(games_id=games.id, channel="web", language="en",
                                           text=word()[:4]),
    }  # fmt: skip
    rows = [BenchRow(line=6, case=f"{PRODUCTS:,} products saved with stock", value=spent, unit="s")]
    with behind_wall():  # as a request asks
        open_games(games.id)
        for name, ask in kinds.items():
            rows.append(BenchRow(line=6, case=f"{name}, p95 of the server", value=_p95(ask),
                                 unit="ms", op="<=", target=50.0))  # fmt: skip
    return rows


def _p95(ask: Callable[[], object]) -> float:
    times = []
    for _ in range(ASKED):
        began = time.perf_counter()
        ask()
        times.append(1000 * (time.perf_counter() - began))
    return sorted(times)[int(0.95 * len(times))]


def _slip(word: str, dice: random.Random) -> str:
    n = dice.randrange(len(word) - 1)
    return word[:n] + word[n + 1] + word[n] + word[n + 2 :]


def _product(number: int, dice: random.Random) -> ProductValues:
    kind, tone = dice.randrange(10), dice.choice(TONES)
    sku = f"C{number:05}"
    return ProductValues(
        code=sku,
        titles={lang: f"{words[kind]} {tone} {number}" for lang, words in WORDS.items()},
        texts={lang: f"{words[kind]} {words[(kind + 3) % 10]} {tone}" * 3
               for lang, words in WORDS.items()},
        variants={sku: {}} if kind else {f"{sku}-{size}": {"size": size} for size in "SML"},
        prices={(sku, "web"): 100 * dice.randrange(5, 90)} if kind
        else {(f"{sku}-{size}", "web"): 2_500 for size in "SML"},
        collections=(f"c{dice.randrange(40)}", f"c{dice.randrange(40)}"),
        discipline=dice.choice(("ATH", "SWM", "JUD", "")), weight_g=100,
        delegation=dice.choice(("AAA", "BBB", "CCC", "", "")),
    )  # fmt: skip
