"""What a company says about a pair: passing with a reason, interest, and taking either back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from matchmaker.choices import PassReason, Side
from matchmaker.introductions.forms import LineForm, PassForm
from matchmaker.introductions.services import decisions
from matchmaker.introductions.services.decisions import RequestWords
from matchmaker.introductions.views.introductions import refused_words, say_interested
from matchmaker.matches.guards import acting, back, lead_on, open_pair, pair_required
from matchmaker.matches.selectors.introduced import open_introduction
from matchmaker.matches.selectors.pair import Pair
from profiles.drafts.forms import typed_form, typed_page
from profiles.drafts.middleware import saved
from profiles.guards import SignedInRequest
from profiles.pages import page_with_form


@pair_required(page_with_form)
def match_pass(request: SignedInRequest, pair: Pair) -> HttpResponse:
    """Ask why, and pass."""
    typed = typed_form(request, PassForm)
    if not typed.may_save:
        introduction = open_introduction(pair)
        is_asked = introduction is not None and introduction.asked_by != pair.member.side
        return typed_page(request, "introductions/match_pass.html", typed, pair=pair, is_asked=is_asked)
    data = typed.form.cleaned_data
    reason = PassReason[data["reason"].upper()]
    with open_pair():
        said = acting(request, pair.member)
        decisions.pass_on(*pair.both, reason=reason, note=data["note"], **said)
    saved(request)
    messages.success(request, _("You passed. You can take it back here or on your shortlist."))
    return lead_on(redirect("match", pair.counterpart.public_id), *pair.both)


@pair_required(require_POST)
def match_unpass(request: SignedInRequest, pair: Pair) -> HttpResponse:
    """Take a pass back."""
    decisions.undo_pass(*pair.both, **acting(request, pair.member))
    messages.success(request, _("Taken back. Both lists are being ranked again."))
    return back(request, pair)


@pair_required(require_POST)
def match_interest(request: SignedInRequest, pair: Pair) -> HttpResponse:
    """Say or withdraw interest: `wanted` is 1 or 0, so that a second click does no harm.

    An investor's click asks for an introduction; a founder asks with three answers, and answers with a click.
    """
    member = pair.member
    if request.POST.get("wanted") == "0":
        decisions.withdraw_interest(*pair.both, **acting(request, member))
        messages.success(request, _("Your interest is withdrawn."))
        return lead_on(back(request, pair), *pair.both)
    if member.side == Side.STARTUP and pair.counterpart.pk not in member.relations.wanted_by:
        return redirect("introduction_ask", pair.counterpart.public_id)
    form = LineForm(request.POST)
    if not form.is_valid():
        return refused_words(request, pair, form)
    if say_interested(request, pair, words=RequestWords(why=form.cleaned_data["line"])):
        saved(request)
    return back(request, pair)
