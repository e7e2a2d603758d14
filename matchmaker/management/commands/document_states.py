"""`manage.py document_states`: write the tables of states in docs from those that the product uses."""

import re
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand


def with_tables(text: str) -> str:
    return re.sub(
        r"(<!-- states: (\w+) -->\n\n)(?:\|.*\n)*", lambda found: found[1] + table_of(found[2]), text
    )


def table_of(name: str) -> str:
    rows = ["| act | from | to | who |", "|---|---|---|---|"]
    for line in apps.get_model("matchmaker", name).transitions.values():
        rows.append(f"| {line.act} | {', '.join(line.sources) or '–'} | {line.target} | {line.mover} |")
    return "\n".join(rows) + "\n"


class Command(BaseCommand):
    help = "Write the tables of states in docs from those that the product uses."

    def handle(self, *args: Any, **options: Any) -> None:
        for page in (Path(settings.BASE_DIR) / "docs").glob("*.md"):
            text = page.read_text(encoding="utf-8")
            if (made := with_tables(text)) != text:
                page.write_text(made, encoding="utf-8")
