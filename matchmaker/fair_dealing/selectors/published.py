"""Published figures and yardsticks, each with its source; where publishers disagree, all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from profiles.taxonomy.services import DATA, csv_rows, told_rows

TOPICS: dict[str, str | Promise] = {
    "funding total": _("Money raised by startups in Pakistan"),
    "sector": _("Money raised, by sector"),
    "stage": _("Rounds, by stage"),
    "ticket size": _("Size of rounds"),
    "investors": _("Investors"),
    "women founders": _("Founders who are women"),
    "geography": pgettext_lazy("a topic of figures", "Places"),
    "Chinese capital": _("Companies from China in Pakistan"),
    "Chinese FDI": _("Direct investment from China"),
    "matchmaking": _("Earlier rounds of meetings between companies"),
    "economy": _("Background"),
}
OF_DEPENDENCY = ("FD-NEEDS", "FD-REV", "FD-HHI-SECTOR")
OF_CONCENTRATION = ("FD-HHI-SECTOR", "FD-TOP1")
# A row of fair_dealing.csv: `name` and `plain` question in the active language; thresholds and sources as
# published.
Yardstick = Mapping[str, str]
PERCENT, WHOLE = "percent", Decimal(100)
SCALE = 1000  # the length of the longest bar


@dataclass(frozen=True)
class Figure:
    """One published figure. `bar` is 0 to 1000, of the greatest of its unit in the topic; 0 draws none."""

    year: str
    metric: str
    value: str
    unit: str
    scope: str
    publisher: str
    url: str
    published: str
    note: str
    bar: int

    @property
    def is_found(self) -> bool:
        """Whether anybody published it; what is not known is said, not made up."""
        return bool(self.publisher)


@dataclass(frozen=True)
class Topic:
    """The figures of one topic, in the order of years."""

    label: str | Promise
    figures: list[Figure]

    @property
    def drawn(self) -> list[Figure]:
        """The figures that have a bar."""
        return [figure for figure in self.figures if figure.bar]


def all_yardsticks() -> dict[str, Yardstick]:
    """Return every yardstick by code."""
    return {row["code"]: row for row in told_rows(DATA / "fair_dealing.csv", "name", "plain")}


def yardsticks(*codes: str) -> list[Yardstick]:
    """Return the yardsticks with these codes, in this order."""
    found = all_yardsticks()
    return [found[code] for code in codes]


def context_topics() -> list[Topic]:
    """Return every topic with its figures, read from profiles/data."""
    rows = list(csv_rows(DATA / "context_numbers.csv"))
    rows.sort(key=lambda row: row["year"])
    return [
        Topic(label, _figures([row for row in rows if row["topic"] == topic]))
        for topic, label in TOPICS.items()
    ]


def _figures(rows: list[dict[str, str]]) -> list[Figure]:
    """Return the figures of one topic; bars where two or more have the same unit, percentages of 100."""
    units: dict[str, list[Decimal]] = {}
    for row in rows:
        if (number := _number(row["value"])) is not None:
            units.setdefault(row["unit"], []).append(number)
    longest = {unit: max(numbers) for unit, numbers in units.items() if len(numbers) > 1 and max(numbers)}
    if PERCENT in longest:
        longest[PERCENT] = max(longest[PERCENT], WHOLE)
    return [_figure(row, longest.get(row["unit"])) for row in rows]


def _figure(row: Mapping[str, str], longest: Decimal | None) -> Figure:
    number = _number(row["value"])
    language = (get_language() or "en")[:2]
    return Figure(
        year=row["year"],
        metric=row.get(f"metric_{language}") or row["metric"],
        value=row["value"],
        unit=row["unit"],
        scope=row["scope"],
        publisher=row["publisher"],
        url=row["source_url"],
        published=row["source_date"],
        note=row["note"],
        bar=round(SCALE * number / longest) if number is not None and longest else 0,
    )


def _number(text: str) -> Decimal | None:
    """Return a figure as a number; None for words."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
