"""Imports and exports at the curators' desk."""

from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from profiles import sheets
from profiles.choices import ImportState
from profiles.curation.imports import selectors, services
from profiles.curation.imports.columns import KINDS
from profiles.curation.imports.forms import ColumnsForm, UploadForm
from profiles.curation.imports.names import HEADER, code_rows
from profiles.curation.imports.table import WrongFileError
from profiles.guards import SignedInRequest, curator_required, fresh_proof_required
from profiles.models import ImportRun
from profiles.pages import form_error_on, form_page, message_on_error, page_of, page_with_form, sent_by_post
from profiles.platform.files.forms import name_shown

PAGE_SIZE = 25


@curator_required
@page_with_form
def imports(request: SignedInRequest) -> HttpResponse:
    form = UploadForm(sent_by_post(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            with form_error_on(form):
                run = services.upload(
                    form.cleaned_data["kind"],
                    file.read(),
                    name=name_shown(PurePath(file.name or "")),
                    by=request.user,
                    at=timezone.now(),
                )
                return redirect("import_run", run.pk)
        except WrongFileError as error:
            for problem in error.problems:
                form.add_error("file", problem.sentence)
    page = page_of(request, selectors.history(), PAGE_SIZE)
    return form_page(request, "curation/imports/imports.html", form, page=page, kinds=selectors.kinds())


@curator_required
@page_with_form
def import_run(request: SignedInRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(selectors.history(), pk=pk)
    is_open = run.state in selectors.OPEN
    form = ColumnsForm(sent_by_post(request), run=run) if is_open else None
    if request.method == "POST":
        if form is None:
            messages.warning(request, str(services.NotNowError.message))
            return redirect("import_run", pk)
        if form.is_valid():
            with message_on_error(request):
                services.set_columns(
                    run,
                    form.chosen,
                    is_submitted=form.cleaned_data.get("is_submitted", False),
                    remember=form.cleaned_data["remember"],
                    at=timezone.now(),
                )
            return redirect("import_run", pk)
    context: dict[str, Any] = {"run": run, "form": form, **selectors.progress_of(run)}
    if form is not None:
        context["columns"] = list(form.lines(selectors.samples(run)))
    if run.state in (ImportState.DONE, ImportState.UNDONE):
        page = page_of(request, selectors.result_of(run), PAGE_SIZE)
        context |= {
            "page": page,
            "rows": [(row, selectors.page_of(row)) for row in page.object_list],
            "gone": selectors.written_by(run) - page.paginator.count,
        }
    return render(request, "curation/imports/run.html", context, status=422 if form and form.errors else 200)


@curator_required
@require_GET
def import_progress(request: SignedInRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(selectors.history(), pk=pk)
    response = render(request, "curation/imports/_progress.html", {"run": run, **selectors.progress_of(run)})
    if run.state not in selectors.WORKING:
        response["HX-Refresh"] = "true"
    return response


def _do(request: SignedInRequest, pk: int, act: Any, done: str = "", **given: Any) -> HttpResponse:
    run = get_object_or_404(ImportRun, pk=pk)
    with message_on_error(request, done):
        act(run, at=timezone.now(), **given)
    return redirect("import_run", pk)


@curator_required
@require_POST
@fresh_proof_required
def import_start(request: SignedInRequest, pk: int) -> HttpResponse:
    return _do(request, pk, services.start)


@curator_required
@require_POST
@fresh_proof_required
def import_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    return _do(request, pk, services.undo, by=request.user)


@curator_required
@require_POST
@fresh_proof_required
def import_discard(request: SignedInRequest, pk: int) -> HttpResponse:
    _do(request, pk, services.discard, _("The file has been deleted."))
    return redirect("imports")


@curator_required
@require_GET
def import_codes(request: SignedInRequest) -> HttpResponseBase:
    return sheets.download(sheets.CSV, "corridor-codes", HEADER, code_rows())


@curator_required
@require_GET
def import_problems(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Save every error of a file, one a line."""
    problems = selectors.problems_of(get_object_or_404(selectors.history(), pk=pk))
    if not problems:
        raise Http404
    return sheets.download(sheets.CSV, f"import-{pk}-errors", ["line", "column", "error"], problems)


@curator_required
@require_POST
@fresh_proof_required
def table_export(request: SignedInRequest, kind: str, form: str) -> HttpResponseBase:
    """Download all startups, investors or deals as an import takes them, without exact amounts."""
    if kind not in KINDS or form not in sheets.FORMATS:
        raise Http404
    rows = selectors.count_of(kind)
    if form == sheets.XLSX and rows > sheets.MOST_IN_XLSX:
        text = _(
            "This table has %(rows)s rows. XLSX files can have at most %(most)s rows. Download the CSV "
            "file instead."
        )
        messages.warning(request, text % {"rows": rows, "most": sheets.MOST_IN_XLSX})
        return redirect(reverse("imports"))
    at = timezone.now()
    services.record_export(kind, rows=rows, by=request.user, at=at)
    header, lines = selectors.table(kind)
    return sheets.download(form, f"corridor-{kind}-{at:%Y-%m-%d}", header, lines)
