"""Only services write: no other room changes a record."""

import ast

from tests.house.tree import files, location, modules

ALWAYS = {
    "bulk_create", "bulk_update", "create", "create_superuser", "create_user", "delete", "get_or_create",
    "save", "update_or_create",
}  # fmt: skip
READERS = ("views", "forms", "selectors", "guards", "tasks", "templatetags", "models", "visibility", "market")


def is_queryset_update(call: ast.Call) -> bool:
    """Return whether the call is `.update(field=…)`, which no dict of ours takes."""
    return isinstance(call.func, ast.Attribute) and call.func.attr == "update" and bool(call.keywords)


def is_superclass(call: ast.Call) -> bool:
    """Return whether the call goes to super(), as a manager's own method does."""
    value = call.func.value if isinstance(call.func, ast.Attribute) else None
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "super"


def is_write(node: ast.AST) -> bool:
    """Return whether the node writes records."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    return (node.func.attr in ALWAYS and not is_superclass(node)) or is_queryset_update(node)


def services(tree: ast.Module) -> set[str]:
    """Return the names under which the module knows services."""
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    found = [alias for node in imports if "services" in str(node.module).split(".") for alias in node.names]
    return {alias.asname or alias.name for alias in found}


def writes(tree: ast.Module) -> list[ast.AST]:
    """Return what writes records in a module other than through a service."""
    known = services(tree)
    found = [node for node in ast.walk(tree) if is_write(node)]
    return [node for node in found if getattr(node.func.value, "id", "") not in known]


def test_readers_do_not_write():
    found = [location(path, node) for path, tree in modules(*READERS) for node in writes(tree)]
    manager = {location(path, node) for path, tree in modules("models") for node in managers(tree)}
    assert [where for where in found if where not in manager] == []


def managers(tree: ast.Module) -> list[ast.AST]:
    """Return the calls inside manager classes, Django's own place for making accounts."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name.endswith("Manager")]
    return [node for manager in classes for node in ast.walk(manager)]


def test_no_hidden_work_in_save_or_signals():
    overridden = [
        location(path, node)
        for path, tree in modules("models")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete"}
    ]
    receivers = [
        location(path)
        for path in files(".py")
        if path.parts[-2] in {"models", "services"} and "@receiver" in path.read_text(encoding="utf-8")
    ]
    assert overridden + receivers == []


def test_every_page_reads_through_a_selector():
    """Views, forms' owners and templates never ask a manager themselves."""
    found = [
        location(path, node)
        for path, tree in modules("views", "guards", "templatetags")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}
    ]
    assert found == []
