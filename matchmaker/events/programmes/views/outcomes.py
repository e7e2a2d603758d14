"""What came of a programme: the two sides of each outcome record it, and confirm or dispute it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from matchmaker.deals.outcomes.forms import objection_in
from matchmaker.events.programmes.forms.people import OutcomeForm
from matchmaker.events.programmes.guards import reader_required
from matchmaker.events.programmes.selectors import outcomes as selectors
from matchmaker.events.programmes.selectors.outcomes import OutcomeSide
from matchmaker.events.programmes.selectors.programmes import Reader, programme_in
from matchmaker.events.programmes.services import outcomes
from matchmaker.matching.pairs.guards import seen_in
from matchmaker.models.outcome import WORDS
from matchmaker.models.programmes import Programme, ProgrammeProposal
from profiles import pages
from profiles.guards import SignedInRequest


def sides_or_404(reader: Reader, public_id: str) -> tuple[Programme, list[OutcomeSide]]:
    programme = pages.found_or_404(programme_in(reader, public_id))
    return programme, pages.found_or_404(selectors.own_sides(reader, programme) or None)


@reader_required
@pages.page_with_form
def show_outcomes(request: SignedInRequest, reader: Reader, public_id: str) -> HttpResponse:
    programme, sides = sides_or_404(reader, public_id)
    others = selectors.other_sides(reader, programme, sides)
    asked = [each.side for each in sides if not isinstance(each.side, ProgrammeProposal)]
    answer = request.POST.get("nothing", "")
    if answer in ("yet", "more"):
        for side in asked:
            outcomes.answer_question(programme, side, is_all=answer == "more")
        messages.success(request, _("Thank you. There is nothing else to do for now."))
        return redirect("programme_outcomes", public_id)
    begun = timezone.localdate(programme.started_at)
    form = OutcomeForm(pages.sent_by_post(request), own=sides, others=others, begun=begun)
    if form.is_valid():
        mine, whom = (form.sides[form.cleaned_data[name]].side for name in ("mine", "whom"))
        kwargs: dict[str, Any] = {"values": form.outcome_values, "by": request.user, "at": timezone.now()}
        with pages.form_error_on(form):
            outcomes.record_outcome(programme, mine=mine, whom=whom, **kwargs)
            messages.success(request, _("Saved. The other side has been asked to confirm it."))
            return redirect("programme_outcomes", public_id)
    context = {
        "programme": programme,
        "outcomes": selectors.outcomes_page(reader, programme, request.GET.get("page", "1")),
        "others": others,
        "owes": any((side or programme).owes_an_answer for side in asked),
        "most": WORDS,
    }
    return pages.form_page(request, "events/programmes/outcomes.html", form, **context)


@reader_required
@require_POST
def outcome_act(request: SignedInRequest, reader: Reader, public_id: str, pk: int) -> HttpResponse:
    programme, _own = sides_or_404(reader, public_id)
    outcome = get_object_or_404(selectors.outcomes_for(reader, programme), pk=pk)
    outcome.programme = programme
    kwargs: dict[str, Any] = {"by": request.user, "at": timezone.now(), "version_read": seen_in(request)}
    act, objection = request.POST.get("act", ""), objection_in(request.POST)
    is_mine = selectors.is_recorder(outcome, reader)
    if act == "retract" and is_mine:
        with pages.message_on_error(request, _("Withdrawn.")):
            outcomes.retract_outcome(outcome, **kwargs)
    elif act == "dispute" and not objection:
        messages.warning(request, _("Say what you disagree with. The other side can read it."))
    elif act in ("confirm", "dispute") and not is_mine:
        words = objection if act == "dispute" else ""
        with pages.message_on_error(request, _("Saved. The other side has been told.")):
            outcomes.answer_outcome(outcome, objection=words, **kwargs)
    return redirect("programme_outcomes", public_id)
