"""The season calendar of Punjab and Sindh: when main crops are sown and harvested, drawn and as a table."""

from dataclasses import dataclass

from django.utils.dates import MONTHS, MONTHS_3
from django.utils.functional import Promise

from matchmaker.models.pilot_table import Season
from profiles.taxonomy.services import DATA, told_rows

FIRST_MONTH = 2  # the calendar begins with the first sowing, of sugarcane
CELL = 100  # of 1200: the width of a month


@dataclass(frozen=True)
class MonthSpan:
    """Months in a row as a bar: where it begins and how long it is, of 1200."""

    x: int
    width: int


@dataclass(frozen=True)
class CropLine:
    """One crop: its season, its two times in words and as bars, and who says so."""

    crop: str
    season: str | Promise
    sowing: str
    harvest: str
    sow_bars: list[MonthSpan]
    harvest_bars: list[MonthSpan]
    source: str
    source_url: str
    as_of: str


@dataclass(frozen=True)
class SeasonCalendar:
    """The calendar: the names of the months in drawing order, and a line a crop."""

    months: list[tuple[int, str]]  # x and name
    crops: list[CropLine]


def season_calendar() -> SeasonCalendar:
    """Return the calendar, read from profiles/data."""
    order = [(FIRST_MONTH - 1 + at) % 12 + 1 for at in range(12)]
    months = [(at * CELL, str(MONTHS_3[month]).capitalize()) for at, month in enumerate(order)]
    return SeasonCalendar(months, [_line(row) for row in told_rows(DATA / "seasons.csv", "crop")])


def _line(row: dict[str, str]) -> CropLine:
    sow, harvest = ((int(row[f"{what}_from"]), int(row[f"{what}_to"])) for what in ("sow", "harvest"))
    return CropLine(
        crop=row["crop"],
        season=Season(row["season"]).label,
        sowing=_words(*sow),
        harvest=_words(*harvest),
        sow_bars=_spans(*sow),
        harvest_bars=_spans(*harvest),
        source=row["source"],
        source_url=row["source_url"],
        as_of=row["as_of"],
    )


def _words(first: int, last: int) -> str:
    """Return months in words."""
    return f"{MONTHS[first]} – {MONTHS[last]}"


def _spans(first: int, last: int) -> list[MonthSpan]:
    """Return the bars of months; two, where they go on at the beginning of the calendar."""
    begin, end = ((month - FIRST_MONTH) % 12 for month in (first, last))
    if begin <= end:
        return [MonthSpan(begin * CELL, (end - begin + 1) * CELL)]
    return [MonthSpan(begin * CELL, (12 - begin) * CELL), MonthSpan(0, (end + 1) * CELL)]
