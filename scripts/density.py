"""How dense the code is: `make structure` prints it, and `make plain` compares a commit with the one before.

A node is a node of the syntax tree; docstrings and annotations do not count. A statement inside a function
is heavy when it has more than thirty nodes of its own, without the statements of its body. Control flow is
nested when a comprehension, conditional expression, lambda or `:=` stands inside another one.
"""

import ast
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("matchmaker", "profiles", "scripts", "tests")
HEAVY = 30
ALLOWED_SHARE = 0.04  # of heavy statements, in a file that has more of them than before
CONTROL_FLOW = (
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.IfExp,
    ast.Lambda,
    ast.NamedExpr,
)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITIONS = (ast.ClassDef, *FUNCTIONS)
BLOCKS = (ast.stmt, ast.ExceptHandler, ast.match_case)


@dataclass
class Density:
    """The figures of one file or of several."""

    nodes: int = 0
    statements: int = 0
    heavy_lines: list[int] = field(default_factory=list)
    nested_lines: list[int] = field(default_factory=list)

    @property
    def heavy_share(self) -> float:
        """Return the heavy statements as a share of all statements inside functions."""
        if not self.statements:
            return 0.0
        return len(self.heavy_lines) / self.statements

    def add(self, other: "Density") -> None:
        """Add the figures of another file."""
        self.nodes += other.nodes
        self.statements += other.statements
        self.heavy_lines += other.heavy_lines
        self.nested_lines += other.nested_lines


class Cleaner(ast.NodeTransformer):
    """Remove docstrings and annotations from a tree."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Visit a node of any kind."""
        if isinstance(node, (ast.Module, *DEFINITIONS)) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
        if isinstance(node, FUNCTIONS):
            node.returns = None
        if isinstance(node, ast.arg):
            node.annotation = None
        if isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(0)
        return super().generic_visit(node)


def own_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield the nodes below a statement, without the statements of its body."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        for child in ast.iter_child_nodes(waiting.pop()):
            if not isinstance(child, BLOCKS):
                yield child
                waiting.append(child)


def has_control_flow(node: ast.expr) -> bool:
    """Return whether there is control flow below the node."""
    below = ast.walk(node)
    next(below)
    return any(isinstance(child, CONTROL_FLOW) for child in below)


def density(text: str) -> Density:
    """Return the figures of a module's text."""
    tree = Cleaner().visit(ast.parse(text))
    figures = Density()
    statements: dict[int, ast.stmt] = {}
    for node in ast.walk(tree):
        figures.nodes += 1
        if isinstance(node, CONTROL_FLOW) and has_control_flow(node):
            figures.nested_lines.append(node.lineno)
        if not isinstance(node, FUNCTIONS):
            continue
        for inner in ast.walk(node):
            if isinstance(inner, ast.stmt) and not isinstance(inner, DEFINITIONS):
                statements[id(inner)] = inner
    figures.statements = len(statements)
    for statement in statements.values():
        if sum(1 for _node in own_nodes(statement)) > HEAVY:
            figures.heavy_lines.append(statement.lineno)
    return figures


def git(*arguments: str) -> str:
    """Return what git prints."""
    command = ["git", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def is_counted(name: str) -> bool:
    """Return whether the figures of this file count."""
    path = Path(name)
    return path.suffix == ".py" and path.parts[0] in FOLDERS and "migrations" not in path.parts


def new_files() -> list[str]:
    """Return the files that git would add."""
    return git("ls-files", "--others", "--exclude-standard").splitlines()


def counted(names: list[str]) -> list[str]:
    """Return the files that exist and count, in order."""
    return sorted(name for name in names if is_counted(name) and (ROOT / name).exists())


def print_areas() -> None:
    """Print the figures of each area and of the whole."""
    areas: dict[str, Density] = defaultdict(Density)
    for name in counted(git("ls-files").splitlines() + new_files()):
        figures = density((ROOT / name).read_text(encoding="utf-8"))
        areas["/".join(Path(name).parent.parts[:2])].add(figures)
        if Path(name).parts[0] == "tests":
            areas["all tests"].add(figures)
        else:
            areas["the product"].add(figures)
    print(f"{'':30}{'nodes':>10}{'heavy':>8}{'nested':>8}")
    for area, figures in sorted(areas.items()):
        share = f"{figures.heavy_share:.1%}"
        print(f"{area:30}{figures.nodes:>10,}{share:>8}{len(figures.nested_lines):>8}")


def earlier_text(base: str, name: str) -> str:
    """Return a file as the earlier commit has it, or nothing for a new file."""
    if not git("ls-tree", "--name-only", base, "--", name):
        return ""
    return git("show", f"{base}:{name}")


def base_commit() -> str:
    """Return the commit to compare with: the last one while there are changes, otherwise its parent."""
    if git("status", "--porcelain"):
        return "HEAD"
    commits = git("rev-list", "--first-parent", "--max-count=2", "HEAD").split()
    return commits[-1]


def faults(base: str) -> Iterator[str]:
    """Yield what the changed files do worse than the rule allows."""
    changed = git("diff", "--name-only", base).splitlines()
    for name in counted(changed + new_files()):
        after = density((ROOT / name).read_text(encoding="utf-8"))
        before = density(earlier_text(base, name))
        for line in after.nested_lines:
            yield f"{name}:{line}: control flow inside control flow"
        if after.heavy_share > before.heavy_share and after.heavy_share > ALLOWED_SHARE:
            lines = ", ".join(map(str, after.heavy_lines))
            yield f"{name}: more heavy statements than before, on lines {lines}"


def main(arguments: list[str]) -> None:
    """Print the figures, or with `changed` the faults of the changed files."""
    if arguments[:1] != ["changed"]:
        print_areas()
        return
    base = " ".join(arguments[1:]) or base_commit()
    lines = list(faults(base))
    if lines:
        print("\n".join(lines))
        sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
