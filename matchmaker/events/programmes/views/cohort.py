"""The pages of those who take part in a programme: cohort, cards, teams and joint proposals."""

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from matchmaker.events.programmes.forms.people import (
    AnnouncementForm,
    CardForm,
    FileForm,
    SessionForm,
    TeamForm,
)
from matchmaker.events.programmes.guards import organised_required, participant_required, reader_required
from matchmaker.events.programmes.selectors import cohort as selectors
from matchmaker.events.programmes.selectors.applications import answered
from matchmaker.events.programmes.selectors.people import (
    card_of,
    has_teams,
    invitable,
    own_part,
    teams_page,
    to_sign,
)
from matchmaker.events.programmes.selectors.programmes import Reader, programme_in, waiting_notice_count
from matchmaker.events.programmes.services import cohort, people
from matchmaker.matching.pairs.guards import signed
from matchmaker.models.programmes import Programme, ProgrammeApplication
from matchmaker.models.programmes.programme import ONGOING
from profiles import pages
from profiles.choices import FileState
from profiles.guards import SignedInRequest
from profiles.platform.drafts.draft_forms import handle_form
from profiles.platform.files.services import count_upload
from profiles.platform.files.views import file_response

FORMS: dict[str, Any] = {"announcement": AnnouncementForm, "session": SessionForm, "file": FileForm}
SAVED = {
    "announcement": gettext_lazy("We are notifying all participants."),
    "session": gettext_lazy("Saved. The agenda and the calendars are up to date."),
    "file": gettext_lazy("We are checking the file. After that, all participants can download it."),
}


@reader_required
@pages.page_with_form
def show_cohort(request: SignedInRequest, reader: Reader, public_id: str) -> HttpResponse:
    programme = pages.found_or_404(programme_in(reader, public_id))
    organises = reader.organises(programme)
    if not selectors.takes_part(reader, programme) or (request.method == "POST" and not organises):
        raise Http404
    kind = request.POST.get("what", "announcement") if request.method == "POST" else ""
    if kind == "file":  # counted before it is read, because reading is what costs
        count_upload(pages.found_or_404(reader.member).company, **signed(request))
    with timezone.override(ZoneInfo(programme.time_zone)):
        forms: dict[str, Any] = {
            name: make(*((request.POST, request.FILES) if kind == name else ()))
            for name, make in FORMS.items()
        }
        if kind in forms and forms[kind].is_valid():
            values = forms[kind].cleaned_data
            with pages.form_error_on(forms[kind]):
                if kind == "announcement":
                    cohort.announce(programme, text=values["text"], **signed(request))
                elif kind == "session":
                    cohort.add_session(programme, values=values, **signed(request))
                else:
                    cohort.add_file(
                        programme,
                        pages.found_or_404(reader.member).company,
                        values["file"],
                        **signed(request),
                    )
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
    programme = pages.found_or_404(programme_in(reader, public_id))
    if not selectors.takes_part(reader, programme):
        raise Http404
    shared_file = get_object_or_404(
        programme.files.select_related("file"), pk=pk, file__state=FileState.READY
    )
    response = file_response(shared_file.file.content, shared_file.file.name)
    cohort.open_file(shared_file, **signed(request))
    return response


@organised_required(require_POST)
def remove_file(request: SignedInRequest, _reader: Reader, programme: Programme, pk: int) -> HttpResponse:
    shared_file = get_object_or_404(programme.files, pk=pk)
    cohort.remove_file(shared_file, **signed(request))
    messages.success(request, _("The file has been deleted."))
    return redirect("programme_cohort", programme.public_id)


@organised_required(pages.page_with_form)
def show_session(request: SignedInRequest, _reader: Reader, programme: Programme, pk: int) -> HttpResponse:
    session = get_object_or_404(programme.sessions, pk=pk)
    if request.method == "POST":
        cohort.set_attendance(session, present=pages.keys_in(request, "present"), **signed(request))
        messages.success(request, _("Saved."))
        return redirect("programme_session", programme.public_id, pk)
    context = {"programme": programme, "session": session, "page": selectors.session_page(programme, session)}
    return render(request, "events/programmes/session.html", context)


@organised_required(require_POST)
def remove_session(request: SignedInRequest, _reader: Reader, programme: Programme, pk: int) -> HttpResponse:
    session = get_object_or_404(programme.sessions, pk=pk)
    with pages.message_on_error(request, _("The session has been removed from the agenda.")):
        cohort.remove_session(session, **signed(request))
    return redirect("programme_cohort", programme.public_id)


@participant_required
@pages.page_with_form
def attend(request: SignedInRequest, reader: Reader, code: str) -> HttpResponse:
    session, application = pages.found_or_404(selectors.attended(code, reader))
    if request.method == "POST":
        with pages.message_on_error(request, _("Thank you. You are checked in.")):
            cohort.attend(session, application, **signed(request))
        return redirect("programme_cohort", session.programme.public_id)
    is_on = selectors.is_on(session, timezone.now())
    context = {"session": session, "programme": session.programme, "is_on": is_on}
    return render(request, "events/programmes/attend.html", context)


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    return HttpResponse(
        pages.found_or_404(selectors.agenda_of(token)), content_type="text/calendar; charset=utf-8"
    )


@participant_required
@pages.page_with_form
def person_card(request: SignedInRequest, _reader: Reader) -> HttpResponse:
    card, before = card_of(request.user), request.GET.get("next", "")
    back_url = pages.redirect_here(before)["Location"] if before else reverse("own_programmes")
    if "delete" in request.POST:
        people.delete_card(request.user)
        messages.success(request, _("Your card has been deleted. No one can see it any more."))
        return redirect("own_programmes")

    def save(form: CardForm) -> HttpResponse:
        people.save_card(request.user, values=form.card_values, at=timezone.now())
        messages.success(request, _("Your card has been saved."))
        return redirect(back_url if before else "person_card")

    context = {"card": card, "back_url": back_url}
    return handle_form(
        request, partial(CardForm, card=card), "events/programmes/card_form.html", save, context
    )


def teams_or_404(reader: Reader, public_id: str) -> tuple[Programme, ProgrammeApplication | None]:
    programme = pages.found_or_404(programme_in(reader, public_id))
    application = own_part(reader, programme)
    if not has_teams(programme) or (application is None and not reader.organises(programme)):
        raise Http404
    return programme, application


@reader_required
@pages.page_with_form
def teams(request: SignedInRequest, reader: Reader, public_id: str) -> HttpResponse:
    programme, application = teams_or_404(reader, public_id)
    form = TeamForm(pages.sent_by_post(request))
    if request.method == "POST":
        if application is None:
            raise Http404
        if form.is_valid():
            with pages.form_error_on(form):
                people.found_team(application, values=form.cleaned_data, **signed(request))
                messages.success(
                    request, _("Your team has been created. Invite others, or wait for requests.")
                )
                return redirect("programme_teams", public_id)
    context = {"programme": programme, "teams": teams_page(reader, programme), "card": card_of(request.user)}
    return pages.form_page(request, "events/programmes/teams.html", form, **context)


DONE = {
    "ask": gettext_lazy("Done. We will tell you the team’s answer."),
    "leave": gettext_lazy("Done. You are no longer in this team."),
    "invite": gettext_lazy("Done. They have been told."),
    "turn_down": gettext_lazy("Done."),
}


@participant_required
@require_POST
def team_act(request: SignedInRequest, reader: Reader, public_id: str, pk: int) -> HttpResponse:
    programme, application = teams_or_404(reader, public_id)
    mine = pages.found_or_404(application)
    team, act = get_object_or_404(programme.teams, pk=pk), request.POST.get("act", "")
    if act in ("invite", "turn_down"):
        other = get_object_or_404(invitable(team), pk__in=pages.keys_in(request, "application")[:1])
        with pages.message_on_error(request, DONE[act]):
            do = people.invite if act == "invite" else people.decline
            do(team, other, lead=mine, **signed(request))
    elif act in ("ask", "leave"):
        with pages.message_on_error(request, DONE[act]):
            do_own = people.ask_to_join if act == "ask" else people.leave_team
            do_own(team, mine, **signed(request))
    return redirect("programme_teams", public_id)


@participant_required
@pages.page_with_form
def proposal(request: SignedInRequest, _reader: Reader, public_id: str, pk: int) -> HttpResponse:
    """Show a joint proposal to its second principal investigator, and take the signature."""
    rows = to_sign(request.user).filter(application__programme__public_id=public_id, application=pk)
    stored = pages.found_or_404(rows.first())
    if request.method == "POST":
        with pages.message_on_error(request, _("Signed. The organiser can read the proposal now.")):
            seen = request.POST.get("seen", "")
            people.sign_proposal(stored, version_read=seen, **signed(request))
        return redirect("programme_proposal", public_id, pk)
    context = {
        "proposal": stored,
        "programme": stored.application.programme,
        "answered": answered(stored.application),
        "may_sign": not stored.signed_at and stored.application.programme.takes_applications(timezone.now()),
    }
    return render(request, "events/programmes/proposal.html", context)
