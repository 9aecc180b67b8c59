"""
The hot loops of dispatch: plain functions on plain arrays, compiled by numba.

Nodes: pickups 0..n−1, dropoffs n..2n−1, starts 2n..2n+m−1, ends 2n+m..2n+2m−1. A route is a row of
nodes without its start and end.
"""

import numpy as np
from numba import njit

EPS = 1e-7
FAR = 1e17


# A problem is a tuple of arrays, so that numba keeps what it compiled (it forgets named tuples):
# ``TIMES`` and ``COSTS`` are between nodes, ``SERVICE FIRST LAST LOAD`` of nodes, ``RIDE REFUSAL``
# of requests, ``SEATS LONGEST KIND`` of vehicles, ``ALLOWED`` of both; ``N`` requests, ``M``
# vehicles.
N = 0
M = 1
TIMES = 2
COSTS = 3
SERVICE = 4
FIRST = 5
LAST = 6
LOAD = 7
RIDE = 8
REFUSAL = 9
SEATS = 10
LONGEST = 11
KIND = 12
ALLOWED = 13


@njit(cache=True)
def schedule(data, route, length, vehicle, begin):
    """
    Fill ``begin`` (start, stops, end) with the earliest moments that keep all rules, if any do.

    Every rule says that one moment is not before another plus something: the way, the longest ride
    (boarding not before leaving less the ride), the longest tour. Moments are raised until all
    hold; the first that passes its window proves that none do. Exact, unlike putting off in steps.
    """
    n, seats = data[N], data[SEATS][vehicle]
    first, load = data[FIRST], data[LOAD]
    start, end = 2 * n + vehicle, 2 * n + data[M] + vehicle
    on_board = 0
    for k in range(length):
        on_board += load[route[k]]
        if on_board > seats:
            return False
        begin[k + 1] = first[route[k]]
    begin[0], begin[length + 1] = first[start], first[end]
    while True:
        if not _forward(data, route, length, start, end, begin):
            return False
        if not _pull(data, route, length, vehicle, begin):
            return True


@njit(cache=True)
def _forward(data, route, length, start, end, begin):
    """Raise moments along the way; tell whether all are within their windows."""
    times, service, last = data[TIMES], data[SERVICE], data[LAST]
    if begin[0] > last[start] + EPS:
        return False
    before = start
    for k in range(length + 1):
        node = end if k == length else route[k]
        arrives = begin[k] + service[before] + times[before, node]
        begin[k + 1] = max(begin[k + 1], arrives)
        if begin[k + 1] > last[node] + EPS:
            return False
        before = node
    return True


@njit(cache=True)
def _pull(data, route, length, vehicle, begin):
    """Raise boardings and the start as rides and the tour ask for; tell whether any was raised."""
    n, ride, service = data[N], data[RIDE], data[SERVICE]
    longest = data[LONGEST][vehicle]
    raised = False
    for k in range(length):
        node = route[k]
        if node < n and ride[node] > 0:
            for j in range(k + 1, length):
                if route[j] == node + n:
                    least = begin[j + 1] - ride[node] - service[node]
                    if least > begin[k + 1] + EPS:
                        begin[k + 1] = least
                        raised = True
                    break
    if longest > 0 and begin[length + 1] - longest > begin[0] + EPS:
        begin[0] = begin[length + 1] - longest
        raised = True
    return raised


@njit(cache=True)
def route_cost(data, route, length, vehicle):
    """Return the cost of a route; an empty one costs nothing."""
    if length == 0:
        return 0.0
    n, costs = data[N], data[COSTS]
    total = costs[2 * n + vehicle, route[0]]
    for k in range(length - 1):
        total += costs[route[k], route[k + 1]]
    return total + costs[route[length - 1], 2 * n + data[M] + vehicle]


@njit(cache=True)
def _ends(data, route, length, vehicle, early, late, board):
    """
    Fill the earliest end of service at each place of a route, the latest begin of what follows.

    ``early[k]`` is after k stops (0: at the start), ``late[k]`` the latest begin of stop k that
    still lets all later stops be in time, ``board[k]`` who is on board after k stops.
    """
    n, service, times = data[N], data[SERVICE], data[TIMES]
    start, end = 2 * n + vehicle, 2 * n + data[M] + vehicle
    early[0], board[0] = data[FIRST][start] + service[start], 0
    before = start
    for k in range(length):
        node = route[k]
        early[k + 1] = max(early[k] + times[before, node], data[FIRST][node]) + service[node]
        board[k + 1] = board[k] + data[LOAD][node]
        before = node
    late[length] = data[LAST][end]
    after = end
    for k in range(length - 1, -1, -1):
        node = route[k]
        late[k] = min(data[LAST][node], late[k + 1] - times[node, after] - service[node])
        after = node


@njit(cache=True)
def _is_limited(data, route, length, vehicle, request):
    """Tell whether a longest ride or tour has to be looked at."""
    if data[LONGEST][vehicle] > 0 or data[RIDE][request] > 0:
        return True
    for k in range(length):
        if route[k] < data[N] and data[RIDE][route[k]] > 0:
            return True
    return False


@njit(cache=True)
def _keeps_rides(data, request, route, length, vehicle, i, j, trial, begin):
    """Tell whether the route with a request put in keeps rides and tour short enough."""
    for k in range(i):
        trial[k] = route[k]
    trial[i] = request
    for k in range(i, j):
        trial[k + 1] = route[k]
    trial[j + 1] = request + data[N]
    for k in range(j, length):
        trial[k + 2] = route[k]
    return schedule(data, trial, length + 2, vehicle, begin)


@njit(cache=True)
def best_place(data, request, route, length, vehicle, limit, trial, begin):
    """
    Return (added cost, place of the pickup, place of the dropoff) of the cheapest insertion.

    Only insertions that add less than ``limit`` are looked at; the cost is 1e18 when none fits.
    Windows and seats are exact by the earliest and latest moments of the route; rides and the
    length of the tour are looked at for what is left.
    """
    n, times, costs, service = data[N], data[TIMES], data[COSTS], data[SERVICE]
    first, last = data[FIRST], data[LAST]
    start, end = 2 * n + vehicle, 2 * n + data[M] + vehicle
    early, late = np.empty(length + 1), np.empty(length + 1)
    board = np.empty(length + 1, dtype=np.int64)
    _ends(data, route, length, vehicle, early, late, board)
    limited = _is_limited(data, route, length, vehicle, request)
    best, at_pick, at_drop = limit, -1, -1
    p, d = request, request + n
    for i in range(length + 1):
        a = start if i == 0 else route[i - 1]
        b = end if i == length else route[i]
        at_p = early[i] + times[a, p]
        if at_p > last[p] + EPS:
            break
        if board[i] + data[LOAD][p] > data[SEATS][vehicle]:
            continue
        after = max(at_p, first[p]) + service[p]
        old = costs[a, b] if length > 0 else 0.0
        before, to_p = p, costs[a, p]
        for j in range(i, length + 1):
            if j > i:
                # the stop before the dropoff is one of the route
                c = route[j - 1]
                at_c = max(after + times[before, c], first[c])
                if at_c > last[c] + EPS or board[j] + data[LOAD][p] > data[SEATS][vehicle]:
                    break
                after, before = at_c + service[c], c
            at_d = after + times[before, d]
            if at_d > last[d] + EPS:
                break
            e = end if j == length else route[j]
            if j == i:
                added = to_p + costs[p, d] + costs[d, b] - old
            else:
                added = to_p + costs[p, b] - old
                added += costs[before, d] + costs[d, e] - costs[before, e]
            if added >= best - EPS:
                continue
            leaves = max(at_d, first[d]) + service[d]
            if leaves + times[d, e] > late[j] + EPS:
                continue
            if limited and not _keeps_rides(
                data, request, route, length, vehicle, i, j, trial, begin
            ):
                continue
            best, at_pick, at_drop = added, i, j
    if at_pick < 0:
        return 1e18, -1, -1
    return best, at_pick, at_drop


@njit(cache=True)
def _insert(route, length, request, n, i, j):
    """Put a request into a route; return its new length."""
    for k in range(length - 1, j - 1, -1):
        route[k + 2] = route[k]
    route[j + 1] = request + n
    for k in range(j - 1, i - 1, -1):
        route[k + 1] = route[k]
    route[i] = request
    return length + 2


@njit(cache=True)
def _remove(route, length, request, n):
    """Take a request out of a route; return its new length."""
    size = 0
    for k in range(length):
        if route[k] != request and route[k] != request + n:
            route[size] = route[k]
            size += 1
    return size


@njit(cache=True)
def whole_cost(data, routes, lengths, vehicle_of):
    """Return the cost of all routes and refusals."""
    cost = 0.0
    for v in range(data[M]):
        cost += route_cost(data, routes[v], lengths[v], v)
    for r in range(data[N]):
        if vehicle_of[r] < 0:
            cost += data[REFUSAL][r]
    return cost


@njit(cache=True)
def improve(data, routes, lengths, vehicle_of, state, iterations, seed, cool):
    """
    Take requests out and put them back, many times; keep what is better (or a little worse).

    Large neighbourhoods with annealing (Ropke and Pisinger 2006): random, related and dear requests
    are taken out; put back greedily with noise or by regret. ``state`` is (cost at hand, best cost,
    heat); plan 0 is the one at hand, plan 1 the best.
    """
    np.random.seed(seed)
    n = data[N]
    width = routes.shape[2]
    trial = np.empty(width + 4, dtype=np.int64)
    begin = np.empty(width + 6)
    kept = (routes[0].copy(), lengths[0].copy(), vehicle_of[0].copy())
    pool = np.empty(2 * n, dtype=np.int64)
    prices = np.empty((n, data[M]))
    most = max(2, min(n, 40, max(6, int(0.35 * n))))
    for _ in range(iterations):
        size = 0
        for r in range(n):
            if vehicle_of[0, r] < 0:
                pool[size] = r
                size += 1
        count = 1 + np.random.randint(0, most)
        kind = np.random.random()
        if kind < 0.15:
            size = _tour(data, routes[0], lengths[0], vehicle_of[0], pool, size)
            count = min(count, 6)
        if kind < 0.55:
            size = _related(data, routes[0], lengths[0], vehicle_of[0], pool, size, count)
        elif kind < 0.75:
            size = _dear(data, routes[0], lengths[0], vehicle_of[0], pool, size, count)
        else:
            size = _some(data, routes[0], lengths[0], vehicle_of[0], pool, size, count)
        noise = np.random.random() * 0.12 if np.random.random() < 0.5 else 0.0
        regret = np.random.random() < 0.6
        _repair(
            data,
            routes[0],
            lengths[0],
            vehicle_of[0],
            pool,
            size,
            prices,
            noise,
            regret,
            trial,
            begin,
        )
        cost = whole_cost(data, routes[0], lengths[0], vehicle_of[0])
        if cost < state[1] - EPS:
            state[1] = cost
            routes[1] = routes[0]
            lengths[1] = lengths[0]
            vehicle_of[1] = vehicle_of[0]
        if cost < state[0] - state[2] * np.log(np.random.random() + 1e-300):
            state[0] = cost
            kept[0][:] = routes[0]
            kept[1][:] = lengths[0]
            kept[2][:] = vehicle_of[0]
        else:
            routes[0] = kept[0]
            lengths[0] = kept[1]
            vehicle_of[0] = kept[2]
        state[2] *= cool


@njit(cache=True)
def _tour(data, routes, lengths, vehicle_of, pool, size):
    """Take out everybody of one vehicle."""
    r = np.random.randint(0, data[N])
    v = vehicle_of[r]
    if v < 0:
        return size
    for other in range(data[N]):
        if vehicle_of[other] == v:
            vehicle_of[other] = -1
            pool[size] = other
            size += 1
    lengths[v] = 0
    return size


@njit(cache=True)
def _some(data, routes, lengths, vehicle_of, pool, size, count):
    n = data[N]
    for _ in range(count):
        r = np.random.randint(0, n)
        v = vehicle_of[r]
        if v >= 0:
            lengths[v] = _remove(routes[v], lengths[v], r, n)
            vehicle_of[r] = -1
            pool[size] = r
            size += 1
    return size


@njit(cache=True)
def _related(data, routes, lengths, vehicle_of, pool, size, count):
    n, times, first = data[N], data[TIMES], data[FIRST]
    seed_request = np.random.randint(0, n)
    likeness = np.empty(n)
    for r in range(n):
        likeness[r] = (
            times[seed_request, r]
            + times[seed_request + n, r + n]
            + 0.3 * abs(first[seed_request] - first[r])
            + 0.3 * abs(first[seed_request + n] - first[r + n])
        )
    order = np.argsort(likeness)
    taken = 0
    for k in range(n):
        if taken >= count:
            break
        if np.random.random() < 0.25:
            continue
        r = order[k]
        v = vehicle_of[r]
        if v >= 0:
            lengths[v] = _remove(routes[v], lengths[v], r, n)
            vehicle_of[r] = -1
            pool[size] = r
            size += 1
            taken += 1
    return size


@njit(cache=True)
def _dear(data, routes, lengths, vehicle_of, pool, size, count):
    """Take out requests whose absence saves most, with chance."""
    n = data[N]
    saving = np.full(n, -1e18)
    trial = np.empty(routes.shape[1], dtype=np.int64)
    for r in range(n):
        v = vehicle_of[r]
        if v >= 0:
            whole = route_cost(data, routes[v], lengths[v], v)
            trial[:] = routes[v]
            size_left = _remove(trial, lengths[v], r, n)
            saving[r] = whole - route_cost(data, trial, size_left, v)
            saving[r] *= 0.7 + 0.6 * np.random.random()
    order = np.argsort(-saving)
    for k in range(min(count, n)):
        r = order[k]
        v = vehicle_of[r]
        if v >= 0:
            lengths[v] = _remove(routes[v], lengths[v], r, n)
            vehicle_of[r] = -1
            pool[size] = r
            size += 1
    return size


@njit(cache=True)
def _cheapest(data, r, routes, lengths, prices, noise, trial, begin):
    """Return (price, second price, vehicle) of putting a request back."""
    one, two, where = FAR, FAR, -1
    seen = np.zeros(data[M], dtype=np.bool_)
    for v in range(data[M]):
        if not data[ALLOWED][r, v]:
            continue
        if lengths[v] == 0:
            # empty vehicles of one kind are the same
            if seen[data[KIND][v]]:
                continue
            seen[data[KIND][v]] = True
        if prices[r, v] < 0:
            price, _, _ = best_place(data, r, routes[v], lengths[v], v, FAR, trial, begin)
            prices[r, v] = max(0.0, price)
        price = prices[r, v]
        if price < FAR and noise > 0.0:
            price *= 1.0 + noise * (2.0 * np.random.random() - 1.0)
        if price < one:
            two, one, where = one, price, v
        elif price < two:
            two = price
    return one, two, where


@njit(cache=True)
def _repair(data, routes, lengths, vehicle_of, pool, size, prices, noise, regret, trial, begin):
    """Put requests back: the cheapest first, or the one that would regret waiting most."""
    for k in range(size):
        prices[pool[k], :] = -1.0
    left = size
    while left > 0:
        chosen, vehicle, value = -1, -1, -1e300
        for k in range(left):
            r = pool[k]
            one, two, where = _cheapest(data, r, routes, lengths, prices, noise, trial, begin)
            if where < 0 or one >= data[REFUSAL][r]:
                continue
            worth = min(two, data[REFUSAL][r]) - one if regret else -one
            if worth > value:
                value, chosen, vehicle = worth, k, where
        if chosen < 0:
            break
        r = pool[chosen]
        _, i, j = best_place(data, r, routes[vehicle], lengths[vehicle], vehicle, FAR, trial, begin)
        lengths[vehicle] = _insert(routes[vehicle], lengths[vehicle], r, data[N], i, j)
        vehicle_of[r] = vehicle
        left -= 1
        pool[chosen] = pool[left]
        for k in range(left):
            prices[pool[k], vehicle] = -1.0
