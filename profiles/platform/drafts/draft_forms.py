"""Forms that keep drafts: opened with a draft if there is one, compared with what others stored meanwhile."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import Model
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from profiles.guards import SignedInRequest
from profiles.models import FormDraft
from profiles.pages import Words, form_error_on
from profiles.platform.changes.services import ChangedMeanwhileError
from profiles.platform.drafts.merging import Conflict, Merged, answered, merge_typed, query, sent_by
from profiles.platform.drafts.services import RETENTION, FormVersion, discard_draft, draft_of, version_in

MakeForm = Callable[
    [QueryDict | None], Any
]  # a form over the record as it is stored now, bound to data or not


@dataclass(frozen=True)
class DraftForm:
    form: Any
    version: str
    path: str
    draft: FormDraft | None = None
    conflicts: tuple[Conflict, ...] = ()
    taken: tuple[str, ...] = ()

    @property
    def may_save(self) -> bool:
        """Whether the form is valid and without conflicts with another person's edit."""
        is_right = self.form.is_bound and not self.draft and self.form.is_valid()
        return bool(is_right and not self.conflicts)

    @property
    def is_wrong(self) -> bool:
        return bool(self.form.is_bound and not self.draft and not self.form.is_valid())

    @property
    def is_refused(self) -> bool:
        return self.is_wrong and set(self.form.errors) == {NON_FIELD_ERRORS}

    @property
    def kept_days(self) -> int:
        return RETENTION.days


def handle_form(
    request: SignedInRequest,
    make: MakeForm,
    template: str,
    save: Callable[[Any], HttpResponse],
    context: Mapping[str, Any] | Callable[[Any], Mapping[str, Any]] | None = None,
    *,
    words: Words | None = None,
    record: Model | None = None,
) -> HttpResponse:
    """Show a page with a form, or save the form that was sent.

    `save` gets the form, stores it and returns where to go on. Why it refuses is shown above the form, in
    other `words` if given. Where it finds that `record` was changed meanwhile, the form is compared again.
    The `context` of the page may be a function of the form, which is called if the page is shown.
    """
    draft_form = open_or_posted(request, make)
    if draft_form.may_save:
        try:
            with form_error_on(draft_form.form, words=words):
                response = save(draft_form.form)
                discard_draft(request)
                return response
        except ChangedMeanwhileError:
            if record:
                record.refresh_from_db()
            return handle_form(request, make, template, save, context, words=words, record=record)
    shown = context(draft_form.form) if callable(context) else context or {}
    return render_form(request, template, draft_form, **shown)


def open_or_posted(request: SignedInRequest, make: MakeForm, *, path: str = "") -> DraftForm:
    """Return the form of a page, whether it is looked at or was sent."""
    opener = posted_form if request.method == "POST" else open_form
    return opener(request, make, path=path)


def render_form(
    request: SignedInRequest, template: str, draft_form: DraftForm, **context: Any
) -> HttpResponse:
    """Render a page around such a form; 422 where it is wrong, 409 where others stored something else."""
    status = 200
    if draft_form.is_wrong:
        focus_first_error(draft_form.form)
        status = 422
    if draft_form.conflicts:
        status = 409
    context |= {"form": draft_form.form, "draft_form": draft_form}
    return render(request, template, context, status=status)


def focus_first_error(form: Any) -> None:
    """Let a browser show the first field that has to be corrected, with or without scripts."""
    for name, field in form.fields.items():
        if name in form.errors and not field.widget.is_hidden:
            field.widget.attrs["autofocus"] = True
            return


def open_form(request: SignedInRequest, make: MakeForm, *, path: str = "") -> DraftForm:
    stored, path = make(None), path or request.path
    if request.user.is_viewed:  # a curator only looks: nothing that is sent from there may be kept
        return DraftForm(stored, "", path)
    draft = draft_of(request.user, path, at=timezone.now())
    if draft is None:
        fresh = FormVersion(request.user.pk, path, sent_by(stored))
        return DraftForm(stored, str(fresh), path)
    sent = query(draft.sent)
    old = version_in(sent)
    base = old.base if old else sent_by(stored)
    version = FormVersion(request.user.pk, path, base)
    return DraftForm(without_errors(make(sent)), str(version), path, draft=draft)


def posted_form(request: SignedInRequest, make: MakeForm, *, path: str = "") -> DraftForm:
    """Return the form for a page that was sent: as typed, and with what others stored meanwhile."""
    stored = make(None)
    fresh = FormVersion(request.user.pk, path or request.path, sent_by(stored))
    version, merged = version_in(request.POST), Merged(request.POST)
    if version is not None:
        merged = Merged(answered(stored, request.POST, version.base))
        if version.base != fresh.base:
            merged = merge_typed(stored, merged.sent, version.base, fresh.base)
    form = make(merged.sent)
    return DraftForm(form, str(fresh), fresh.path, conflicts=merged.conflicts, taken=merged.taken)


def without_errors(form: Any) -> Any:
    """Return a form that shows what was typed without telling yet what is wrong with it."""
    form.errors.clear()
    form.cleaned_data = {}
    return form
