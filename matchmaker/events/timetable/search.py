"""The time limit of a plan, its progress reports, and the one way to run the solver."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from threading import Thread
from typing import Any

from matchmaker.events.timetable.board import ENOUGH, Board
from matchmaker.events.timetable.problem import Progress, Stage

EVERY_SECONDS = 1.0  # between two reports


@cache
def cp_sat() -> Any:
    """Return the solver's module, or None where it is not installed. Loading it takes a second and 60 MB."""
    try:
        from ortools.sat.python import cp_model
    except ImportError:
        return None
    return cp_model


@dataclass
class Search:
    seconds: float
    workers: int
    report: Callable[[Progress], bool] | None
    best: Board  # the best whole plan so far
    bound: int
    stage: Stage = "greedy"
    stopped: bool = False
    begun: float = field(default_factory=time.monotonic)
    told: float = float("-inf")
    counted: tuple[int, int] = (0, 0)  # its meetings, and the people who have enough
    score: int = 0

    def taken(self) -> float:
        return time.monotonic() - self.begun

    def left(self) -> float:
        return 0.0 if self.stopped else max(0.0, self.seconds - self.taken())

    def note(self, board: Board, stage: Stage) -> None:
        if (goals := board.goals()) >= self.best.goals():
            self.best = board
            self.counted, self.score = (len(board.placed), goals[ENOUGH]), goals[-1]
        self.stage = stage
        self.tell()

    def tell(self) -> None:
        """Report what there is, at most once a second, and take note of a wish to stop."""
        now = time.monotonic()
        if self.report is None or self.stopped or now - self.told < EVERY_SECONDS:
            return
        self.told = now
        score, bound, gap = self.figures()
        progress = Progress(self.stage, self.taken(), *self.counted, score, bound, gap)
        self.stopped = bool(self.report(progress))

    def figures(self) -> tuple[int, int, float]:
        bound = max(self.bound, self.score)
        return self.score, bound, 1 - self.score / bound if bound else 0.0

    def run(self, model: Any, seconds: float) -> Any:
        """Solve a model in at most so many seconds; return the solver with a solution, or None.

        The solver has a thread of its own, so that reports are made in the caller's, once a second.
        """
        limit = min(seconds, self.left())
        if limit <= 0:
            return None
        solver = cp_sat().CpSolver()
        solver.parameters.max_time_in_seconds = limit
        solver.parameters.num_workers = self.workers
        solver.parameters.random_seed = 1
        found: list[Any] = []
        thread = Thread(target=lambda: found.append(solver.solve(model)), daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                thread.join(EVERY_SECONDS / 4)
                self.tell()
                if self.stopped:
                    solver.stop_search()
        finally:  # the report may have failed
            if thread.is_alive():
                solver.stop_search()
        solved = found and found[0] in (cp_sat().OPTIMAL, cp_sat().FEASIBLE)
        return solver if solved else None
