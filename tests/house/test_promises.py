"""Every promise of the interface is in docs/promises.md, with a test that holds it."""

import ast
import re
from functools import cache

from tests.house.test_asvs import names_in
from tests.house.tree import APPS, ROOT, files

PAGE = ROOT / "docs" / "promises.md"
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
MARKED = re.compile(r"""(?:{%\s*translate\s+|\b_\()(["'])(.*?)\1""")
BLOCK = re.compile(r"{%\s*blocktranslate\b.*?%}(.*?){%\s*endblocktranslate", re.DOTALL)
PROMISE = re.compile(
    r"\b(never|no one|nobody|only you|only your (company|team)|only the (two|organisers?)|only curators"
    r"|no (other )?company|(is|are) not (shown|told|sent)|cannot (see|read)|does not see)\b",
    re.IGNORECASE,
)
MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}


def plain(text: str) -> str:
    return " ".join(text.split())


@cache
def texts() -> list[str]:
    """Return the texts that people read: of the templates, then of the code."""
    found = []
    for path in files(".html", ".txt", under="templates"):
        page = path.read_text(encoding="utf-8")
        found += [words for _quote, words in MARKED.findall(page)]
        found += [part for block in BLOCK.findall(page) for part in re.split(r"{%\s*plural\s*%}", block)]
    for path in (path for app in APPS for path in files(".py", under=app) if "migrations" not in path.parts):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKS:
                found += [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
    return [plain(text) for text in found if isinstance(text, str)]


def sentences() -> set[str]:
    """Return the sentences that read like a promise."""
    found = {each for text in texts() for each in re.split(r"(?<=[.!?]) (?=[A-Z“])", text)}
    return {each for each in found if PROMISE.search(each)}


def rows() -> list[list[str]]:
    """Return the promises of the page, each with where it is shown and its tests."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [row for row in cells if row[0] != "promise"]


def exceptions() -> set[str]:
    """Return the sentences of the page that promise nothing."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return {line.removeprefix("- ") for line in lines if line.startswith("- ")}


def test_every_promise_has_a_test_that_exists():
    assert len(rows()) > 80
    for promise, _where, held in rows():
        assert TEST.findall(held), promise
        assert [f"{path}::{name}" for path, name in TEST.findall(held) if name not in names_in(path)] == []


def test_every_promise_is_still_made_where_the_page_says():
    for promise, where, _held in rows():
        named = re.findall(r"`([\w/.]+)`", where)
        pages = [plain(re.sub(r'"\s*"', "", (ROOT / each).read_text(encoding="utf-8"))) for each in named]
        assert named, promise
        assert all(promise in page for page in pages), promise
    shown = "\n".join(texts())
    assert [each for each in exceptions() if each not in shown] == []


def test_every_sentence_that_reads_like_a_promise_is_listed():
    assert sorted(sentences() - {promise for promise, *_rest in rows()} - exceptions()) == []
