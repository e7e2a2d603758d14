"""The pages of the reports, for curators."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_GET, require_POST

from matchmaker.desk.reports import services
from matchmaker.desk.reports.forms import SponsorForm
from matchmaker.desk.reports.selectors import pages
from matchmaker.desk.reports.selectors.figures import NoSuchRowsError, Report
from matchmaker.desk.reports.selectors.sponsor import TEMPLATE, quarters_of, sponsor_report
from matchmaker.integrations.typesetting import typeset
from profiles.downloads import download
from profiles.guards import SignedInRequest, curator_required, fresh_proof_required, observer_required
from profiles.pages import form_page, found_or_404, page_with_form, raise_404_on, sent_by_post


def _report(code: str) -> Report:
    return found_or_404(pages.REPORTS.get(code))


@observer_required
@require_GET
def reports(request: SignedInRequest) -> HttpResponse:
    return redirect("report", next(iter(pages.REPORTS)))


@observer_required
@require_GET
def report(request: SignedInRequest, code: str) -> HttpResponse:
    with raise_404_on(NoSuchRowsError):
        return render(
            request, "desk/reports/report.html", pages.report_page(_report(code), request.GET.dict())
        )


@curator_required
@require_GET
def report_rows(request: SignedInRequest, code: str) -> HttpResponse:
    with raise_404_on(NoSuchRowsError):
        return render(request, "desk/reports/rows.html", pages.rows_page(_report(code), request.GET.dict()))


@curator_required
@require_POST
@fresh_proof_required
def report_csv(request: SignedInRequest, code: str) -> HttpResponseBase:
    report = _report(code)
    services.record_download(kind=code, by=request.user, at=timezone.now())
    return download(pages.csv_of(report, request.GET.dict()), f"report-{code}.csv")


@curator_required
@require_POST
def report_compute(request: SignedInRequest) -> HttpResponse:
    services.request(by=request.user, at=timezone.now())
    code = request.POST.get("report", "")
    return redirect("report", code) if code in pages.REPORTS else redirect("reports")


@curator_required
@require_GET
def report_progress(request: SignedInRequest, pk: int) -> HttpResponse:
    return render(
        request,
        "desk/reports/_run.html",
        {"newest": get_object_or_404(pages.all_runs(), pk=pk), "is_polled": True},
    )


@curator_required
@page_with_form
@fresh_proof_required
def report_sponsor(request: SignedInRequest) -> HttpResponseBase:
    run = pages.newest_done()
    rows = pages.stored_rows(run, "quarters", "exposure", "concentration") if run else []
    start = {"language": translation.get_language()}
    form = SponsorForm(sent_by_post(request), quarters=quarters_of(rows), initial=start)
    if not (form.is_valid() and run and run.started_at):
        return form_page(request, "desk/reports/sponsor.html", form, run=run, reports=pages.REPORTS.values())
    key, language = form.cleaned_data["quarter"], form.cleaned_data["language"]
    services.record_download(kind="sponsor", period=key, by=request.user, at=timezone.now())
    with translation.override(language):
        sheet = typeset(TEMPLATE, sponsor_report(rows, key, computed_at=run.started_at))
    return download(sheet, f"report-{key}-{language}.pdf")
