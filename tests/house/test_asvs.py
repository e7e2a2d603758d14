"""The table of ASVS names tests that exist."""

import ast
import re
from functools import cache

from tests.house.tree import ROOT

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@cache
def names_in(name: str) -> set[str]:
    """Return the names of the tests in a file."""
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_test_that_the_table_names_exists():
    named = NAMED.findall((ROOT / "docs" / "asvs.md").read_text(encoding="utf-8"))
    assert len(named) > 60
    assert [f"{path}::{name}" for path, name in named if name not in names_in(path)] == []
