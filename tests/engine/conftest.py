"""The markets of these tests are small, but ranked by the kernel all the same."""

import pytest

from matchmaker.matching.engine.definition import reference


@pytest.fixture(autouse=True)
def small_markets_are_compiled(monkeypatch):
    monkeypatch.setattr(reference, "SMALL", -1)
