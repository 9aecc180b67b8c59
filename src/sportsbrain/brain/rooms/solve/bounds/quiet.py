"""How many nights before competition so many beds can hold."""

from collections import Counter

from sportsbrain.brain.rooms.problem import Person


def quiet_nights(people: list[Person], *, beds: int) -> list[int]:
    """
    Return the most nights before competition in 0, 1, … ``beds`` beds.

    Everybody keeps a bed, so people in turn in one bed are a path through the nights, and beds are
    a flow along such paths: each bed more takes the longest path that is left (exact, and each
    gains at most what the one before did).
    """
    kinds = Counter(
        (person.first_night, person.leaves_on, len(person.race_nights))
        for person in people
        if person.race_nights
    )
    nights = sorted({night for first, leaves, _ in kinds for night in (first, leaves)})
    place = {night: number for number, night in enumerate(nights)}
    arcs = [(n, n + 1, beds, 0) for n in range(len(nights) - 1)]
    arcs += [(place[a], place[b], count, races) for (a, b, races), count in kinds.items()]
    flow = [0] * len(arcs)
    found = [0]
    while arcs and len(found) <= beds:
        gain, path = _longest(arcs, flow, len(nights))
        if gain <= 0:
            break
        room = min(arcs[n][2] - flow[n] if up else flow[n] for n, up in path)
        for n, up in path:
            flow[n] += room if up else -room
        found += [found[-1] + gain * (k + 1) for k in range(min(room, beds + 1 - len(found)))]
    return found + [found[-1]] * (beds + 1 - len(found))


Arc = tuple[int, int, int, int]  # from, to, people, nights before competition of each
Path = list[tuple[int, bool]]  # arc, and whether it is gone along (or back)


def _longest(arcs: list[Arc], flow: list[int], places: int) -> tuple[int, Path]:
    """Return the longest path of one more bed (Bellman-Ford on what is left)."""
    far: list[int | None] = [None] * places
    came: list[tuple[int, bool]] = [(-1, True)] * places
    far[0] = 0
    has_changed = True
    while has_changed:
        has_changed = False
        for number, (start, end, most, races) in enumerate(arcs):
            for a, b, is_left, up in (
                (start, end, flow[number] < most, True),
                (end, start, flow[number] > 0, False),
            ):
                reached = far[a]
                if not is_left or reached is None:
                    continue
                there = reached + (races if up else -races)
                known = far[b]
                if known is None or there > known:
                    far[b], came[b], has_changed = there, (number, up), True
    path: Path = []
    place = places - 1
    while place:
        number, up = came[place]
        path.append((number, up))
        place = arcs[number][0] if up else arcs[number][1]
    return far[-1] or 0, path
