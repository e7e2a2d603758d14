"""Acts at the same moment, and between two reads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier
from typing import Any

from django.db import connection, transaction


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts at the same moment, each on its own connection; return what each returned or raised."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def kinds(outcomes: list[Any]) -> list[str]:
    """Return the names of what was raised, "" for what succeeded, sorted."""
    return sorted(type(each).__name__ if isinstance(each, Exception) else "" for each in outcomes)


def broken_log(row: Any, steps: Any) -> list[str]:
    """Return the steps of a record where they do not lead, one after the other, to its state."""
    chain = list(steps.order_by("pk").values_list("source", "target"))
    ends = bool(chain) and chain[-1][1] == row.state
    holds = ends and all(before[1] == after[0] for before, after in pairwise(chain))
    return [] if holds else [f"{row.state}: steps {chain}"]


def between_reads(read: Callable[[], Any], act: Callable[[], Any], every: int = 1) -> int:
    """Read again and again, act each time just before a later query, and undo it; return how many there are.

    `every`: how many queries later the act comes each time.
    """
    at, seen = 0, 1

    def acting(execute: Callable[..., Any], *asked: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == at + 1:
            act()
        return execute(*asked)

    while seen > at:
        seen = 0
        with transaction.atomic(), connection.execute_wrapper(acting):
            read()
            transaction.set_rollback(True)
        at += every
    return seen
