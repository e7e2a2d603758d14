"""The funnel by group, and how much happened week by week."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise
from statistics import median
from typing import Any

from django.db.models import DateTimeField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Side
from matchmaker.desk.reports.selectors import figures
from matchmaker.desk.reports.selectors.periods import (
    QUARTERS,
    WEEKS,
    day_of,
    newest,
    period_of,
    quarter,
    week,
)
from matchmaker.models.introduction import Introduction
from matchmaker.models.ranking import Ranking
from matchmaker.models.report import ReportRow
from matchmaker.registry import FUNNEL, FunnelStep
from profiles.models import Deal, Startup


def with_a_list() -> QuerySet[Any]:
    lists = Ranking.objects.filter(side=Side.STARTUP, size__gt=0)
    return figures.listed(Startup.objects.filter(pk__in=lists.values("profile_id")))


def deals_after_introduction() -> QuerySet[Deal]:
    asked = Introduction.objects.filter(
        startup=OuterRef("startup"), investor=OuterRef("investor"), asked_at__date__lte=OuterRef("closed_on")
    )
    return Deal.objects.filter(Exists(asked)).annotate(
        of_startup=F("startup"), of_investor=F("investor"), moment=Cast("closed_on", DateTimeField())
    )


def until(step: FunnelStep, at: datetime) -> QuerySet[Any]:
    return step.records().filter(moment__lte=at) if step.is_dated else step.records()


# --- Counting -----------------------------------------------------------------------------------------------


@dataclass
class Tally:
    """The records of one step: how many and the first day by startup, how many by week and quarter."""

    step: FunnelStep
    records: Counter[int] = field(default_factory=Counter)
    first: dict[int, date] = field(default_factory=dict)
    weeks: Counter[str] = field(default_factory=Counter)
    quarters: Counter[str] = field(default_factory=Counter)


@dataclass
class Market:
    at: datetime

    @cached_property
    def tallies(self) -> list[Tally]:
        return [_tally(step, self.at) for step in FUNNEL]

    def tally(self, code: str) -> Tally:
        return next(tally for tally in self.tallies if tally.step.code == code)


def _tally(step: FunnelStep, at: datetime) -> Tally:
    counted = Tally(step)
    days: Counter[date] = Counter()
    rows = until(step, at).order_by().values_list("of_startup", "moment")
    for startup, moment in rows.iterator(chunk_size=5000):
        counted.records[startup] += 1
        if step.is_dated:
            day = day_of(moment)
            days[day] += 1
            counted.first[startup] = min(day, counted.first.get(startup, day))
    for day, count in days.items():
        counted.weeks[week(day).key] += count
        counted.quarters[quarter(day).key] += count
    return counted


def compute_funnel(market: Market) -> Iterator[figures.Figures]:
    weeks = {period.key for period in newest("week", WEEKS, at=market.at)}
    approved = {pk: week(day).key for pk, day in market.tally("approved").first.items()}
    all_records = {pk: "" for tally in market.tallies for pk in tally.records}
    yield from _funnel("", all_records, market.tallies)
    yield from _funnel("week", {pk: key for pk, key in approved.items() if key in weeks}, market.tallies)
    for group in figures.GROUP_LABELS:
        yield from _funnel(group, figures.keys_of(Startup.objects.all(), group), market.tallies)


def _funnel(group: str, keys: Mapping[int, str], tallies: Sequence[Tally]) -> Iterator[figures.Figures]:
    values: dict[str, dict[str, Any]] = defaultdict(dict)
    before: dict[int, date] = {}
    for previous, tally in pairwise([None, *tallies]):
        assert tally is not None  # noqa: S101  only the first of all is None
        for key, found in _by_key(tally, previous, before, keys).items():
            values[key][tally.step.code] = found
        before = tally.first or before
    for key, steps in values.items():
        yield figures.Figures("funnel", group, key, steps)


def _by_key(
    tally: Tally, previous: Tally | None, before: Mapping[int, date], keys: Mapping[int, str]
) -> dict[str, dict[str, Any]]:
    by_key: dict[str, dict[str, Any]] = {}
    days: dict[str, list[int]] = defaultdict(list)
    for startup, count in tally.records.items():
        if (key := keys.get(startup)) is None:
            continue
        one = by_key.setdefault(key, {"startups": 0, "records": 0, "both": 0})
        one["startups"] += 1
        one["records"] += count
        one["both"] += previous is not None and startup in previous.records
        if startup in before and startup in tally.first and before[startup] <= tally.first[startup]:
            days[key].append((tally.first[startup] - before[startup]).days)
    for key, each in days.items():
        by_key[key]["days"] = figures.tenth(median(each))
    return by_key


def compute_weeks(market: Market) -> Iterator[figures.Figures]:
    for period in newest("week", WEEKS, at=market.at):
        counts = {tally.step.code: tally.weeks[period.key] for tally in market.tallies if tally.step.is_dated}
        yield figures.Figures("weeks", "week", period.key, counts)


def happened(market: Market) -> dict[str, dict[str, int]]:
    dated = [tally for tally in market.tallies if tally.step.is_dated]
    periods = newest("quarter", QUARTERS, at=market.at)
    return {one.key: {each.step.code: each.quarters[one.key] for each in dated} for one in periods}


# --- Showing ------------------------------------------------------------------------------------------------

NONE = {"startups": 0, "records": 0, "both": 0}


def _funnel_sections(rows: Sequence[ReportRow], query: figures.Query) -> list[figures.Section]:
    by = query.get("by", "")
    stored = {row.key: row.values for row in rows if row.group == by}
    if by == "week":
        keys = sorted(stored, reverse=True)
        titles = {
            key: gettext("Approved in: %(week)s") % {"week": period_of("week", key).label} for key in keys
        }
    else:
        name = figures.names_of(by)
        keys = figures.order_keys(stored, name)
        titles = {key: name(key) if by else figures.label_of("", "") for key in keys}
    return [_funnel_section(titles[key], stored[key], {"by": by, "key": key}) for key in keys]


def _funnel_section(title: str, values: Mapping[str, Any], group: dict[str, str]) -> figures.Section:
    most = max(one["startups"] for one in values.values())
    rows, bars, previous = [], [], 0
    for step in FUNNEL:
        one = values.get(step.code, NONE)
        urls = {
            of: figures.rows_url("funnel", step=step.code, of=of, **group)
            for of in ("startups", "records", "both")
        }
        startups = figures.Cell(one["startups"], urls["startups"], one["startups"])
        records = figures.Cell(one["records"], urls["records"], one["records"])
        share = figures.percent(one["both"], previous)
        days = one.get("days")
        rows.append(
            [
                figures.Cell(str(step.label)),
                startups,
                records,
                figures.Cell(share, urls["both"], one["both"], "%"),
                figures.Cell(days, urls["both"], one["both"]),
            ]
        )
        bars.append(figures.Bar(str(step.label), figures.length_of(one["startups"], most), startups))
        previous = one["startups"]
    return figures.Section(title, rows, bars)


def _step(code: str) -> FunnelStep:
    for step in FUNNEL:
        if step.code == code:
            return step
    raise figures.NoSuchRowsError(code)


def _startups_of(by: str, key: str) -> QuerySet[Startup]:
    if by == "week":
        begin, end = period_of("week", key).span
        return figures.approved_startups().filter(moment__gte=begin, moment__lt=end)
    if by and by not in figures.GROUP_LABELS:
        raise figures.NoSuchRowsError(by)
    return figures.startups_in(by, key)


def _funnel_records(query: figures.Query, at: datetime) -> tuple[str, QuerySet[Any]]:
    step, by, key = _step(query.get("step", "")), query.get("by", ""), query.get("key", "")
    of = query.get("of", "")
    startups = _startups_of(by, key)
    title = f"{step.label} · {period_of('week', key).label if by == 'week' else figures.label_of(by, key)}"
    if of == "records":
        return title, until(step, at).filter(of_startup__in=startups.values("pk"))
    steps = [step]
    if of == "both":
        if step is FUNNEL[0]:
            raise figures.NoSuchRowsError(of)
        steps.append(FUNNEL[FUNNEL.index(step) - 1])
    elif of != "startups":
        raise figures.NoSuchRowsError(of)
    for each in steps:
        startups = startups.filter(pk__in=until(each, at).order_by().values("of_startup"))
    return title, figures.listed(Startup.objects.filter(pk__in=startups.values("pk")))


def _weeks_sections(rows: Sequence[ReportRow], _query: figures.Query) -> list[figures.Section]:
    return [_weeks_section(step, rows) for step in FUNNEL if step.is_dated]


def _weeks_section(step: FunnelStep, rows: Sequence[ReportRow]) -> figures.Section:
    counts = [row.values.get(step.code, 0) for row in rows]
    most, lines, bars = max(counts, default=0), [], []
    for row, count in zip(rows, counts, strict=True):
        label = period_of("week", row.key).label
        cell = figures.Cell(count, figures.rows_url("weeks", step=step.code, week=row.key), count)
        if count:
            lines.append([figures.Cell(label), cell])
        bars.append(figures.Bar(label, figures.length_of(count, most), cell))
    note = gettext("In the last %(weeks)d weeks: %(count)d. Most in one week: %(most)d.")
    text = note % {"count": sum(counts), "weeks": len(rows), "most": most}
    return figures.Section(str(step.label), lines[::-1], bars, [text], is_over_time=True)


def _weeks_records(query: figures.Query, at: datetime) -> tuple[str, QuerySet[Any]]:
    step, period = _step(query.get("step", "")), period_of("week", query.get("week", ""))
    if not step.is_dated:
        raise figures.NoSuchRowsError(step.code)
    begin, end = period.span
    inside = Q(moment__gte=begin, moment__lt=end)
    return f"{step.label} · {period.label}", until(step, at).filter(inside)


def meanings() -> list[tuple[str, str]]:
    return [(str(step.label), str(step.meaning)) for step in FUNNEL]


FUNNEL_REPORT = figures.Report(
    "funnel",
    _("Funnel"),
    _(
        "How many startups reached each step, from approval to an outcome. The share is relative to the "
        "startups of the previous step. Days are counted from the first record of the previous step to the "
        "first record of this step."
    ),
    (_("Step"), _("Startups"), _("Records"), _("Share of the previous step"), _("Median days")),
    _funnel_sections,
    _funnel_records,
    groups=(
        ("", _("All")),
        ("week", _("By week of approval")),
        ("sector", _("By sector")),
        ("place", _("By province")),
        ("stage", _("By stage")),
        ("women", _("By leadership")),
    ),
)
WEEKS_REPORT = figures.Report(
    "weeks",
    _("Week by week"),
    _("How much happened in each week, for all steps whose time is recorded."),
    (_("Week"), _("Records")),
    _weeks_sections,
    _weeks_records,
)
