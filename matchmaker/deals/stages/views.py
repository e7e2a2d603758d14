"""The page of stages and its acts, for the two teams of an introduction while both are interested."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from matchmaker.deals.meetings.guards import mutual_required
from matchmaker.deals.stages import services
from matchmaker.deals.stages.forms import ON_RECORD, ObjectionForm, StageForm
from matchmaker.deals.stages.selectors import StagePage, current_stage, proposal_of, stage_page
from matchmaker.matching.pairs import guards
from matchmaker.matching.pairs.selectors.pair import Pair
from matchmaker.models.introduction import Introduction
from matchmaker.models.stage import IntroductionStage, StageKind
from matchmaker.transitions import WrongStateError
from profiles.guards import SignedInRequest
from profiles.pages import message_on_error, page_with_form
from profiles.people.accounts.time_zones import zone_of
from profiles.platform.drafts import draft_forms

TEMPLATE = "deals/stages/stages.html"


@mutual_required(page_with_form)
def stages(request: SignedInRequest, pair: Pair, introduction: Introduction) -> HttpResponse:
    page = stage_page(pair, introduction)

    def save(form: StageForm) -> HttpResponse:
        kwargs: dict[str, Any] = {"values": form.values, "version_read": guards.seen_in(request)}
        services.propose(introduction, **kwargs, **guards.acting(request, pair.member))
        messages.success(request, _("We have sent your proposal. It takes effect when they confirm it."))
        return redirect(_next_page(form.cleaned_data["kind"]), pair.counterpart.public_id)

    def context(_form: StageForm) -> dict[str, Any]:
        return {"page": page, "objection": ObjectionForm(), "on_record": ON_RECORD}

    with timezone.override(zone_of(request.user, pair.company)):
        return draft_forms.handle_form(request, _form(request, page), TEMPLATE, save, context)


def _form(request: SignedInRequest, page: StagePage) -> draft_forms.MakeForm:
    # What was asked for when the page was opened is what an unchanged field of the sent form means.
    asked = request.GET.get("stage") or request.POST.get("kind", "")
    kind = asked if asked in StageKind.values else page.next_kind
    initial = {"kind": kind, "since_on": timezone.localdate()}
    road = page.road
    kwargs: dict[str, Any] = {"side": page.side, "possible": road.possible, "is_recorded": road.recorded}
    return lambda sent: StageForm(sent, initial=initial, **kwargs)


def _next_page(kind: str) -> str:
    return "fair_terms" if kind == StageKind.TERMS else "stages"


@mutual_required(require_POST)
def stage_answer(request: SignedInRequest, pair: Pair, introduction: Introduction) -> HttpResponse:
    stage = proposal_of(introduction)
    if stage and request.POST.get("answer") == "dispute":
        return _dispute(request, pair, stage)
    confirm = partial(services.confirm, records=request.POST.get("records") == "1")
    kind = stage.kind if stage else ""
    if not _done(request, pair, stage, confirm, _("Confirmed. Both sides can see it.")):
        return redirect("stages", pair.counterpart.public_id)
    then = redirect(
        "introduction" if kind == StageKind.ENDED else _next_page(kind), pair.counterpart.public_id
    )
    return guards.redirect_if_published(then, *introduction.pair)


def _dispute(request: SignedInRequest, pair: Pair, stage: IntroductionStage) -> HttpResponse:
    form, page = ObjectionForm(request.POST), stage_page(pair, stage.introduction)
    own_path = reverse("stages", args=[pair.counterpart.public_id])
    if not form.is_valid():
        draft_forms.focus_first_error(form)
        opened = draft_forms.open_form(request, _form(request, page), path=own_path)
        shown = draft_forms.render_form(
            request, TEMPLATE, opened, page=page, objection=form, on_record=ON_RECORD
        )
        shown.status_code = 422
        return shown
    dispute = partial(services.dispute, objection=form.cleaned_data["objection"])
    _done(request, pair, stage, dispute, _("Disputed. They can read what you disagree with."))
    return redirect(own_path)


def _done(
    request: SignedInRequest,
    pair: Pair,
    stage: IntroductionStage | None,
    act: Callable[..., object],
    done: str,
) -> bool:
    with message_on_error(request, done):
        if stage is None:
            raise WrongStateError
        act(stage, version_read=guards.seen_in(request), **guards.acting(request, pair.member))
        return True
    return False


@mutual_required(require_POST)
def stage_withdraw(request: SignedInRequest, pair: Pair, introduction: Introduction) -> HttpResponse:
    done = _("Your proposal has been withdrawn.")
    _done(request, pair, proposal_of(introduction), services.withdraw, done)
    return redirect("stages", pair.counterpart.public_id)


@mutual_required(require_POST)
def stage_done(request: SignedInRequest, pair: Pair, introduction: Introduction) -> HttpResponse:
    done = _("Marked as done. They can see this. Propose what comes next.")
    _done(request, pair, current_stage(introduction), services.finish, done)
    return redirect("stages", pair.counterpart.public_id)
