"""What the compiled loops share: how they are compiled, how wide they run, and what they write on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from matchmaker.engine.columns import Array
from matchmaker.engine.layout import RUN, RUNS_OF_A_TILE

WORDS = RUN // 64
TILE = RUNS_OF_A_TILE * WORDS
SECTOR, STAGE, TICKET, PLACE, NEEDS, FORMS, TEXT, ACTIVITY = range(8)

# Without reference counts (_nrt): nothing here makes an array, and counting every view of every array in the
# inner loops took nine tenths of the time. Inlined, because the sides travel as tuples of forty arrays.
jit = njit(cache=True, nogil=True, _nrt=False)
inlined = njit(nogil=True, _nrt=False, forceinline=True)


class Room(NamedTuple):
    """What the kernel writes on while it works on one startup."""

    bits: Array  # uint64[TILE] lanes that pass the gates
    some: Array  # uint64[TILE]
    pinned: Array  # uint64[TILE] boosted lanes
    one: Array  # uint64[1]
    acc: Array  # uint16[256]
    us: Array  # uint32[256]
    vs: Array  # uint32[256]
    flag: Array  # bool[256]
    level: Array  # uint8[8]


def new_room() -> Room:
    """Room for one worker."""
    return Room(
        np.zeros(TILE, np.uint64),
        np.zeros(TILE, np.uint64),
        np.zeros(TILE, np.uint64),
        np.zeros(1, np.uint64),
        np.zeros(RUN, np.uint16),
        np.zeros(RUN, np.uint32),
        np.zeros(RUN, np.uint32),
        np.zeros(RUN, np.bool_),
        np.zeros(8, np.uint8),
    )
