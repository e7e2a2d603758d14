"""The page of a meeting and its acts, for the two teams of an introduction while both are interested."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matchmaker.integrations.calendar_files import Method
from matchmaker.introductions.guards import open_pair
from matchmaker.matches.guards import lead_on, member_required
from matchmaker.matches.selectors.member import Member
from matchmaker.meetings.forms import CallAddressForm, ReplyForm, TimesForm
from matchmaker.meetings.guards import meeting_or_404, mutual_or_404
from matchmaker.meetings.selectors.calendar_entry import calendar_entry
from matchmaker.meetings.selectors.page import MeetingPage, meeting_page
from matchmaker.meetings.services import moves, replies
from matchmaker.meetings.services.moves import NoSuchMoveError, PastTimeError
from matchmaker.models.meeting import MeetingAnswer
from matchmaker.models.meeting_table import AGREED_STATES
from profiles.guards import SignedInRequest


@contextmanager
def told_if_too_late(request: SignedInRequest) -> Iterator[None]:
    """Say in words that an act comes too late; a pair that is gone is no page."""
    try:
        with open_pair():
            yield
    except PastTimeError:
        messages.warning(request, _("This time has passed. Choose another one, or propose others."))
    except NoSuchMoveError:
        messages.warning(request, _("That is no longer possible: see where it stands."))


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Show what is offered or agreed; a form that is sent offers times, in place of any that stand."""
    pair, introduction = mutual_or_404(member, public_id)
    now = timezone.now()
    page = meeting_page(pair, introduction, request.user, at=now)
    with timezone.override(page.zone):
        form = _times_form(request, page, at=now)
        if not form.is_valid():
            context = {"page": page, "form": form, "address_form": _address_form(page)}
            return render(request, "meetings/meeting.html", context, status=422 if form.is_bound else 200)
    with told_if_too_late(request):
        made = moves.propose(
            introduction,
            times=form.times,
            minutes=form.cleaned_data["minutes"],
            call_address=form.cleaned_data["call_address"],
            side=member.side,
            by=request.user,
            at=now,
        )
        if made.state in AGREED_STATES:
            messages.success(request, _("They have your times. Until they take one, the agreed time stays."))
        else:
            messages.success(request, _("They have your times. When they take one, both get an entry."))
    return redirect("meeting", public_id)


def _times_form(request: SignedInRequest, page: MeetingPage, *, at: datetime) -> TimesForm:
    """Return the form, with the address that stands."""
    known = {"call_address": page.meeting.call_address if page.meeting and page.is_live else ""}
    return TimesForm(request.POST if request.method == "POST" else None, initial=known, at=at)


def _address_form(page: MeetingPage) -> CallAddressForm:
    return CallAddressForm(initial={"call_address": page.meeting.call_address if page.meeting else ""})


@member_required
@require_POST
def meeting_take(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Accept one of the times that the other side offers: `slot` is its key."""
    found = meeting_or_404(member, public_id)
    slot = request.POST.get("slot", "")
    with told_if_too_late(request):
        moves.take_time(
            found,
            slot=int(slot) if slot.isascii() and slot.isdigit() and len(slot) < 19 else 0,
            side=member.side,
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, _("The time is agreed. An entry for your calendar is on its way by mail."))
    return redirect("meeting", public_id)


@member_required
@require_POST
def meeting_keep(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Let the agreed time stay although others were offered."""
    found = meeting_or_404(member, public_id)
    with told_if_too_late(request):
        moves.keep_time(found, side=member.side, by=request.user, at=timezone.now())
        messages.success(request, _("The agreed time stays."))
    return redirect("meeting", public_id)


@member_required
@require_POST
def meeting_cancel(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Call the meeting off."""
    found = meeting_or_404(member, public_id)
    with told_if_too_late(request):
        moves.cancel(found, side=member.side, by=request.user, at=timezone.now())
        messages.success(request, _("The meeting is cancelled, and they know. You can propose another one."))
    return redirect("meeting", public_id)


@member_required
@require_POST
def meeting_address(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Say where the call takes place."""
    found = meeting_or_404(member, public_id)
    form = CallAddressForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["call_address"])))
        return redirect("meeting", public_id)
    with told_if_too_late(request):
        moves.set_call_address(
            found,
            address=form.cleaned_data["call_address"],
            side=member.side,
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, _("Saved. Both teams see it."))
    return redirect("meeting", public_id)


@member_required
@require_POST
def meeting_reply(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Say how the meeting went, and whether the company goes on or closes."""
    found = meeting_or_404(member, public_id)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return redirect("meeting", public_id)
    answer = MeetingAnswer(form.cleaned_data["answer"])
    with told_if_too_late(request):
        replies.reply(found, answer=answer, side=member.side, by=request.user, at=timezone.now())
        messages.success(request, _("Thank you. Only your company sees your answer."))
    if answer is not MeetingAnswer.CLOSE:
        return redirect("meeting", public_id)
    two = found.introduction
    return lead_on(redirect("introduction", public_id), two.startup, two.investor)


@member_required
@require_safe
def meeting_file(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Return the agreed meeting as a file for the reader's calendar."""
    found = meeting_or_404(member, public_id)
    if found.state not in AGREED_STATES:
        raise Http404
    text = calendar_entry(found, member.side, request.user, method=Method.PUBLISH, at=timezone.now())
    return HttpResponse(
        text,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="meeting.ics"'},
    )
