"""What a company says about a pair: passing with a reason, interest, and taking either back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from matchmaker.choices import PassReason, Side
from matchmaker.introductions.forms import LineForm, PassForm
from matchmaker.introductions.guards import open_pair
from matchmaker.introductions.services import decisions
from matchmaker.introductions.services.requests import RequestWords
from matchmaker.introductions.views.introductions import say_interested
from matchmaker.matches.guards import back, lead_on, member_required, pair_or_404
from matchmaker.matches.selectors.introduced import open_introduction
from matchmaker.matches.selectors.member import Member
from profiles.guards import SignedInRequest


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def match_pass(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Ask why, and pass."""
    pair = pair_or_404(member, public_id)
    form = PassForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        introduction = open_introduction(pair)
        is_asked = introduction is not None and introduction.asked_by != member.side
        context = {"pair": pair, "form": form, "is_asked": is_asked}
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
    return lead_on(redirect("match", public_id), pair.startup, pair.investor)


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
    """Say or withdraw interest: `wanted` is 1 or 0, so that a second click does no harm.

    An investor's click asks for an introduction; a founder asks with three answers, and answers with a click.
    """
    pair = pair_or_404(member, public_id)
    if request.POST.get("wanted") == "0":
        decisions.withdraw_interest(
            pair.startup, pair.investor, side=member.side, by=request.user, at=timezone.now()
        )
        messages.success(request, _("Your interest is withdrawn."))
        return lead_on(back(request, public_id), pair.startup, pair.investor)
    if member.side == Side.STARTUP and pair.counterpart.pk not in member.relations.wanted_by:
        return redirect("introduction_ask", public_id)
    form = LineForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["line"])))
        return back(request, public_id)
    line = form.cleaned_data["line"]
    say_interested(request, pair, words=RequestWords(why=line), line=line)
    return back(request, public_id)
