"""The organiser's pages of a mission."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from matchmaker.choices import Side
from matchmaker.events.missions.forms import (
    GridForm,
    InterpreterForm,
    MostForm,
    SetUpForm,
    TablesForm,
    UntilForm,
)
from matchmaker.events.missions.selectors import missions as selectors
from matchmaker.events.missions.selectors.plans import acceptance, ceilings
from matchmaker.events.missions.services import missions
from matchmaker.events.programmes.guards import organiser_required, reader_required
from matchmaker.events.programmes.selectors.programmes import Reader, waiting_notice_count
from matchmaker.models.missions import Mission
from profiles.guards import SignedInRequest
from profiles.pages import (
    form_error_on,
    form_page,
    found_or_404,
    message_on_error,
    page_with_form,
    sent_by_post,
)


def organised_or_404(reader: Reader, public_id: str) -> Mission:
    return found_or_404(selectors.organised_mission(reader, public_id))


@reader_required
@require_safe
def show_mission(request: SignedInRequest, reader: Reader, public_id: str) -> HttpResponse:
    part = found_or_404(selectors.part_in(reader, public_id))
    mission = part.mission
    with timezone.override(mission.programme.zone):
        context = {
            "mission": mission,
            "programme": mission.programme,
            "organises": part.organises,
            **selectors.mission_page(part),
            "still_to_tell": waiting_notice_count(mission.programme) if part.organises else 0,
            "until_form": UntilForm(),
            "acceptance": acceptance(mission) if part.organises and mission.published_at else None,
        }
        return render(request, "events/missions/mission.html", context)


@organiser_required
@page_with_form
def set_up(request: SignedInRequest, reader: Reader, public_id: str) -> HttpResponse:
    """Show days, hours and the grid; make the grid again."""
    mission = selectors.organised_mission(reader, public_id)
    programme = mission.programme if mission else selectors.programme_without_mission(reader, public_id)
    if programme is None or (mission and not (mission.goes_on and mission.state in missions.CHANGEABLE)):
        raise Http404
    with timezone.override(programme.zone):
        form = SetUpForm(sent_by_post(request), programme=programme, mission=mission)
        if form.is_bound and form.is_valid():
            kwargs: dict[str, Any] = {"values": form.mission_values, "slots": form.slots, "by": request.user}
            kwargs["tables"] = form.tables
            with form_error_on(form):
                missions.set_up(programme, **kwargs, at=timezone.now(), mission=mission)
                messages.success(
                    request,
                    _("Saved. Check the meeting times below. There you can also keep single times free."),
                )
                return redirect("mission_set_up", public_id)
        days = selectors.grid(mission) if mission else []
        form_of_slots = GridForm(slots=[slot for _day, slots in days for slot in slots])
        context = {
            "programme": programme,
            "mission": mission,
            "days": [(day, [form_of_slots[f"slot_{slot.pk}"] for slot in slots]) for day, slots in days],
        }
        return form_page(request, "events/missions/set_up.html", form, **context)


@organiser_required
@require_POST
def block_slots(request: SignedInRequest, reader: Reader, public_id: str) -> HttpResponse:
    mission = organised_or_404(reader, public_id)
    form = GridForm(request.POST, slots=mission.slots.all())
    if form.is_valid():
        with message_on_error(request, _("Saved.")):
            missions.block_slots(mission, blocked=form.blocked, by=request.user, at=timezone.now())
    return redirect("mission_set_up", public_id)


@organiser_required
@require_POST
def move_wishes(request: SignedInRequest, reader: Reader, public_id: str) -> HttpResponse:
    mission = organised_or_404(reader, public_id)
    kwargs: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    if request.POST.get("act") == "close":
        with message_on_error(request, _("The wishes are closed. You can start the planner now.")):
            missions.close_wishes(mission, **kwargs)
        return redirect("mission", public_id)
    with timezone.override(mission.programme.zone):
        form = UntilForm(request.POST)
        if form.is_valid():
            with message_on_error(request, _("The wishes are open. We are notifying all delegations.")):
                missions.open_wishes(mission, until=form.cleaned_data["until"], **kwargs)
        else:
            messages.warning(request, _("Enter the deadline for choosing."))
    return redirect("mission", public_id)


@organiser_required
@page_with_form
def rooms(request: SignedInRequest, reader: Reader, public_id: str) -> HttpResponse:
    mission = organised_or_404(reader, public_id)
    sent, kind = sent_by_post(request), request.POST.get("what", "")
    kwargs: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    with timezone.override(mission.programme.zone):
        tables = TablesForm(sent if kind == "tables" else None)
        interpreter = InterpreterForm(sent if kind == "interpreter" else None, auto_id="id_interpreter_%s")
        if tables.is_bound and tables.is_valid():
            with form_error_on(tables):
                missions.add_tables(mission, tables=tables.tables, **kwargs)
                messages.success(request, _("Added."))
                return redirect("mission_rooms", public_id)
        if interpreter.is_bound and interpreter.is_valid():
            with form_error_on(interpreter):
                missions.add_interpreter(mission, values=interpreter.cleaned_data, **kwargs)
                messages.success(request, _("Added."))
                return redirect("mission_rooms", public_id)
        is_wrong = tables.is_bound or interpreter.is_bound
        context = {
            "mission": mission,
            "programme": mission.programme,
            "tables_form": tables,
            "interpreter_form": interpreter,
            **selectors.rooms_page(mission, request.GET.get("page", "1")),
        }
        return render(request, "events/missions/rooms.html", context, status=422 if is_wrong else 200)


@organiser_required
@require_POST
def remove_room(request: SignedInRequest, reader: Reader, public_id: str, kind: str, pk: int) -> HttpResponse:
    mission = organised_or_404(reader, public_id)
    rooms_of: dict[str, Any] = {"table": mission.tables, "interpreter": mission.interpreters}
    room = get_object_or_404(found_or_404(rooms_of.get(kind)), pk=pk)
    with message_on_error(request, _("Removed.")):
        missions.remove_room(room, by=request.user, at=timezone.now())
    return redirect("mission_rooms", public_id)


@organiser_required
@page_with_form
def delegations(request: SignedInRequest, reader: Reader, public_id: str) -> HttpResponse:
    mission = organised_or_404(reader, public_id)
    form = MostForm(sent_by_post(request), mission=mission)
    if form.is_bound and form.is_valid():
        with form_error_on(form):
            most = {side: form.cleaned_data[side] for side in Side}
            missions.set_most(mission, most=most, by=request.user, at=timezone.now())
            messages.success(request, _("Saved."))
            return redirect("mission_delegations", public_id)
    context = {
        "mission": mission,
        "programme": mission.programme,
        "ceilings": ceilings(mission),
        **selectors.delegations_page(
            mission, request.GET.get("q", "").strip()[:80], request.GET.get("page", "1")
        ),
    }
    with timezone.override(mission.programme.zone):
        return form_page(request, "events/missions/delegations.html", form, **context)
