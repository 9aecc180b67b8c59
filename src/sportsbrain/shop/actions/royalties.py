"""What orders owe to licensees, and its postings."""

from collections import Counter
from collections.abc import Iterable, Sequence

from sportsbrain.ledger.actions import Entry


def owed(lines: Iterable[tuple[str, Sequence[Sequence[str | int]]]]) -> Counter[tuple[str, str]]:
    """
    Return what lines owe, by contract and currency.

    A line is its currency and its royalties, (contract, licensee, amount in minor units) each.
    """
    sums: Counter[tuple[str, str]] = Counter()
    for currency, royalties in lines:
        for contract, _licensee, amount in royalties:
            sums[str(contract), currency] += int(amount)
    return sums


def owing(sums: Counter[tuple[str, str]], posting: str, sign: int) -> list[Entry]:
    """Return the entries of royalties: sign 1 they are owed, −1 not any more."""
    entries = []
    for (contract, currency), amount in sorted(sums.items()):
        entries += [
            Entry(posting=posting, account="royalties", currency=currency, amount=sign * amount),
            Entry(posting=posting, account=f"contract:{contract}", currency=currency,
                  amount=-sign * amount),
        ]  # fmt: skip
    return entries
