"""The page of outcomes for the two teams of an introduction, and the disputes for curators."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from matchmaker.deals.meetings.guards import mutual_required
from matchmaker.deals.outcomes import selectors
from matchmaker.deals.outcomes.forms import IntroductionOutcomeForm, objection_in
from matchmaker.deals.outcomes.services import introductions as services
from matchmaker.matching.pairs.guards import acting, seen_in
from matchmaker.matching.pairs.selectors.pair import Pair
from matchmaker.models.introduction import Introduction
from matchmaker.models.outcome import WORDS
from profiles.guards import SignedInRequest, curator_required
from profiles.pages import message_on_error, page_of, page_with_form
from profiles.people.accounts.time_zones import zone_of
from profiles.platform.drafts.draft_forms import handle_form

PER_PAGE = 20


@mutual_required(page_with_form)
def outcomes(request: SignedInRequest, pair: Pair, introduction: Introduction) -> HttpResponse:
    page = selectors.outcome_page(pair, introduction, request.GET.get("page", "1"))

    def save(form: IntroductionOutcomeForm) -> HttpResponse:
        services.record_outcome(introduction, values=form.cleaned_data, **acting(request, pair.member))
        messages.success(request, _("Saved. The other side has been asked to confirm it."))
        return redirect("outcomes", pair.counterpart.public_id)

    context = {"pair": pair, "outcomes": page, "most": WORDS}
    with timezone.override(zone_of(request.user, pair.company)):
        begun = timezone.localdate(introduction.answered_at or introduction.asked_at)
        make = partial(IntroductionOutcomeForm, begun=begun, initial={"happened_on": timezone.localdate()})
        return handle_form(request, make, "deals/outcomes/outcomes.html", save, context)


@mutual_required(require_POST)
def outcome_none(request: SignedInRequest, pair: Pair, introduction: Introduction) -> HttpResponse:
    is_over = request.POST.get("nothing") == "more"
    with message_on_error(request, _("Thank you. There is nothing else to do for now.")):
        services.say_none(introduction, is_over=is_over, **acting(request, pair.member))
    return redirect("outcomes", pair.counterpart.public_id)


@mutual_required(require_POST)
def outcome_answer(
    request: SignedInRequest, pair: Pair, _introduction: Introduction, pk: int
) -> HttpResponse:
    outcome = get_object_or_404(selectors.outcomes_between(pair), pk=pk)
    kwargs: dict[str, Any] = {"version_read": seen_in(request), **acting(request, pair.member)}
    act, objection = request.POST.get("act", ""), objection_in(request.POST)
    if act == "retract":
        with message_on_error(request, _("Withdrawn.")):
            services.retract_outcome(outcome, **kwargs)
    elif act == "dispute" and not objection:
        messages.warning(request, _("Say what you disagree with. The other side can read it."))
    elif act in ("confirm", "dispute"):
        words = objection if act == "dispute" else ""
        with message_on_error(request, _("Saved. The other side has been told.")):
            services.answer_outcome(outcome, objection=words, **kwargs)
    return redirect("outcomes", pair.counterpart.public_id)


@curator_required
@require_safe
def outcome_disputes(request: SignedInRequest) -> HttpResponse:
    page = page_of(request, selectors.all_disputes(), PER_PAGE)
    return render(request, "deals/outcomes/disputes.html", {"page": page})


@curator_required
@require_POST
def outcome_read(request: SignedInRequest, pk: int, *, of_programme: bool = False) -> HttpResponse:
    rows: QuerySet[Any] = selectors.programme_disputes() if of_programme else selectors.disputes()
    outcome = get_object_or_404(rows, pk=pk)
    services.mark_read(outcome, by=request.user, at=timezone.now())
    messages.success(request, _("Marked as read."))
    return redirect("outcome_disputes")
