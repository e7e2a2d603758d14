"""The pages of those who take part in a programme, and what its organiser writes there."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from matchmaker.programmes.forms.people import AnnouncementForm, SessionForm
from matchmaker.programmes.guards import organiser_required, participant_required, reader_required
from matchmaker.programmes.selectors.cohort import (
    agenda_of,
    attended,
    cohort_page,
    is_on,
    session_page,
    takes_part,
)
from matchmaker.programmes.selectors.programmes import Reader, programme_in
from matchmaker.programmes.selectors.share_card import qr_picture
from matchmaker.programmes.services import cohort
from matchmaker.programmes.services.cohort import NotNowError, TooManySessionsError
from matchmaker.programmes.views.programmes import MOVED, organised_or_404
from matchmaker.transitions import TransitionRefusedError
from profiles.guards import SignedInRequest
from profiles.pages import form_error_on, found_or_404, message_on_error, page_with_form, sent_by_post

REFUSALS: dict[type[Exception], str | Promise] = {
    TransitionRefusedError: MOVED,
    TooManySessionsError: gettext_lazy("An agenda has a hundred sessions at most."),
    NotNowError: gettext_lazy("You can say so from an hour before the session until its end."),
}


@reader_required
@page_with_form
def show_cohort(request: SignedInRequest, reader: Reader, public_id: str) -> HttpResponse:
    """Show announcements, agenda and who takes part; its organiser announces and adds a session here."""
    programme = found_or_404(programme_in(reader, public_id))
    organises = reader.organises(programme)
    if not takes_part(reader, programme) or (request.method == "POST" and not organises):
        raise Http404
    sent, kind = sent_by_post(request), request.POST.get("what", "")
    said: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    with timezone.override(ZoneInfo(programme.time_zone)):
        announcement = AnnouncementForm(sent if kind != "session" else None)
        session = SessionForm(sent if kind == "session" else None)
        if announcement.is_bound and announcement.is_valid():
            with form_error_on(announcement, REFUSALS):
                cohort.announce(programme, text=announcement.cleaned_data["text"], **said)
                messages.success(request, _("Everyone who takes part has been told."))
                return redirect("programme_cohort", public_id)
        if session.is_bound and session.is_valid():
            with form_error_on(session, REFUSALS):
                cohort.add_session(programme, values=session.cleaned_data, **said)
                messages.success(request, _("Saved. The agenda and the calendars show it."))
                return redirect("programme_cohort", public_id)
        context = {
            "programme": programme,
            "organises": organises,
            "cohort": cohort_page(reader, programme, request.GET.get("page", "1")),
            "announcement_form": announcement,
            "session_form": session,
            "viewer": reader.member.side if reader.member else "",
        }
        is_wrong = announcement.is_bound or session.is_bound
        return render(request, "programmes/cohort.html", context, status=422 if is_wrong else 200)


@organiser_required
@page_with_form
def show_session(request: SignedInRequest, reader: Reader, public_id: str, pk: int) -> HttpResponse:
    """Show the QR code of a session and who was there; the organiser may write it down by hand."""
    programme = organised_or_404(reader, public_id)
    session = get_object_or_404(programme.sessions, pk=pk)
    if request.method == "POST":
        present = [
            int(each) for each in request.POST.getlist("present") if each.isdecimal() and len(each) < 18
        ]
        cohort.set_attendance(session, present=present, by=request.user, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("programme_session", public_id, pk)
    page = session_page(programme, session)
    context = {
        "programme": programme,
        "session": session,
        "page": page,
        "picture": qr_picture(page["address"]),
    }
    return render(request, "programmes/session.html", context)


@organiser_required
@require_POST
def remove_session(request: SignedInRequest, reader: Reader, public_id: str, pk: int) -> HttpResponse:
    """Take a session off the agenda."""
    session = get_object_or_404(organised_or_404(reader, public_id).sessions, pk=pk)
    with message_on_error(request, REFUSALS, _("The session is off the agenda.")):
        cohort.remove_session(session, by=request.user, at=timezone.now())
    return redirect("programme_cohort", public_id)


@participant_required
@page_with_form
def attend(request: SignedInRequest, reader: Reader, code: str) -> HttpResponse:
    """Ask whether one is there, and write it down."""
    session, own = found_or_404(attended(code, reader))
    if request.method == "POST":
        with message_on_error(request, REFUSALS, _("Thank you. It is written down that you are there.")):
            cohort.attend(session, own, by=request.user, at=timezone.now())
        return redirect("programme_cohort", session.programme.public_id)
    context = {"session": session, "programme": session.programme, "is_on": is_on(session, timezone.now())}
    return render(request, "programmes/attend.html", context)


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Answer the agenda for a calendar, which has no session: by the secret in its address."""
    return HttpResponse(found_or_404(agenda_of(token)), content_type="text/calendar; charset=utf-8")
