"""A delegation's pages: its people, wishes and schedule."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from matchmaker.events.missions.forms import DelegationForm, SecondForm
from matchmaker.events.missions.selectors.missions import may_wish, part_in, readable_delegation
from matchmaker.events.missions.selectors.wishes import chosen_in, wishes_page
from matchmaker.events.missions.services import missions, wishes
from matchmaker.events.programmes.guards import reader_required
from matchmaker.events.programmes.selectors.programmes import Reader
from profiles.guards import SignedInRequest
from profiles.pages import (
    form_error_on,
    form_page,
    found_or_404,
    message_on_error,
    page_with_form,
    sent_by_post,
)


@reader_required
@page_with_form
def edit_delegation(
    request: SignedInRequest, reader: Reader, public_id: str, delegation: str
) -> HttpResponse:
    part = found_or_404(part_in(reader, public_id))
    shown = found_or_404(readable_delegation(part, delegation))
    if not part.mission.goes_on:
        raise Http404
    shown.mission = part.mission
    with timezone.override(part.mission.programme.zone):
        form = DelegationForm(sent_by_post(request), delegation=shown)
        if form.is_bound and form.is_valid():
            with form_error_on(form):
                missions.write_delegation(shown, values=form.cleaned_data, by=request.user, at=timezone.now())
                messages.success(request, _("Saved."))
                return redirect("mission_delegations" if part.organises else "mission", public_id)
        context = {
            "mission": part.mission,
            "programme": part.mission.programme,
            "organises": part.organises,
            "delegation": shown,
            "second_form": SecondForm() if shown.application.company else None,
        }
        return form_page(request, "events/missions/delegation.html", form, **context)


@reader_required
@require_POST
def add_second(request: SignedInRequest, reader: Reader, public_id: str, delegation: str) -> HttpResponse:
    part = found_or_404(part_in(reader, public_id))
    shown = found_or_404(readable_delegation(part, delegation))
    form = SecondForm(request.POST)
    if shown.application.company is None or not part.mission.goes_on:
        raise Http404
    if form.is_valid():
        with message_on_error(request, _("Added. Say who comes.")):
            made = missions.add_delegation(
                shown, label=form.cleaned_data["label"], by=request.user, at=timezone.now()
            )
            return redirect("mission_delegation", public_id, made.public_id)
    else:
        messages.warning(request, _("Enter a name for the delegation."))
    return redirect("mission_delegation", public_id, delegation)


@reader_required
@page_with_form
def wishes_of(request: SignedInRequest, reader: Reader, public_id: str, delegation: str) -> HttpResponse:
    part = found_or_404(part_in(reader, public_id))
    own_delegation = found_or_404(next((each for each in part.own if each.public_id == delegation), None))
    own_delegation.mission = part.mission
    if not may_wish(own_delegation, part.mission) and request.method == "POST":
        messages.warning(request, _("The deadline has passed. Your wishes were not changed."))
        return redirect("mission", public_id)
    if request.method == "POST":
        said = chosen_in(request.POST, own_delegation, reader)
        with message_on_error(
            request, _("Your wishes have been saved. Only you and your team can see them.")
        ):
            wishes.choose(own_delegation, wishes=said, by=request.user, at=timezone.now())
        return redirect(f"{request.path}{_query(request.GET)}")
    found = wishes_page(reader, part.mission, own_delegation, request.GET)
    with timezone.override(part.mission.programme.zone):
        context = {
            "mission": part.mission,
            "programme": part.mission.programme,
            "viewer": own_delegation.side,
            "query": _query(request.GET),
            **found,
        }
        return render(request, "events/missions/wishes.html", context)


def _query(asked: Mapping[str, str]) -> str:
    query = QueryDict(mutable=True)
    query.update({name: asked[name] for name in ("q", "show", "page") if asked.get(name)})
    return f"?{query.urlencode()}" if query else ""
