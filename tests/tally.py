"""How much the tests that multiply try, and a record of what they found.

`make test` tries the same at each commit: every kind once or a few times. `make deep` runs these tests
alone, at the depth that docs/measurements.md states, with those marked `deep`, and prints what each tried.
"""

import pytest


class Tally:
    """What one test tried, and what it found."""

    def __init__(self) -> None:
        self.tried = 0
        self.found: list[str] = []
        self.measured: list[str] = []

    def count(self, number: int = 1) -> None:
        """Count attempts."""
        self.tried += number

    def check(self, holds: object, breach: object) -> None:
        """Count one attempt, and record what broke if anything did."""
        self.count()
        if not holds:
            self.found.append(str(breach))

    def measure(self, *figures: str) -> None:
        """Record figures to print."""
        self.measured += figures

    def settle(self) -> None:
        """End the test: nothing may have been found, and something must have been tried."""
        assert self.tried
        breaches = "\n".join(self.found[:20])
        assert not self.found, f"{len(self.found)} of {self.tried}:\n{breaches}"


@pytest.fixture
def tally():
    """Count what the test tries, and print it at the end (shown by `-rP`)."""
    counted = Tally()
    yield counted
    print(f"{counted.tried:,} tried, {len(counted.found)} found", *counted.measured, sep="; ")


@pytest.fixture
def depth(pytestconfig):
    """Return a function that says how much is tried: `depth(200, deep=20_000)`."""
    is_deep = pytestconfig.getoption("--deep")

    def chosen(small, *, deep):
        return deep if is_deep else small

    return chosen


@pytest.fixture
def rounds(pytestconfig, depth):
    """Return how often two acts at the same moment are tried."""
    return pytestconfig.getoption("--races") or depth(1, deep=300)


def multiplies(item: pytest.Item) -> bool:
    """Return whether the test tries more with --deep, or runs with it alone."""
    return "depth" in item.fixturenames or item.get_closest_marker("deep") is not None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run what multiplies with --deep, and everything that is not marked `deep` without."""
    if config.getoption("--deep"):
        left_out = [item for item in items if not multiplies(item)]
    else:
        left_out = [item for item in items if item.get_closest_marker("deep")]
    config.hook.pytest_deselected(items=left_out)
    gone = set(left_out)
    items[:] = [item for item in items if item not in gone]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --deep and --races."""
    parser.addoption("--deep", action="store_true", help="only the tests that multiply, at their full depth")
    parser.addoption("--races", type=int, help="how often two acts at the same moment are tried")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a run with skipped tests fail: `make test` runs every test."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not reporter or not reporter.stats.get("skipped"):
        return
    if session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many tests were skipped."""
    skipped = terminalreporter.stats.get("skipped", [])
    terminalreporter.write_line(f"{len(skipped)} tests skipped")
