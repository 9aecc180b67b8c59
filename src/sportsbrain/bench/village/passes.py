"""A hundred thousand random passes, most of them bad: no false green; how long a verdict takes."""

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable

from sportsbrain.bench.rows import BenchRow
from sportsbrain.reference.dice import Dice
from sportsbrain.vocabulary.proofs import (
    Colour,
    Proof,
    ProofError,
    StatusList,
    judge,
    new_key,
    newer_list,
    sign,
    sign_list,
    signing_key,
)

PASSES, HOLDERS = 100_000, 2_000
NOW = dt.datetime(2030, 7, 20, 12, tzinfo=dt.UTC)
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
DAY = dt.timedelta(days=1)
ASKED = ("zone", "VIL", "R")


def passes() -> list[BenchRow]:
    """Return how many bad passes were green, how many good ones were not, and the time of one."""
    dice = Dice(11)
    kid, private, public = new_key()
    strange = new_key()
    key, forger = signing_key(kid, private, public), signing_key(*strange)
    pretender = signing_key(kid, strange[1], strange[2])  # says our key's name
    keys = {kid: public}
    revoked = {dice.below(HOLDERS) for _n in range(HOLDERS // 40)}
    bits = bytearray(HOLDERS // 8 + 1)
    for index in revoked:
        bits[index // 8] |= 1 << (index % 8)
    statuses = StatusList(issuer="GAMES", issued_at=NOW, lives_seconds=900, bits=bytes(bits))
    kinds: dict[str, Callable[[int], str]] = {
        "good": lambda n: sign(_proof(n), key),
        "forged": lambda n: sign(_proof(n), forger),
        "forged in our name": lambda n: sign(_proof(n), pretender),
        "expired": lambda n: sign(_proof(n, ends=NOW - DAY), key),
        "not yet valid": lambda n: sign(_proof(n, starts=NOW + DAY), key),
        "of other Games": lambda n: sign(_proof(n, issuer="OTHER"), key),
        "without the right": lambda n: sign(_proof(n, zone="P"), key),
        "flipped": lambda n: _flipped(sign(_proof(n), key), dice),
        "cut or rubbish": lambda n: sign(_proof(n), key)[: 5 + dice.below(200)],
    }
    names = [*kinds]
    found: Counter[tuple[str, str]] = Counter()
    spent = 0.0
    for _n in range(PASSES):
        name, number = names[dice.below(len(names))], dice.below(HOLDERS)
        text = kinds[name](number)
        began = time.perf_counter()
        verdict = judge(text, keys=keys, statuses=statuses, issuer="GAMES", moment=NOW,
                        asked=ASKED)  # fmt: skip
        spent += time.perf_counter() - began
        kind = "revoked" if name == "good" and number in revoked else name
        found[kind, verdict.colour.value] += 1
    bad = sum(n for (kind, colour), n in found.items() if kind != "good" and colour == "green")
    missed = sum(n for (kind, colour), n in found.items() if kind == "good" and colour != "green")
    shown = sorted({kind for kind, _ in found} - {"good"})
    return [
        BenchRow(line=5, case=f"of {PASSES:,} passes green that are bad", value=bad,
                 unit="passes", op="==", target=0),
        BenchRow(line=5, case=f"kinds of bad ones: {', '.join(shown)}", value=len(shown),
                 unit="kinds"),
        BenchRow(line=5, case="good ones that are not green", value=missed, unit="passes",
                 op="==", target=0),
        BenchRow(line=5, case="a verdict", value=1e3 * spent / PASSES, unit="ms", target=1.0),
        *_lists(key, keys, statuses),
    ]  # fmt: skip


def _proof(
    number: int, *, issuer: str = "GAMES", zone: str = "R", starts: dt.datetime = NOW - DAY,
    ends: dt.datetime = NOW + DAY,
) -> Proof:  # fmt: skip
    return Proof(
        issuer=issuer, kind="resident", number=f"S{number}", category="athlete", index=number,
        rights=(f"zone VIL {zone}",), starts_at=starts, ends_before=ends,
    )  # fmt: skip


def _flipped(text: str, dice: Dice) -> str:
    """Return a text with one letter another one."""
    place = 4 + dice.below(len(text) - 4)
    other = LETTERS.replace(text[place], "")
    return text[:place] + other[dice.below(len(other))] + text[place + 1 :]


def _lists(key: object, keys: dict[str, bytes], newest: StatusList) -> list[BenchRow]:
    """Return rolled-back lists that were taken, and what a gate shows by an old list."""
    taken = 0
    for minutes in range(1, 1_001):
        old = StatusList(issuer="GAMES", issued_at=NOW - dt.timedelta(minutes=minutes),
                         lives_seconds=900, bits=bytes(len(newest.bits)))  # fmt: skip
        try:
            newer_list(newest, sign_list(old, key), keys)
            taken += 1
        except ProofError:
            continue
    text = sign(_proof(1), key)
    late = judge(text, keys=keys, statuses=newest, issuer="GAMES", asked=ASKED,
                 moment=NOW + dt.timedelta(minutes=16))  # fmt: skip
    return [
        BenchRow(line=5, case="of 1,000 rolled-back lists taken", value=taken, unit="lists",
                 op="==", target=0),
        BenchRow(line=5, case="green by a list of 16 minutes ago (amber is right)",
                 value=float(late.colour is not Colour.AMBER), unit="verdicts", op="==",
                 target=0),
    ]  # fmt: skip
