"""The curators' pages: first messages that wait, and reported messages."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from matchmaker.choices import ReportDecision
from matchmaker.conversations.forms import FirstMessageForm, ReportDecisionForm
from matchmaker.conversations.selectors import desk as selector
from matchmaker.conversations.services import first_messages, reports
from matchmaker.conversations.services.first_messages import DecidedAlreadyError
from matchmaker.conversations.services.messages import ConversationClosedError
from matchmaker.conversations.views.conversation import handed_out
from matchmaker.models import Message
from profiles.drafts.forms import typed_form, typed_page
from profiles.drafts.middleware import saved
from profiles.guards import SignedInRequest, curator_required
from profiles.pages import form_page, found_or_404, page_with_form, sent_by_post, told, told_in

REFUSALS = {
    DecidedAlreadyError: gettext_lazy("Another curator was quicker; it is decided already."),
    ConversationClosedError: gettext_lazy("This conversation is closed."),
}


@curator_required
@require_safe
def desk_messages(request: SignedInRequest) -> HttpResponse:
    """Show what waits, the oldest first."""
    context = {"waiting": selector.waiting_first(), "reports": selector.open_reports()}
    return render(request, "conversations/desk.html", context)


@curator_required
@page_with_form
def desk_message_first(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a first message; deliver it or keep it back."""
    message = get_object_or_404(selector.waiting_first(), pk=pk)
    typed = typed_form(request, FirstMessageForm)
    if typed.may_save:
        with told_in(typed.form, REFUSALS):
            _decide_first(request, message, typed.form)
            saved(request)
            return redirect("desk_messages")
    return typed_page(request, "conversations/desk_first.html", typed, message=message)


def _decide_first(request: SignedInRequest, message: Message, form: FirstMessageForm) -> None:
    """Deliver a first message or keep it back, and say so."""
    by, at = request.user, timezone.now()
    if form.cleaned_data["is_fine"]:
        first_messages.deliver_first(message, by=by, at=at)
        messages.success(request, _("Delivered."))
    else:
        first_messages.keep_back(message, reason=form.cleaned_data["reason"], by=by, at=at)
        messages.success(request, _("Kept back. Its sender reads why."))


@curator_required
@page_with_form
def desk_message_report(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a reported message with those around it; leave it or hide it."""
    report = get_object_or_404(selector.open_reports(), pk=pk)
    form = ReportDecisionForm(sent_by_post(request))
    if not form.is_valid():
        shown = selector.reported_message(report)
        return form_page(request, "conversations/desk_report.html", form, reported=shown)
    decision = ReportDecision(form.cleaned_data["decision"])
    with told(request, REFUSALS, _("Decided. Who reported it is told that you have looked.")):
        reports.decide_report(report, decision=decision, by=request.user, at=timezone.now())
    return redirect("desk_messages")


@curator_required
@require_POST
def desk_message_file(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Hand a curator the file of a message that waits or is reported."""
    return handed_out(request, found_or_404(selector.file_for_curators(pk)))
