"""Install the programs that the tests need where that is allowed; where not, say exactly what is missing.

Usage: `machine.py browser postgres gettext fonts`. As root on Debian or Ubuntu what is missing is installed
with apt; elsewhere the program ends with the list, because a test that quietly skips proves nothing.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path


def browser() -> str | None:
    """Return the path of Chromium, or the one named in CHROMIUM.

    First the one without windows: the same pages in a third of the processor's time.
    """
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    for name in (os.environ.get("CHROMIUM", ""), *names):
        path = shutil.which(name)
        if path:
            return path
    return None


def postgres() -> str | None:
    """Return the folder of PostgreSQL's server programs, the newest release first."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: -int(path.parts[-3])
    )
    on_path = shutil.which("initdb")
    return str(installed[0].parent) if installed else on_path and str(Path(on_path).parent)


def gettext() -> str | None:
    """Return the path of the program that collects the texts to translate."""
    return shutil.which("xgettext")


def fonts() -> str | None:
    """Return a font folder that has Nastaliq and Chinese: without, screenshots show boxes for letters."""
    folders = (Path("/usr/share/fonts"), Path("/Library/Fonts"), Path.home() / ".fonts")
    for folder in folders:
        has_nastaliq = any(folder.rglob("*[Nn]astaliq*"))
        has_chinese = any(folder.rglob("*CJK*"))
        if has_nastaliq and has_chinese:
            return str(folder)
    return None


def nginx() -> str | None:
    """Return the path of the proxy, which Debian keeps where only root's PATH looks."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


PROGRAMS: dict[str, tuple[Callable[[], str | None], list[str]]] = {
    "browser": (browser, ["chromium-headless-shell"]),
    "postgres": (postgres, ["postgresql"]),
    "gettext": (gettext, ["gettext"]),
    "nginx": (nginx, ["nginx-light"]),
    "fonts": (fonts, ["fonts-noto-core", "fonts-noto-cjk"]),
}


def missing(names: list[str]) -> list[str]:
    """Return the Debian packages that would supply what is not there."""
    return [package for name in names if not PROGRAMS[name][0]() for package in PROGRAMS[name][1]]


def may_install() -> bool:
    """Return whether this is root on a machine with apt."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(packages: list[str]) -> None:
    """Install Debian packages without asking, without starting services of their own."""
    print("Installing for the tests:", *packages, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        command = ["apt-get", "-qq", *arguments]
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)


def main(programs: list[str]) -> None:
    """Make sure that the named programs are there, or end with the list of those that are not."""
    if (packages := missing(programs)) and may_install():
        install(packages)
    if packages := missing(programs):
        names = " ".join(packages)
        sys.exit(f"Missing on this machine: {names}\nAs root: apt-get install {names}")


if __name__ == "__main__":
    main(sys.argv[1:])
