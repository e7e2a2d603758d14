"""A conversation: reading, writing, marking as read, files, reporting, blocking."""

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from matchmaker.choices import ReportReason
from matchmaker.conversations.forms import MessageForm, ReportForm
from matchmaker.conversations.guards import conversation_or_404, readable_pair_or_404, with_conversation
from matchmaker.conversations.kinds import UPLOAD_LIMIT
from matchmaker.conversations.selectors.conversation import (
    conversation_page,
    message_with_file,
    read_up_to,
    reportable_message,
)
from matchmaker.conversations.services import blocks, reading, reports
from matchmaker.conversations.services import messages as writing
from matchmaker.lists.guards import member_required
from matchmaker.lists.selectors.current_company import CurrentCompany as Member
from matchmaker.models import Introduction, Message
from matchmaker.pairs.guards import acting, open_pair
from matchmaker.pairs.selectors.pair import Pair
from profiles.drafts.forms import TypedForm, opened, posted, typed_form, typed_page
from profiles.drafts.middleware import saved
from profiles.guards import SignedInRequest
from profiles.limits import services as limits
from profiles.limits.guards import refused, tell
from profiles.pages import found_or_404, no_page_on, page_with_form

# A file is saved, never shown by the browser on our address, and could do nothing there.
SANDBOX = "sandbox; default-src 'none'"
REFUSALS: dict[type[Exception], Promise] = {
    writing.ConversationClosedError: gettext_lazy("This conversation is closed."),
    writing.FirstWaitsError: gettext_lazy(
        "Your first message still waits for a curator. Once it is delivered you can go on."
    ),
    writing.QuotaError: gettext_lazy("Your company has no room for another file: 100 MB are taken."),
}


@member_required
@page_with_form
def conversation(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Show what was written, and take a message. Our own timer asks whether there is something new."""
    if request.method == "POST":
        return _write(request, *conversation_or_404(member, public_id))
    pair, introduction = with_conversation(readable_pair_or_404(member, public_id))
    return _page(request, pair, introduction, opened(request, _blank))


def _blank(sent: QueryDict | None) -> MessageForm:
    """Return the form without the file, which no draft keeps."""
    return MessageForm(sent)


def _write(request: SignedInRequest, pair: Pair, introduction: Introduction) -> HttpResponse:
    """Take a message, or say beside the form why not; what was typed stays in it."""
    try:
        if request.FILES:
            # Counted before it is read, because reading is what costs.
            limits.take_token(UPLOAD_LIMIT, account=request.user, company=pair.company, at=timezone.now())
        typed = posted(request, lambda sent: MessageForm(sent, request.FILES if sent is not None else None))
        if not typed.may_save:
            return _page(request, pair, introduction, typed)
        return _send(request, pair, introduction, typed)
    except limits.LimitReachedError as refusal:
        typed = posted(request, _blank)
        tell(typed.form, refusal)
        return refused(_page(request, pair, introduction, typed), refusal)


def _send(request: SignedInRequest, pair: Pair, introduction: Introduction, typed: TypedForm) -> HttpResponse:
    """Send a message that is right."""
    try:
        with open_pair():
            writing.send_message(introduction, **typed.form.cleaned_data, **acting(request, pair.member))
    except tuple(REFUSALS) as refusal:
        is_about_file = isinstance(refusal, writing.QuotaError)
        typed.form.add_error("file" if is_about_file else None, str(REFUSALS[type(refusal)]))
        return _page(request, pair, introduction, typed)
    saved(request)
    return redirect(f"{request.path}#newest")


def _page(request: SignedInRequest, pair: Pair, introduction: Introduction, typed: TypedForm) -> HttpResponse:
    """Draw the page; nothing where the page that asks shows it already."""
    page = conversation_page(pair, introduction, request.user, request.GET.get("page", "1"))
    if request.method == "GET" and request.GET.get("known") == page.mark:
        return HttpResponse(status=204)
    return typed_page(request, "conversations/conversation.html", typed, page=page)


@member_required
@require_POST
def conversation_read(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Note that the person has read up to the message that the page showed last."""
    _pair, introduction = conversation_or_404(member, public_id)
    shown = request.POST.get("newest", "")
    up_to = read_up_to(introduction, member.side, int(shown[:18])) if shown.isdecimal() else None
    if up_to is not None:
        reading.mark_conversation_read(introduction, up_to=up_to, **acting(request, member))
    if "HX-Request" not in request.headers:
        return redirect("conversation", public_id)
    response = HttpResponse(status=204)
    response.headers["HX-Trigger"] = "corridor:tick"  # the bell counts anew
    return response


@member_required
@require_POST
def conversation_block(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Block the other company, or take that back: `wanted` is 1 or 0."""
    pair, _introduction = conversation_or_404(member, public_id)
    if request.POST.get("wanted") == "1":
        blocks.block_company(*pair.both, **acting(request, member))
        messages.success(request, _("Blocked. The introduction is closed, and they cannot ask you again."))
    else:
        blocks.unblock_company(*pair.both, **acting(request, member))
        messages.success(request, _("The block is taken back. What was closed stays closed."))
    return redirect("conversation", public_id)


@member_required
@page_with_form
def conversation_report(request: SignedInRequest, member: Member, public_id: str, pk: int) -> HttpResponse:
    """Ask what is wrong with a message, and report it to the curators; also where the other side has left."""
    pair = readable_pair_or_404(member, public_id)
    message = found_or_404(reportable_message(pair, pk))
    typed = typed_form(request, ReportForm)
    if not typed.may_save:
        return typed_page(request, "conversations/report.html", typed, pair=pair, message=message)
    data = typed.form.cleaned_data
    said = {**data, "reason": ReportReason(data["reason"])}
    reports.report_message(message, **said, **acting(request, member))
    saved(request)
    messages.success(request, _("Reported. A curator looks at it and tells you; the other side is not told."))
    return redirect("conversation", public_id)


@member_required
@require_POST
def conversation_file(request: SignedInRequest, member: Member, public_id: str, pk: int) -> HttpResponseBase:
    """Hand out the file of a message. By POST, because it is written into the trail."""
    message = found_or_404(message_with_file(readable_pair_or_404(member, public_id), pk))
    return handed_out(request, message)


def handed_out(request: SignedInRequest, message: Message) -> HttpResponseBase:
    """Return the file to be saved, with nothing that a browser would run."""
    with no_page_on(FileNotFoundError):  # the data folder has lost it
        stored = message.file.open("rb")
    writing.open_file(message, by=request.user, at=timezone.now())
    response = FileResponse(
        stored, as_attachment=True, filename=message.file_name, content_type="application/octet-stream"
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "no-store"
    return response
