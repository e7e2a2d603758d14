"""The locks pin what the requirements ask for."""

import re

import pytest

from tests.house.tree import ROOT

PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", re.MULTILINE)


def pinned(name: str) -> dict[str, str]:
    """Return the versions that a file names, by package as locks write it."""
    found = PINNED.findall((ROOT / name).read_text(encoding="utf-8"))
    return {re.sub(r"[-_.]+", "-", package).lower(): version for package, version in found}


@pytest.mark.parametrize(
    ("requirements", "lock"),
    [
        ("requirements.txt", "requirements.lock"),
        ("requirements.txt", "requirements-dev.lock"),
        ("requirements-production.txt", "requirements-production.lock"),
        ("requirements-production.txt", "requirements-dev.lock"),
        ("requirements-dev.txt", "requirements-dev.lock"),
    ],
)
def test_lock_is_current(requirements, lock):
    assert pinned(requirements).items() <= pinned(lock).items(), "Run make lock"
