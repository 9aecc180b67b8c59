"""
The hot loops of crowds: plain functions on plain arrays, compiled by numba.

Times are seconds, people are numbered in the order in which they come.
"""

import numpy as np
from numba import njit

NEVER = np.inf


@njit(cache=True)
def _sift(free, server, size, place):
    """Let a server sink to its place in a heap: who is free first, the lower number of equals."""
    moment, number = free[place], server[place]
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        other = child + 1
        if other < size and (
            free[other] < free[child]
            or (free[other] == free[child] and server[other] < server[child])
        ):
            child = other
        if free[child] > moment or (free[child] == moment and server[child] >= number):
            break
        free[place], server[place] = free[child], server[child]
        place = child
    free[place], server[place] = moment, number


@njit(cache=True)
def shared_queue(comes, takes, opens, closes, begins):
    """
    Fill ``begins`` with when each person is served by one queue before several lanes.

    Kiefer and Wolfowitz: the next person goes to the lane that is free first. A lane works from
    ``opens`` until ``closes``: who is served then is finished, and nobody begins after it. A person
    whom no lane serves any more begins never.

    Parameters
    ----------
    comes, takes, begins
        Of each person, by time of coming, shape (people,).
    opens, closes
        Of each lane, shape (lanes,).

    """
    size = opens.shape[0]
    free, server = opens.copy(), np.arange(size)
    for place in range(size // 2 - 1, -1, -1):
        _sift(free, server, size, place)
    for n in range(comes.shape[0]):
        begins[n] = NEVER
        while size > 0:
            at = max(comes[n], free[0])
            if at < closes[server[0]]:
                begins[n] = at
                free[0] = at + takes[n]
                _sift(free, server, size, 0)
                break
            # the lane is closed: out of the heap
            size -= 1
            free[0], server[0] = free[size], server[size]
            _sift(free, server, size, 0)


@njit(cache=True)
def own_queues(comes, takes, opens, closes, begins, lane):
    """
    Fill when each person is served, and where, when each lane has its own queue.

    People join the shortest queue they see of the lanes that are open, the first of equals; they
    do not change. A queue that stands when its lane closes is served to the end.
    """
    lanes = opens.shape[0]
    free = opens.copy()
    waiting = np.zeros(lanes, dtype=np.int64)
    people = comes.shape[0]
    following = np.full(people, -1, dtype=np.int64)  # of the same lane
    first = np.full(lanes, -1, dtype=np.int64)
    last = np.full(lanes, -1, dtype=np.int64)
    ends = np.empty(people)
    for n in range(people):
        best = -1
        for k in range(lanes):
            while first[k] >= 0 and ends[first[k]] <= comes[n]:
                first[k] = following[first[k]]
                waiting[k] -= 1
            if opens[k] <= comes[n] < closes[k] and (best < 0 or waiting[k] < waiting[best]):
                best = k
        lane[n] = best
        if best < 0:  # none is open: the one that opens first
            for k in range(lanes):
                if comes[n] < opens[k] and (best < 0 or opens[k] < opens[best]):
                    best = k
            lane[n] = best
            if best < 0:
                begins[n] = NEVER
                continue
        begins[n] = max(comes[n], free[best])
        ends[n] = begins[n] + takes[n]
        free[best] = ends[n]
        if first[best] < 0:
            first[best] = n
        else:
            following[last[best]] = n
        last[best] = n
        waiting[best] += 1


@njit(cache=True)
def hub(comes, leaves, seats, boards, ride):
    """
    Fill when each person boards, and with which vehicle, at a stop where vehicles leave by time.

    Those who have come by the time of a vehicle board it in their order, as many as it has seats.
    """
    person = 0
    for v in range(leaves.shape[0]):
        left = seats[v]
        while left > 0 and person < comes.shape[0] and comes[person] <= leaves[v]:
            boards[person] = leaves[v]
            ride[person] = v
            person += 1
            left -= 1
    for n in range(person, comes.shape[0]):
        boards[n] = NEVER
        ride[n] = -1


@njit(cache=True)
def queue_by_minute(comes, begins, step, counts):
    """Fill the people who wait at the end of each step of so many seconds."""
    steps = counts.shape[0]
    counts[:] = 0
    for n in range(comes.shape[0]):
        first = int(np.ceil(comes[n] / step))
        last = steps + 1 if begins[n] == NEVER else min(steps + 1, int(np.ceil(begins[n] / step)))
        if first < last and first <= steps:
            counts[max(first, 1) - 1] += 1
            if last <= steps:
                counts[last - 1] -= 1
    for k in range(1, steps):
        counts[k] += counts[k - 1]


@njit(cache=True)
def late_by_quarter(comes, begins, longest, quarters, late):
    """Add those who wait longer to the quarter that each of them comes in."""
    for n in range(comes.shape[0]):
        if begins[n] - comes[n] > longest:
            late[quarters[n]] += 1


@njit(cache=True, inline="always")
def _has_room(link, step, store, lag, entered, left, history):
    """Tell whether there is room at the beginning of a link."""
    before = left[link]
    if lag[link] > 0:
        before = history[step - lag[link], link] if step >= lag[link] else 0
    return entered[link] - before < store[link]


@njit(cache=True, inline="always")
def _join(head, tail, behind, link, person):
    """Let somebody stand last on a link."""
    behind[person] = -1
    if head[link] < 0:
        head[link] = person
    else:
        behind[tail[link]] = person
    tail[link] = person


@njit(cache=True, inline="always")
def _credit(held, flow, period, t, dt, is_open):
    """Return what may leave a link after this step; a lift takes so many at once, by its ride."""
    if period > 0:
        is_here = np.floor(t / period) > np.floor((t - dt) / period)
        return flow * period if is_open and is_here else 0.0
    return held + flow * dt if is_open else held


@njit(cache=True, inline="always")
def _serve(
    link, step, dt, store, lag, onward, exit_, pace, takes, head, tail, behind,
    ready, entered, left, history, credit, out,
):  # fmt: skip
    """Let those who are ready leave a link; return how many are out of the network."""
    t, outside, is_served = step * dt, 0, True
    person, may = head[link], credit[link]
    while person >= 0 and ready[person] <= t:
        onto = onward[exit_[person], link]
        if may < 1.0 or (
            onto >= 0 and not _has_room(onto, step, store, lag, entered, left, history)
        ):
            is_served = may >= 1.0
            break
        following = behind[person]
        head[link] = following
        may -= 1.0
        left[link] += 1
        at = max(ready[person], t - dt)
        if onto < 0:
            out[person] = at
            outside += 1
        else:
            entered[onto] += 1
            ready[person] = at + takes[onto] / pace[person]
            _join(head, tail, behind, onto, person)
        person = following
    credit[link] = min(may, 1.0) if is_served else may
    return outside


@njit(cache=True)
def walk(
    length, speed, flow, store, back, opens, closes, period, onward,
    exit_, starts, first, pace, order, dt, out, on_link, record,
):  # fmt: skip
    """
    Let a crowd walk through a network; return how many are not out at the end.

    Link transmission (Newell's simplified waves) of single people: who has walked the length of a
    link leaves it in their order, as many as its flow lets out, if there is room on the next one;
    room goes back along a link with the wave. Who finds no room at the start waits there.
    Plain arrays: in tuples they cost twenty times as much.

    Parameters
    ----------
    length, speed, flow, store, back, opens, closes, period
        Of each link: metres, metres a second alone, people a second that leave it, people that
        fit, seconds in which room travels back, when one may leave it, seconds between rides
        (0: walked).
    onward
        The link that follows on the way to each exit, −1 is out; shape (exits, links).
    exit_, starts, first, pace
        Of each person: exit, when they begin to walk, first link, share of the speed.
    order
        People by first link and time, shape (people,).
    dt, out
        Seconds of a step; when each person is out, NEVER when that is after the record.
    on_link, record
        People on each link every ``record`` seconds, shape (records, links).

    """
    links, people, records = length.shape[0], exit_.shape[0], on_link.shape[0]
    steps = int(records * record / dt)
    head, tail = np.full(links, -1, dtype=np.int64), np.full(links, -1, dtype=np.int64)
    behind, ready = np.full(people, -1, dtype=np.int64), np.empty(people)
    entered, left = np.zeros(links, dtype=np.int64), np.zeros(links, dtype=np.int64)
    history = np.zeros((steps + 1, links), dtype=np.int32)
    credit, takes, lag = np.zeros(links), length / speed, (back / dt).astype(np.int64)
    ends = np.cumsum(np.bincount(first, minlength=links))  # of those who have not started yet
    begins = np.concatenate((np.zeros(1, dtype=np.int64), ends[:-1]))
    out[:] = NEVER
    inside = people
    for step in range(1, steps + 1):
        t = step * dt
        for shift in range(links):
            k = (shift + step) % links
            is_open = opens[k] <= t < closes[k]
            credit[k] = _credit(credit[k], flow[k], period[k], t, dt, is_open)
            if head[k] < 0 or ready[head[k]] > t:
                credit[k] = min(credit[k], 1.0)  # what nobody used is gone; a fraction is kept
            elif is_open and credit[k] >= 1.0:
                inside -= _serve(
                    k, step, dt, store, lag, onward, exit_, pace, takes, head, tail, behind,
                    ready, entered, left, history, credit, out,
                )  # fmt: skip
        for k in range(links):
            while begins[k] < ends[k] and starts[order[begins[k]]] <= t:
                if not _has_room(k, step, store, lag, entered, left, history):
                    break
                person = order[begins[k]]
                begins[k] += 1
                entered[k] += 1
                ready[person] = max(starts[person], t - dt) + takes[k] / pace[person]
                _join(head, tail, behind, k, person)
            history[step, k] = left[k]
        if t % record < dt:
            on_link[min(records - 1, int(t / record)), :] = entered - left
        if inside == 0:
            break
    return inside
