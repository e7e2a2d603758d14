"""Pages of the directory: the curators' with views and exports, the members' without scores."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from matchmaker.matching.current_company.selectors import CurrentCompany
from matchmaker.matching.lists.guards import current_company_required
from matchmaker.matching.lists.views import list_response
from matchmaker.portal.directory import selectors, services
from matchmaker.portal.directory.forms import COLUMN, ExportForm, ViewForm, filters_of, kept_query
from profiles import sheets
from profiles.choices import Side, Status
from profiles.curation.reviews.selectors.reviews import audit_lines_of
from profiles.guards import SignedInRequest, curator_required, fresh_proof_required
from profiles.pages import form_error_on
from profiles.platform.audit.services import subject_of


@current_company_required
@require_safe
@vary_on_headers("HX-Request")
def directory(request: SignedInRequest, current: CurrentCompany) -> HttpResponse:
    return list_response(request, current, is_plain=True)


@curator_required
@require_GET
def desk_directory(request: SignedInRequest) -> HttpResponse:
    """Show the profiles of one side in any state, filtered, sorted, in chosen columns."""
    return _directory_page(request, ViewForm())


def _directory_page(request: SignedInRequest, view_form: ViewForm, query: str = "") -> HttpResponse:
    asked = QueryDict(query) if query else request.GET
    chosen, other = filters_of(asked)
    columns = selectors.columns_of(chosen.side, asked.getlist(COLUMN))
    sort, kept = asked.get("sort", ""), kept_query(asked)
    page = selectors.directory_page(chosen.qs, sort, asked.get("page", "1"))
    counts = {chosen.side: page.paginator.count, other.side: other.qs.count()}
    views = list(selectors.saved_views(request.user))
    context = {
        "side": chosen.side,
        "sides": [(side, side.label, counts[side]) for side in Side],
        "words": asked.get("q", ""),
        "words_label": chosen.form.fields["q"].label,
        "filters": chosen.selects(),
        "is_narrowed": any(chosen.form.data.get(name) for name in chosen.form.fields if name != "q"),
        "columns": columns,
        "all_columns": selectors.COLUMNS[chosen.side],
        "sort": sort,
        "page": page,
        "rows": [
            (profile, list(zip(columns, selectors.cells(profile, columns), strict=True)))
            for profile in page.object_list
        ],
        "query": kept,
        "views": views,
        "current_view": next((view for view in views if view.query == kept), None),
        "form": view_form,
    }
    status = 422 if view_form.is_bound else 200
    return render(request, "portal/directory/desk.html", context, status=status)


@curator_required
@require_POST
def saved_view_add(request: SignedInRequest) -> HttpResponse:
    form = ViewForm(request.POST)
    if form.is_valid():
        with form_error_on(form, field="name"):
            view = services.save_view(**form.cleaned_data, by=request.user, at=timezone.now())
            messages.success(request, _("The view “%(name)s” has been saved.") % {"name": view.name})
            return redirect(f"{reverse('desk_directory')}?{view.query}")
    return _directory_page(request, form, kept_query(QueryDict(request.POST.get("query", ""))))


@curator_required
@require_POST
def saved_view_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(selectors.saved_views(request.user), pk=pk)
    services.delete_view(view, by=request.user)
    messages.success(request, _("The view “%(name)s” has been deleted.") % {"name": view.name})
    return redirect("desk_directory")


@curator_required
@require_POST
@fresh_proof_required
def desk_directory_export(request: SignedInRequest) -> HttpResponseBase:
    form = ExportForm(request.POST)
    if not form.is_valid():
        return redirect("desk_directory")
    asked, kind = QueryDict(form.cleaned_data["query"]), form.cleaned_data["kind"]
    chosen, _other = filters_of(asked)
    columns, now = selectors.columns_of(chosen.side, asked.getlist(COLUMN)), timezone.now()
    services.record_export(
        rows=chosen.qs.count(), filtered=kept_query(asked), kind=kind, by=request.user, at=now
    )
    rows = selectors.export_rows(chosen.qs, asked.get("sort", ""), columns)
    header, name = (
        [str(column.label) for column in columns],
        f"directory-{chosen.side}-{timezone.localdate()}",
    )
    return sheets.download(kind, name, header, rows, title=str(chosen.side.label))


@curator_required
@require_GET
def desk_profile(request: SignedInRequest, kind: str, public_id: str) -> HttpResponse:
    if kind not in Side.values:
        raise Http404
    profile = get_object_or_404(selectors.loaded(selectors.all_profiles(Side(kind))), public_id=public_id)
    if profile.status != Status.DRAFT:
        return redirect("review", kind, public_id)
    shown = ("number", "mail", "domain", "sector", "place", "signed_in", "changed")
    context = {
        "profile": profile,
        "facts": [
            (column.label, text)
            for column in selectors.COLUMNS[Side(kind)]
            if column.code in shown and (text := column.value(profile))
        ],
        "people": selectors.people_of(profile),
        "trail": audit_lines_of(subject_of(profile)),
    }
    return render(request, "portal/directory/draft.html", context)
