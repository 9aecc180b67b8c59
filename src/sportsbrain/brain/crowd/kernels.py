"""
The hot loops of crowds: plain functions on plain arrays, compiled by numba.

Times are seconds, people are numbered in the order in which they come.
"""

import numpy as np
from numba import njit

NEVER = np.inf


@njit(cache=True)
def _sift(free, server, size, place):
    """Let a server sink to its place in a heap by the moment when it is free."""
    moment, number = free[place], server[place]
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        if child + 1 < size and free[child + 1] < free[child]:
            child += 1
        if free[child] >= moment:
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
def late_by_quarter(comes, begins, longest, first, quarter, late, count):
    """Fill how many come in each quarter from ``first`` on, and how many of them wait longer."""
    quarters = late.shape[0]
    late[:] = 0
    count[:] = 0
    for n in range(comes.shape[0]):
        q = min(quarters - 1, max(0, int((comes[n] - first) // quarter)))
        count[q] += 1
        if begins[n] - comes[n] > longest:
            late[q] += 1


# A network is a tuple of arrays of its links, a crowd one of its people.
LENGTH = 0  # metres
SPEED = 1  # metres a second, alone
FLOW = 2  # people a second that can leave it
STORE = 3  # people that fit on it
BACK = 4  # seconds in which room at its end is room at its beginning
OPENS = 5
CLOSES = 6
PERIOD = 7  # seconds between the rides of a lift; 0 for what is walked
NEXT = 8  # the link that follows, shape (classes, links); −1 is out

CLASS = 0
STARTS = 1  # when they begin to walk, ascending within each first link
FIRST = 2  # their first link
PACE = 3  # of their speed


@njit(cache=True)
def _enters(network, link, entered, left, step, dt, history):
    """Tell whether there is room at the beginning of a link."""
    lag = int(network[BACK][link] / dt)
    before = left[link]
    if lag > 0:
        before = history[link, step - lag] if step >= lag else 0
    return entered[link] - before < network[STORE][link]


@njit(cache=True)
def _join(queue, link, person):
    """Let somebody stand last on a link."""
    head, tail, following = queue
    following[person] = -1
    if head[link] < 0:
        head[link] = person
    else:
        following[tail[link]] = person
    tail[link] = person


@njit(cache=True)
def _leave(queue, link):
    """Take the first from a link."""
    head, _, following = queue
    person = head[link]
    head[link] = following[person]
    return person


@njit(cache=True)
def _may_leave(network, link, credit, t, dt):
    """Add what may leave a link in this step to its credit; tell whether it is open."""
    is_open = network[OPENS][link] <= t < network[CLOSES][link]
    period = network[PERIOD][link]
    if period > 0:  # a lift takes so many at once, and leaves with them
        is_here = np.floor(t / period) > np.floor((t - dt) / period)
        credit[link] = network[FLOW][link] * period if is_open and is_here else 0.0
    elif is_open:
        credit[link] += network[FLOW][link] * dt
    return is_open


@njit(cache=True)
def _serve(network, crowd, link, step, dt, state, out):
    """Let those who are ready leave a link; return how many are out of the network."""
    queue, ready, entered, left, history, credit = state
    head, t, outside = queue[0], step * dt, 0
    is_open = _may_leave(network, link, credit, t, dt)
    is_served = True
    while head[link] >= 0 and ready[head[link]] <= t:
        if credit[link] < 1.0 or not is_open:
            is_served = False
            break
        person = head[link]
        onto = network[NEXT][crowd[CLASS][person], link]
        if onto >= 0 and not _enters(network, onto, entered, left, step, dt, history):
            break
        _leave(queue, link)
        credit[link] -= 1.0
        left[link] += 1
        at = max(ready[person], t - dt)
        if onto < 0:
            out[person] = at
            outside += 1
            continue
        entered[onto] += 1
        ready[person] = at + network[LENGTH][onto] / (network[SPEED][onto] * crowd[PACE][person])
        _join(queue, onto, person)
    if is_served and credit[link] > 1.0:
        credit[link] = 1.0  # what nobody used is gone; a fraction is kept
    return outside


@njit(cache=True)
def _begin(network, crowd, link, step, dt, state, order, begins, ends):
    """Let those who have got up onto their first link, as far as there is room."""
    queue, ready, entered, left, history, _ = state
    t = step * dt
    while begins[link] < ends[link]:
        person = order[begins[link]]
        starts = crowd[STARTS][person]
        if starts > t or not _enters(network, link, entered, left, step, dt, history):
            break
        begins[link] += 1
        entered[link] += 1
        pace = network[SPEED][link] * crowd[PACE][person]
        ready[person] = max(starts, t - dt) + network[LENGTH][link] / pace
        _join(queue, link, person)


@njit(cache=True)
def _waiting(queue, ready, link, t):
    """Return how many on a link are ready to leave it."""
    stands, person = 0, queue[0][link]
    while person >= 0 and ready[person] <= t:
        stands += 1
        person = queue[2][person]
    return stands


@njit(cache=True)
def walk(network, crowd, order, dt, out, on_link, waiting, record):
    """
    Let a crowd walk through a network; return how many are not out at the end.

    Link transmission (Newell's simplified waves) of single people: who has walked the length of a
    link leaves it in their order, as many as its flow lets out, if there is room on the next one;
    room goes back along a link with the wave. Who finds no room at the start waits there.

    Parameters
    ----------
    network, crowd
        Arrays in the order of the names above.
    order
        People by first link and time, shape (people,).
    dt
        Seconds of a step.
    out
        When each person is out; NEVER when that is after the record.
    on_link, waiting
        People on each link, and those of them who would have left, every ``record`` seconds; shape
        (records, links).
    record
        Seconds between two rows of the record.

    """
    links, people = network[LENGTH].shape[0], crowd[CLASS].shape[0]
    records = on_link.shape[0]
    steps = int(records * record / dt)
    queue = (
        np.full(links, -1, dtype=np.int64),
        np.full(links, -1, dtype=np.int64),
        np.full(people, -1, dtype=np.int64),
    )
    ready, credit = np.empty(people), np.zeros(links)
    entered, left = np.zeros(links, dtype=np.int64), np.zeros(links, dtype=np.int64)
    history = np.zeros((links, steps + 1), dtype=np.int32)
    state = (queue, ready, entered, left, history, credit)
    # who has not started yet, by first link, as a part of ``order``
    ends = np.cumsum(np.bincount(crowd[FIRST], minlength=links))
    begins = np.concatenate((np.zeros(1, dtype=np.int64), ends[:-1]))
    out[:] = NEVER
    inside = people
    for step in range(1, steps + 1):
        for shift in range(links):
            inside -= _serve(network, crowd, (shift + step) % links, step, dt, state, out)
        for link in range(links):
            _begin(network, crowd, link, step, dt, state, order, begins, ends)
            history[link, step] = left[link]
        t = step * dt
        if t % record < dt:
            row = min(records - 1, int(t / record))
            for link in range(links):
                on_link[row, link] = entered[link] - left[link]
                waiting[row, link] = _waiting(queue, ready, link, t)
        if inside == 0:
            break
    return inside
