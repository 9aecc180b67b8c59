"""
The hot loops of the search: apartments change hands, a thousand times a millisecond.

Simulated annealing on who holds which apartment. Every move keeps the books below true and returns
what it costs; a move that is not taken is undone from its log.
"""

import numpy as np
from numba import njit

# The village is a tuple of arrays, so that numba keeps what it compiled (it forgets named tuples).
DOORS = 0  # by apartment: the columns below
PARTIES = 1  # by delegation: the columns below
HOUSES = 2  # by building: the columns below
ON_FLOOR = 3  # apartments by delegation and floor
IN_HOUSE = 4  # apartments by delegation and building, −1 where it may not sleep
HELD = 5  # the apartments of each delegation, in any order
COSTS = 6  # what each delegation costs by itself
NOISE = 7  # price of noise by delegation and quiet rooms
WALK = 8  # price of a room by building
PRICES = 9  # the prices below
FOES = 10  # by delegation: who may not be in the same building, then −1
SEED = 11

# Of an apartment: where it is, what it has, who holds it (−1: nobody), its place in HELD.
BUILDING = 0
FLOOR = 1
ROOMS = 2
HELPS = 3
LONG = 4
QUIET = 5
OWNER = 6
PLACE = 7

# Of a delegation: what it needs (rooms, accessible ones, long beds), what it holds.
NEED = 0
ACCESSIBLE = 1
TALL = 2
HAS_ROOMS = 3
HAS_HELPS = 4
HAS_LONG = 5
HAS_QUIET = 6
HAS_DOORS = 7
IN_HOUSES = 8
ON_FLOORS = 9

# Of a building: its apartments from, before; how many are taken.
FIRST = 0
END = 1
TAKEN = 2

SPLIT = 0
FLOOR_MORE = 1
SPARE = 2
OPEN = 3
SHORT_BED = 4
MISSING = 5

NO = 1e18  # the cost of a move that is not one
LOG = 6  # times the apartments: no move writes down more
NEAR = 6  # apartments on either side that are near


@njit(cache=True, inline="always")
def below(seed, count):
    """Return a whole number from 0 to before ``count`` (xorshift, Marsaglia 2003)."""
    x = seed[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    seed[0] = x
    return np.int64((x >> np.uint64(33)) * np.uint64(count) >> np.uint64(31))


@njit(cache=True)
def own_cost(parties, noise, prices, d):
    """Return what a delegation costs by itself: missing, spare, accessible, long, quiet rooms."""
    need = parties[d, NEED]
    more = parties[d, HAS_ROOMS] - need
    cost = prices[SPARE] * more if more > 0 else -prices[MISSING] * more
    helps = parties[d, ACCESSIBLE] - parties[d, HAS_HELPS]
    if helps > 0:
        cost += prices[MISSING] * helps
    short = parties[d, TALL] - parties[d, HAS_LONG]
    if short > 0:
        cost += prices[SHORT_BED] * short
    return cost + noise[d, min(parties[d, HAS_QUIET], need)]


@njit(cache=True)
def give(village, door, new):
    """Give an apartment to a delegation (−1: to nobody) and return what that costs."""
    doors = village[DOORS]
    old = doors[door, OWNER]
    if old == new:
        return 0.0
    delta = 0.0
    if old >= 0:
        delta += _leave(village, door, old)
    if new >= 0:
        delta += _enter(village, door, new)
    doors[door, OWNER] = new
    return delta


@njit(cache=True, inline="always")
def _count(village, door, d, sign):
    """Add an apartment to what a delegation has, or take it off; return what that costs."""
    doors, parties, costs = village[DOORS], village[PARTIES], village[COSTS]
    rooms = sign * doors[door, ROOMS]
    parties[d, HAS_ROOMS] += rooms
    parties[d, HAS_HELPS] += sign * doors[door, HELPS]
    parties[d, HAS_LONG] += sign * doors[door, LONG]
    parties[d, HAS_QUIET] += rooms * doors[door, QUIET]
    now = own_cost(parties, village[NOISE], village[PRICES], d)
    delta = now - costs[d] + village[WALK][doors[door, BUILDING]] * rooms
    costs[d] = now
    return delta


@njit(cache=True, inline="always")
def _leave(village, door, d):
    doors, parties, houses = village[DOORS], village[PARTIES], village[HOUSES]
    prices, held = village[PRICES], village[HELD]
    b, f = doors[door, BUILDING], doors[door, FLOOR]
    delta = _count(village, door, d, -1)
    village[ON_FLOOR][d, f] -= 1
    if village[ON_FLOOR][d, f] == 0:
        parties[d, ON_FLOORS] -= 1
        if parties[d, ON_FLOORS] > 0:
            delta -= prices[FLOOR_MORE]
    village[IN_HOUSE][d, b] -= 1
    if village[IN_HOUSE][d, b] == 0:
        parties[d, IN_HOUSES] -= 1
        if parties[d, IN_HOUSES] > 0:
            delta -= prices[SPLIT]
        delta -= _foes_there(village, d, b)
    houses[b, TAKEN] -= 1
    if houses[b, TAKEN] == 0:
        delta -= prices[OPEN]
    count = parties[d, HAS_DOORS] - 1
    last, place = held[d, count], doors[door, PLACE]
    held[d, place], doors[last, PLACE] = last, place
    parties[d, HAS_DOORS] = count
    return delta


@njit(cache=True, inline="always")
def _enter(village, door, d):
    doors, parties, houses = village[DOORS], village[PARTIES], village[HOUSES]
    prices = village[PRICES]
    b, f = doors[door, BUILDING], doors[door, FLOOR]
    delta = _count(village, door, d, 1)
    if village[ON_FLOOR][d, f] == 0:
        if parties[d, ON_FLOORS] > 0:
            delta += prices[FLOOR_MORE]
        parties[d, ON_FLOORS] += 1
    village[ON_FLOOR][d, f] += 1
    if village[IN_HOUSE][d, b] == 0:
        if parties[d, IN_HOUSES] > 0:
            delta += prices[SPLIT]
        parties[d, IN_HOUSES] += 1
        delta += _foes_there(village, d, b)
    village[IN_HOUSE][d, b] += 1
    if houses[b, TAKEN] == 0:
        delta += prices[OPEN]
    houses[b, TAKEN] += 1
    count = parties[d, HAS_DOORS]
    village[HELD][d, count], doors[door, PLACE] = door, count
    parties[d, HAS_DOORS] = count + 1
    return delta


@njit(cache=True, inline="always")
def _foes_there(village, d, b):
    """Return the price of those in a building who must be apart from a delegation."""
    delta = 0.0
    for foe in village[FOES][d]:
        if foe < 0:
            break
        if village[IN_HOUSE][foe, b] > 0:
            delta += 10 * village[PRICES][MISSING]
    return delta


@njit(cache=True, inline="always")
def _tell(village, log, door, new):
    """Give an apartment and write down who had it."""
    count = log[0, 0] + 1
    log[count, 0], log[count, 1] = door, village[DOORS][door, OWNER]
    log[0, 0] = count
    return give(village, door, new)


@njit(cache=True)
def _shift(village, log):
    """Give a random apartment to somebody of the building, or to nobody."""
    doors, houses, seed = village[DOORS], village[HOUSES], village[SEED]
    door = below(seed, doors.shape[0])
    new = np.int64(-1)
    if below(seed, 4):
        first, end = houses[doors[door, BUILDING], FIRST], houses[doors[door, BUILDING], END]
        new = doors[first + below(seed, end - first), OWNER]
    return NO if new == doors[door, OWNER] else _tell(village, log, door, new)


@njit(cache=True)
def _swap(village, log):
    """Let a delegation change an apartment for one where it has others already."""
    doors, houses, seed = village[DOORS], village[HOUSES], village[SEED]
    door = below(seed, doors.shape[0])
    d = doors[door, OWNER]
    if d < 0:
        return NO
    home = village[HELD][d, below(seed, village[PARTIES][d, HAS_DOORS])]
    first, end = houses[doors[home, BUILDING], FIRST], houses[doors[home, BUILDING], END]
    if below(seed, 3):
        first, end = max(first, home - NEAR), min(end, home + NEAR + 1)
    other = first + below(seed, end - first)
    owner = doors[other, OWNER]
    if owner == d or (owner >= 0 and village[IN_HOUSE][owner, doors[door, BUILDING]] < 0):
        return NO
    new = owner if below(seed, 6) else np.int64(-1)
    return _tell(village, log, other, d) + _tell(village, log, door, new)


@njit(cache=True)
def _supply(village, log):
    """Give free apartments to a delegation that lacks rooms, beside its own where it has some."""
    doors, parties, houses = village[DOORS], village[PARTIES], village[HOUSES]
    seed = village[SEED]
    d = below(seed, parties.shape[0])
    if parties[d, HAS_ROOMS] >= parties[d, NEED]:
        return NO
    b = below(seed, houses.shape[0])
    if parties[d, HAS_DOORS] > 0 and below(seed, 8):
        b = doors[village[HELD][d, below(seed, parties[d, HAS_DOORS])], BUILDING]
    if village[IN_HOUSE][d, b] < 0:
        return NO
    return _take_free(village, log, d, b, parties[d, NEED] - parties[d, HAS_ROOMS])


@njit(cache=True)
def _take_free(village, log, d, b, rooms):
    """Take free apartments of a building, from a random one on, until there are so many rooms."""
    doors, houses = village[DOORS], village[HOUSES]
    first, count = houses[b, FIRST], houses[b, END] - houses[b, FIRST]
    begin = below(village[SEED], count)
    delta = 0.0
    for k in range(count):
        if rooms <= 0:
            break
        door = first + (begin + k) % count
        if doors[door, OWNER] < 0:
            rooms -= doors[door, ROOMS]
            delta += _tell(village, log, door, d)
    return delta


@njit(cache=True)
def _change(village, log):
    """Let two parties in two buildings change places, with free apartments as they need."""
    doors, seed = village[DOORS], village[SEED]
    one, two = below(seed, doors.shape[0]), below(seed, doors.shape[0])
    b, c = doors[one, BUILDING], doors[two, BUILDING]
    d, e = doors[one, OWNER], doors[two, OWNER]
    if b == c or d < 0 or d == e or village[IN_HOUSE][d, c] < 0:
        return NO
    if e >= 0 and village[IN_HOUSE][e, b] < 0:
        return NO
    mine, theirs = _rooms_of(village, b, d), _rooms_of(village, c, e) if e >= 0 else 0
    if _rooms_of(village, c, -1) + theirs < mine:
        return NO
    if e >= 0 and _rooms_of(village, b, -1) + mine < theirs:
        return NO
    delta = _vacate(village, log, b, d) + (_vacate(village, log, c, e) if e >= 0 else 0.0)
    delta += _take_free(village, log, d, c, mine)
    if e >= 0:
        delta += _take_free(village, log, e, b, theirs)
    return delta


@njit(cache=True)
def _vacate(village, log, b, d):
    """Take all apartments of a building from a delegation."""
    doors, houses = village[DOORS], village[HOUSES]
    delta = 0.0
    for door in range(houses[b, FIRST], houses[b, END]):
        if doors[door, OWNER] == d:
            delta += _tell(village, log, door, np.int64(-1))
    return delta


@njit(cache=True)
def _floors(village, log):
    """Let those on two floors change places, apartment by apartment."""
    doors, houses, seed = village[DOORS], village[HOUSES], village[SEED]
    count = doors.shape[0]
    one, two = below(seed, count), below(seed, count)
    if below(seed, 2):
        first, end = houses[doors[one, BUILDING], FIRST], houses[doors[one, BUILDING], END]
        two = first + below(seed, end - first)
    f, g = doors[one, FLOOR], doors[two, FLOOR]
    if f == g:
        return NO
    while one > 0 and doors[one - 1, FLOOR] == f:
        one -= 1
    while two > 0 and doors[two - 1, FLOOR] == g:
        two -= 1
    delta = 0.0
    for k in range(count):
        is_one = one + k < count and doors[one + k, FLOOR] == f
        is_two = two + k < count and doors[two + k, FLOOR] == g
        if not is_one and not is_two:
            break
        here = doors[one + k, OWNER] if is_one else np.int64(-1)
        there = doors[two + k, OWNER] if is_two else np.int64(-1)
        if is_one:
            if there >= 0 and village[IN_HOUSE][there, doors[one + k, BUILDING]] < 0:
                return NO
            delta += _tell(village, log, one + k, there)
        if is_two:
            if here >= 0 and village[IN_HOUSE][here, doors[two + k, BUILDING]] < 0:
                return NO
            delta += _tell(village, log, two + k, here)
    return delta


@njit(cache=True)
def _gather(village, log):
    """Let a delegation leave some of its buildings for one; who was there takes those."""
    doors, parties, houses = village[DOORS], village[PARTIES], village[HOUSES]
    in_house, seed = village[IN_HOUSE], village[SEED]
    d = doors[below(seed, doors.shape[0]), OWNER]
    if d < 0 or parties[d, IN_HOUSES] < 2:
        return NO
    count = houses.shape[0]
    b = below(seed, count)
    if in_house[d, b] < 0:
        return NO
    left = 0
    for door in range(houses[b, FIRST], houses[b, END]):
        left += doors[door, ROOMS] if doors[door, OWNER] != d else 0
    guests = np.zeros((houses[b, END] - houses[b, FIRST] + 1, 2), dtype=np.int64)
    delta = _empty(village, log, b, d, guests)
    moved, begin = 0, below(seed, count)
    homes = np.zeros(count, dtype=np.int64)
    kept = 0
    for k in range(count):
        c = (begin + k) % count
        rooms = _rooms_of(village, c, d) if c != b and in_house[d, c] > 0 else 0
        if 0 < rooms <= left - moved:
            delta += _vacate(village, log, c, d)
            moved += rooms
            homes[kept] = c
            kept += 1
    if kept == 0:
        return NO
    delta += _take_free(village, log, d, b, moved)
    for g in range(guests[0, 0]):
        delta += _rehouse(village, log, guests[g + 1, 0], guests[g + 1, 1], homes[:kept])
    return delta


@njit(cache=True)
def _rooms_of(village, b, d):
    """Return the rooms of a delegation in a building (−1: the free ones)."""
    doors, houses = village[DOORS], village[HOUSES]
    rooms = 0
    for door in range(houses[b, FIRST], houses[b, END]):
        rooms += doors[door, ROOMS] if doors[door, OWNER] == d else 0
    return rooms


@njit(cache=True)
def _empty(village, log, b, d, guests):
    """Take all apartments of a building from all but one; write down who had how many rooms."""
    doors, houses = village[DOORS], village[HOUSES]
    delta = 0.0
    for door in range(houses[b, FIRST], houses[b, END]):
        e = doors[door, OWNER]
        if e >= 0 and e != d:
            count = guests[0, 0] + 1
            guests[0, 0] = count
            guests[count, 0], guests[count, 1] = e, _rooms_of(village, b, e)
            delta += _vacate(village, log, b, e)
    return delta


@njit(cache=True)
def _rehouse(village, log, e, rooms, homes):
    """Give a party rooms in the first of some buildings that has enough."""
    for c in homes:
        if village[IN_HOUSE][e, c] >= 0 and _rooms_of(village, c, -1) >= rooms:
            return _take_free(village, log, e, c, rooms)
    return 0.0


@njit(cache=True)
def _close(village, log):
    """Empty a building: each party goes to an open one with enough free rooms."""
    doors, houses, seed = village[DOORS], village[HOUSES], village[SEED]
    b = doors[below(seed, doors.shape[0]), BUILDING]
    if houses[b, TAKEN] == 0:
        return NO
    count = houses.shape[0]
    guests = np.zeros((houses[b, END] - houses[b, FIRST] + 1, 2), dtype=np.int64)
    delta = _empty(village, log, b, -1, guests)
    begin = below(seed, count)
    homes = np.zeros(count, dtype=np.int64)
    kept = 0
    for k in range(count):
        c = (begin + k) % count
        if c != b and houses[c, TAKEN] > 0:
            homes[kept] = c
            kept += 1
    for g in range(guests[0, 0]):
        delta += _rehouse(village, log, guests[g + 1, 0], guests[g + 1, 1], homes[:kept])
    return delta


@njit(cache=True)
def _move(village, log, kind):
    """Make one move; ``kind`` is a number below 1,000."""
    if kind < 40:
        return _supply(village, log)
    if kind < 90:
        return _shift(village, log)
    if kind < 900:
        return _swap(village, log)
    if kind < 965:
        return _change(village, log)
    if kind < 980:
        return _gather(village, log)
    if kind < 985:
        return _close(village, log)
    return _floors(village, log)


@njit(cache=True, nogil=True)
def anneal(village, log, cost, warm, cool, moves):
    """
    Make so many moves while it cools from one temperature to another; return the cost.

    A move that costs is taken with probability exp(−cost / temperature).
    """
    seed = village[SEED]
    heat, factor = warm, (cool / warm) ** (1000.0 / moves)
    for k in range(moves):
        if k % 1000 == 999:
            heat *= factor
        log[0, 0] = 0
        delta = _move(village, log, below(seed, 1000))
        chance = below(seed, 1 << 30) / (1 << 30)
        if delta <= 0.0 or (delta < NO / 2 and chance < np.exp(-delta / heat)):
            cost += delta
        else:
            for n in range(log[0, 0], 0, -1):
                give(village, log[n, 0], log[n, 1])
    return cost
