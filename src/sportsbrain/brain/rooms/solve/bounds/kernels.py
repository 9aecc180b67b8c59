"""
The hot loops of the bound: what each delegation would take at given prices of rooms.

Rooms are priced by class: the floors of one building that are of one size, quiet or not. At given
prices delegations do not compete, so each one's cheapest rooms are found exactly: every choice of
floors of one building, or sums of floors over several buildings.
"""

import numpy as np
from numba import njit

# A village is a tuple of arrays, so that numba keeps what it compiled (it forgets named tuples).
# By class: building, rooms of a floor, floors, is it quiet. By building, one more at the end:
# its first class, floor and choice. By floor: its class. By choice of floors (fewest first): how
# many of each class of the building, how many, their quiet rooms, their other rooms.
HOUSE = 0
SIZE = 1
COUNT = 2
QUIET = 3
FIRST_CLASS = 4
FIRST_FLOOR = 5
FIRST_CHOICE = 6
CLASS = 7
TAKES = 8
FLOORS = 9
QUIETS = 10
LOUDS = 11

# Delegations: rooms needed, price of noise by quiet rooms, is a building open for them.
NEED = 0
NOISE = 1
MAY = 2

# Prices: a building more, a floor more, an open building.
SPLIT = 0
FLOOR = 1
OPEN = 2

# Tables of sums over several buildings: by slope of noise, building and rooms the least price and
# the rooms taken on each floor; by slope and rooms the best building; by slope, buildings and
# rooms the least price and the rooms of the last one.
LEAST = 0
TAKEN = 1
ONE = 2
BEST = 3
SUM = 4
LAST = 5

HUGE = 1e18


@njit(cache=True, nogil=True)
def demand(village, people, prices, slopes, tables, alone_rooms, walk, extra, use):
    """
    Return the cost of everybody's cheapest rooms; fill ``use`` with rooms wanted less rooms there.

    ``walk`` is the price of a room by class, ``extra`` (at least 0) what is added for being
    scarce. The cost is a lower bound of every plan's, whatever ``extra`` is. Who needs more than
    ``alone_rooms`` may take rooms in several buildings for the exact price, others for a lower one.
    """
    price = walk + extra
    total = _supply(village, prices, extra, use)
    quiet, loud = _choices(village, price)
    for s in range(slopes.shape[0]):
        _sums(village, prices, price, slopes[s], s, tables)
    low, low_quiet = price.min(), HUGE
    for k in range(price.shape[0]):
        if village[QUIET][k]:
            low_quiet = min(low_quiet, price[k])
    for d in range(people[NEED].shape[0]):
        n = people[NEED][d]
        noise = people[NOISE][d].copy()
        for q in range(n - 1, -1, -1):  # quiet rooms may also be taken beyond the need
            noise[q] = min(noise[q], noise[q + 1] + low_quiet)
        cost, choice, q = _alone(village, people, prices, price, quiet, loud, d, noise)
        if n > alone_rooms:
            together, s, m = _together(prices, slopes, tables, noise, n, low)
            if together < cost:
                total += together
                _use_sum(village, tables, s, m, n, use)
                continue
        else:
            cost = min(cost, prices[SPLIT] + prices[FLOOR] + n * low + noise[n])
        total += cost
        if choice >= 0:
            _use_choice(village, price, choice, q, n, use)
    return total


@njit(cache=True, nogil=True)
def _supply(village, prices, extra, use):
    """Return what open buildings cost less the price of their rooms, where that is a gain."""
    total = 0.0
    use[:] = 0.0
    first = village[FIRST_CLASS]
    for b in range(first.shape[0] - 1):
        worth = -prices[OPEN]
        for k in range(first[b], first[b + 1]):
            worth += extra[k] * village[SIZE][k] * village[COUNT][k]
        if worth > 0:
            total -= worth
            for k in range(first[b], first[b + 1]):
                use[k] -= village[SIZE][k] * village[COUNT][k]
    return total


@njit(cache=True, nogil=True)
def _choices(village, price):
    """Return the price of so many of the cheapest quiet and other rooms, by choice of floors."""
    count = village[TAKES].shape[0]
    most = max(village[QUIETS].max(), village[LOUDS].max())
    quiet, loud = np.zeros((count, most + 1)), np.zeros((count, most + 1))
    first = village[FIRST_CLASS]
    for b in range(first.shape[0] - 1):
        order = first[b] + np.argsort(price[first[b] : first[b + 1]])
        for v in range(village[FIRST_CHOICE][b], village[FIRST_CHOICE][b + 1]):
            q = r = 0
            for k in order:
                for _ in range(village[SIZE][k] * village[TAKES][v, k - first[b]]):
                    if village[QUIET][k]:
                        quiet[v, q + 1] = quiet[v, q] + price[k]
                        q += 1
                    else:
                        loud[v, r + 1] = loud[v, r] + price[k]
                        r += 1
    return quiet, loud


@njit(cache=True, nogil=True)
def _alone(village, people, prices, price, quiet, loud, d, noise):
    """Return the least cost of one building, with the choice of floors and the quiet rooms."""
    n = people[NEED][d]
    best, chosen, rooms = HUGE, -1, 0
    first = village[FIRST_CLASS]
    for b in range(first.shape[0] - 1):
        if first[b] == first[b + 1] or not people[MAY][d, b]:
            continue
        low = price[first[b] : first[b + 1]].min()
        for v in range(village[FIRST_CHOICE][b], village[FIRST_CHOICE][b + 1]):
            most, others = village[QUIETS][v], village[LOUDS][v]
            floors = prices[FLOOR] * (village[FLOORS][v] - 1)
            if floors + n * low + noise[n] >= best:
                break  # choices come with the fewest floors first
            if most + others < n:
                continue
            before = HUGE
            for q in range(max(0, n - others), min(n, most) + 1):
                cost = floors + quiet[v, q] + loud[v, n - q] + noise[q]
                if cost < best:
                    best, chosen, rooms = cost, v, q
                if cost > before:
                    break  # prices rise, noise falls ever slower: the sum is convex
                before = cost
    return best, chosen, rooms


@njit(cache=True, nogil=True)
def _sums(village, prices, price, slope, s, tables):
    """Fill the tables of one slope: the least price of rooms in each building and in several."""
    least, taken, one, best = tables[LEAST][s], tables[TAKEN][s], tables[ONE][s], tables[BEST][s]
    best[:] = HUGE
    for b in range(least.shape[0]):
        _floors(village, prices, price, slope, b, least[b], taken[b])
        for r in range(1, least.shape[1]):
            if least[b, r] < best[r]:
                best[r], one[r] = least[b, r], b
    sums, last = tables[SUM][s], tables[LAST][s]
    sums[:] = HUGE
    sums[1, : best.shape[0]] = best
    for m in range(2, sums.shape[0]):
        for r in range(m, sums.shape[1]):
            for x in range(1, min(r, best.shape[0])):
                cost = best[x] + sums[m - 1, r - x]
                if cost < sums[m, r]:
                    sums[m, r], last[m, r] = cost, x


@njit(cache=True, nogil=True)
def _floors(village, prices, price, slope, b, least, taken):
    """Fill the least price of so many rooms of a building, floor after floor."""
    least[:] = HUGE
    least[0] = 0.0
    there = 0
    first = village[FIRST_FLOOR][b]
    for f in range(first, village[FIRST_FLOOR][b + 1]):
        k = village[CLASS][f]
        each = price[k] - slope * village[QUIET][k]
        there += village[SIZE][k]
        for r in range(there, -1, -1):
            taken[f - first, r] = 0
            for x in range(1, min(r, village[SIZE][k]) + 1):
                cost = least[r - x] + prices[FLOOR] + each * x
                if cost < least[r]:
                    least[r] = cost
                    taken[f - first, r] = x


@njit(cache=True, nogil=True)
def _together(prices, slopes, tables, noise, n, low):
    """Return the least cost of rooms in several buildings, the slope and the buildings."""
    best, slope, houses = -HUGE, 0, 0
    more = prices[SPLIT] * (tables[SUM].shape[1] - 1) + n * low + noise[n]
    for s in range(slopes.shape[0]):
        flat = HUGE  # noise is at least flat − slope × quiet rooms
        for q in range(n + 1):
            flat = min(flat, noise[q] + slopes[s] * q)
        cost, m = HUGE, 0
        for parts in range(2, tables[SUM].shape[1]):
            one = prices[SPLIT] * (parts - 1) - prices[FLOOR] + tables[SUM][s, parts, n] + flat
            if one < cost:
                cost, m = one, parts
        if cost > best:
            best, slope, houses = cost, s, m
    return min(best, more), slope, houses


@njit(cache=True, nogil=True)
def _use_choice(village, price, choice, q, n, use):
    """Add the rooms of a choice: the cheapest quiet ones, and the cheapest others."""
    b = np.searchsorted(village[FIRST_CHOICE], choice, side="right") - 1
    first = village[FIRST_CLASS]
    quiet, others = q, n - q
    for k in first[b] + np.argsort(price[first[b] : first[b + 1]]):
        there = village[SIZE][k] * village[TAKES][choice, k - first[b]]
        if village[QUIET][k]:
            rooms = min(quiet, there)
            quiet -= rooms
        else:
            rooms = min(others, there)
            others -= rooms
        use[k] += rooms


@njit(cache=True, nogil=True)
def _use_sum(village, tables, s, m, n, use):
    """Add the rooms of a sum of several buildings."""
    rooms = n
    for parts in range(m, 0, -1):
        x = tables[LAST][s, parts, rooms] if parts > 1 else rooms
        rooms -= x
        b = tables[ONE][s, x]
        first = village[FIRST_FLOOR][b]
        for f in range(village[FIRST_FLOOR][b + 1] - 1, first - 1, -1):
            taken = tables[TAKEN][s, b, f - first, x]
            use[village[CLASS][f]] += taken
            x -= taken
