"""The CSV files that come with the software, or a corridor's own in their place (docs/new-corridor.md)."""

import csv
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language

DATA = Path(__file__).resolve().parents[3] / "data"


def csv_rows(path: Path) -> Iterator[dict[str, str]]:
    override = Path(settings.CORRIDOR_DATA, path.name) if settings.CORRIDOR_DATA else path
    with (override if override.exists() else path).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def translated_rows(path: Path, *columns: str) -> Iterator[dict[str, str]]:
    language = (get_language() or "en")[:2]
    for row in csv_rows(path):
        yield row | {name: row.get(f"{name}_{language}") or row[f"{name}_en"] for name in columns}
