"""Every class that a page uses is styled: Bootstrap is trimmed to what was in use when it was trimmed."""

import re
from functools import cache

from profiles.choices import Audience
from tests.house.tree import files

CLASSES = re.compile(r'\sclass="((?:[^"{]|\{%.*?%\}|\{\{.*?\}\})*)"')
TAGS = re.compile(r"\{%.*?%\}")
VALUES = re.compile(r"(?:[^\s{]|\{%.*?%\})*\{\{.*?\}\}(?:[^\s{]|\{%.*?%\})*")
STYLED = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
# Second halves of names that a template puts together, and hooks that are only there to be found.
PARTS = {"normal", "primary", "good", "warn", "bad", "info"}
HOOKS = {
    "shortlist",
    "original",
    "bar-fit",
    "bar-part",
    "notice-info",
    "hero-text",
    "page-normal",
    "step-begun",
    "step-not_begun",
} | {f"seen-by-{audience}" for audience in Audience.values}
# What packages write into a form without styling it.
FOREIGN = {
    "textinput", "emailinput", "urlinput", "webinput", "numberinput", "textarea", "select", "selectmultiple",
    "checkboxinput", "checkboxselectmultiple", "radioselect", "dateinput", "passwordinput", "asteriskField",
    "requiredField", "controls", "clearablefileinput",
}  # fmt: skip


@cache
def styled() -> frozenset[str]:
    """Return every class that has a rule."""
    sheets = (path.read_text(encoding="utf-8") for path in files(".css", under="static"))
    return frozenset(name for sheet in sheets for name in STYLED.findall(sheet))


def written(text: str) -> set[str]:
    """Return the classes in the attributes of a page or a template, without those that hold a value."""
    attributes = " ".join(CLASSES.findall(text))
    tokens = TAGS.sub(" ", VALUES.sub(" ", attributes)).split()
    return {token for token in tokens if not token.endswith("-")}


def unstyled(page: str) -> list[str]:
    """Return the classes of a whole page that have no rule, for tests/house/test_pages.py."""
    return sorted(written(page) - styled() - HOOKS - FOREIGN)


def test_no_class_of_a_template_is_missing() -> None:
    used = set().union(
        *(written(path.read_text(encoding="utf-8")) for path in files(".html", under="templates"))
    )
    assert sorted(used - styled() - PARTS - HOOKS) == []
