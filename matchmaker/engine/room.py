"""What the compiled loops share: how they are compiled, how wide they run, and what they write on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from matchmaker.engine.columns import FACTORS, Array
from matchmaker.engine.tiles import LANES, RUN, WORDS

# Without reference counts (_nrt): nothing here makes an array, and counting every view of every array in the
# inner loops took nine tenths of the time. Inlined, because the sides travel as tuples of forty arrays.
jit = njit(cache=True, nogil=True, _nrt=False)
inlined = njit(nogil=True, _nrt=False, forceinline=True)


class Room(NamedTuple):
    """What the kernel writes on while it works on a block of startups."""

    bits: Array  # uint64[T,b,8] lanes of each tile that pass the gates of each startup
    seen: Array  # int64[b]    eligible lanes so far
    total: Array  # int64[b]    … and in all
    taken: Array  # uint64[8]   lanes set apart
    levels: Array  # uint8[8·256] of a run, factor by factor
    us: Array  # int32[256]
    vs: Array  # int32[256]
    flag: Array  # bool[256]  the promising ones
    some: Array  # int16[256] … one after the other
    less: Array  # int16[256] … and how much less than the best their texts are
    level: Array  # uint8[8]    of one pair


def new_room(lanes: int, startups: int) -> Room:
    """Room for one worker, blocks of so many startups, and this many lanes."""
    return Room(
        np.zeros((lanes // LANES, startups, WORDS), np.uint64),
        np.zeros(startups, np.int64),
        np.zeros(startups, np.int64),
        np.zeros(WORDS, np.uint64),
        np.zeros(RUN * len(FACTORS), np.uint8),
        np.zeros(RUN, np.int32),
        np.zeros(RUN, np.int32),
        np.zeros(RUN, np.bool_),
        np.zeros(RUN, np.int16),
        np.zeros(RUN, np.int16),
        np.zeros(len(FACTORS), np.uint8),
    )
