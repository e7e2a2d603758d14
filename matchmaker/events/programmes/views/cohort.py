"""The pages of those who take part in a programme, and what its organiser writes there."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from matchmaker.events.programmes.forms.people import AnnouncementForm, FileForm, SessionForm
from matchmaker.events.programmes.guards import organiser_required, participant_required, reader_required
from matchmaker.events.programmes.selectors import cohort as selectors
from matchmaker.events.programmes.selectors.programmes import Reader, programme_in, waiting_notice_count
from matchmaker.events.programmes.services import cohort
from matchmaker.events.programmes.views.programmes import organised_or_404
from matchmaker.models.programmes.programme import ONGOING
from profiles.choices import FileState
from profiles.guards import SignedInRequest
from profiles.pages import form_error_on, found_or_404, keys_in, message_on_error, page_with_form
from profiles.platform.files.services import count_upload
from profiles.platform.files.views import file_response

FORMS: dict[str, Any] = {"announcement": AnnouncementForm, "session": SessionForm, "file": FileForm}
SAVED = {
    "announcement": gettext_lazy("We are notifying all participants."),
    "session": gettext_lazy("Saved. The agenda and the calendars are up to date."),
    "file": gettext_lazy("We are checking the file. After that, all participants can download it."),
}


@reader_required
@page_with_form
def show_cohort(request: SignedInRequest, reader: Reader, public_id: str) -> HttpResponse:
    programme = found_or_404(programme_in(reader, public_id))
    organises = reader.organises(programme)
    if not selectors.takes_part(reader, programme) or (request.method == "POST" and not organises):
        raise Http404
    kind = request.POST.get("what", "announcement") if request.method == "POST" else ""
    if kind == "file":  # counted before it is read, because reading is what costs
        count_upload(found_or_404(reader.member).company, by=request.user, at=timezone.now())
    kwargs: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    with timezone.override(ZoneInfo(programme.time_zone)):
        forms: dict[str, Any] = {
            name: make(*((request.POST, request.FILES) if kind == name else ()))
            for name, make in FORMS.items()
        }
        if kind in forms and forms[kind].is_valid():
            values = forms[kind].cleaned_data
            with form_error_on(forms[kind]):
                if kind == "announcement":
                    cohort.announce(programme, text=values["text"], **kwargs)
                elif kind == "session":
                    cohort.add_session(programme, values=values, **kwargs)
                else:
                    cohort.add_file(programme, found_or_404(reader.member).company, values["file"], **kwargs)
                messages.success(request, SAVED[kind])
                return redirect("programme_cohort", public_id)
        context = {
            "programme": programme,
            "organises": organises,
            "still_to_tell": waiting_notice_count(programme) if organises else 0,
            "goes_on": programme.state in ONGOING,
            "cohort": selectors.cohort_page(reader, programme, request.GET.get("page", "1")),
            "forms": forms,
            "viewer": reader.member.side if reader.member else "",
        }
        return render(request, "events/programmes/cohort.html", context, status=422 if kind else 200)


@reader_required
@require_POST
def save_file(request: SignedInRequest, reader: Reader, public_id: str, pk: int) -> HttpResponseBase:
    """Hand out a file to participants. It is a POST because the audit log records it."""
    programme = found_or_404(programme_in(reader, public_id))
    if not selectors.takes_part(reader, programme):
        raise Http404
    shared_file = get_object_or_404(
        programme.files.select_related("file"), pk=pk, file__state=FileState.READY
    )
    response = file_response(shared_file.file.content, shared_file.file.name)
    cohort.open_file(shared_file, by=request.user, at=timezone.now())
    return response


@organiser_required
@require_POST
def remove_file(request: SignedInRequest, reader: Reader, public_id: str, pk: int) -> HttpResponse:
    shared_file = get_object_or_404(organised_or_404(reader, public_id).files, pk=pk)
    cohort.remove_file(shared_file, by=request.user, at=timezone.now())
    messages.success(request, _("The file has been deleted."))
    return redirect("programme_cohort", public_id)


@organiser_required
@page_with_form
def show_session(request: SignedInRequest, reader: Reader, public_id: str, pk: int) -> HttpResponse:
    programme = organised_or_404(reader, public_id)
    session = get_object_or_404(programme.sessions, pk=pk)
    if request.method == "POST":
        kwargs: dict[str, Any] = {"by": request.user, "at": timezone.now()}
        cohort.set_attendance(session, present=keys_in(request, "present"), **kwargs)
        messages.success(request, _("Saved."))
        return redirect("programme_session", public_id, pk)
    context = {"programme": programme, "session": session, "page": selectors.session_page(programme, session)}
    return render(request, "events/programmes/session.html", context)


@organiser_required
@require_POST
def remove_session(request: SignedInRequest, reader: Reader, public_id: str, pk: int) -> HttpResponse:
    session = get_object_or_404(organised_or_404(reader, public_id).sessions, pk=pk)
    with message_on_error(request, _("The session has been removed from the agenda.")):
        cohort.remove_session(session, by=request.user, at=timezone.now())
    return redirect("programme_cohort", public_id)


@participant_required
@page_with_form
def attend(request: SignedInRequest, reader: Reader, code: str) -> HttpResponse:
    session, application = found_or_404(selectors.attended(code, reader))
    if request.method == "POST":
        with message_on_error(request, _("Thank you. You are checked in.")):
            cohort.attend(session, application, by=request.user, at=timezone.now())
        return redirect("programme_cohort", session.programme.public_id)
    is_on = selectors.is_on(session, timezone.now())
    context = {"session": session, "programme": session.programme, "is_on": is_on}
    return render(request, "events/programmes/attend.html", context)


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    return HttpResponse(found_or_404(selectors.agenda_of(token)), content_type="text/calendar; charset=utf-8")
