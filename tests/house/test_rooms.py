"""The rules of the house that no linter knows."""

import ast
import re
import sys

import pytest

from tests.house.tree import ROOT, files, modules, place

LONGEST_FILE = 300
EMPTY_WORDS = {"utils", "util", "common", "helpers", "helper", "misc", "lib"}
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
PROSE = (".py", ".md", ".html", ".css", ".js", ".toml", ".txt", ".yml", "")


def own_files(*suffixes: str) -> list[str]:
    """Return our own files of these kinds: no vendored packages, no locks."""
    kept = [path for path in files(*suffixes) if "vendor" not in path.parts and path.suffix != ".lock"]
    return [place(path) for path in kept]


def test_files_are_short() -> None:
    lengths = {
        name: len((ROOT / name).read_text(encoding="utf-8").splitlines())
        for name in own_files(".py", ".html", ".css", ".js")
        if "/migrations/" not in name and not name.startswith("tests/")
    }
    assert {name for name, length in lengths.items() if length > LONGEST_FILE} == set()


def test_no_room_for_leftovers() -> None:
    names = [name for name in own_files(".py") if EMPTY_WORDS & set(re.split(r"[/.]", name))]
    assert names == []


def test_nothing_is_left_unfinished() -> None:
    found = [
        name for name in own_files(*PROSE) if UNFINISHED.search((ROOT / name).read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_exception_is_swallowed() -> None:
    found = [
        place(path, node)
        for path in files(".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler) and all(isinstance(line, ast.Pass) for line in node.body)
    ]
    assert found == []


def imported(tree: ast.Module) -> set[str]:
    """Return the top-level packages that a module imports."""
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    froms = {
        node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level
    }
    return {name.split(".")[0] for name in names | froms}


def test_the_engine_is_numbers_only() -> None:
    allowed = {"numpy", "numba", "llvmlite", "matchmaker", *sys.stdlib_module_names}
    clock_or_chance = {"time", "datetime", "random", "secrets", "os"}
    found = {
        place(path): imported(tree) - allowed | imported(tree) & clock_or_chance
        for path, tree in modules("engine")
    }
    assert {name: extra for name, extra in found.items() if extra} == {}


@pytest.mark.parametrize("kind", ["style", "script", "on"])
def test_no_inline_style_or_script(kind: str) -> None:
    patterns = {
        "style": r"<style|\sstyle=",
        "script": r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")",
        "on": r"\son[a-z]+=",
    }
    pattern = re.compile(patterns[kind])
    pages = [path for path in files(".html") if "email" not in path.parts]
    assert [place(path) for path in pages if pattern.search(path.read_text(encoding="utf-8"))] == []
