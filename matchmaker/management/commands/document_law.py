"""`manage.py document_law`: write the tables of docs/for-a-lawyer.md from those that the product reads."""

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from matchmaker.deals.fair_dealing.selectors.fair_terms import TABLES


class Command(BaseCommand):
    help = "Write the tables of docs/for-a-lawyer.md from those that the product reads."

    def handle(self, *args: Any, **options: Any) -> None:
        page = Path(settings.BASE_DIR) / "docs" / "for-a-lawyer.md"
        text = page.read_text(encoding="utf-8")
        for heading, made in TABLES.items():
            found = re.search(rf"\n## {heading}\n(?:(?!\|).*\n)*((?:\|.*\n)+)", text)
            if found:
                text = f"{text[: found.start(1)]}{made()}\n{text[found.end(1) :]}"
        page.write_text(text, encoding="utf-8")
