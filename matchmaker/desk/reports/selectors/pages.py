"""The pages of the reports, their tables as CSV, and the rows behind a figure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.urls import reverse

from matchmaker.choices import RunState
from matchmaker.desk.reports.selectors import answers, funnel, market
from matchmaker.desk.reports.selectors.figures import Figures, NoSuchRowsError, Query, Report
from matchmaker.desk.reports.selectors.sponsor import compute_quarters
from matchmaker.models.report import ReportRow, ReportRun
from profiles.choices import Status
from profiles.models import Investor, Startup
from profiles.sheets import csv_lines

REPORTS: dict[str, Report] = {
    report.code: report
    for report in (
        funnel.FUNNEL_REPORT,
        funnel.WEEKS_REPORT,
        answers.ANSWERS_REPORT,
        answers.QUEUE_REPORT,
        market.EXPOSURE_REPORT,
        market.CONCENTRATION_REPORT,
    )
}
COMPUTED: tuple[Callable[[funnel.Market], Iterable[Figures]], ...] = (
    funnel.compute_funnel,
    funnel.compute_weeks,
    answers.compute_answers,
    answers.compute_queue,
    market.compute_exposure,
    market.compute_concentration,
    compute_quarters,
)
SECTIONS, ROWS = 8, 25  # on one page


def newest_done() -> ReportRun | None:
    return ReportRun.objects.filter(state=RunState.DONE).order_by("-pk").first()


def all_runs() -> QuerySet[ReportRun]:
    return ReportRun.objects.all()


def stored_rows(run: ReportRun, *reports: str) -> list[ReportRow]:
    """Return the figures of these reports in the order in which they were computed."""
    return list(run.rows.filter(report__in=reports).order_by("pk"))


def report_page(report: Report, query: Query) -> dict[str, Any]:
    run = newest_done()
    by = query.get("by", "")
    if by not in dict(report.groups or [("", "")]):
        raise NoSuchRowsError(by)
    sections = report.sections(stored_rows(run, report.code), query) if run else []
    shown = [replace(one, heads=report.heads) for one in sections]
    page = Paginator(shown, SECTIONS).get_page(query.get("page"))
    return {
        "report": report,
        "reports": list(REPORTS.values()),
        "by": by,
        "run": run,
        "newest": ReportRun.objects.order_by("-pk").first(),
        "heads": report.heads,
        "page": page,
        "meanings": funnel.meanings() if report is funnel.FUNNEL_REPORT else [],
    }


def csv_of(report: Report, query: Query) -> str:
    """Return the table of a report as CSV; the first column is the section's heading."""
    run = newest_done()
    rows = (
        [section.title, *("" if cell.value is None else str(cell.value) for cell in row)]
        for section in (report.sections(stored_rows(run, report.code), query) if run else [])
        for row in section.rows
    )
    return "".join(csv_lines(["", *map(str, report.heads)], rows))


def rows_page(report: Report, query: Query) -> dict[str, Any]:
    """Return a page of the rows behind a figure, as they are now. The same queries whatever their number.

    Raises:
        NoSuchRowsError: the address names no figure.
    """
    run = newest_done()
    if run is None or run.started_at is None:
        raise NoSuchRowsError
    try:
        title, records = report.records(query, run.started_at)
    except (KeyError, ValueError) as error:
        raise NoSuchRowsError from error
    rows = records.order_by(F("moment").desc(nulls_last=True), "-pk")
    values = rows.values_list("of_startup", "of_investor", "moment")
    page = Paginator(values, ROWS).get_page(query.get("page"))
    return {"report": report, "run": run, "title": title, "page": page, "rows": list(_lines(list(page)))}


Line = dict[str, Any]


def _lines(rows: list[tuple[int | None, int | None, datetime | None]]) -> Iterator[Line]:
    startups, investors = (
        model._default_manager.only("public_id", "name_en", "name_zh", "name_ur", "status").in_bulk(
            {row[at] for row in rows if row[at]}
        )
        for at, model in enumerate((Startup, Investor))
    )
    for startup_pk, investor_pk, moment in rows:
        found = [startups.get(startup_pk), investors.get(investor_pk)]
        companies = [company for company in found if company is not None]
        ids = [company.public_id for company in companies]
        pair = reverse("pairing", args=ids) if len(ids) == 2 else ""
        links = [
            (
                company,
                "" if company.status == Status.DRAFT else reverse("review", args=[company.side, public_id]),
            )
            for company, public_id in zip(companies, ids, strict=True)
        ]
        yield {"companies": links, "pair": pair, "moment": moment}
