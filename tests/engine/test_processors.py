"""Every processor gives the same bytes, whatever its instructions."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from matchmaker import engine
from matchmaker.engine.kernel import top_k
from tests.engine.markets import market

RANK = """
import sys
import numpy as np
from matchmaker import engine
from matchmaker.engine.definition import reference
from matchmaker.engine.vectors import HAS_DOT
from tests.engine.markets import market

snapshot = market(5, 90, 700, theses=2, sizes=(93, 8, 110, 22, 32, 1), pairs=0.01, stated=0.8, must=0.1)
found = engine.rank_values(engine.prepare(snapshot), np.arange(90), 20)
expected = reference.rank_values(snapshot, 20)
same = (found.startups == expected.startups).all() and (found.investors == expected.investors).all()
sys.exit(0 if same and not HAS_DOT else 1)
"""


def test_a_processor_without_wide_vectors_ranks_alike(tmp_path: Path) -> None:
    plain = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "", "NUMBA_CACHE_DIR": str(tmp_path)}
    root = str(Path(engine.__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", RANK], cwd=root, env={**os.environ, **plain, "PYTHONPATH": root}
    )
    assert done.returncode == 0


def test_a_list_has_at_most_64_places() -> None:
    with pytest.raises(ValueError, match="64 places at most, not 65"):
        engine.rank_all(market(1, 2, 2), k=65)
    assert (top_k.empty(3, 64) < 0).all()
