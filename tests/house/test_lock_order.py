"""Rows are held in one order and never so that a foreign key's check has to wait (decision 0012)."""

import ast

from tests.house.tree import location, modules


def test_no_lock_keeps_a_foreign_key_waiting():
    calls = [
        (location(path, node), {keyword.arg for keyword in node.keywords})
        for path, tree in modules("services")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "select_for_update"
    ]

    assert len(calls) >= 5
    assert [where for where, keywords in calls if "no_key" not in keywords] == []
