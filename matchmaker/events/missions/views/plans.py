"""Planning: start, watch, stop, read who would have too few meetings, publish."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from matchmaker.events.missions.selectors.plans import plan_facts, plan_page, plans_page
from matchmaker.events.missions.services import plans
from matchmaker.events.missions.views.missions import organised_or_404
from matchmaker.events.programmes.guards import organiser_required
from matchmaker.events.programmes.selectors.programmes import Reader
from matchmaker.matching.pairs.guards import seen_in
from profiles.guards import SignedInRequest
from profiles.pages import message_on_error, page_with_form


@organiser_required
@page_with_form
def show_plans(request: SignedInRequest, reader: Reader, public_id: str) -> HttpResponse:
    mission = organised_or_404(reader, public_id)
    if request.method == "POST":
        with message_on_error(request):
            plan = plans.start(mission, by=request.user, at=timezone.now())
            return redirect("mission_plan", public_id, plan.pk)
        return redirect("mission_plans", public_id)
    context = {"mission": mission, "programme": mission.programme, **plans_page(mission)}
    return render(request, "events/missions/plans.html", context)


@organiser_required
@page_with_form
def show_plan(request: SignedInRequest, reader: Reader, public_id: str, pk: int) -> HttpResponse:
    mission = organised_or_404(reader, public_id)
    plan = get_object_or_404(mission.plans, pk=pk, mends=False)
    kwargs: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    if request.method == "POST" and request.POST.get("act") == "publish":
        with message_on_error(request, _("Published. We are notifying all delegations.")):
            plans.publish(plan, **kwargs, version_read=seen_in(request))
            return redirect("mission", public_id)
    elif request.method == "POST":
        with message_on_error(request, _("The planner is stopping and keeps the best plan so far.")):
            plans.stop(plan, **kwargs)
    if request.method == "POST":
        return redirect("mission_plan", public_id, pk)
    with timezone.override(mission.programme.zone):
        found = plan_page(mission, plan, request.GET.get("page", "1"))
        context = {"mission": mission, "programme": mission.programme, **found}
        return render(request, "events/missions/plan.html", context)


@organiser_required
@require_safe
def progress(request: SignedInRequest, reader: Reader, public_id: str, pk: int) -> HttpResponse:
    mission = organised_or_404(reader, public_id)
    plan = get_object_or_404(mission.plans, pk=pk, mends=False)
    context = {"programme": mission.programme, **plan_facts(plan)}
    response = render(request, "events/missions/_progress.html", context)
    if not plan.is_open:
        response["HX-Refresh"] = "true"
    return response
