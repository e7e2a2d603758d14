"""The pages of a mission before its day: for the organiser, and for who says wishes and who comes."""

from collections.abc import Mapping
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from matchmaker.choices import Side
from matchmaker.events.missions import forms
from matchmaker.events.missions.selectors import missions as selectors
from matchmaker.events.missions.selectors.missions import may_wish, part_in, readable_delegation
from matchmaker.events.missions.selectors.pairs import chosen_in, wishes_page
from matchmaker.events.missions.selectors.plans import acceptance, ceilings, plan_facts, plan_page, plans_page
from matchmaker.events.missions.services import missions, plans
from matchmaker.events.programmes.guards import organiser_required, reader_required
from matchmaker.events.programmes.selectors.programmes import Reader, waiting_notice_count
from matchmaker.matching.pairs.guards import seen_in, signed
from matchmaker.models.missions import Mission
from profiles import pages
from profiles.guards import Decorator, SignedInRequest, View


def mission_required(methods: Decorator, *, needs_schedule: bool = False) -> Decorator:
    """Give the view the mission that the reader organises, and the mission's time zone."""

    def decorate(view: View) -> View:
        @organiser_required
        @methods
        @wraps(view)
        def guarded(
            request: SignedInRequest, reader: Reader, public_id: str, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            mission = pages.found_or_404(selectors.organised_mission(reader, public_id))
            if needs_schedule and not mission.is_scheduled:
                raise Http404
            with timezone.override(mission.programme.zone):
                return view(request, mission, public_id, *args, **kwargs)

        return guarded

    return decorate


def draw(
    request: HttpRequest, name: str, mission: Mission, /, *, status: int = 200, **context: Any
) -> HttpResponse:
    """Draw a page of a mission, with times in its zone."""
    context |= {"mission": mission, "programme": mission.programme}
    with timezone.override(mission.programme.zone):
        return render(request, f"events/missions/{name}.html", context, status=status)


@reader_required
@require_safe
def show_mission(request: SignedInRequest, reader: Reader, public_id: str) -> HttpResponse:
    role = pages.found_or_404(selectors.part_in(reader, public_id))
    mission = role.mission
    context = {
        "organises": role.organises,
        **selectors.mission_page(role),
        "still_to_tell": waiting_notice_count(mission.programme) if role.organises else 0,
        "until_form": forms.UntilForm(),
        "acceptance": acceptance(mission) if role.organises and mission.published_at else None,
    }
    return draw(request, "mission", mission, **context)


@organiser_required
@pages.page_with_form
def set_up(request: SignedInRequest, reader: Reader, public_id: str) -> HttpResponse:
    """Show days, hours and the grid; make the grid again."""
    mission = selectors.organised_mission(reader, public_id)
    programme = mission.programme if mission else selectors.programme_without_mission(reader, public_id)
    if programme is None or (mission and not (mission.goes_on and mission.state in missions.CHANGEABLE)):
        raise Http404
    with timezone.override(programme.zone):
        form = forms.SetUpForm(pages.sent_by_post(request), programme=programme, mission=mission)
        if form.is_bound and form.is_valid():
            kwargs: dict[str, Any] = {"values": form.mission_values, "slots": form.slots, "by": request.user}
            kwargs["tables"] = form.tables
            with pages.form_error_on(form):
                missions.set_up(programme, **kwargs, at=timezone.now(), mission=mission)
                messages.success(
                    request,
                    _("Saved. Check the meeting times below. There you can also keep single times free."),
                )
                return redirect("mission_set_up", public_id)
        days = selectors.grid(mission) if mission else []
        form_of_slots = forms.GridForm(slots=[slot for _day, slots in days for slot in slots])
        context = {
            "programme": programme,
            "mission": mission,
            "days": [(day, [form_of_slots[f"slot_{slot.pk}"] for slot in slots]) for day, slots in days],
        }
        return pages.form_page(request, "events/missions/set_up.html", form, **context)


@mission_required(require_POST)
def block_slots(request: SignedInRequest, mission: Mission, public_id: str) -> HttpResponse:
    form = forms.GridForm(request.POST, slots=mission.slots.all())
    if form.is_valid():
        with pages.message_on_error(request, _("Saved.")):
            missions.block_slots(mission, blocked=form.blocked, **signed(request))
    return redirect("mission_set_up", public_id)


@mission_required(require_POST)
def move_wishes(request: SignedInRequest, mission: Mission, public_id: str) -> HttpResponse:
    if request.POST.get("act") == "close":
        with pages.message_on_error(request, _("The wishes are closed. You can start the planner now.")):
            missions.close_wishes(mission, **signed(request))
        return redirect("mission", public_id)
    form = forms.UntilForm(request.POST)
    if form.is_valid():
        with pages.message_on_error(request, _("The wishes are open. We are notifying all delegations.")):
            missions.open_wishes(mission, until=form.cleaned_data["until"], **signed(request))
    else:
        messages.warning(request, _("Enter the deadline for choosing."))
    return redirect("mission", public_id)


@mission_required(pages.page_with_form)
def rooms(request: SignedInRequest, mission: Mission, public_id: str) -> HttpResponse:
    sent, kind = pages.sent_by_post(request), request.POST.get("what", "")
    tables = forms.TablesForm(sent if kind == "tables" else None)
    interpreter = forms.InterpreterForm(sent if kind == "interpreter" else None, auto_id="id_interpreter_%s")
    if tables.is_bound and tables.is_valid():
        with pages.form_error_on(tables):
            missions.add_tables(mission, tables=tables.tables, **signed(request))
            messages.success(request, _("Added."))
            return redirect("mission_rooms", public_id)
    if interpreter.is_bound and interpreter.is_valid():
        with pages.form_error_on(interpreter):
            missions.add_interpreter(mission, values=interpreter.cleaned_data, **signed(request))
            messages.success(request, _("Added."))
            return redirect("mission_rooms", public_id)
    is_wrong = tables.is_bound or interpreter.is_bound
    context = {"tables_form": tables, "interpreter_form": interpreter}
    context |= selectors.rooms_page(mission, request.GET.get("page", "1"))
    return draw(request, "rooms", mission, **context, status=422 if is_wrong else 200)


@mission_required(require_POST)
def remove_room(
    request: SignedInRequest, mission: Mission, public_id: str, kind: str, pk: int
) -> HttpResponse:
    rooms_of: dict[str, Any] = {"table": mission.tables, "interpreter": mission.interpreters}
    room = get_object_or_404(pages.found_or_404(rooms_of.get(kind)), pk=pk)
    with pages.message_on_error(request, _("Removed.")):
        missions.remove_room(room, **signed(request))
    return redirect("mission_rooms", public_id)


@mission_required(pages.page_with_form)
def delegations(request: SignedInRequest, mission: Mission, public_id: str) -> HttpResponse:
    form = forms.MostForm(pages.sent_by_post(request), mission=mission)
    if form.is_bound and form.is_valid():
        with pages.form_error_on(form):
            most = {side: form.cleaned_data[side] for side in Side}
            missions.set_most(mission, most=most, **signed(request))
            messages.success(request, _("Saved."))
            return redirect("mission_delegations", public_id)
    words, number = request.GET.get("q", "").strip()[:80], request.GET.get("page", "1")
    context = {"form": form, "ceilings": ceilings(mission)}
    context |= selectors.delegations_page(mission, words, number)
    return draw(request, "delegations", mission, **context, status=422 if form.is_bound else 200)


@mission_required(pages.page_with_form)
def show_plans(request: SignedInRequest, mission: Mission, public_id: str) -> HttpResponse:
    if request.method == "POST":
        with pages.message_on_error(request):
            plan = plans.start(mission, **signed(request))
            return redirect("mission_plan", public_id, plan.pk)
        return redirect("mission_plans", public_id)
    return draw(request, "plans", mission, **plans_page(mission))


@mission_required(pages.page_with_form)
def show_plan(request: SignedInRequest, mission: Mission, public_id: str, pk: int) -> HttpResponse:
    plan = get_object_or_404(mission.plans, pk=pk, mends=False)
    if request.method == "POST" and request.POST.get("act") == "publish":
        with pages.message_on_error(request, _("Published. We are notifying all delegations.")):
            plans.publish(plan, **signed(request), version_read=seen_in(request))
            return redirect("mission", public_id)
    elif request.method == "POST":
        with pages.message_on_error(request, _("The planner is stopping and keeps the best plan so far.")):
            plans.stop(plan, **signed(request))
    if request.method == "POST":
        return redirect("mission_plan", public_id, pk)
    return draw(request, "plan", mission, **plan_page(mission, plan, request.GET.get("page", "1")))


@mission_required(require_safe)
def progress(request: SignedInRequest, mission: Mission, public_id: str, pk: int) -> HttpResponse:
    plan = get_object_or_404(mission.plans, pk=pk, mends=False)
    response = draw(request, "_progress", mission, **plan_facts(plan))
    if not plan.is_open:
        response["HX-Refresh"] = "true"
    return response


@reader_required
@pages.page_with_form
def edit_delegation(
    request: SignedInRequest, reader: Reader, public_id: str, delegation: str
) -> HttpResponse:
    part = pages.found_or_404(part_in(reader, public_id))
    shown = pages.found_or_404(readable_delegation(part, delegation))
    if not part.mission.goes_on:
        raise Http404
    shown.mission = part.mission
    with timezone.override(part.mission.programme.zone):
        form = forms.DelegationForm(pages.sent_by_post(request), delegation=shown)
        if form.is_bound and form.is_valid():
            with pages.form_error_on(form):
                missions.write_delegation(shown, values=form.cleaned_data, **signed(request))
                messages.success(request, _("Saved."))
                return redirect("mission_delegations" if part.organises else "mission", public_id)
    context = {"form": form, "organises": part.organises, "delegation": shown}
    context["second_form"] = forms.SecondForm() if shown.application.company else None
    return draw(request, "delegation", part.mission, **context, status=422 if form.is_bound else 200)


@reader_required
@require_POST
def add_second(request: SignedInRequest, reader: Reader, public_id: str, delegation: str) -> HttpResponse:
    part = pages.found_or_404(part_in(reader, public_id))
    shown = pages.found_or_404(readable_delegation(part, delegation))
    form = forms.SecondForm(request.POST)
    if shown.application.company is None or not part.mission.goes_on:
        raise Http404
    if form.is_valid():
        with pages.message_on_error(request, _("Added. Say who comes.")):
            made = missions.add_delegation(shown, label=form.cleaned_data["label"], **signed(request))
            return redirect("mission_delegation", public_id, made.public_id)
    else:
        messages.warning(request, _("Enter a name for the delegation."))
    return redirect("mission_delegation", public_id, delegation)


@reader_required
@pages.page_with_form
def wishes_of(request: SignedInRequest, reader: Reader, public_id: str, delegation: str) -> HttpResponse:
    part = pages.found_or_404(part_in(reader, public_id))
    own_delegation = pages.found_or_404(
        next((each for each in part.own if each.public_id == delegation), None)
    )
    own_delegation.mission = part.mission
    if not may_wish(own_delegation, part.mission) and request.method == "POST":
        messages.warning(request, _("The deadline has passed. Your wishes were not changed."))
        return redirect("mission", public_id)
    if request.method == "POST":
        said = chosen_in(request.POST, own_delegation, reader)
        with pages.message_on_error(
            request, _("Your wishes have been saved. Only you and your team can see them.")
        ):
            missions.choose(own_delegation, wishes=said, **signed(request))
        return redirect(f"{request.path}{_query(request.GET)}")
    context = wishes_page(reader, part.mission, own_delegation, request.GET)
    context |= {"viewer": own_delegation.side, "query": _query(request.GET)}
    return draw(request, "wishes", part.mission, **context)


def _query(asked: Mapping[str, str]) -> str:
    query = QueryDict(mutable=True)
    query.update({name: asked[name] for name in ("q", "show", "page") if asked.get(name)})
    return f"?{query.urlencode()}" if query else ""
