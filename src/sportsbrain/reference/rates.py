"""An invented rate card: what delegations order beside what they get; amounts in euro cents."""

from dataclasses import dataclass

STAKEHOLDERS = {
    "ORG": "Organising committee", "OPS": "Village operator", "CATER": "Caterer",
    "RENT": "Rental company", "LAND": "Owner of the houses",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """
    A line of an invented card.

    ``pieces`` is for a thousand residents; ``early`` is the share of the price before the first
    day of the late price, ``lead_days`` before the Games.
    """

    code: str
    title: str
    group: str
    period: str
    price: int
    cost: int
    party: str
    share: int
    pieces: float
    deposit: int = 0
    late_days: int = 0
    late_rate: int = 0
    late_cost: int = 0
    most: int = 0
    rule: str = "first"
    reserve: int = 0
    is_bed: bool = False
    window: tuple[int, int] | None = None


def rates() -> tuple[Rate, ...]:
    """
    Return the card.

    ``share``: what of the price goes to the party that bears the cost, in parts per million; the
    rest goes to the organising committee. ``window``: (days before the Games, price from then on).
    """
    return (
        Rate(code="DESK", title="Desk with chair", group="Furniture", period="once", price=9_000,
             cost=4_800, party="RENT", share=800_000, pieces=80, deposit=4_000, late_days=7,
             late_rate=300_000, late_cost=2_500, window=(60, 10_500)),
        Rate(code="FRIDGE", title="Refrigerator, 90 l", group="Furniture", period="once",
             price=12_000, cost=6_500, party="RENT", share=800_000, pieces=50, deposit=8_000,
             late_days=7, late_rate=300_000, late_cost=3_500, window=(60, 14_000)),
        Rate(code="AIRCON", title="Air conditioner, mobile", group="Furniture", period="once",
             price=26_000, cost=15_000, party="RENT", share=850_000, pieces=35, deposit=15_000,
             late_days=14, late_rate=500_000, late_cost=8_000, rule="quota", most=60),
        Rate(code="PRINTER", title="Printer with paper", group="Office", period="once",
             price=22_000, cost=13_000, party="RENT", share=800_000, pieces=9, deposit=10_000,
             late_days=7, late_rate=300_000, late_cost=4_000),
        Rate(code="BIKE", title="Bicycle", group="Transport", period="day", price=900, cost=350,
             party="RENT", share=700_000, pieces=25, deposit=5_000),
        Rate(code="CAR", title="Car with driver", group="Transport", period="day", price=32_000,
             cost=21_000, party="OPS", share=800_000, pieces=2.4, rule="price", reserve=32_000,
             most=6),
        Rate(code="PARK", title="Parking permit in the village", group="Transport",
             period="once", price=18_000, cost=1_500, party="OPS", share=300_000, pieces=5,
             rule="price", reserve=18_000, most=8),
        Rate(code="MEET", title="Meeting room, 20 seats", group="Rooms", period="hour",
             price=4_500, cost=900, party="OPS", share=500_000, pieces=0.7, most=2),
        Rate(code="TREAT", title="Treatment bed", group="Rooms", period="hour", price=2_200,
             cost=400, party="OPS", share=500_000, pieces=1.6, most=4),
        Rate(code="OFFICE", title="Extra office, 15 m²", group="Rooms", period="once",
             price=160_000, cost=40_000, party="LAND", share=500_000, pieces=2.2,
             rule="lottery", most=2),
        Rate(code="MEAL", title="Guest meal", group="Guests", period="day", price=2_900,
             cost=1_350, party="CATER", share=750_000, pieces=25),
        Rate(code="GUESTBED", title="Bed for a guest, a night", group="Guests", period="day",
             price=9_500, cost=2_800, party="LAND", share=400_000, pieces=20, is_bed=True,
             late_days=3, late_rate=200_000),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A space of an invented village: least rent and share of the turnover."""

    space: str
    tenant: str
    title: str
    minimum: int
    share: int


def leases() -> tuple[Lease, ...]:
    """Return the spaces and who runs them; ``minimum`` is for a thousand residents and a day."""
    return (
        Lease(space="PLAZA-1", tenant="T-CAFE", title="Café Linde", minimum=4_200, share=180_000),
        Lease(space="PLAZA-2", tenant="T-HAIR", title="Salon Welle", minimum=2_100, share=150_000),
        Lease(space="PLAZA-3", tenant="T-SHOP", title="Corner shop", minimum=5_200, share=120_000),
        Lease(space="PLAZA-4", tenant="T-BANK", title="Bank and parcels", minimum=3_000,
              share=80_000),
        Lease(space="PLAZA-5", tenant="T-FLOR", title="Flowers and gifts", minimum=1_100,
              share=160_000),
    )  # fmt: skip
