"""The yardstick: a bare matrix product of the same factors, without gates and without lists."""

from __future__ import annotations

import ctypes
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FACTORS = 624  # 384 of the text, 240 of everything else, as a matrix product would need them
ROWS, COLUMNS = 1024, 20_000


def operands() -> tuple[NDArray[Any], NDArray[Any]]:
    """Two float32 matrices."""
    rng = np.random.default_rng(0)
    shapes = ((ROWS, FACTORS), (FACTORS, COLUMNS))
    return tuple(rng.standard_normal(shape, np.float32) for shape in shapes)  # type: ignore[return-value]


def cpu_seconds_a_pair(a: NDArray[Any], b: NDArray[Any], repeats: int = 2) -> float:
    """CPU seconds of one pair's product."""
    start = time.process_time()
    for _ in range(repeats):
        a @ b
    return (time.process_time() - start) / (repeats * ROWS * COLUMNS)


def library() -> ctypes.CDLL | None:
    """NumPy's own OpenBLAS, where it is bundled."""
    found = sorted((Path(np.__file__).parent.parent / "numpy.libs").glob("*openblas*"))
    return ctypes.CDLL(str(found[0])) if found else None


def use_one_thread() -> str:
    """Keep the yardstick on one thread; return the name of its kernel."""
    blas = library()
    if blas is None:
        return "unknown"
    blas.scipy_openblas_set_num_threads64_(1)
    name = blas.scipy_openblas_get_corename64_
    name.restype = ctypes.c_char_p
    return str(name().decode())
