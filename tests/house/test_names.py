"""No name means two things: what one capability calls by a name, no other calls something else by it."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import APPS, ROOT, files, place

ENGINE = "matchmaker.engine"
# Names that stand for different things in more than one capability, each with the reason why that misleads
# nobody. A verb of a service is always read behind its module: `teams.accept(…)`, `storage.remove(…)`.
ALLOWED = {
    "add": "verb of a service",
    "advance": "verb of a service",
    "claim": "verb of a service",
    "due": "verb of a service",
    "encode": "one meaning: texts to vectors, by the model or by the glossary where it cannot run",
    "enqueue": "verb of a service",
    "fail": "verb of a service",
    "load": "verb of a service",
    "record": "verb of a service",
    "refresh": "verb of a service",
    "release": "verb of a service",
    "remove": "verb of a service",
    "retry": "verb of a service",
    "withdraw": "verb of a service",
}


def capability(path: Path) -> str:
    """Return the capability a module belongs to: the folder or file below its app."""
    app, room, *_rest = path.relative_to(ROOT).with_suffix("").parts
    return f"{app}.{room}"


def own_modules() -> Iterator[tuple[Path, ast.Module]]:
    """Give every module of both apps but migrations and those that a framework reads by name."""
    for path in files(".py"):
        parts = path.relative_to(ROOT).parts
        if parts[0] in APPS and not {"migrations", "management", "formats"} & set(parts):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def defined(tree: ast.Module) -> Iterator[str]:
    """Give the public classes and functions of a module."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            yield node.name


def used_elsewhere() -> set[str]:
    """Return the names that one module takes from another, by import or behind a module's name."""
    names = set()
    for _path, tree in own_modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                names.add(node.attr)
    return names


def leaves_the_engine() -> set[str]:
    """Return the names that others take from the engine; what stays inside may be named as numbers are."""
    return {
        alias.name
        for path, tree in own_modules()
        if capability(path) != ENGINE
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(ENGINE)
        for alias in node.names
    }


def ambiguous() -> dict[str, set[str]]:
    """Return each name that means something in more than one capability, with these."""
    where: dict[str, set[str]] = defaultdict(set)
    outside = leaves_the_engine()
    for path, tree in own_modules():
        for name in defined(tree):
            if capability(path) != ENGINE or name in outside:
                where[name].add(capability(path))
    shared = used_elsewhere()
    return {
        name: rooms
        for name, rooms in where.items()
        if len(rooms) > 1 and (name in shared or name[0].isupper())
    }


def test_no_name_means_two_things() -> None:
    found = ambiguous()
    assert {name: rooms for name, rooms in found.items() if name not in ALLOWED} == {}
    assert set(ALLOWED) - set(found) == set(), "these need no allowance any more"


def test_published_is_asked_in_one_place() -> None:
    """`Profile.objects.published()` is the one rule of who is matched and shown; no second copy."""
    copies = [
        place(path, node)
        for path, tree in own_modules()
        if path.name != "profile.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and {"status", "matching_consent"} <= {word.arg for word in node.keywords}
    ]
    assert copies == []
