"""The structure of the code in figures: `make structure`, or with FOLDER=… that of another checkout."""

import ast
import io
import sys
import tokenize
from collections import defaultdict
from pathlib import Path

from tests.house.tree import APPS, ROOT

LONG = 500
FOLDER_LIMIT = 12
NOT_CODE = {getattr(tokenize, name) for name in ["COMMENT", "NL", "NEWLINE", "INDENT", "DEDENT", "ENDMARKER"]}


def modules(root: Path, *folders: str) -> dict[str, Path]:
    """Return the modules under these folders by dotted name, without migrations."""
    found = [path for folder in folders for path in sorted((root / folder).rglob("*.py"))]
    return {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path
        for path in found
        if "migrations" not in path.parts
    }


def code_lines(text: str) -> int:
    """Return the number of lines that hold code: no blank lines, comments or docstrings."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in NOT_CODE:
            lines |= set(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            lines -= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return len(lines)


def figures(root: Path) -> dict[str, int | list[str]]:
    """Return what is counted, by name."""
    product, tests = modules(root, *APPS, "scripts"), modules(root, "tests")
    texts = {name: path.read_text(encoding="utf-8") for name, path in product.items()}
    folders: dict[str, int] = defaultdict(int)
    for path in product.values():
        folders[str(path.parent.relative_to(root))] += path.name != "__init__.py"
    return {
        "packages": sum(path.name == "__init__.py" for path in product.values()),
        "files": sum(folders.values()),
        "lines": sum(text.count("\n") for text in texts.values()),
        "lines of code": sum(map(code_lines, texts.values())),
        "lines of code of tests": sum(code_lines(path.read_text("utf-8")) for path in tests.values()),
        f"files over {LONG} lines": sorted(name for name, text in texts.items() if text.count("\n") > LONG),
        f"folders with more than {FOLDER_LIMIT} modules": sorted(
            name for name, count in folders.items() if count > FOLDER_LIMIT
        ),
    }


def main(arguments: list[str]) -> None:
    """Print the figures of this checkout or of the one named."""
    root = Path(arguments[0]).resolve() if arguments else ROOT
    for name, value in figures(root).items():
        shown = f"{len(value)} {' '.join(value)}" if isinstance(value, list) else f"{value:,}"
        print(f"{name:>50}  {shown}")


if __name__ == "__main__":
    main(sys.argv[1:])
