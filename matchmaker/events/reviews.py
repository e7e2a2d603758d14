"""A curator's page about what was submitted: it is approved, or returned with a message."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaker.matching.pairs.guards import seen_in
from matchmaker.transitions import ChangedSinceReadError, NotPublishedError, TransitionRefusedError
from profiles.companies.steps.forms.fields import DecisionForm, ProseField
from profiles.guards import SignedInRequest
from profiles.pages import Words
from profiles.platform.drafts.draft_forms import handle_form


class ApproveOrReturnForm(DecisionForm):
    needs_reason = ("outcome", "send_back", "message", _("Say what should change."))

    outcome = forms.ChoiceField(choices=[("approve", ""), ("send_back", "")])
    message = ProseField(max_length=500, required=False)

    def __init__(self, sent: Any = None, *, label: str) -> None:
        super().__init__(sent)
        self.fields["message"].label = label


def review_page(
    request: SignedInRequest,
    template: str,
    context: Callable[[], Mapping[str, Any]],
    *,
    subject: Callable[[], Any],
    acts: tuple[Callable[..., None], Callable[..., None]],
    label: str,
    moved: str,
    words: Words,
    done: str,
    queue: str,
) -> HttpResponse:
    """Show what was submitted, or approve or return the `subject` with one of `acts` and go to the queue."""

    def save(form: ApproveOrReturnForm) -> HttpResponse:
        approve, send_back = acts
        kwargs = {"by": request.user, "at": timezone.now(), "version_read": seen_in(request) or ""}
        if form.cleaned_data["outcome"] == "approve":
            approve(subject(), **kwargs)
        else:
            send_back(subject(), message=form.cleaned_data["message"], **kwargs)
        messages.success(request, done)
        return redirect(queue)

    words = {
        ChangedSinceReadError: ChangedSinceReadError.message,
        TransitionRefusedError: moved,
        NotPublishedError: moved,
        **words,
    }
    make = partial(ApproveOrReturnForm, label=label)
    return handle_form(request, make, template, save, lambda _form: context(), words=words)
