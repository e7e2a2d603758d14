"""What a company says about a pair: passing with a reason, interest, and taking either back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from matchmaker.choices import PassReason
from matchmaker.introductions.forms import PassForm
from matchmaker.introductions.guards import open_pair
from matchmaker.introductions.services import decisions
from matchmaker.matches.guards import back, member_required, pair_or_404
from matchmaker.matches.selectors.member import Member
from matchmaker.matches.selectors.pair import Pair
from matchmaker.matches.selectors.relations import relations_of
from profiles.guards import SignedInRequest


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def match_pass(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Ask why, and pass."""
    pair = pair_or_404(member, public_id)
    form = PassForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"pair": pair, "form": form}
        return render(request, "introductions/match_pass.html", context, status=422 if form.is_bound else 200)
    with open_pair():
        decisions.pass_on(
            pair.startup,
            pair.investor,
            side=member.side,
            reason=PassReason[form.cleaned_data["reason"].upper()],
            note=form.cleaned_data["note"],
            by=request.user,
            at=timezone.now(),
        )
    messages.success(request, _("You passed. You can take it back here or on your shortlist."))
    return redirect("match", public_id)


@member_required
@require_POST
def match_unpass(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Take a pass back."""
    pair = pair_or_404(member, public_id)
    decisions.undo_pass(pair.startup, pair.investor, side=member.side, by=request.user, at=timezone.now())
    messages.success(request, _("Taken back. Both lists are being ranked again."))
    return back(request, public_id)


@member_required
@require_POST
def match_interest(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Say or withdraw interest: `wanted` is 1 or 0, so that a second click does no harm."""
    pair = pair_or_404(member, public_id)
    if request.POST.get("wanted") == "0":
        decisions.withdraw_interest(
            pair.startup, pair.investor, side=member.side, by=request.user, at=timezone.now()
        )
        messages.success(request, _("Your interest is withdrawn."))
    else:
        _say_interested(request, pair)
    return back(request, public_id)


def _say_interested(request: SignedInRequest, pair: Pair) -> None:
    """Say interested, and tell what follows from it."""
    side, at = pair.member.side, timezone.now()
    try:
        with open_pair():
            decisions.express_interest(pair.startup, pair.investor, side=side, by=request.user, at=at)
    except decisions.PassedError:
        messages.warning(request, _("You passed on this pair; take that back first."))
        return
    if pair.counterpart.pk in relations_of(side, pair.company.pk).mutual:
        messages.success(request, _("You are both interested. Names and contacts are open as far as agreed."))
    else:
        messages.success(request, _("They see that you are interested. When they say so too, it is mutual."))
