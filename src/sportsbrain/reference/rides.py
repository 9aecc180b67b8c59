"""Invented rides of the car pool: guests to venues and back, officials between them."""

from typing import Any

from sportsbrain.reference.dice import Dice
from sportsbrain.reference.names import word

HOMES = ("village", "hotels")
FAR = "hotel at "  # a venue with its own hotel is out of reach of the pool
PEOPLE = (0.45, 0.28, 0.12, 0.07, 0.04, 0.03, 0.01)  # shares of one, two, three …
PEAKS = ((9, 0.35), (13, 0.25), (18, 0.3), (22, 0.1))  # hours about which people want to be there
STAY_MINUTES = (90, 120, 150, 180, 240)
CLIENTS = ("delegation", "guests", "technical officials", "press", "doctors", "committee")


def generate_rides(
    *, places: tuple[str, ...], days: int, a_day: int, seed: int
) -> list[dict[str, Any]]:
    """
    Return rows of rides: day and minute, from, to, people, whether they have to be there by then.

    Two in three go out and come back some hours later; the rest goes from venue to venue.
    """
    dice = Dice(seed * 7127)
    homes = tuple(place for place in HOMES if place in places)
    far = {place.removeprefix(FAR) for place in places if place.startswith(FAR)}
    venues = tuple(p for p in places if p not in {*HOMES, *far} and not p.startswith(FAR))
    if not venues or not homes:
        return []
    rows: list[dict[str, Any]] = []
    for day in range(days):
        first = len(rows)
        while len(rows) - first < a_day:
            people, client = 1 + dice.weighted(PEOPLE), f"{dice.pick(CLIENTS)} of {word(dice, 2)}"
            hour = PEAKS[dice.weighted([share for _, share in PEAKS])][0]
            minute = 60 * hour + 5 * (dice.below(25) + dice.below(25) - 24)
            home, venue, other = dice.pick(homes), dice.pick(venues), dice.pick(venues)
            base = {"day": day, "people": people, "client": client}
            if dice.below(3) and len(rows) - first + 2 <= a_day:
                back = minute + dice.pick(STAY_MINUTES)
                rows += [
                    {**base, "minute": minute, "from": home, "to": venue, "is_arrival": True},
                    {**base, "minute": back, "from": venue, "to": home, "is_arrival": False},
                ]
            elif other != venue:
                is_arrival = bool(dice.below(2))
                rows.append(
                    {
                        **base,
                        "minute": minute,
                        "from": venue,
                        "to": other,
                        "is_arrival": is_arrival,
                    }
                )
            elif len(rows) - first + 1 == a_day:
                rows.append(
                    {**base, "minute": minute, "from": home, "to": venue, "is_arrival": True}
                )
    return rows
