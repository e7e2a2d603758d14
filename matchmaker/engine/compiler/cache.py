"""Where compiled loops are kept between runs: a folder for each state of the engine's sources.

Numba asks only whether the file that a loop stands in has changed, not what the loop inlines from others, and
would go on with the old code after an upgrade.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from hashlib import sha256
from pathlib import Path

from numba import config

ENGINE = Path(__file__).parent.parent


def state(sources: Iterable[Path]) -> str:
    """What the texts of these files come to."""
    return sha256(b"\0".join(path.read_bytes() for path in sorted(sources))).hexdigest()[:16]


@contextmanager
def compiling_alone() -> Iterator[None]:
    """Hold this state's folder, so that of two processes that compile at once the second finds all done."""
    folder = Path(config.CACHE_DIR)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
    except OSError:  # where nothing can be kept, everybody compiles
        yield
        return
    with lock:
        flock(lock, LOCK_EX)
        yield


def keep_apart() -> None:
    """Let numba keep what it compiles from now on in the folder of this state."""
    folder = Path(config.CACHE_DIR or ENGINE / "__pycache__")
    now = state(ENGINE.rglob("*.py"))
    if folder.name != now:
        config.CACHE_DIR = str(folder / now)
