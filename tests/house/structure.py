"""The structure of the code in figures: `make structure`, or with FOLDER=… that of another checkout."""

import ast
import io
import sys
import tokenize
from collections import defaultdict
from pathlib import Path

from tests.house.tree import APPS, ROOT

LONG = 300
SEATS = {"urls", "views", "guards", "services", "forms", "selectors", "__init__"}
SILENT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def modules(root: Path) -> dict[str, Path]:
    """Return the production modules by dotted name: both apps and scripts, without migrations."""
    found = [path for room in (*APPS, "scripts") for path in sorted((root / room).rglob("*.py"))]
    return {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path
        for path in found
        if "migrations" not in path.parts
    }


def code_lines(text: str) -> int:
    """Return how many lines hold code: no blank line, no comment, no docstring."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in SILENT:
            lines |= set(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node, clean=False
        ):
            lines -= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return len(lines)


def imports(tree: ast.Module, known: dict[str, Path]) -> set[str]:
    """Return the modules of ours that a module imports."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {
                inner if (inner := f"{node.module}.{alias.name}") in known else node.module
                for alias in node.names
            }
    return found & set(known)


def room(module: str) -> str:
    """Return the capability (or file of the frame) that a module belongs to."""
    return ".".join(module.split(".")[:2])


def circles(arrows: dict[str, set[str]]) -> list[str]:
    """Return the rooms that can be reached from themselves."""

    def reach(start: str) -> set[str]:
        seen: set[str] = set()
        ahead = list(arrows[start])
        while ahead:
            here = ahead.pop()
            if here not in seen:
                seen.add(here)
                ahead += arrows.get(here, set())
        return seen

    return sorted(name for name in list(arrows) if name in reach(name))


def figures(root: Path) -> dict[str, int | list[str]]:
    """Return what is counted, by name."""
    known = modules(root)
    texts = {name: path.read_text(encoding="utf-8") for name, path in known.items()}
    arrows: dict[str, set[str]] = defaultdict(set)
    between = 0
    for name, text in texts.items():
        for target in imports(ast.parse(text), known):
            if room(name) != room(target):
                arrows[room(name)].add(room(target))
                between += 1
    files = [path for path in known.values() if path.name != "__init__.py"]
    rooms: dict[str, set[str]] = defaultdict(set)
    for name in known:
        rooms[name.rpartition(".")[2]].add(room(name))
    repeated = sorted(stem for stem, found in rooms.items() if len(found) > 1 and stem not in SEATS)
    return {
        "packages": sum(path.name == "__init__.py" for path in known.values()),
        "files": len(files),
        "lines": sum(text.count("\n") for text in texts.values()),
        "lines of code": sum(map(code_lines, texts.values())),
        "imports between rooms": between,
        "arrows between rooms": sum(map(len, arrows.values())),
        "rooms in a circle": circles(arrows),
        f"files over {LONG} lines": sorted(
            name for name, text in texts.items() if text.count("\n") > LONG and not name.startswith("scripts")
        ),
        "file names in more than one room, seats aside": repeated,
    }


def main(arguments: list[str]) -> None:
    """Print the figures of this checkout or of the one named."""
    root = Path(arguments[0]).resolve() if arguments else ROOT
    for name, value in figures(root).items():
        shown = f"{len(value)} {' '.join(value)}" if isinstance(value, list) else f"{value:,}"
        print(f"{name:>50}  {shown}")


if __name__ == "__main__":
    main(sys.argv[1:])
