"""The queue of the check: its own loops, which the solver does not use."""

import numpy as np
from numba import njit


@njit(cache=True)
def serve(comes, takes, opens, closes, begins):
    """
    Fill when each person, in the order of coming, is served; never is infinity.

    Every time that a lane is open is looked at for everybody: whichever is free first, and still
    open when it would begin, takes the next one.
    """
    free = opens.copy()
    for n in range(comes.shape[0]):
        best, at = -1, np.inf
        for lane in range(free.shape[0]):
            begin = max(comes[n], free[lane])
            if begin < closes[lane] and (best < 0 or free[lane] < free[best]):
                best, at = lane, begin
        begins[n] = at
        if best >= 0:
            free[best] = at + takes[n]
