"""How the lanes are cut: runs of 256 that are scored at once, tiles of 512 that fit the caches."""

import numpy as np

from matchmaker.matching.engine.definition.columns import Array

RUN, RUNS = 256, 2
LANES, LANE_BITS = RUN * RUNS, 9  # of a tile
WORDS = LANES // 64


def tiled(rows: list[Array], idle: int) -> Array:
    count, lanes = sum(len(x) for x in rows), rows[0].shape[1] + idle
    out = np.zeros((lanes // LANES, count, LANES), rows[0].dtype)
    at = 0
    for kind in rows:
        laid = np.pad(kind, ((0, 0), (0, idle)))
        out[:, at : at + len(kind)] = laid.reshape(len(kind), -1, LANES).transpose(1, 0, 2)
        at += len(kind)
    return out.ravel()
