"""Counts what the tests of tests/goals.py tried and found, and prints it as tables after each run.

With `--share full` they try as much as docs/measurements.md states, else what a delivery can wait for.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.goals import BY_NAME, GOALS, GROUPS, Goal

HEAD = ("what holds", "what was tried", "count", "found", "goal", "kept")


@dataclass
class Tally:
    """What one test tried, and what it found against its goal."""

    tried: int = 0
    found: list[str] = field(default_factory=list)
    measured: list[str] = field(default_factory=list)

    def count(self, number: int = 1) -> None:
        """Note attempts."""
        self.tried += number

    def check(self, holds: object, breach: object) -> None:
        """Note one attempt, and what broke if anything did."""
        self.count()
        if not holds:
            self.found.append(str(breach))

    def measure(self, figure: str) -> None:
        """Note a figure that belongs in the table."""
        self.measured.append(figure)

    def settle(self) -> None:
        """End the test: nothing may have been found, and something must have been tried."""
        assert self.tried
        told = "\n".join(self.found[:20])
        assert not self.found, f"{len(self.found)} of {self.tried}:\n{told}"


KEPT = pytest.StashKey[Tally]()


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Tally:
    """What the test tried and found, for the table."""
    return request.node.stash.setdefault(KEPT, Tally())


@pytest.fixture
def share(pytestconfig: pytest.Config) -> Callable[..., int]:
    """A function that returns how much is tried: `share(small=200, full=20_000)`."""
    chosen = pytestconfig.getoption("--share")
    return lambda **sizes: sizes[chosen]


@pytest.fixture
def rounds(pytestconfig: pytest.Config, share: Callable[..., int]) -> int:
    """How often two acts at the same moment are tried."""
    return pytestconfig.getoption("--races") or share(small=1, full=300)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --share and --races."""
    parser.addoption("--share", choices=("small", "full"), default="small", help="how much attacks try")
    parser.addoption("--races", type=int, help="how often two acts at the same moment are tried")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers."""
    config.addinivalue_line("markers", "proves(name): the test proves one line of tests/goals.py")
    for group in GROUPS:
        config.addinivalue_line("markers", f"{group}: set by `proves`; selects a group of tests/goals.py")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with the groups of what it proves."""
    for item in items:
        for name in proved(item):
            item.add_marker(BY_NAME[name].group)


def proved(item: pytest.Item) -> list[str]:
    """Return the names of what the test proves."""
    return [str(name) for marker in item.iter_markers("proves") for name in marker.args]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Send what was counted along with the report."""
    report: Any = yield
    names = proved(item)
    if names and (report.when == "call" or report.failed):
        kept = item.stash.get(KEPT, Tally()) if report.when == "call" else Tally()
        found = len(kept.found) or int(report.failed)
        # Plain values, which pass between processes.
        report.user_properties.append(("proves", (names, kept.tried or 1, found, kept.measured)))
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print a table for each group of which a test ran."""
    stats = terminalreporter.stats
    reports = [report for kind in ("passed", "failed", "error") for report in stats.get(kind, [])]
    told = [
        value
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == "proves"
    ]
    for group in GROUPS:
        rows = [row for goal in GOALS if goal.group == group and (row := row_of(goal, told))]
        if rows:
            terminalreporter.section(group)
            terminalreporter.write_line(table([HEAD, *rows]))


def row_of(goal: Goal, told: list[Any]) -> tuple[str, ...]:
    """Return the goal's line of the table; nothing where no test of it ran."""
    mine = [one for one in told if goal.name in one[0]]
    if not mine:
        return ()
    count, found = sum(one[1] for one in mine), sum(one[2] for one in mine)
    figures = [figure for one in mine for figure in one[3]]
    shown = ", ".join([str(found), *figures] if found or not figures else figures)
    return goal.name, goal.tried, f"{count:,}", shown, goal.goal, "no" if found else "yes"


def table(rows: list[tuple[str, ...]]) -> str:
    """Return rows as a Markdown table."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
