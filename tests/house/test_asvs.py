"""The table of ASVS names tests that exist and run at every commit."""

import ast
import re
from functools import cache

from tests.house.tree import ROOT

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@cache
def names_in(name: str) -> set[str]:
    """Return the names of the tests in a file that every commit runs: no row rests on `make deep` alone."""
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    if any(is_deep(node.value) for node in tree.body if isinstance(node, ast.Assign)):
        return set()
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return {node.name for node in functions if not any(map(is_deep, node.decorator_list))}


def is_deep(node: ast.expr) -> bool:
    """Return whether it marks all its tests as `deep`, and not only some of their parameters."""
    text = ast.unparse(node)
    return "pytest.mark.deep" in text and "parametrize" not in text


def test_every_test_that_the_table_names_exists():
    named = NAMED.findall((ROOT / "docs" / "asvs.md").read_text(encoding="utf-8"))
    assert len(named) > 60
    assert [f"{path}::{name}" for path, name in named if name not in names_in(path)] == []
