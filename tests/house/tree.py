"""The files of the repository, as the tests of tests/house read them."""

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


def modules(*layers: str) -> list[tuple[Path, ast.Module]]:
    """Return the parsed modules of these layers of both apps: `services` is a file or a folder at any depth.

    Fails for a layer without modules, because a rule that checks nothing would pass for ever.
    """
    layers_of = {
        path: {*path.relative_to(ROOT).with_suffix("").parts[1:]} & {*layers}
        for app in APPS
        for path in files(".py", under=app)
    }
    empty = set(layers) - set().union(*layers_of.values())
    assert not empty, f"no module is in {sorted(empty)}"
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path, found in layers_of.items() if found]


def location(path: Path, node: ast.AST | None = None) -> str:
    """Return path and line, relative to the root of the repository."""
    line = f":{node.lineno}" if node is not None and hasattr(node, "lineno") else ""
    return f"{path.relative_to(ROOT)}{line}"
