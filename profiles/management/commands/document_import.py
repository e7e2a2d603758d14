"""`manage.py document_import`: write the columns of each importable file into docs/import.md."""

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from profiles.curation.imports.columns import KINDS, document


class Command(BaseCommand):
    help = "Write the columns of each importable file into docs/import.md."

    def handle(self, *args: Any, **options: Any) -> None:
        page = Path(settings.BASE_DIR) / "docs" / "import.md"
        text = page.read_text(encoding="utf-8")
        for kind in KINDS:
            found = re.search(rf"\n## {kind}\n(?:(?!\|).*\n)*((?:\|.*\n)+)", text)
            if found:
                text = f"{text[: found.start(1)]}{document(kind)}\n{text[found.end(1) :]}"
        page.write_text(text, encoding="utf-8")
