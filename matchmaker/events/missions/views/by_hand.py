"""The organiser changes single meetings by hand, and reserves tables."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from matchmaker.events.missions.forms import ByHandForm
from matchmaker.events.missions.selectors.by_hand import movable, placings_of, preview
from matchmaker.events.missions.services import by_hand
from matchmaker.events.missions.services.meetings import ONGOING
from matchmaker.events.missions.views.board import scheduled_or_404
from matchmaker.events.missions.views.missions import organised_or_404
from matchmaker.events.programmes.guards import organiser_required
from matchmaker.events.programmes.selectors.programmes import Reader
from matchmaker.models.missions import Mission, MissionMeeting
from profiles.guards import SignedInRequest
from profiles.pages import form_error_on, message_on_error, page_with_form


@organiser_required
@page_with_form
def change_by_hand(request: SignedInRequest, reader: Reader, public_id: str) -> HttpResponse:
    """Show what a change means before it is confirmed, then carry it out."""
    mission, at = scheduled_or_404(reader, public_id), timezone.now()
    if mission.state not in ONGOING:
        raise Http404
    act = request.POST.get("act", "")
    with timezone.override(mission.programme.zone):
        meeting = _chosen(request, mission)
        forms = _forms(request, mission, meeting, act)
        form, found = forms.get(act), None
        if form and form.is_valid():
            found = preview(mission, placings_of(form.cleaned_data), at=at)
            if "confirm" in request.POST and not found.conflicts:
                with form_error_on(form):
                    seen = request.POST.get("seen", "")
                    kwargs: dict[str, Any] = {"by": request.user, "at": at, "version_read": seen}
                    by_hand.change_by_hand(mission, form.cleaned_data, **kwargs)
                    messages.success(
                        request,
                        _("The schedule has been changed. We are notifying the delegations concerned."),
                    )
                    return redirect("mission_board", public_id)
        context = {
            "mission": mission,
            "programme": mission.programme,
            "meeting": meeting,
            "forms": forms,
            "checked": form,
            "found": found if form and form.is_valid() else None,
        }
        is_fine = found is not None and not found.conflicts and form is not None and form.is_valid()
        is_wrong = request.method == "POST" and not is_fine
        return render(request, "events/missions/by_hand.html", context, status=422 if is_wrong else 200)


def _chosen(request: SignedInRequest, mission: Mission) -> MissionMeeting | None:
    key = request.POST.get("meeting") or request.GET.get("meeting", "")
    return get_object_or_404(movable(mission, at=timezone.now()), key=key) if key else None


def _forms(
    request: SignedInRequest, mission: Mission, meeting: MissionMeeting | None, sent: str
) -> dict[str, ByHandForm]:
    start: dict[str, Any] = {name: request.GET.get(name, "") for name in ("slot", "table")}
    if meeting:
        start = {"meeting": meeting.key, "slot": meeting.slot_id, "table": meeting.table_id}
    return {
        act: ByHandForm(request.POST if act == sent else None, mission=mission, act=act, initial=start)
        for act in (("move", "swap", "cancel") if meeting else ("add",))
    }


@organiser_required
@require_POST
def reserve_table(request: SignedInRequest, reader: Reader, public_id: str, pk: int) -> HttpResponse:
    mission = organised_or_404(reader, public_id)
    table = get_object_or_404(mission.tables, pk=pk)
    table.mission = mission
    with message_on_error(request, _("Saved.")):
        words = request.POST.get("reserved_for", "").strip()[:60]
        by_hand.reserve_table(table, reserved_for=words, by=request.user, at=timezone.now())
    return redirect("mission_rooms", public_id)
