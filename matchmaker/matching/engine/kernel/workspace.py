"""Compiler options, the cache of compiled code, and the arrays that the loops write on."""

from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numba import config, njit

from matchmaker.matching.engine.definition.columns import FACTORS, Array
from matchmaker.matching.engine.kernel.tiles import LANES, RUN, WORDS
from matchmaker.matching.engine.vectors import WIDE


def use_own_cache() -> None:
    """Keep compiled code in a folder named for the engine's sources."""
    engine = Path(__file__).parent.parent
    sources = b"\0".join(path.read_bytes() for path in sorted(engine.rglob("*.py")))
    folder, name = Path(config.CACHE_DIR or engine / "__pycache__"), sha256(sources).hexdigest()[:16]
    if folder.name != name:
        config.CACHE_DIR = str(folder / name)


use_own_cache()

# Without reference counts (_nrt): nothing here makes an array, and counting every view of every array in the
# inner loops took nine tenths of the time. Inlined, because the sides travel as tuples of forty arrays.
jit = njit(cache=True, nogil=True, _nrt=False)
inlined = njit(nogil=True, _nrt=False, forceinline=True)


class Room(NamedTuple):
    bits: Array  # uint64[T,b,8] lanes of each tile that pass the gates of each startup
    seen: Array  # int64[b]    eligible lanes so far
    total: Array  # int64[b]    … and in all
    taken: Array  # uint64[8]   lanes set apart
    levels: Array  # uint8[8·256] mixed for a run, factor by factor
    us: Array  # int32[272] fits of a run, lane by lane; of described lanes, in their order
    vs: Array  # int32[272]
    parts: Array  # uint16[272] what needs give that depend on the field, before it is known; sectors << 8
    places: Array  # int32[272] the promising lanes, counted from the run's first; from lane 0 to describe
    dots: Array  # int32[272] … and the products of their texts
    mine: Array  # int32[272] those of them that enter the startup's list
    my_rank: Array  # int32[272]
    its: Array  # int32[272] … that the startup enters theirs of
    its_rank: Array  # int32[272]
    values: Array  # int64[256] values on their way to one list
    value: Array  # int64[1]


def new_room(lanes: int, startups: int) -> Room:
    return Room._make(
        [
            np.zeros((lanes // LANES, startups, WORDS), np.uint64),
            *np.zeros((2, startups), np.int64),
            np.zeros(WORDS, np.uint64),
            np.zeros(RUN * len(FACTORS), np.uint8),
            *np.zeros((2, RUN + WIDE), np.int32),  # vectors may write a few too many
            np.zeros(RUN + WIDE, np.uint16),
            *np.zeros((6, RUN + WIDE), np.int32),
            np.zeros(RUN, np.int64),
            np.zeros(1, np.int64),
        ]
    )
