"""docs/told.md says of every act who is told of it, how and how soon; the code says the same."""

import ast
import re

from profiles.notice_kinds import KINDS
from tests.house.tree import ROOT, files, modules

DOCUMENT = ROOT / "docs" / "told.md"
ROW = re.compile(r"^\| `([\w.]+)` \| (.*?) \| (.*?) \| (.*?) \|$", re.MULTILINE)
BY_TIME = "time."  # rows of what a periodic task does
CHANNELS = {(True, True): "page, mail", (True, False): "page", (False, True): "mail"}


def table() -> dict[str, tuple[str, str, str]]:
    """Return the rows: the act, and who is told, by which kinds of notices, how soon."""
    return {act: (who, how, soon) for act, who, how, soon in ROW.findall(DOCUMENT.read_text("utf-8"))}


def capability(module: str) -> str:
    """Return "pilots" for "matchmaker.events.pilots.services.applications"."""
    parts = module.split(".")
    return parts[parts.index("services") - 1]


def functions() -> dict[tuple[str, str], tuple[str, bool]]:
    """Return the functions of services by module and name: the act, and whether it says who acts or when."""
    found = {}
    for path, tree in modules("services"):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                given = {each.arg for each in (*node.args.args, *node.args.kwonlyargs)}
                is_act = bool(given & {"by", "user", "at"})
                found[module, node.name] = f"{capability(module)}.{node.name}", is_act
    return found


def services_in(tree: ast.Module) -> dict[str, str]:
    """Return the names under which a module knows services, and what is of them, with the whole names."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if "services" in whole.split("."):
                    names[alias.asname or alias.name] = whole
    return names


def acts() -> set[str]:
    """Return every act of a service that a page of the site begins."""
    known, found = functions(), set()
    for _path, tree in modules("views", "guards", "adapter", "middleware"):
        names = services_in(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                found.add((names.get(node.value.id, ""), node.attr))
            elif isinstance(node, ast.Name):
                module, _dot, name = names.get(node.id, "").rpartition(".")
                found.add((module, name))
    return {known[each][0] for each in found & known.keys() if known[each][1]}


def test_the_table_has_every_act_and_no_other():
    rows = {act for act in table() if not act.startswith(BY_TIME)}
    known = {act for act, _is_act in functions().values()}
    assert (sorted(acts() - rows), sorted(rows - known)) == ([], [])


def test_whoever_is_told_gets_a_kind_that_exists_by_the_channel_that_is_named():
    wrong = []
    for act, (who, how, _soon) in table().items():
        for code, channel in re.findall(r"`(\w+)` \((.*?)\)", how):
            kind = KINDS.get(code)
            if kind is None or CHANNELS.get((bool(kind.sentence), bool(kind.body))) != channel:
                wrong.append((act, code, channel))
        if not how.strip("–- ") and not who.startswith("nobody: "):
            wrong.append((act, who))
    assert wrong == []


def test_nobody_needs_a_reason():
    reasons = [who.partition(": ")[2] for who, how, _soon in table().values() if who.startswith("nobody")]
    assert reasons
    assert all(len(reason) >= 15 for reason in reasons)


def test_every_kind_of_notice_stands_in_the_table():
    told = set(re.findall(r"`(\w+)` \(", DOCUMENT.read_text("utf-8")))
    of_allauth = {code for code, kind in KINDS.items() if not (kind.sentence or kind.body)}
    assert set(KINDS) - of_allauth - told == set()


def test_every_kind_is_sent_by_the_capability_of_its_row():
    """A row names a kind only if its constant stands in the services of the act's capability, or below."""
    texts: dict[str, str] = {}
    for path, _tree in modules("services"):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        texts[capability(module)] = texts.get(capability(module), "") + path.read_text("utf-8")
    everything = "\n".join(texts.values())
    constants = {}
    for path in files(".py", under="matchmaker") + files(".py", under="profiles"):
        if path.stem == "kinds":
            for name, code in re.findall(r'^(\w+) = \w+\(\s*"(\w+)"', path.read_text("utf-8"), re.MULTILINE):
                constants[code] = name
    unsent = [code for code in KINDS if code in constants and constants[code] not in everything]
    of_allauth = {code for code, kind in KINDS.items() if not (kind.sentence or kind.body)}
    assert set(unsent) - of_allauth == set()
