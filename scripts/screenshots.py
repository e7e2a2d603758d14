"""Make the pictures of the README from the demonstration: `make screenshots`.

They are made from data of their own, so that they are the same wherever they are made.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

import machine

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "images"
MOST_BYTES = 150 * 1024
SIZE = {"width": 1100, "height": 760}
WAIT_SECONDS = 60


@contextmanager
def demonstration(var: str) -> Iterator[str]:
    """Prepare a demonstration and serve it; give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {**os.environ, "CORRIDOR_DEMO": "1", "CORRIDOR_VAR": var, "LOG_LEVEL": "ERROR"}
    manage = [sys.executable, "manage.py"]
    steps = ("messages", "static", "database", "tables", "demo", "rankings")
    subprocess.run([*manage, "prepare", *steps], cwd=ROOT, env=own, check=True)
    serve = [*manage, "runserver", "--noreload", str(port)]
    server = subprocess.Popen(serve, cwd=ROOT, env=own, stderr=subprocess.DEVNULL)
    try:
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait()


def wait_for(address: str) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            with urlopen(address):  # noqa: S310  our own server
                return
        except URLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def opened(browser: Browser, address: str, person: str, *, language: str = "en") -> Page:
    """Return the home page of one of the demonstration's three people, in a language."""
    page = browser.new_context(base_url=address, viewport=SIZE, reduced_motion="reduce").new_page()  # type: ignore[arg-type]
    page.goto("/accounts/login/")
    page.fill("[name=login]", f"{person}@demo.corridor.example")
    page.fill("[name=password]", "corridor-demo")
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/home/" if person != "sana" else "**/desk/")
    if language != "en":
        with page.expect_navigation():
            page.locator(f"form.languages button[value='{language}']").first.dispatch_event("click")
    return page


def kept(page: Page, name: str) -> None:
    page.evaluate("document.fonts.ready.then(() => null)")
    page.wait_for_load_state("networkidle")
    picture = FOLDER / f"{name}.png"
    page.screenshot(path=picture)
    weight = picture.stat().st_size
    print(f"  {picture.relative_to(ROOT)}  {weight // 1024} KB", flush=True)
    if weight > MOST_BYTES:
        sys.exit(f"{picture.name} is larger than {MOST_BYTES // 1024} KB: take a smaller part of the page.")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as var, demonstration(var) as address, sync_playwright() as playwright:
        wait_for(f"{address}/healthz")
        flags = ["--no-sandbox", "--font-render-hinting=none"]
        browser = playwright.chromium.launch(executable_path=machine.browser(), args=flags)
        founder = opened(browser, address, "ayesha")
        founder.goto("/matches/")
        kept(founder, "matches")
        urdu = opened(browser, address, "ayesha", language="ur")
        urdu.goto("/matches/")
        urdu.goto(
            urdu.locator("main a[href^='/matches/']:not([href*='?'])").first.get_attribute("href") or ""
        )
        kept(urdu, "match-in-urdu")
        curator = opened(browser, address, "sana")
        curator.goto("/desk/reviews/")
        review = curator.locator("main a[href*='/reviews/startup/'], main a[href*='/reviews/investor/']")
        curator.goto(review.first.get_attribute("href") or "")
        kept(curator, "review")


if __name__ == "__main__":
    main()
