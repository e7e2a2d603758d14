"""The page of deals, what a team notes, and the moves of a card."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from matchmaker.deals.introductions.services import shortlist as shortlists
from matchmaker.deals.introductions.views import match_interest
from matchmaker.deals.pipeline import services
from matchmaker.deals.pipeline.forms import TeamNotesForm
from matchmaker.deals.pipeline.selectors.deals import Deal, S, own_notes
from matchmaker.deals.pipeline.selectors.page import OF_STAGES, deal_with, moves_of, pipeline_page
from matchmaker.matching.current_company.selectors import CurrentCompany
from matchmaker.matching.lists.guards import current_company_required
from matchmaker.matching.pairs.guards import acting, pair_required, paused_or_404, redirect_back
from matchmaker.matching.pairs.selectors.pair import Pair, pair_of
from matchmaker.models.pair_action import ShortlistEntry
from profiles.guards import SignedInRequest
from profiles.pages import message_on_error, page_with_form
from profiles.people.accounts.time_zones import zone_of
from profiles.platform.drafts.draft_forms import handle_form


@current_company_required
@require_safe
def pipeline(request: SignedInRequest, member: CurrentCompany) -> HttpResponse:
    with timezone.override(zone_of(request.user, member.company)):
        page = pipeline_page(member, request.GET.dict(), at=timezone.now())
        return render(request, "deals/pipeline/pipeline.html", page)


@current_company_required
@page_with_form
def pipeline_notes(request: SignedInRequest, member: CurrentCompany, public_id: str) -> HttpResponse:
    pair = pair_of(member, public_id)
    if pair is None:
        return paused_or_404(request, member, public_id)
    entry = own_notes(member).filter(startup=pair.startup, investor=pair.investor).first()

    def make(sent: Any) -> TeamNotesForm:
        return TeamNotesForm(sent, instance=entry or ShortlistEntry(), company=member.company)

    def save(form: TeamNotesForm) -> HttpResponse:
        services.write_notes(*pair.both, values=form.cleaned_data, **acting(request, member))
        messages.success(request, _("Saved. Only your team can see it."))
        return redirect("pipeline")

    with timezone.override(zone_of(request.user, member.company)):
        return handle_form(request, make, "deals/pipeline/notes.html", save, {"pair": pair})


@pair_required(require_POST)
def pipeline_move(request: SignedInRequest, pair: Pair) -> HttpResponseBase:
    """Make the move that was chosen on a card; what needs words or is final is done on its own page."""
    deal, to = deal_with(pair.member, pair.counterpart.pk), request.POST.get("to", "")
    if deal is None or to not in moves_of(deal):
        messages.error(request, _("This move is no longer possible. Choose another one."))
        return redirect_back(request, pair)
    if to in (S.WAITING, S.TALKING):
        return match_interest(request, pair.counterpart.public_id)
    if deal.stage == S.SHORTLISTED or to == S.SHORTLISTED:
        return _list(request, pair, is_listed=to == S.SHORTLISTED)
    return redirect(_page_of(deal, to, pair.counterpart.public_id))


def _list(request: SignedInRequest, pair: Pair, *, is_listed: bool) -> HttpResponse:
    act = shortlists.shortlist if is_listed else shortlists.remove_from_shortlist
    done = _("Added to your shortlist.") if is_listed else _("Removed from your shortlist.")
    with message_on_error(request, done):
        act(*pair.both, **acting(request, pair.member))
    return redirect_back(request, pair)


def _page_of(deal: Deal, to: str, public_id: str) -> str:
    if to in OF_STAGES:
        return f"{reverse('stages', args=[public_id])}?stage={to}#propose"
    if to == S.MEETING:
        return reverse("meeting", args=[public_id])
    if deal.stage == S.TO_ANSWER:
        return reverse("match_pass", args=[public_id])
    return f"{reverse('introduction', args=[public_id])}#end"


@require_safe
def moved(request: HttpRequest, stage: str) -> HttpResponse:
    """Lead from the old lists to their rows of the page."""
    query = f"?stage={stage}" if stage else ""
    return redirect(f"{reverse('pipeline')}{query}", permanent=True)
