"""The repository as the house tests read it."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("profiles", "matchmaker")


def files(*suffixes: str, under: str = "") -> list[Path]:
    """Return the files that git knows or would add, with these suffixes, in order."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", under or "."]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    return sorted(path for path in paths if path.is_file() and (not suffixes or path.suffix in suffixes))


def modules(*rooms: str) -> Iterator[tuple[Path, ast.Module]]:
    """Give each module of these rooms of both apps, parsed."""
    for path in files(".py"):
        app, room, *_rest = (*path.relative_to(ROOT).parts, "", "")
        if app in APPS and room.removesuffix(".py") in rooms:
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def place(path: Path, node: ast.AST | None = None) -> str:
    """Return where something is, as people write it."""
    line = f":{node.lineno}" if node is not None and hasattr(node, "lineno") else ""
    return f"{path.relative_to(ROOT)}{line}"
