"""
The hot loops of retail: plain functions on plain arrays, compiled by numba.

Demand is negative binomial: ``mean`` and ``k``, variance mean + mean² / k. The value of one more
piece is its margin times the chance that it is asked for.
"""

import numpy as np
from numba import njit


@njit(cache=True)
def enough(mean, k, ratio):
    """Return the least pieces after which one more is asked for with a chance of ``ratio``."""
    if mean <= 0.0 or ratio >= 1.0:
        return 0
    share = mean / (k + mean)
    p = (k / (k + mean)) ** k
    above = 1.0 - p
    n = 0
    most = int(20.0 * mean + 60.0)
    while above > ratio and n < most:
        p *= (k + n) / (n + 1.0) * share
        above -= p
        n += 1
    return n


@njit(cache=True)
def sales(mean, k, pieces):
    """Return the expected sales of so many pieces."""
    if mean <= 0.0 or pieces <= 0:
        return 0.0
    share = mean / (k + mean)
    p = (k / (k + mean)) ** k
    above = 1.0 - p
    found = 0.0
    for n in range(pieces):
        found += above
        p *= (k + n) / (n + 1.0) * share
        above -= p
        if above <= 1e-12:
            break
    return found


@njit(cache=True)
def sold(means, k, counts):
    """Return the expected sales of each item in all stores."""
    items, stores = means.shape
    found = np.zeros(items)
    for i in range(items):
        for s in range(stores):
            found[i] += sales(means[i, s], k, counts[i, s])
    return found


@njit(cache=True)
def chance(mean, k, pieces):
    """Return the chance that more than so many pieces are asked for."""
    if mean <= 0.0:
        return 0.0
    share = mean / (k + mean)
    p = (k / (k + mean)) ** k
    above = 1.0 - p
    for n in range(pieces):
        p *= (k + n) / (n + 1.0) * share
        above -= p
    return max(0.0, above)


@njit(cache=True)
def _wanted(mean, k, margin, price, here, up, down):
    """Return how many pieces are worth a price; between the costs of both ways none is moved."""
    least = enough(mean, k, (price + up) / margin)
    if here < least:
        return least
    if price <= down:  # to take a piece back costs more than it is worth elsewhere
        return here
    most = enough(mean, k, (price - down) / margin)
    return most if here > most else here


@njit(cache=True)
def placed(means, stock, pinned, margins, supply, rooms, k, cost, truck, counts, prices):
    """
    Fill ``counts`` (item, store) with pieces and ``prices`` with what one of an item is worth.

    ``rooms`` are prices of room in each store, ``truck`` of a place on a truck. Within an item the
    pieces go where they are worth most, by a price that just uses up its supply.
    """
    items, stores = means.shape
    for i in range(items):
        low, high = 0.0, margins[i]
        total = 0
        for s in range(stores):
            n = stock[i, s]
            if not pinned[i, s]:
                n = _wanted(means[i, s], k, margins[i], rooms[s], n, cost + truck, cost)
            counts[i, s] = n
            total += n
        if total <= supply[i]:
            prices[i] = 0.0
            continue
        for _ in range(30):
            middle = 0.5 * (low + high)
            total = 0
            for s in range(stores):
                if pinned[i, s]:
                    total += stock[i, s]
                else:
                    total += _wanted(
                        means[i, s],
                        k,
                        margins[i],
                        middle + rooms[s],
                        stock[i, s],
                        cost + truck,
                        cost,
                    )
            if total > supply[i]:
                low = middle
            else:
                high = middle
            if high - low < 1e-4 * margins[i]:
                break
        prices[i] = high
        left = supply[i]
        for s in range(stores):
            n = stock[i, s]
            if not pinned[i, s]:
                n = _wanted(means[i, s], k, margins[i], high + rooms[s], n, cost + truck, cost)
            counts[i, s] = n
            left -= n
        for s in range(stores):
            if left <= 0:
                break
            if pinned[i, s]:
                continue
            more = (
                _wanted(means[i, s], k, margins[i], low + rooms[s], stock[i, s], cost + truck, cost)
                - counts[i, s]
            )
            more = min(max(more, 0), left)
            counts[i, s] += more
            left -= more


@njit(cache=True)
def dual(means, stock, pinned, margins, supply, rooms, room, k, cost, truck, trucks, prices):
    """Return what no plan can gain more than, at these prices."""
    items, stores = means.shape
    found = truck * trucks
    for s in range(stores):
        found += rooms[s] * room[s]
    for i in range(items):
        found += prices[i] * supply[i]
        for s in range(stores):
            here, price = stock[i, s], prices[i] + rooms[s]
            n = here
            if not pinned[i, s]:
                n = _wanted(means[i, s], k, margins[i], price, here, cost + truck, cost)
            found += margins[i] * sales(means[i, s], k, n) - price * n
            if n > here:
                found -= (cost + truck) * (n - here)
            else:
                found -= cost * (here - n)
    return found


@njit(cache=True)
def worth(means, stock, margins, k, cost, counts):
    """Return what a plan loses in sales and what it pays for moves."""
    items, stores = means.shape
    lost = moves = 0.0
    for i in range(items):
        for s in range(stores):
            lost += margins[i] * (means[i, s] - sales(means[i, s], k, counts[i, s]))
            moves += cost * abs(counts[i, s] - stock[i, s])
    return lost, moves


@njit(cache=True)
def _kept(mean, k, margin, here, count, price):
    """Return how many pieces stay at a price of room; what lies there already stays."""
    if count <= here:
        return count
    return min(count, max(here, enough(mean, k, price / margin)))


@njit(cache=True)
def _cut(means, stock, margins, k, counts, first, after, most):
    """Give up brought pieces worth least in some stores until ``most`` pieces are there."""
    items = means.shape[0]
    low, high = 0.0, margins.max()
    for _ in range(24):
        middle = 0.5 * (low + high)
        total = 0
        for i in range(items):
            for s in range(first, after):
                here = stock[i, s]
                total += _kept(means[i, s], k, margins[i], here, counts[i, s], middle)
        if total > most:
            low = middle
        else:
            high = middle
    left = most
    for i in range(items):
        for s in range(first, after):
            left -= _kept(means[i, s], k, margins[i], stock[i, s], counts[i, s], high)
    for i in range(items):
        for s in range(first, after):
            count = counts[i, s]
            least = _kept(means[i, s], k, margins[i], stock[i, s], count, high)
            between = _kept(means[i, s], k, margins[i], stock[i, s], count, low)
            more = min(max(between - least, 0), max(left, 0))
            counts[i, s] = least + more
            left -= more


@njit(cache=True)
def trim(means, stock, margins, k, rooms, trucks, counts):
    """Make counts fit rooms and trucks: the brought pieces that are worth least are given up."""
    items, stores = means.shape
    for s in range(stores):
        if counts[:, s].sum() > rooms[s]:
            _cut(means, stock, margins, k, counts, s, s + 1, rooms[s])
    brought = taken = 0
    for i in range(items):
        for s in range(stores):
            brought += max(0, counts[i, s] - stock[i, s])
            taken += counts[i, s]
    if brought > trucks:
        _cut(means, stock, margins, k, counts, 0, stores, taken - (brought - trucks))


@njit(cache=True)
def fill(means, stock, pinned, margins, left, free, k, cost, trucks, counts):
    """Bring what is left to where room is, while a piece earns more than its way; return trucks."""
    items, stores = means.shape
    for i in range(items):
        for s in range(stores):
            while (
                left[i] > 0
                and free[s] > 0
                and trucks > 0
                and not pinned[i, s]
                and counts[i, s] >= stock[i, s]
                and margins[i] * chance(means[i, s], k, counts[i, s]) > cost
            ):
                counts[i, s] += 1
                left[i] -= 1
                free[s] -= 1
                trucks -= 1
    return trucks
