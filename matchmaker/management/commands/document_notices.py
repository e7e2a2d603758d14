"""`manage.py document_notices`: write the tables of docs/notifications.md: the kinds, and what sends them."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import override

from profiles.notice_kinds import KINDS, NoticeKind, sorted_categories

BASE = Path(settings.BASE_DIR)
PAGE = BASE / "docs" / "notifications.md"
MARK = "<!-- notifications -->\n"
HEAD = "| notification | code | by | services |\n|---|---|---|---|\n"
KIND = re.compile(r'^(\w+) = \w+\(\s*"(\w+)"', re.MULTILINE)
# A function, or a table such as `NOTICES = {…}`, up to the next one.
PART = re.compile(r"^(?:def )?(\w+)(?:\(|(?:: .*?)? = )(?:.*\n)(?:[ \n)\]}].*\n|\n)*", re.MULTILINE)


def with_tables(text: str) -> str:
    introduction, services = text.partition(MARK)[0], functions_by_code()
    with override("en"):
        tables = [
            f"\n## {category.label}\n\n{HEAD}" + "".join(_row(kind, services[kind.code]) for kind in kinds)
            for category in sorted_categories()
            if (kinds := [kind for kind in KINDS.values() if kind.category == category])
        ]
        return introduction + MARK + "".join(tables)


def _row(kind: NoticeKind, functions: set[str]) -> str:
    email = "email after a minute" if kind.waits else "email" if kind.body else ""
    ways = ", ".join(filter(None, ("page" if kind.sentence else "", email)))
    names = ", ".join(f"`{name}`" for name in sorted(functions))
    return f"| {kind.label} | `{kind.code}` | {ways} | {names} |\n"


def functions_by_code() -> dict[str, set[str]]:
    """Return the functions of services that name a kind, or a table with it, by the code of the kind."""
    apps = (BASE / "matchmaker", BASE / "profiles")
    modules = {path.relative_to(BASE).with_suffix(""): path for app in apps for path in app.rglob("*.py")}
    texts = {name.parts: path.read_text(encoding="utf-8") for name, path in modules.items()}
    kinds = [
        (".".join(parts), name, code)
        for parts, text in texts.items()
        if parts[-1] == "kinds"
        for name, code in KIND.findall(text)
        if code in KINDS
    ]
    functions: dict[str, set[str]] = defaultdict(set)
    for parts, text in texts.items():
        codes = {name: code for module, name, code in kinds if "services" in parts and _imports(module, text)}
        words = {part[1]: set(re.findall(r"\w+", part[0])) for part in PART.finditer(text) if codes}
        for function in re.findall(r"^def (\w+)", text, re.MULTILINE) if codes else ():
            tables = [words[table] for table in words[function] & words.keys() if table.isupper()]
            for name in words[function].union(*tables) & codes.keys():
                functions[codes[name]].add(f"{parts[parts.index('services') - 1]}.{function}")
    return functions


def _imports(module: str, text: str) -> bool:
    """Say whether a text imports a module, or names of it: `from package import forms, kinds`, too."""
    package, _, name = module.rpartition(".")
    return module in text or bool(re.search(rf"from {re.escape(package)} import .*\b{name}\b", text))


class Command(BaseCommand):
    help = "Write the tables of docs/notifications.md."

    def handle(self, *args: Any, **options: Any) -> None:
        PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
