"""The pages of one pair: what to look at, an answer, a request to disclose."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matchmaker.choices import AnswerState
from matchmaker.fair_dealing.forms import AnswerForm
from matchmaker.fair_dealing.guards import pair_at_hand
from matchmaker.fair_dealing.selectors.both_sides import BothSides
from matchmaker.fair_dealing.selectors.checks import askable_checks, own_answer
from matchmaker.fair_dealing.selectors.pair_page import fair_page
from matchmaker.fair_dealing.services import answers
from matchmaker.matches.guards import member_required, pair_or_404
from matchmaker.matches.selectors.member import Member
from profiles.guards import SignedInRequest


@member_required
@require_safe
def fair_dealing(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Show what the two should look at before they agree, in the form that the address names."""
    both = BothSides(pair_or_404(member, public_id, whole=True))
    page = fair_page(both, request.GET.get("form", ""), today=timezone.localdate())
    return render(request, "fair_dealing/fair_dealing.html", {"page": page, "pair": both.pair})


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def check_answer(request: SignedInRequest, member: Member, public_id: str, code: str) -> HttpResponse:
    """Ask one check, and take the own side's answer."""
    pair = pair_or_404(member, public_id)
    check = get_object_or_404(askable_checks(), code=code)
    data = request.POST if request.method == "POST" else None
    form = AnswerForm(data, instance=own_answer(BothSides(pair), check))
    if not form.is_valid():
        context = {"pair": pair, "check": check, "form": form}
        return render(request, "fair_dealing/answer.html", context, status=422 if form.is_bound else 200)
    with pair_at_hand():
        answers.answer_check(
            check,
            pair.startup,
            pair.investor,
            side=member.side,
            state=AnswerState(form.cleaned_data["state"]),
            text=form.cleaned_data["text"],
            finder=form.cleaned_data["finder"],
            due_on=form.cleaned_data["due_on"],
            by=request.user,
            at=timezone.now(),
        )
    messages.success(request, _("Saved. The other side reads it once both of you are interested."))
    return redirect("fair_dealing", public_id)


@member_required
@require_POST
def disclosure_ask(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Ask the other side to state what is open on the list of disclosures."""
    pair = pair_or_404(member, public_id)
    with pair_at_hand():
        answers.ask_to_disclose(
            pair.startup, pair.investor, side=member.side, by=request.user, at=timezone.now()
        )
    messages.success(request, _("Asked. They read on this page that you asked, and when."))
    return redirect("fair_dealing", public_id)
