"""Pages of reviews and of the audit log."""

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from profiles.catalogue.visibility.access import viewer_of, with_opened
from profiles.catalogue.visibility.services import is_open_for, open_restricted
from profiles.choices import ReviewOutcome, Side
from profiles.companies.evidence.selectors import own_rows
from profiles.companies.held_edits.selectors import last_edit, newest
from profiles.companies.steps import services as companies
from profiles.companies.steps.proposals import OF_A_SECTOR, proposals_of
from profiles.companies.steps.selectors import status_of
from profiles.curation.reviews import forms
from profiles.curation.reviews import services as service
from profiles.curation.reviews.concerns import concerns_of
from profiles.curation.reviews.kinds import EXPORT_LIMIT
from profiles.curation.reviews.selectors import audit_trail, queues
from profiles.curation.reviews.selectors import reviews as selector
from profiles.curation.reviews.selectors.edits import edited_fields
from profiles.curation.reviews.selectors.kept_values import kept_changes
from profiles.curation.reviews.selectors.requests import held_back_by, offered_reasons, open_requests
from profiles.downloads import download
from profiles.guards import SignedInRequest, curator_required, fresh_proof_required, observer_required
from profiles.languages import is_spoken
from profiles.models import Investor, Startup
from profiles.pages import form_page, message_on_error, page_of, page_with_form, sent_by_post
from profiles.people.accounts.guards import company_required
from profiles.platform.audit.services import subject_of, verify
from profiles.platform.drafts.draft_forms import (
    DraftForm,
    MakeForm,
    handle_form,
    open_form,
    open_or_posted,
    render_form,
)
from profiles.platform.drafts.merging import query
from profiles.platform.drafts.services import Sent, discard_draft, keep_typed, texts_to_keep, version_in
from profiles.platform.limits import services as limits

PAGE_SIZE = 25
STILL_ASKED = gettext_lazy(
    "A curator’s request is still open. Tick “No longer needed” for each point you do not insist on, or "
    "return the profile."
)


@curator_required
@require_GET
def reviews(request: SignedInRequest) -> HttpResponse:
    """Show what waits, oldest first: one queue, of one side or both, of one curator or all."""
    part = queues.part_in(request.GET, request.user)
    page = page_of(request, queues.waiting(part), PAGE_SIZE)
    context = {
        "page": page,
        "rows": queues.rows_of(page.object_list),
        "part": part,
        "is_decided": queues.QUEUES[part.queue].is_decided,
        "filters": [
            {"name": name, "label": label, "choices": choices, "chosen": getattr(part, name)}
            for name, label, choices in (
                ("queue", _("Queue"), [(code, queue.label) for code, queue in queues.QUEUES.items()]),
                ("side", _("Side"), [("", _("All")), *Side.choices]),
                ("who", _("Assigned to"), [("", _("All")), *queues.WHO.items()]),
            )
        ],
        "decided": queues.undoable(request.user, at=timezone.now()),
    }
    return render(request, "curation/reviews/reviews.html", context)


@curator_required
@page_with_form
def review(request: SignedInRequest, kind: str, public_id: str) -> HttpResponse:
    """Show one profile beside its evidence, take the decision, and go on to the next in the queue."""
    profile = _profile(kind, public_id)
    content, part = selector.content_of(profile), queues.part_in(request.GET, request.user)
    draft_form = open_or_posted(request, _review_form(profile, content))
    if not draft_form.may_save:
        return _page(request, profile, content, draft_form)
    following = queues.next_after(part, profile)
    if _is_decided(request, profile, draft_form.form):
        discard_draft(request)
        if following is None:
            return redirect(reverse("reviews") + part.suffix)
        return redirect(reverse("review", args=[following["of_side"], following["public_id"]]) + part.suffix)
    profile = _profile(kind, public_id)
    page = _page(request, profile, selector.content_of(profile), draft_form)
    page.status_code = 409
    return page


def _review_form(profile: Startup | Investor, content: selector.Content) -> MakeForm:
    notes = [*content.fields, *(f"{name}-{key}" for name, rows in content.rows.items() for key in rows)]
    asked = list(open_requests(profile).filter(mended_at=None).values_list("pk", flat=True))

    def make(sent: QueryDict | None) -> forms.ReviewForm:
        return forms.ReviewForm(sent, notes=notes, asked=asked)

    return make


def _profile(kind: str, public_id: str) -> Startup | Investor:
    if kind not in Side.values:
        raise Http404
    profile: Startup | Investor = get_object_or_404(selector.reviewable(kind), public_id=public_id)
    return profile


def _page(
    request: SignedInRequest,
    profile: Startup | Investor,
    content: selector.Content,
    draft_form: DraftForm,
    open_form: forms.OpenForm | None = None,
) -> HttpResponse:
    now, part = timezone.now(), queues.part_in(request.GET, request.user)
    is_open = is_open_for(profile, request.user, at=now)
    viewer, form, edited = viewer_of(request.user), draft_form.form, newest(profile)
    viewer = with_opened(viewer, profile.pk) if is_open else viewer
    fields, lists = selector.shown_fields(edited, viewer), selector.reviewed_lists(profile)
    edits = edited_fields(profile, viewer, fields, lists)
    names = {edit.name for edit in edits}
    labels = {edit.label for edit in edits}
    unedited = [field for field in fields if not field.is_told_before and field.name not in names]
    notes = [_list_notes(form, part, content.rows[part.name]) for part in lists if part.name not in names]
    empty = [each for each in notes if not (each["rows"] or each["gone"])]
    unstated = [
        (field, form[forms.PREFIX + field.name])
        for field in unedited
        if not field.value and is_spoken(field.name)
    ]
    unstated += [(each["part"], each["note"]) for each in empty]
    shown = selector.snapshot_of(content, fields, lists)
    before = selector.snapshot_in(form["seen"].value() or "") if form.is_bound else shown
    assignment, waived = queues.assignment_of(profile), set(form["waived"].value() or ())
    context = {
        "profile": profile,
        "kind": profile.side,
        "seen": shown.token,
        "has_changed": before.version != shown.version,
        "changes": selector.changes(before, shown, selector.labels_of(fields, lists)),
        "has_held": any(not edit.holds for edit in edits),
        "edits": [(edit, form[forms.PREFIX + edit.name]) for edit in edits],
        "rows": [(field, form[forms.PREFIX + field.name]) for field in unedited if field.value],
        "lists": [each for each in notes if each not in empty],
        "unstated": unstated,
        "unstated_open": any(note.value() for _field, note in unstated),
        "requests": [
            (audit_trail.field_words(asked.field), asked, str(asked.pk) in waived)
            for asked in open_requests(profile)
        ],
        "canned": offered_reasons(),
        "history": selector.history(profile),
        "edited": [words for words in selector.edited_since(profile) if words not in labels],
        "trail": selector.audit_lines_of(subject_of(profile)),
        "evidence": selector.evidence(edited),
        "claims": own_rows(profile),
        "concerns": concerns_of(profile),
        "proposals": proposals_of(profile),
        "may_open": not is_open and selector.has_exact(profile),
        "open_form": open_form or forms.OpenForm(),
        "waits": selector.is_waiting(profile),
        "appeal": profile.appeals.filter(answered_at=None).first(),
        "part": part,
        "beside": queues.neighbours(part, profile),
        "decided": queues.undoable(request.user, at=now),
        "assignment": assignment,
        "assign_form": forms.AssignForm(initial={"was": assignment and assignment.curator_id}),
        "note_form": forms.NoteForm(),
        "notes": profile.curatornotes.select_related("by"),
    }
    return render_form(request, "curation/reviews/review.html", draft_form, **context)


def _list_notes(form: forms.ReviewForm, part: selector.ReviewedList, keys: list[str]) -> dict[str, Any]:
    begin = f"{forms.PREFIX}{part.name}-"
    names = {begin + key for key in keys}
    gone = [name for name in form.notes if name.startswith(begin) and name not in names]
    return {
        "part": part,
        "note": form[forms.PREFIX + part.name],
        "rows": [(row, form[begin + key]) for row, key in zip(part.rows, keys, strict=True)],
        "gone": [form[name] for name in gone if form[name].value()],
    }


@curator_required
@require_POST
def review_open(request: SignedInRequest, kind: str, public_id: str) -> HttpResponse:
    profile, form = _profile(kind, public_id), forms.OpenForm(request.POST)
    own_path = reverse("review", args=[kind, public_id])
    if not form.is_valid():
        content = selector.content_of(profile)
        draft_form = open_form(request, _review_form(profile, content), path=own_path)
        page = _page(request, profile, content, draft_form, form)
        page.status_code = 422
        return page
    open_restricted(profile, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
    messages.success(request, _("You can see the exact amounts for one day. The owner can read your reason."))
    return redirect(_back_to(request, kind, public_id))


@curator_required
@require_POST
def review_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Undo one's own decision within its minute, and show the profile again."""
    decided = get_object_or_404(queues.decisions_of(request.user), pk=pk)
    cannot_restore = _(
        "This decision cannot be undone: the previous approved version can no longer be restored. The "
        "decision remains."
    )
    done = _("Undone. The profile is waiting for a decision again. No one was notified.")
    now, typed = timezone.now(), query(decided.before.get("typed", {}))
    with message_on_error(request, done, words={service.UnfitEditError: cannot_restore}):
        service.undo(decided, by=request.user, at=now)
        if version := version_in(typed):
            keep_typed(version, typed, at=now)
    return redirect(_back_to(request, decided.side, decided.company.public_id))


@curator_required
@require_POST
def review_assign(request: SignedInRequest, kind: str, public_id: str) -> HttpResponse:
    if not _typed(request):
        discard_draft(request)
    profile, form = _profile(kind, public_id), forms.AssignForm(request.POST)
    if form.is_valid():
        to, was = form.cleaned_data["curator"], form.cleaned_data["was"]
        with message_on_error(request, _("Saved.")):
            service.assign(profile, to, was=was, by=request.user, at=timezone.now())
        note = forms.NoteForm(request.POST)
        if note.is_valid():  # for the curator who has the record now; nothing is lost
            service.write_note(profile, text=note.cleaned_data["text"], by=request.user, at=timezone.now())
            messages.success(request, _("Your note is saved. Only curators can read it."))
    else:
        messages.warning(request, _("Choose a curator."))
    return redirect(_back_to(request, kind, public_id))


@curator_required
@require_POST
def review_note(request: SignedInRequest, kind: str, public_id: str) -> HttpResponse:
    if not _typed(request):
        discard_draft(request)
    profile, form = _profile(kind, public_id), forms.NoteForm(request.POST)
    if form.is_valid():
        service.write_note(profile, text=form.cleaned_data["text"], by=request.user, at=timezone.now())
        messages.success(request, _("Your note is saved. Only curators can read it."))
    else:
        messages.warning(request, " ".join(map(str, form.errors["text"])))
    return redirect(_back_to(request, kind, public_id))


@curator_required
@require_POST
def review_proposal(request: SignedInRequest, kind: str, public_id: str) -> HttpResponse:
    """Say whether a description is about a sector: add it to the profile, or never suggest it again."""
    if not _typed(request):
        discard_draft(request)
    profile, at = _profile(kind, public_id), timezone.now()
    added, refused = request.POST.get("add", ""), request.POST.get("refuse", "")
    if refused.startswith(OF_A_SECTOR):
        companies.decline_proposal(profile, refused, by=request.user, at=at)
        messages.success(request, _("Saved."))
    elif added.startswith(OF_A_SECTOR) and companies.accept_proposal(profile, added, by=request.user, at=at):
        messages.success(request, _("Saved."))
    else:
        messages.warning(request, _("Nothing was added: the profile or its description has changed."))
    return redirect(_back_to(request, kind, public_id))


def _back_to(request: SignedInRequest, kind: str, public_id: str) -> str:
    return reverse("review", args=[kind, public_id]) + queues.part_in(request.GET, request.user).suffix


@curator_required
@require_POST
def reviews_approve(request: SignedInRequest) -> HttpResponse:
    part = queues.part_in(request.GET, request.user)
    picked = [key.split("@")[0].partition(":")[::2] for key in request.POST.getlist("pick")[:PAGE_SIZE]]
    rows = queues.waiting_among(picked)
    blocked = [(row.profile, held_back_by(row, me=request.user)) for row in rows]
    ready = [profile for profile, concerns in blocked if not concerns]
    if "confirm" in request.POST:
        _approve_together(request, ready)
        return redirect(reverse("reviews") + part.suffix)
    if not rows:
        messages.warning(request, _("Select at least one profile that is waiting for a decision."))
        return redirect(reverse("reviews") + part.suffix)
    shown = [(profile, selector.edited_since(profile)) for profile in ready]
    context = {"ready": shown, "left": [row for row in blocked if row[1]], "part": part}
    return render(request, "curation/reviews/approve.html", context)


REFUSED = (
    service.NotWaitingError,
    service.ChangedSinceError,
    service.NumberTakenError,
    service.StillAskedError,
)


def _approve_together(request: SignedInRequest, ready: list[Startup | Investor]) -> None:
    seen = dict(key.partition("@")[::2] for key in request.POST.getlist("pick"))
    approved = 0
    for profile in ready:
        shown = seen[f"{profile.side}:{profile.public_id}"]
        by, at, since = request.user, timezone.now(), last_edit(profile)
        if shown != since.isoformat():
            continue
        with suppress(*REFUSED):
            service.decide(profile, ReviewOutcome.APPROVED, by=by, at=at, unchanged_since=since)
            approved += 1
    text = ngettext("%(count)s profile was approved.", "%(count)s profiles were approved.", approved)
    messages.success(request, text % {"count": approved})
    if left := len(request.POST.getlist("pick")) - approved:
        text = ngettext(
            "%(count)s profile was not approved: it has changed, or there is a concern about it. Open it to "
            "decide.",
            "%(count)s profiles were not approved: they have changed, or there is a concern about them. Open "
            "them to decide.",
            left,
        )
        messages.warning(request, text % {"count": left})


@curator_required
@page_with_form
def canned_reasons(request: SignedInRequest) -> HttpResponse:
    form = forms.CannedForm(sent_by_post(request))
    if form.is_valid():
        service.save_canned(None, form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("canned_reasons")
    return form_page(request, "curation/reviews/canned_reasons.html", form, reasons=offered_reasons())


@curator_required
@page_with_form
def canned_reason(request: SignedInRequest, pk: int) -> HttpResponse:
    reason = get_object_or_404(offered_reasons(), pk=pk)
    texts = {name: getattr(reason, name) for name in forms.CannedForm.base_fields}
    form = forms.CannedForm(sent_by_post(request), initial=texts)
    is_removal = "remove" in request.POST
    if is_removal or form.is_valid():
        now, words = timezone.now(), None if is_removal else form.cleaned_data
        service.save_canned(reason, words, by=request.user, at=now)
        messages.success(request, _("Saved."))
        return redirect("canned_reasons")
    return form_page(request, "curation/reviews/canned_reason.html", form, reason=reason)


def _is_decided(request: SignedInRequest, profile: Startup | Investor, form: forms.ReviewForm) -> bool:
    """Carry out the decision, or add the error to the page; the second of two curators gets an error."""
    data = form.cleaned_data
    outcome = ReviewOutcome(data["outcome"])
    kwargs = {
        "message": data["message"],
        "reasons": data["reasons"] if outcome == ReviewOutcome.RETURNED else None,
        "canned": list(data["canned"]),
        "waived": data["waived"],
        "version_read": selector.snapshot_in(data["seen"]).version,
        "typed": _typed(request),
    }
    try:
        service.decide(profile, outcome, by=request.user, at=timezone.now(), **kwargs)
    except service.ChangedSinceError:
        return False  # the page shows what has changed
    except service.NotWaitingError as refusal:
        messages.warning(request, str(refusal))
        return False
    except (service.NumberTakenError, service.UnfitEditError) as refusal:
        form.add_error("message", str(refusal))
        return False
    except service.StillAskedError:
        form.add_error("outcome", STILL_ASKED)
        return False
    return True


def told_words(profile: Startup | Investor) -> str:
    """Return the recipients of a decision; an imported company may have none."""
    if profile.memberships.exists():
        return _("Its team gets an email.")
    return _("It has no team yet, so no one gets an email.")


def _typed(request: SignedInRequest) -> Sent | None:
    sent = texts_to_keep(dict(request.POST.lists()))
    names = [name for name, texts in sent.items() if any(texts) and name.startswith(WRITTEN)]
    return sent if names else None


WRITTEN = ("message", "canned", "waived", forms.PREFIX)


def appeal_page(request: SignedInRequest, company: Startup | Investor) -> HttpResponse:
    if not status_of(company).can_appeal:
        return redirect(f"{company.side}_status")

    def save(form: forms.AppealForm) -> HttpResponse:
        service.appeal(company, text=form.cleaned_data["text"], by=request.user, at=timezone.now())
        messages.success(request, _("Your appeal was sent. A curator will read and answer it."))
        return redirect(f"{company.side}_status")

    context = {"status": status_of(company), "side": company.side}
    return handle_form(request, forms.AppealForm, "curation/reviews/appeal.html", save, context)


startup_appeal = page_with_form(company_required(Side.STARTUP)(appeal_page))
investor_appeal = page_with_form(company_required(Side.INVESTOR)(appeal_page))


@curator_required
@require_GET
def appeals(request: SignedInRequest) -> HttpResponse:
    page = page_of(request, selector.open_appeals(), PAGE_SIZE)
    return render(request, "curation/reviews/appeals.html", {"page": page, "rows": page})


RECORDS_A_PAGE = 50


@observer_required
@require_GET
def audit(request: SignedInRequest) -> HttpResponse:
    form = forms.AuditFilterForm(request.GET or None)
    asked = audit_trail.AuditFilter(**form.cleaned_data) if form.is_valid() else audit_trail.AuditFilter()
    page = page_of(request, audit_trail.records(asked), RECORDS_A_PAGE)
    context = {
        "form": form,
        "page": page,
        # Observers read what was done, not what stands in a profile.
        "lines": audit_trail.audit_lines(page, kept_changes(page) if request.user.is_curator else {}),
        "is_filtered": bool(asked),
        "verdict": verify() if "check" in request.GET else None,
    }
    return render(request, "curation/reviews/audit.html", context)


@curator_required
@require_GET
@fresh_proof_required
def audit_export(request: SignedInRequest) -> HttpResponseBase:
    """Stream the audit log as CSV, oldest first, as far as the filter goes; whole.

    With hashes to check it by.
    """
    form = forms.AuditFilterForm(request.GET)
    if not form.is_valid():
        raise Http404  # never more than was asked for
    limits.take_token(EXPORT_LIMIT, account=request.user, at=timezone.now())
    return download(audit_trail.csv_lines(audit_trail.AuditFilter(**form.cleaned_data)), "audit.csv")
