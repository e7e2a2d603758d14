"""A conversation: reading, writing, marking as read, files, reporting, blocking; and the curators' pages."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from matchmaker.choices import ReportDecision, ReportReason
from matchmaker.deals.conversations import selectors, services
from matchmaker.deals.conversations.forms import FirstMessageForm, MessageForm, ReportDecisionForm, ReportForm
from matchmaker.deals.conversations.selectors import (
    conversation_of,
    conversation_page,
    message_from_them,
    message_with_file,
    past_pair,
    read_up_to,
)
from matchmaker.deals.machine_translation import services as translations
from matchmaker.matching.current_company.selectors import CurrentCompany
from matchmaker.matching.lists.guards import current_company_required
from matchmaker.matching.pairs.guards import acting, pair_or_404, paused_or_404
from matchmaker.matching.pairs.selectors.pair import Pair, pair_of
from matchmaker.models.conversation import Message
from matchmaker.models.introduction import Introduction
from profiles import pages
from profiles.guards import SignedInRequest, curator_required
from profiles.platform.drafts.draft_forms import DraftForm, handle_form, open_form, posted_form, render_form
from profiles.platform.drafts.services import discard_draft
from profiles.platform.files.services import count_upload
from profiles.platform.files.views import file_response


def conversation_or_404(member: CurrentCompany, public_id: str) -> tuple[Pair, Introduction]:
    pair = pair_or_404(member, public_id)
    return pair, pages.found_or_404(conversation_of(pair))


def readable_pair_or_404(member: CurrentCompany, public_id: str) -> Pair:
    return pages.found_or_404(pair_of(member, public_id) or past_pair(member, public_id))


@current_company_required
@pages.page_with_form
def conversation(request: SignedInRequest, member: CurrentCompany, public_id: str) -> HttpResponse:
    if request.method == "POST":
        return _write(request, *conversation_or_404(member, public_id))
    pair = pair_of(member, public_id) or past_pair(member, public_id)
    if pair is None:
        return paused_or_404(request, member, public_id)
    return _page(request, pair, pages.found_or_404(conversation_of(pair)), open_form(request, MessageForm))


def _write(request: SignedInRequest, pair: Pair, introduction: Introduction) -> HttpResponse:
    if request.FILES:
        # Counted before it is read, because reading is what costs.
        count_upload(pair.company, by=request.user, at=timezone.now())
    draft_form = posted_form(
        request, lambda sent: MessageForm(sent, request.FILES if sent is not None else None)
    )
    if not draft_form.may_save:
        return _page(request, pair, introduction, draft_form)
    with pages.form_error_on(draft_form.form):
        services.send_message(introduction, **draft_form.form.cleaned_data, **acting(request, pair.member))
        discard_draft(request)
        return redirect(f"{request.path}#newest")
    return _page(request, pair, introduction, draft_form)


def _page(
    request: SignedInRequest, pair: Pair, introduction: Introduction, draft_form: DraftForm
) -> HttpResponse:
    page = conversation_page(pair, introduction, request.user, request.GET.get("page", "1"))
    if request.method == "GET" and request.GET.get("known") == page.mark:
        return HttpResponse(status=204)
    return render_form(request, "deals/conversations/conversation.html", draft_form, page=page)


@current_company_required
@require_POST
def conversation_read(request: SignedInRequest, member: CurrentCompany, public_id: str) -> HttpResponse:
    """Note that the person has read up to the message that the page showed last."""
    _pair, introduction = conversation_or_404(member, public_id)
    shown = request.POST.get("newest", "")
    up_to = read_up_to(introduction, member.side, int(shown[:18])) if shown.isdecimal() else None
    if up_to is not None:
        services.mark_conversation_read(introduction, up_to=up_to, **acting(request, member))
    if "HX-Request" not in request.headers:
        return redirect("conversation", public_id)
    response = HttpResponse(status=204)
    response.headers["HX-Trigger"] = "corridor:tick"  # the bell counts again
    return response


@current_company_required
@require_POST
def conversation_translation(
    request: SignedInRequest, member: CurrentCompany, public_id: str, pk: int
) -> HttpResponse:
    """Have one message of the other side translated for its reader."""
    pair, _introduction = conversation_or_404(member, public_id)
    message = pages.found_or_404(message_from_them(pair, pk))
    with pages.message_on_error(request):
        translations.translate(pair, message.text, by=request.user, at=timezone.now())
    shown = urlencode({"page": request.POST.get("page", "1")[:9]})
    return redirect(f"{reverse('conversation', args=[public_id])}?{shown}#translation-{pk}")


@current_company_required
@require_POST
def conversation_block(request: SignedInRequest, member: CurrentCompany, public_id: str) -> HttpResponse:
    pair, _introduction = conversation_or_404(member, public_id)
    if request.POST.get("wanted") == "1":
        services.block_company(*pair.both, **acting(request, member))
        messages.success(request, _("Blocked. The introduction is closed, and they cannot ask you again."))
    else:
        services.unblock_company(*pair.both, **acting(request, member))
        messages.success(request, _("Unblocked. The introduction that was closed stays closed."))
    return redirect("conversation", public_id)


@current_company_required
@pages.page_with_form
def conversation_report(
    request: SignedInRequest, member: CurrentCompany, public_id: str, pk: int
) -> HttpResponse:
    pair = readable_pair_or_404(member, public_id)
    message = pages.found_or_404(message_from_them(pair, pk))

    def save(form: ReportForm) -> HttpResponse:
        kwargs = {**form.cleaned_data, "reason": ReportReason(form.cleaned_data["reason"])}
        services.report_message(message, **kwargs, **acting(request, member))
        messages.success(
            request, _("Reported. A curator will review it and tell you. The other side is not told.")
        )
        return redirect("conversation", public_id)

    return handle_form(
        request, ReportForm, "deals/conversations/report.html", save, {"pair": pair, "message": message}
    )


@current_company_required
@require_POST
def conversation_file(
    request: SignedInRequest, member: CurrentCompany, public_id: str, pk: int
) -> HttpResponseBase:
    """Hand out the file of a message. It is a POST because the audit log records it."""
    message = pages.found_or_404(message_with_file(readable_pair_or_404(member, public_id), pk))
    return handed_out(request, message)


def handed_out(request: SignedInRequest, message: Message) -> HttpResponseBase:
    file = pages.found_or_404(message.file)
    response = file_response(file.content, file.name)
    services.open_file(message, by=request.user, at=timezone.now())
    return response


@curator_required
@require_safe
def desk_messages(request: SignedInRequest) -> HttpResponse:
    context = {"waiting": selectors.waiting_first(), "reports": selectors.open_reports()}
    return render(request, "deals/conversations/desk.html", context)


@curator_required
@pages.page_with_form
def desk_message_first(request: SignedInRequest, pk: int) -> HttpResponse:
    message = get_object_or_404(selectors.waiting_first(), pk=pk)

    def save(form: FirstMessageForm) -> HttpResponse:
        by, at = request.user, timezone.now()
        if form.cleaned_data["is_fine"]:
            services.deliver_first(message, by=by, at=at)
            messages.success(request, _("Delivered."))
        else:
            services.keep_back(message, reason=form.cleaned_data["reason"], by=by, at=at)
            messages.success(request, _("Held back. The sender can read why."))
        return redirect("desk_messages")

    template = "deals/conversations/desk_first.html"
    return handle_form(request, FirstMessageForm, template, save, {"message": message})


@curator_required
@pages.page_with_form
def desk_message_report(request: SignedInRequest, pk: int) -> HttpResponse:
    report = get_object_or_404(selectors.open_reports(), pk=pk)
    form = ReportDecisionForm(pages.sent_by_post(request))
    if not form.is_valid():
        around = selectors.around(report.message)
        return pages.form_page(
            request, "deals/conversations/desk_report.html", form, report=report, around=around
        )
    decision = ReportDecision(form.cleaned_data["decision"])
    with pages.message_on_error(
        request, _("Decided. The person who reported it is told that you have reviewed it.")
    ):
        services.decide_report(report, decision=decision, by=request.user, at=timezone.now())
    return redirect("desk_messages")


@curator_required
@require_POST
def desk_message_file(request: SignedInRequest, pk: int) -> HttpResponseBase:
    return handed_out(request, pages.found_or_404(selectors.file_for_curators(pk)))
