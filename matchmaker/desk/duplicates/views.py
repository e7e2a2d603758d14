"""The curators' pages of possible duplicates: the queue, two records side by side, merges and their undo."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from matchmaker.desk.duplicates import selectors
from matchmaker.desk.duplicates.forms import MergeForm
from matchmaker.desk.duplicates.selectors import Company
from matchmaker.desk.duplicates.services import candidates, merge
from matchmaker.models.duplicate import DuplicateState
from matchmaker.registry import open_matters_of
from profiles.choices import Side
from profiles.guards import SignedInRequest, curator_required, fresh_proof_required
from profiles.models import Investor, Startup
from profiles.pages import Words, form_error_on, message_on_error, page_of, words_for
from profiles.people.accounts.selectors import members_of, open_invitations
from profiles.refusals import RefusedError

PAGE_SIZE = 25
FAILED: Words = {
    IntegrityError: gettext_lazy(
        "Nothing was merged: something changed at the same time, or another approved company has this "
        "number. Check again."
    )
}


@curator_required
@require_GET
def duplicates(request: SignedInRequest) -> HttpResponse:
    """Show the candidates, the most alike first; those that were decided; or what was merged."""
    side, shown = request.GET.get("side", ""), request.GET.get("state", "")
    side, shown = side if side in Side.values else "", shown if shown in TABS else "open"
    rows: Any = selectors.merges() if shown == "merged" else selectors.candidates(shown, side)
    page = page_of(request, rows, PAGE_SIZE)
    now = timezone.now()
    undoable = {row.pk for row in page if shown == "merged" and selectors.may_be_undone(row, at=now)}
    context = {
        "page": page,
        "rows": page,
        "shown": shown,
        "tabs": TABS.items(),
        "side": side,
        "sides": Side.choices,
        "undoable": undoable,
    }
    return render(request, "desk/duplicates/duplicates.html", context)


TABS: dict[str, Promise] = {
    str(DuplicateState.OPEN): gettext_lazy("Waiting"),
    str(DuplicateState.DIFFERENT): gettext_lazy("Not duplicates"),
    "merged": gettext_lazy("Merged"),
}


@curator_required
@require_GET
def duplicate_find(request: SignedInRequest, kind: str, public_id: str) -> HttpResponse:
    company = _company(kind, public_id)
    words = request.GET.get("q", "").strip()[:120]
    companies = selectors.others_named(company, words) if words else []
    context = {"company": company, "q": words, "found": companies, "candidates": selectors.open_of(company)}
    return render(request, "desk/duplicates/find.html", context)


@curator_required
@require_GET
def duplicate_pair(request: SignedInRequest, kind: str, public_id: str, other: str) -> HttpResponse:
    kept, gone = _pair(kind, public_id, other)
    form = MergeForm(rows=selectors.compared(kept, gone, request.user, at=timezone.now()))
    return _pair_page(request, kept, gone, form)


@curator_required
@require_POST
def duplicate_preview(request: SignedInRequest, kind: str, public_id: str, other: str) -> HttpResponse:
    kept, gone = _pair(kind, public_id, other)
    rows = selectors.compared(kept, gone, request.user, at=timezone.now())
    return _pair_page(request, kept, gone, MergeForm(rows=rows, chosen=request.POST), with_plan=True)


@curator_required
@require_POST
@fresh_proof_required
def duplicate_merge(request: SignedInRequest, kind: str, public_id: str, other: str) -> HttpResponse:
    kept, gone = _pair(kind, public_id, other)
    at = timezone.now()
    form = MergeForm(request.POST, rows=selectors.compared(kept, gone, request.user, at=at))
    if form.is_valid():
        kwargs: dict[str, Any] = {"reason": form.cleaned_data["reason"], "by": request.user, "at": at}
        with form_error_on(form, words=FAILED):
            try:
                merge.merge(kept, gone, take=form.take, version_read=form.cleaned_data["seen"], **kwargs)
            except (Startup.DoesNotExist, Investor.DoesNotExist):
                messages.warning(
                    request,
                    _(
                        "One of the two records no longer exists: another curator has already merged or "
                        "deleted it."
                    ),
                )
                return redirect("duplicates")
            messages.success(request, _("The two records have been merged. You can undo this for one day."))
            return redirect(f"{reverse('duplicates')}?state=merged")
    page = _pair_page(request, kept, gone, form, with_plan=True)
    page.status_code = 422
    return page


@curator_required
@require_POST
def duplicate_decide(request: SignedInRequest, kind: str, public_id: str, other: str) -> HttpResponse:
    one, second = _pair(kind, public_id, other)
    is_different = "again" not in request.POST
    candidates.decide(one, second, is_different=is_different, by=request.user, at=timezone.now())
    done = (
        _("Saved: these are two different companies.") if is_different else _("The question is open again.")
    )
    messages.success(request, done)
    return redirect("duplicates")


@curator_required
@require_POST
@fresh_proof_required
def merge_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(selectors.merges(), pk=pk)
    failed = _(
        "Nothing was undone: another approved company now has the other record’s number, or something "
        "changed at the same time."
    )
    done = _("Undone. Both records are as they were before the merge.")
    with message_on_error(request, done, words={IntegrityError: failed}):
        merge.undo(row, by=request.user, at=timezone.now())
    return redirect(f"{reverse('duplicates')}?state=merged")


def _pair(kind: str, public_id: str, other: str) -> tuple[Company, Company]:
    if public_id == other:
        raise Http404
    return _company(kind, public_id), _company(kind, other)


def _company(kind: str, public_id: str) -> Company:
    company = selectors.company_of(kind, public_id)
    if company is None:
        raise Http404
    return company


def _pair_page(
    request: SignedInRequest, kept: Company, gone: Company, form: MergeForm, *, with_plan: bool = False
) -> HttpResponse:
    plan, refused, at = None, "", timezone.now()
    try:
        if with_plan:
            plan = merge.preview(kept, gone, take=form.take, by=request.user, at=at)
    except (RefusedError, IntegrityError) as error:
        refused = words_for(error, FAILED)
    rows = selectors.compared(kept, gone, request.user, at=at)
    context = {
        "kept": kept,
        "gone": gone,
        "kind": kept.side,
        "candidate": selectors.candidate_of(kept, gone),
        "plan": plan,
        "refused": refused,
        "form": form,
        "differing": [(row, _choice(form, row.unit.key)) for row in rows if row.differs],
        "same": [row for row in rows if not row.differs and row.ours],
        "takes_content": selectors.takes_content(kept, gone),
        "hides_amounts": any(row.is_hidden and row.differs for row in rows),
        "people": [
            (company, members_of(company), open_invitations(at=at).filter(**{str(company.side): company}))
            for company in (kept, gone)
        ],
        "matters": [(company, open_matters_of(company)) for company in (kept, gone)],
    }
    return render(request, "desk/duplicates/pair.html", context)


def _choice(form: MergeForm, key: str) -> Any:
    """Return the two radio buttons of a unit; None where there is nothing to choose."""
    return list(form[f"field-{key}"]) if f"field-{key}" in form.fields else None
