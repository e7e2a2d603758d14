"""The repository as the house tests read it."""

import ast
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("profiles", "matchmaker")


def files(*suffixes: str, under: str = "") -> list[Path]:
    """Return the files that git knows or would add, with these suffixes, in order."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", under or "."]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    return sorted(path for path in paths if path.is_file() and (not suffixes or path.suffix in suffixes))


def modules(*seats: str) -> list[tuple[Path, ast.Module]]:
    """Return each module of these seats of both apps, parsed: `services` is a file or a folder at any depth.

    Every seat named must have a module: a rule that is checked on nothing is not checked.
    """
    seated = {path: seats_of(path) & set(seats) for path in files(".py")}
    empty = set(seats) - set().union(*seated.values())
    assert not empty, f"no module sits in {sorted(empty)}"
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path, chosen in seated.items() if chosen]


def seats_of(path: Path) -> set[str]:
    """Return the seats and rooms of one of our modules; nothing for a file outside the apps."""
    app, *rooms = path.relative_to(ROOT).with_suffix("").parts
    return set(rooms) if app in APPS else set()


def place(path: Path, node: ast.AST | None = None) -> str:
    """Return where something is, as people write it."""
    line = f":{node.lineno}" if node is not None and hasattr(node, "lineno") else ""
    return f"{path.relative_to(ROOT)}{line}"
