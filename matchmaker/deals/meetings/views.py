"""The page of a meeting and its acts, for the two teams of an introduction while both are interested."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from matchmaker.deals.meetings import selectors, services
from matchmaker.deals.meetings.forms import CallAddressForm, ChosenTimeForm, ReplyForm, TimesForm
from matchmaker.deals.meetings.guards import mutual_required
from matchmaker.integrations.calendar_files import Method
from matchmaker.matching.current_company.selectors import CurrentCompany
from matchmaker.matching.lists.guards import current_company_required
from matchmaker.matching.pairs import guards
from matchmaker.matching.pairs.selectors.pair import Pair
from matchmaker.models.introduction import Introduction
from matchmaker.models.meeting import AGREED_STATES, Meeting, MeetingAnswer
from matchmaker.registry import AFTER_MEETING
from matchmaker.transitions import TakenError
from profiles.downloads import download
from profiles.guards import SignedInRequest
from profiles.pages import found_or_404, message_on_error, page_with_form
from profiles.platform.drafts.draft_forms import MakeForm, handle_form, open_form, posted_form, render_form
from profiles.platform.drafts.services import discard_draft

ADDRESS = "#agreed"  # where on the page of a meeting the form of its address stands


@mutual_required(page_with_form)
def meeting(request: SignedInRequest, pair: Pair, introduction: Introduction) -> HttpResponse:
    now = timezone.now()
    page = selectors.meeting_page(pair, introduction, request.user, at=now)

    def save(form: TimesForm) -> HttpResponse:
        kwargs = {name: form.cleaned_data[name] for name in ("minutes", "call_address")}
        kwargs |= {"times": form.times, "version_read": guards.seen_in(request)}
        made = services.propose(introduction, **kwargs, **guards.acting(request, pair.member))
        if made.state in AGREED_STATES:
            messages.success(
                request, _("They have your times. Until they choose one, the agreed time stays.")
            )
        else:
            messages.success(
                request, _("They have your times. When they choose one, both of you get a calendar entry.")
            )
        return redirect("meeting", pair.counterpart.public_id)

    def context(_form: TimesForm) -> dict[str, Any]:
        address = open_form(request, _address_form(page), path=f"{request.path}{ADDRESS}")
        return {"page": page, "address": address}

    with timezone.override(page.zone):
        make, template = _times_form(page, at=now), "deals/meetings/meeting.html"
        return handle_form(request, make, template, save, context)


def meeting_or_404(member: CurrentCompany, public_id: str) -> Meeting:
    pair = guards.pair_or_404(member, public_id)
    introduction = found_or_404(selectors.mutual_introduction(pair))
    return found_or_404(selectors.newest_meeting(introduction))


def _times_form(page: selectors.MeetingPage, *, at: datetime) -> MakeForm:
    initial = {"call_address": page.meeting.call_address if page.meeting and page.is_live else ""}
    return lambda sent: TimesForm(sent, initial=initial, at=at, their_zone=page.their_zone)


def _address_form(page: selectors.MeetingPage) -> MakeForm:
    initial = {"call_address": page.meeting.call_address if page.meeting else ""}
    return lambda sent: CallAddressForm(sent, initial=initial, auto_id="agreed_%s")


@current_company_required
@require_POST
def meeting_take(request: SignedInRequest, member: CurrentCompany, public_id: str) -> HttpResponse:
    meeting, sent = meeting_or_404(member, public_id), request.POST.get("slot", "")
    slot = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 19 else 0
    done = _("The time is agreed. A calendar entry is on its way to you by email.")
    return _act(request, member, meeting, partial(services.take_time, slot=slot), done)


@mutual_required(require_POST)
def meeting_choose(request: SignedInRequest, pair: Pair, introduction: Introduction) -> HttpResponse:
    """Agree on a time in the hours that a person of the other side has published."""
    form = ChosenTimeForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(TakenError.message))
        return redirect("meeting", pair.counterpart.public_id)
    done = _("The time is agreed. A calendar entry is on its way to you by email.")
    with message_on_error(request, done):
        chosen = {**form.cleaned_data, "version_read": guards.seen_in(request)}
        services.choose_time(introduction, **chosen, **guards.acting(request, pair.member))
    return redirect("meeting", pair.counterpart.public_id)


def _act(
    request: SignedInRequest, member: CurrentCompany, meeting: Meeting, act: Callable[..., object], done: str
) -> HttpResponse:
    with message_on_error(request, done):
        act(meeting, **guards.acting(request, member))
    return redirect("meeting", meeting.introduction.company_on(member.side.other).public_id)


@current_company_required
@require_POST
def meeting_keep(request: SignedInRequest, member: CurrentCompany, public_id: str) -> HttpResponse:
    meeting = meeting_or_404(member, public_id)
    keep = partial(services.keep_time, version_read=guards.seen_in(request))
    return _act(request, member, meeting, keep, _("The agreed time stays the same."))


@current_company_required
@require_POST
def meeting_cancel(request: SignedInRequest, member: CurrentCompany, public_id: str) -> HttpResponse:
    meeting = meeting_or_404(member, public_id)
    done = _("The meeting is cancelled, and they have been told. You can propose another one.")
    return _act(
        request, member, meeting, partial(services.cancel, version_read=guards.seen_in(request)), done
    )


@mutual_required(require_POST)
def meeting_address(request: SignedInRequest, pair: Pair, introduction: Introduction) -> HttpResponse:
    meeting, now = found_or_404(selectors.newest_meeting(introduction)), timezone.now()
    page = selectors.meeting_page(pair, introduction, request.user, at=now)
    own_path = reverse("meeting", args=[pair.counterpart.public_id])
    with timezone.override(page.zone):
        address = posted_form(request, _address_form(page), path=f"{own_path}{ADDRESS}")
        if not address.may_save:
            times = open_form(request, _times_form(page, at=now), path=own_path)
            shown = render_form(request, "deals/meetings/meeting.html", times, page=page, address=address)
            shown.status_code = 409 if address.conflicts else 422
            return shown
    with message_on_error(request, _("Saved. Both teams see it.")):
        call_address = address.form.cleaned_data["call_address"]
        services.set_call_address(meeting, address=call_address, **guards.acting(request, pair.member))
        discard_draft(request)
    return redirect(own_path)


@current_company_required
@require_POST
def meeting_reply(request: SignedInRequest, member: CurrentCompany, public_id: str) -> HttpResponse:
    meeting, form = meeting_or_404(member, public_id), ReplyForm(request.POST)
    if not form.is_valid():
        return redirect("meeting", public_id)
    answer = MeetingAnswer(form.cleaned_data["answer"])
    done = _("Thank you. Only your company sees your answer.")
    answered = _act(request, member, meeting, partial(services.reply, answer=answer), done)
    if answer is MeetingAnswer.GO_ON and AFTER_MEETING:
        return redirect(AFTER_MEETING[0], public_id)
    if answer is not MeetingAnswer.CLOSE:
        return answered
    return guards.redirect_if_published(redirect("introduction", public_id), *meeting.introduction.pair)


@current_company_required
@require_safe
def meeting_file(request: SignedInRequest, member: CurrentCompany, public_id: str) -> HttpResponseBase:
    meeting = meeting_or_404(member, public_id)
    if meeting.state not in AGREED_STATES:
        raise Http404
    text = selectors.calendar_entry(
        meeting, member.side, request.user, method=Method.PUBLISH, at=timezone.now()
    )
    return download(text, "meeting.ics")
