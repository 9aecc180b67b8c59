"""Lists of the village as people bring them: which columns, and what stands in them."""

from dataclasses import dataclass

RATES = {
    "code": "such as DESK",
    "title": "what it is",
    "group": "such as Furniture; may be empty",
    "period": "once, day or hour",
    "currency": "such as EUR",
    "price": "without tax, such as 90.00",
    "tax": "percent, such as 23",
    "deposit": "given back; may be empty",
    "late_days": "fewer days before use than this is late; may be empty",
    "late_percent": "what comes on top then",
    "cost": "of a piece; may be empty",
    "late_cost": "what comes on top of it when it is late",
    "cost_party": "the stakeholder who bears the cost",
    "shares": "whose the price is, in percent: RENT 80 ORG 20",
    "pieces": "how many there are, a day or an hour",
    "most": "the most of a delegation; may be empty",
    "rule": "first, quota, lottery or price",
    "reserve": "the least bid, where a price decides",
    "wishes_until": "the last day of wishes, where it is shared out",
    "first": "the first day",
    "last": "the last day",
    "windows": "later prices: 2030-05-20 105.00; 2030-07-01 120.00",
}
ASSETS = {
    "code": "what is on the code, such as LIFT-A-1",
    "title": "what it is",
    "building": "may be empty",
    "place": "where it is; may be empty",
}
HALLS = {
    "code": "the code of the counter's device",
    "title": "what residents call it",
    "kind": "dining, laundry or gym",
    "places": "seats, machines or mats",
}
COLUMNS = {"rates": RATES, "assets": ASSETS, "halls": HALLS}
NEEDED = {
    "rates": ("code", "title", "period", "currency", "price", "cost_party", "shares", "pieces",
              "first", "last"),
    "assets": ("code", "title"),
    "halls": ("code", "title", "kind", "places"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ListIssue:
    """A row that can't be read, and what to do."""

    line: int
    column: str
    value: str
    advice: str

    def __str__(self) -> str:
        shown = f" {self.value!r}" if self.value else ""
        return f"line {self.line}, {self.column}{shown}: {self.advice}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLine:
    """A row of a rate card; amounts in minor units, rates in parts per million."""

    code: str
    title: str
    group: str
    period: str
    currency: str
    price: int
    tax_rate: int
    deposit: int
    late_days: int
    late_rate: int
    cost: int
    late_cost: int
    cost_party: str
    shares: tuple[tuple[str, int], ...]
    pieces: int
    most: int
    rule: str
    reserve: int
    wishes_until: str
    first: str
    last: str
    windows: tuple[tuple[str, int], ...]
