"""The shortlist: what a company wants to remember, said yes to, or passed on."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from matchmaker.introductions.forms import NoteForm
from matchmaker.introductions.selectors.shortlist import shortlist_page
from matchmaker.introductions.services import shortlist as shortlists
from matchmaker.introductions.views.introductions import refused_words
from matchmaker.matches.guards import acting, back, member_required, open_pair, pair_required
from matchmaker.matches.selectors.member import Member
from matchmaker.matches.selectors.pair import Pair
from matchmaker.matches.selectors.side_by_side import FEWEST, comparison_of
from profiles.guards import SignedInRequest


@member_required
@require_safe
def shortlist(request: SignedInRequest, member: Member) -> HttpResponse:
    """Show the shortlist, and beside it who was passed on."""
    page = shortlist_page(member, request.GET.get("page", "1"))
    return render(request, "introductions/shortlist.html", {"shortlist": page, "company": member.company})


@member_required
@require_safe
def shortlist_compare(request: SignedInRequest, member: Member) -> HttpResponse:
    """Show a few counterparts beside each other; with fewer than two there is nothing to compare."""
    comparison = comparison_of(member, request.GET.getlist("with"))
    if len(comparison.cards) < FEWEST:
        messages.info(request, _("Tick two to four to compare them."))
        return redirect("shortlist")
    context = {"comparison": comparison, "side": member.side}
    return render(request, "matches/compare.html", context)


@pair_required(require_POST)
def shortlist_toggle(request: SignedInRequest, pair: Pair) -> HttpResponse:
    """Put on or take off the shortlist: `wanted` is 1 or 0, so that a second click does no harm."""
    is_listed = pair.counterpart.pk in pair.member.relations.shortlisted
    wanted = request.POST.get("wanted", "0" if is_listed else "1")
    if wanted == "0":
        shortlists.remove(*pair.both, **acting(request, pair.member))
        messages.success(request, _("Taken off your shortlist."))
        return back(request, pair)
    with open_pair():
        shortlists.add(*pair.both, **acting(request, pair.member))
    messages.success(request, _("On your shortlist."))
    return back(request, pair)


@pair_required(require_POST)
def shortlist_note(request: SignedInRequest, pair: Pair) -> HttpResponse:
    """Keep a note with an entry; writing one puts the counterpart on the shortlist."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        return refused_words(request, pair, form)
    with open_pair():
        shortlists.add(*pair.both, note=form.cleaned_data["note"], **acting(request, pair.member))
    messages.success(request, _("Your note is saved."))
    return back(request, pair)
