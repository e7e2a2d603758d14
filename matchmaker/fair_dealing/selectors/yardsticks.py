"""The yardsticks of fair dealing with their sources and caveats, from profiles/data/fair_dealing.csv."""

from collections.abc import Mapping

from profiles.taxonomy.services.loading import DATA, told_rows

OF_DEPENDENCY = ("FD-NEEDS", "FD-REV", "FD-HHI-SECTOR")
OF_CONCENTRATION = ("FD-HHI-SECTOR", "FD-TOP1")
# A row of the file: `name` and `plain` question in the active language; thresholds and sources as published.
Yardstick = Mapping[str, str]


def yardsticks(*codes: str) -> list[Yardstick]:
    """Return the yardsticks with these codes, in this order."""
    found = all_yardsticks()
    return [found[code] for code in codes]


def all_yardsticks() -> dict[str, Yardstick]:
    """Return every yardstick by code."""
    return {row["code"]: row for row in told_rows(DATA / "fair_dealing.csv", "name", "plain")}
