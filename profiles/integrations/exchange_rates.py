"""Exchange rates from a file: currency, units per US dollar, day, source."""

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True)
class Quote:
    """One rate as its source gives it."""

    currency: str
    per_usd: Decimal
    quoted_on: date
    source: str


def read_quotes(path: Path) -> list[Quote]:
    """Return the rates in a CSV file with the columns currency, per_usd, quoted_on and source."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [
            Quote(
                row["currency"], Decimal(row["per_usd"]), date.fromisoformat(row["quoted_on"]), row["source"]
            )
            for row in csv.DictReader(lines)
        ]
