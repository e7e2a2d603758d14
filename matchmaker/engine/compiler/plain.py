"""Compiled or plain: who ranks while the compiled loops are not there yet.

Compiling takes 20 s of one core, once for each version of the engine; a small market does without in
milliseconds. Pairs are then scored by the definition, and the loops that put lists in order are run by Python
from the same text. The numbers are the same, bit for bit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec, module_from_spec
from threading import local
from types import ModuleType
from typing import Any

from numba import config

FEW = 250_000  # pairs of a market that the definition looks through in a third of a second


class Switch:
    """Whether this process has to do without the compiled loops for now."""

    waiting = False


class Own(local):
    """What one thread alone goes by: the one that compiles has to run the compiled loops."""

    compiles = False


own = Own()


@contextmanager
def compiled_here() -> Iterator[None]:
    """Let this thread run the compiled loops, whatever the others do."""
    own.compiles = True
    try:
        yield
    finally:
        own.compiles = False


def use_plain(*, waiting: bool) -> None:
    """Say whether the compiled loops are still to be waited for; else they are compiled when needed."""
    Switch.waiting = waiting


def is_plain(startups: int, investors: int) -> bool:
    """Whether a market of this size is ranked by the definition for now."""
    return Switch.waiting and not own.compiles and startups * investors <= FEW


def plain_copy(module: ModuleType, **instead: Any) -> Any:
    """A second module of the same text whose loops are run by Python; `instead` stands in for what only
    compiled code can call."""
    spec = find_spec(module.__name__)
    if spec is None or spec.loader is None:
        raise ImportError(module.__name__)
    copy = module_from_spec(spec)
    before, config.DISABLE_JIT = config.DISABLE_JIT, 1
    try:
        spec.loader.exec_module(copy)
    finally:
        config.DISABLE_JIT = before
    vars(copy).update(instead)
    return copy
