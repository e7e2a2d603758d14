"""A person's card, the teams of a programme, and joint proposals that wait for a second signature."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from matchmaker.events.programmes.forms.people import CardForm, TeamForm
from matchmaker.events.programmes.guards import participant_required, reader_required
from matchmaker.events.programmes.selectors.applications import answered
from matchmaker.events.programmes.selectors.people import card_of, has_teams, own_part, teams_page, to_sign
from matchmaker.events.programmes.selectors.programmes import Reader, programme_in
from matchmaker.events.programmes.services import people
from matchmaker.models.programmes import Programme, ProgrammeApplication
from matchmaker.models.programmes.programme import ProgrammeApplicationState
from profiles.guards import SignedInRequest
from profiles.pages import (
    form_error_on,
    form_page,
    found_or_404,
    keys_in,
    message_on_error,
    page_with_form,
    sent_by_post,
)
from profiles.platform.drafts.draft_forms import handle_form


@participant_required
@page_with_form
def person_card(request: SignedInRequest, _reader: Reader) -> HttpResponse:
    card = card_of(request.user)
    if "delete" in request.POST:
        people.delete_card(request.user)
        messages.success(request, _("Your card has been deleted. No one can see it any more."))
        return redirect("own_programmes")

    def save(form: CardForm) -> HttpResponse:
        people.save_card(request.user, values=form.card_values, at=timezone.now())
        messages.success(request, _("Your card has been saved."))
        return redirect("person_card")

    return handle_form(
        request, partial(CardForm, card=card), "events/programmes/card_form.html", save, {"card": card}
    )


def teams_or_404(reader: Reader, public_id: str) -> tuple[Programme, ProgrammeApplication | None]:
    programme = found_or_404(programme_in(reader, public_id))
    application = own_part(reader, programme)
    if not has_teams(programme) or (application is None and not reader.organises(programme)):
        raise Http404
    return programme, application


@reader_required
@page_with_form
def teams(request: SignedInRequest, reader: Reader, public_id: str) -> HttpResponse:
    programme, application = teams_or_404(reader, public_id)
    form = TeamForm(sent_by_post(request))
    if request.method == "POST":
        if application is None:
            raise Http404
        if form.is_valid():
            with form_error_on(form):
                people.found_team(application, values=form.cleaned_data, by=request.user, at=timezone.now())
                messages.success(
                    request, _("Your team has been created. Invite others, or wait for requests.")
                )
                return redirect("programme_teams", public_id)
    context = {"programme": programme, "teams": teams_page(reader, programme), "card": card_of(request.user)}
    return form_page(request, "events/programmes/teams.html", form, **context)


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
    mine = found_or_404(application)
    team, act = get_object_or_404(programme.teams, pk=pk), request.POST.get("act", "")
    kwargs: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    if act in ("invite", "turn_down"):
        rows = programme.applications.filter(state=ProgrammeApplicationState.ACCEPTED)
        other = get_object_or_404(rows, pk__in=keys_in(request, "application")[:1])
        with message_on_error(request, DONE[act]):
            do = people.invite if act == "invite" else people.decline
            do(team, other, lead=mine, **kwargs)
    elif act in ("ask", "leave"):
        with message_on_error(request, DONE[act]):
            do_own = people.ask_to_join if act == "ask" else people.leave_team
            do_own(team, mine, **kwargs)
    return redirect("programme_teams", public_id)


@participant_required
@page_with_form
def proposal(request: SignedInRequest, _reader: Reader, public_id: str, pk: int) -> HttpResponse:
    """Show a joint proposal to its second principal investigator, and take the signature."""
    rows = to_sign(request.user).filter(application__programme__public_id=public_id, application=pk)
    stored = found_or_404(rows.first())
    if request.method == "POST":
        with message_on_error(request, _("Signed. The organiser can read the proposal now.")):
            seen = request.POST.get("seen", "")
            people.sign_proposal(stored, version_read=seen, by=request.user, at=timezone.now())
        return redirect("programme_proposal", public_id, pk)
    context = {
        "proposal": stored,
        "programme": stored.application.programme,
        "answered": answered(stored.application),
        "may_sign": not stored.signed_at and stored.application.programme.takes_applications(timezone.now()),
    }
    return render(request, "events/programmes/proposal.html", context)
