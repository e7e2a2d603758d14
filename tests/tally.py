"""How much attacks, faults and loads try, and a record of what they found.

`--share full` tries as much as docs/measurements.md states, otherwise as much as a delivery can wait for.
`make attack`, `make chaos` and `make load` run one group in full and print what each test counted.
What a small share asks by turns changes with each commit (`turn`), so that some commits together ask all.
"""

import subprocess
from zlib import crc32

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
def share(pytestconfig):
    """Return a function that says how much is tried: `share(small=200, full=20_000)`."""
    chosen = pytestconfig.getoption("--share")
    return lambda **sizes: sizes[chosen]


@pytest.fixture(scope="session")
def turn(pytestconfig):
    """Return a number that each commit has of its own, or the one of --turn."""
    return turn_of(pytestconfig)


def turn_of(config: pytest.Config) -> int:
    """Return what --turn says, or the beginning of the commit's name."""
    if (chosen := config.getoption("--turn")) is not None:
        return int(chosen)
    asked = ["git", "rev-parse", "--verify", "--quiet", "HEAD"]
    found = subprocess.run(asked, cwd=config.rootpath, capture_output=True, text=True, check=False)
    return int(found.stdout[:6] or "0", 16)  # where there is no git, always the same


def goes_by_turns(item: pytest.Item) -> str:
    """Return the name of what is marked so, a test or a whole file, or nothing."""
    marked = [node for node in item.listchain() if "by_turns" in {mark.name for mark in node.own_markers}]
    return marked[0].nodeid if marked else ""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out of a small share what is thorough, and two thirds of what goes by turns."""
    if config.getoption("--share") == "full":
        return
    turn = turn_of(config)
    left_out = {
        item
        for item in items
        if item.get_closest_marker("thorough")
        or ((name := goes_by_turns(item)) and (crc32(name.encode()) + turn) % 3)
    }
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture
def rounds(pytestconfig, share):
    """Return how often two acts at the same moment are tried."""
    return pytestconfig.getoption("--races") or share(small=1, full=300)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --share, --turn and --races."""
    parser.addoption("--share", choices=("small", "full"), default="small", help="how much attacks try")
    parser.addoption("--turn", type=int, help="which part a small share asks; without it, by the commit")
    parser.addoption("--races", type=int, help="how often two acts at the same moment are tried")
