"""The curators' pages: first messages that wait, and reported messages."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matchmaker.choices import ReportDecision
from matchmaker.conversations.forms import FirstMessageForm, ReportDecisionForm
from matchmaker.conversations.guards import message_or_404
from matchmaker.conversations.selectors import desk as selector
from matchmaker.conversations.services import first_messages, reports
from matchmaker.conversations.services.first_messages import DecidedAlreadyError
from matchmaker.conversations.services.messages import ConversationClosedError
from matchmaker.conversations.views.conversation import handed_out
from matchmaker.models import Message
from profiles.guards import SignedInRequest, curator_required

PAGE = require_http_methods(["GET", "HEAD", "POST"])


@curator_required
@require_safe
def desk_messages(request: SignedInRequest) -> HttpResponse:
    """Show what waits, the oldest first."""
    context = {"waiting": selector.waiting_first(), "reports": selector.open_reports()}
    return render(request, "conversations/desk.html", context)


@curator_required
@PAGE
def desk_message_first(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a first message; deliver it or keep it back."""
    message = get_object_or_404(selector.waiting_first(), pk=pk)
    form = FirstMessageForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"message": message, "form": form}
        status = 422 if form.is_bound else 200
        return render(request, "conversations/desk_first.html", context, status=status)
    try:
        _decide_first(request, message, form)
    except DecidedAlreadyError:
        messages.info(request, _("Another curator was quicker; it is decided already."))
    except ConversationClosedError:
        messages.info(request, _("This conversation is closed."))
    return redirect("desk_messages")


def _decide_first(request: SignedInRequest, message: Message, form: FirstMessageForm) -> None:
    """Do what the curator has decided."""
    by, at = request.user, timezone.now()
    if form.cleaned_data["is_fine"]:
        first_messages.deliver_first(message, by=by, at=at)
        messages.success(request, _("Delivered."))
    else:
        first_messages.keep_back(message, reason=form.cleaned_data["reason"], by=by, at=at)
        messages.success(request, _("Kept back. Its sender reads why."))


@curator_required
@PAGE
def desk_message_report(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a reported message with those around it; leave it or hide it."""
    report = get_object_or_404(selector.open_reports(), pk=pk)
    form = ReportDecisionForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"reported": selector.reported_message(report), "form": form}
        status = 422 if form.is_bound else 200
        return render(request, "conversations/desk_report.html", context, status=status)
    decision = ReportDecision(form.cleaned_data["decision"])
    try:
        reports.decide_report(report, decision=decision, by=request.user, at=timezone.now())
    except DecidedAlreadyError:
        messages.info(request, _("Another curator was quicker; it is decided already."))
    else:
        messages.success(request, _("Decided. Who reported it is told that you have looked."))
    return redirect("desk_messages")


@curator_required
@require_POST
def desk_message_file(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Hand a curator the file of a message that waits or is reported."""
    return handed_out(request, message_or_404(selector.file_for_curators(pk)))
