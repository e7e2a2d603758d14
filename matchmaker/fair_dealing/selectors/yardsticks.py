"""The yardsticks of fair dealing with their sources and caveats, from profiles/data/fair_dealing.csv."""

from dataclasses import dataclass

from django.utils.translation import get_language

from profiles.taxonomy.services.loading import DATA, csv_rows

OF_DEPENDENCY = ("FD-NEEDS", "FD-REV", "FD-HHI-SECTOR")
OF_CONCENTRATION = ("FD-HHI-SECTOR", "FD-TOP1")


@dataclass(frozen=True)
class Yardstick:
    """One yardstick. Name and question in the active language; thresholds and sources as published."""

    code: str
    name: str
    plain: str
    green: str
    amber: str
    red: str
    source: str
    kind: str
    url: str
    caveat: str


def yardsticks(*codes: str) -> list[Yardstick]:
    """Return the yardsticks with these codes, in this order."""
    found = all_yardsticks()
    return [found[code] for code in codes]


def all_yardsticks() -> dict[str, Yardstick]:
    """Return every yardstick by code."""
    language = (get_language() or "en")[:2]
    return {
        row["code"]: Yardstick(
            code=row["code"],
            name=row.get(f"name_{language}") or row["name_en"],
            plain=row.get(f"plain_{language}") or row["plain_en"],
            green=row["green"],
            amber=row["amber"],
            red=row["red"],
            source=row["threshold_source"],
            kind=row["threshold_kind"],
            url=row["source_url"],
            caveat=row["caveat"],
        )
        for row in csv_rows(DATA / "fair_dealing.csv")
    }
