"""The quarterly report for a sponsor. It names no company, and shows no count below five."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from matchmaker.choices import Side
from matchmaker.deals.fair_dealing.selectors.figures import Spread
from matchmaker.desk.reports.selectors import figures
from matchmaker.desk.reports.selectors.answers import answers_by, queue_by
from matchmaker.desk.reports.selectors.funnel import Market, happened
from matchmaker.desk.reports.selectors.market import GROUPS, shares_of
from matchmaker.desk.reports.selectors.periods import DAY, QUARTERS, newest, period_of, quarter
from matchmaker.models.report import ReportRow
from matchmaker.registry import FUNNEL

TEMPLATE = Path(settings.BASE_DIR) / "templates" / "desk" / "reports" / "sponsor.typ"
FEWEST = 5  # a smaller count does not leave the desk
UNSAID = "–"  # what would follow from a smaller count
Row = dict[str, Any]  # of the template: label, cells, and bars of 0 to 1000


def compute_quarters(market: Market) -> Iterator[figures.Figures]:
    answers = answers_by("quarter", QUARTERS, market.at)
    queue = queue_by("quarter", QUARTERS, market.at)
    steps = happened(market)
    for period in newest("quarter", QUARTERS, at=market.at):
        begin, end = period.span
        partners = figures.approved(Side.INVESTOR).filter(
            moment__gte=begin, moment__lt=end, moment__lte=market.at
        )
        values = {
            "steps": steps[period.key],
            "partners": partners.aggregate(count=Count("pk"))["count"],
            "answers": answers[period.key],
            "queue": queue[period.key],
        }
        yield figures.Figures("quarters", "quarter", period.key, values)


def quarters_of(rows: Sequence[ReportRow]) -> list[tuple[str, str]]:
    """Return the quarters that there are figures of, the newest first, as choices."""
    keys = sorted((row.key for row in rows if row.report == "quarters"), reverse=True)
    return [(key, period_of("quarter", key).label) for key in keys]


def sponsor_report(rows: Sequence[ReportRow], key: str, *, computed_at: datetime) -> dict[str, Any]:
    quarters = {row.key: row.values for row in rows if row.report == "quarters"}
    period = period_of("quarter", key)
    before = quarter(period.first - DAY)
    day = date_format(computed_at)
    return {
        "language": (get_language() or "en")[:2],
        "product": settings.PRODUCT,
        "made": _("Calculated on %(day)s") % {"day": day},
        "title": period.label,
        "tags": [_("Demo record")] if settings.DEMO else [],
        "lead": _("What happened on the platform in this quarter, in numbers. No company is named."),
        "parts": [
            _happened(quarters[key], quarters.get(before.key), (period.label, before.label)),
            _answered(quarters[key]["answers"]),
            _reviewed(quarters[key]["queue"]),
            *(_exposure(group, rows, day) for group in GROUPS),
            _concentration(rows, day),
        ],
        "footer": _(
            "Counts below five are not shown. Figures from which such a count could be derived are not shown "
            "either. Companies deleted since then are not counted. Days begin at midnight UTC."
        ),
    }


def few() -> str:
    return _("fewer than five")


def shown(count: int) -> str:
    return number_format(count) if count >= FEWEST else few()


def _share(part: int, whole: int) -> str:
    return f"{figures.percent(part, whole)}%" if min(part, whole) >= FEWEST else UNSAID


def hidden(counts: Mapping[str, int]) -> set[str]:
    small = {key for key, count in counts.items() if count < FEWEST}
    rest = sorted(counts.keys() - small, key=lambda key: (counts[key], key))
    while small and rest and (len(small) == 1 or sum(counts[key] for key in small) < FEWEST):
        small.add(rest.pop(0))
    return small


def _part(heading: str, rows: list[Row], heads: Sequence[str] = (), note: str = "") -> dict[str, Any]:
    return {"heading": heading, "note": note, "heads": list(heads), "rows": rows, "none": _("No data yet")}


def _row(label: str, cells: Sequence[str], bars: Sequence[int] = ()) -> Row:
    return {"label": label, "cells": list(cells), "bars": list(bars)}


def _happened(values: Mapping[str, Any], before: Mapping[str, Any] | None, heads: Sequence[str]) -> Any:
    counts: list[tuple[str, int, int | None]] = [
        (
            str(step.label),
            values["steps"].get(step.code, 0),
            before["steps"].get(step.code, 0) if before else None,
        )
        for step in FUNNEL
        if step.is_dated
    ]
    counts.insert(1, (_("Partners approved"), values["partners"], before["partners"] if before else None))
    most = max(count for _label, count, _before in counts)
    rows = [
        _row(
            label,
            [shown(count), UNSAID if earlier is None else shown(earlier)],
            [figures.length_of(count, most) if count >= FEWEST else 0],
        )
        for label, count, earlier in counts
    ]
    return _part(_("What happened"), rows, heads)


def _answered(values: Mapping[str, Any]) -> Any:
    titles = {Side.STARTUP: _("Startups answer partners"), Side.INVESTOR: _("Partners answer startups")}
    rows = []
    for side in Side:
        one = values[side]
        days = number_format(one["days"]) if one["answered"] >= FEWEST else UNSAID
        cells = [
            shown(one["reached"]),
            _share(one["answered"], one["due"]),
            _share(one["in_time"], one["due"]),
            days,
        ]
        rows.append(_row(titles[side], cells))
    heads = [
        _("Requests"),
        pgettext("reports", "Answered"),
        _("Answered within the promise"),
        _("Median days to answer"),
    ]
    return _part(_("Answers"), rows, heads, _("Shares refer to requests whose answer was due."))


def _reviewed(values: Mapping[str, Any]) -> Any:
    enough = values["decisions"] >= FEWEST
    hours = [number_format(values[name]) for name in ("median", "most")] if enough else [UNSAID, UNSAID]
    heads = [_("Decisions"), _("Median hours"), _("9 of 10 decided within (hours)")]
    return _part(_("Review queue"), [_row(_("Profiles"), [shown(values["decisions"]), *hours])], heads)


def _exposure(group: str, rows: Sequence[ReportRow], day: str) -> Any:
    stored = {row.key: row.values for row in rows if row.report == "exposure" and row.group == group}
    name, out = figures.names_of(group), hidden({key: one["startups"] for key, one in stored.items()})
    shares = {key: shares_of(one) for key, one in stored.items()}
    most = max((share for key, both in shares.items() if key not in out for share in both), default=0)
    lines = [
        _row(name(key), [_("not shown"), UNSAID, UNSAID], [0, 0])
        if key in out
        else _row(
            name(key),
            [number_format(stored[key]["startups"]), *(f"{share}%" for share in shares[key])],
            [figures.length_of(share, most) for share in shares[key]],
        )
        for key in figures.order_keys(stored, name)
    ]
    heads = [_("Startups"), _("Share of all startups"), _("Share of exposure")]
    heading = _("Exposure: %(group)s") % {"group": figures.GROUP_LABELS[group]}
    return _part(heading, lines, heads, _("On %(day)s.") % {"day": day})


def _concentration(rows: Sequence[ReportRow], day: str) -> Any:
    name = figures.names_of("sector")
    found = (row for row in rows if (row.report, row.group) == ("concentration", "sector"))
    stored = {row.key: row.values for row in found}
    lines = []
    for key in figures.order_keys(stored, name):
        one = stored[key]
        if one["by_count"] and min(one["deals"], one["partners"]) >= FEWEST:
            spread = Spread(*one["by_count"])
            cells = [number_format(one["deals"]), number_format(spread.effective), f"{spread.largest_pct}%"]
            lines.append(_row(name(key), cells, [spread.largest_pct * 10]))
    heads = [_("Recorded deals"), _("Equivalent number of equal partners"), _("Share of the largest partner")]
    note = _("Deals in the 24 months up to %(day)s, in sectors with at least five deals and five partners.")
    return _part(_("Concentration"), lines, heads, note % {"day": day})
