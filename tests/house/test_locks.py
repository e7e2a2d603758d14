"""The locks pin what the requirements ask for."""

import re
import sys

import pytest

from tests.house.tree import ROOT, files

REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)(.*)$")
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)")


def normal(name: str) -> str:
    """Return a package's name as locks write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def asked(name: str) -> list[str]:
    """Return the requirement lines of a file, without blank lines, comments and references."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-r "))]


def pinned(name: str) -> dict[str, str]:
    """Return the packages of a lock with their versions."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return {normal(match[1]): match[2] for line in lines if (match := PINNED.match(line))}


def wants(name: str) -> dict[str, str]:
    """Return the packages that a requirements file asks for with their versions."""
    found = [REQUIREMENT.match(line) for line in asked(name)]
    assert all(found), f"{name}: every line is name==version"
    return {normal(match[1]): match[2] for match in found if match}


@pytest.mark.parametrize(
    ("requirements", "lock"),
    [
        ("requirements.txt", "requirements.lock"),
        ("requirements.txt", "requirements-dev.lock"),
        ("requirements-dev.txt", "requirements-dev.lock"),
    ],
)
def test_lock_is_current(requirements: str, lock: str) -> None:
    held = pinned(lock)
    assert {name: held.get(name) for name in wants(requirements)} == wants(requirements), "Run make lock"


@pytest.mark.parametrize("requirements", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_has_a_reason(requirements: str) -> None:
    assert [line for line in asked(requirements) if "  # " not in line] == []


def test_every_requirement_is_used() -> None:
    """A package that nothing imports, names in the settings or runs is not needed."""
    spelt_otherwise = {
        "psycopg": "postgresql",
        "babel": "babel.messages",
        "django-allauth": "allauth",
        "django-anymail": "anymail",
        "django-environ": "environ",
        "django-csp": "csp",
        "django-import-export": "import_export",
        "django-crispy-forms": "crispy_forms",
        "django": "django",
        "pillow": "from PIL import",
    }
    sources = [
        *files(".py", under="matchmaker"),
        *files(".py", under="profiles"),
        *files(".py", under="scripts"),
    ]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    names = {name: spelt_otherwise.get(name, name.replace("-", "_")) for name in wants("requirements.txt")}
    assert [name for name, spelt in names.items() if spelt not in text] == []


def test_python_is_new_enough() -> None:
    assert sys.version_info >= (3, 11)
