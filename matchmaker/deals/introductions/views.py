"""Introductions: the page of requests, asking, answering, passing, and the shortlist."""

from typing import Any

from django.contrib import messages
from django.forms import Form, ModelForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from matchmaker.choices import PassReason, Side
from matchmaker.deals.introductions.forms import AskForm, LineForm, NoteForm, PassForm
from matchmaker.deals.introductions.selectors import introduction_page, passed_page, prospect
from matchmaker.deals.introductions.services import decisions
from matchmaker.deals.introductions.services import shortlist as shortlists
from matchmaker.deals.introductions.services.decisions import RequestWords
from matchmaker.matching.current_company.selectors import CurrentCompany
from matchmaker.matching.lists.guards import current_company_required
from matchmaker.matching.pairs import guards
from matchmaker.matching.pairs.selectors.brief import FEWEST, comparison_of
from matchmaker.matching.pairs.selectors.pair import Pair, left_pair, open_introduction, pair_of
from matchmaker.models.introduction import IntroductionState
from profiles.guards import SignedInRequest
from profiles.pages import message_on_error, page_with_form
from profiles.platform.drafts.draft_forms import focus_first_error, handle_form, open_form, render_form
from profiles.platform.drafts.services import discard_draft

SAID: dict[str, Promise] = {
    IntroductionState.QUEUED: _("Your request is in the queue. It is delivered as soon as they have room."),
    IntroductionState.ASKED: _("They have your request. The introduction starts if they say yes too."),
    IntroductionState.MUTUAL: _(
        "You are both interested. Names and contacts are visible, as far as each side has agreed."
    ),
}


@current_company_required
@require_safe
def introduction(request: SignedInRequest, member: CurrentCompany, public_id: str) -> HttpResponse:
    """Show one introduction with its history and the next act; without one, the pair."""
    pair = pair_of(member, public_id, whole=True) or left_pair(member, public_id)
    if pair is None:
        return guards.paused_or_404(request, member, public_id)
    page = introduction_page(pair)
    if page is None:
        return redirect("match", public_id)
    return render_form(
        request, "deals/introductions/introduction.html", open_form(request, LineForm), page=page
    )


@guards.pair_required(page_with_form)
def introduction_ask(request: SignedInRequest, pair: Pair) -> HttpResponse:
    """Ask for an introduction, knowing what follows; where one is open, show it."""
    own_page = redirect("introduction", pair.counterpart.public_id)
    if pair.counterpart.is_unclaimed:
        return redirect("match", pair.counterpart.public_id)
    if pair.member.side != Side.STARTUP or (request.method != "POST" and open_introduction(pair)):
        return own_page

    def save(form: AskForm) -> HttpResponse:
        _express_interest(request, pair, RequestWords(**form.cleaned_data))
        return own_page

    def context(_form: AskForm) -> dict[str, Any]:
        return {"pair": pair, "prospect": prospect(pair, at=timezone.now())}

    template = "deals/introductions/ask.html"
    return handle_form(request, AskForm, template, save, context)


@guards.pair_required(require_POST)
def match_interest(request: SignedInRequest, pair: Pair) -> HttpResponse:
    """Say or withdraw interest: `wanted` is 1 or 0, so that a second click does no harm."""
    member = pair.member
    if request.POST.get("wanted") == "0":
        done = gettext("Your interest has been withdrawn.")
        with message_on_error(request, done):
            decisions.withdraw_interest(
                *pair.both, version_read=guards.seen_in(request), **guards.acting(request, member)
            )
        return guards.redirect_if_published(guards.redirect_back(request, pair), *pair.both)
    if pair.counterpart.is_unclaimed:
        kept = gettext("Your interest is saved. They see it when they claim the profile.")
        with message_on_error(request, kept):
            decisions.note_interest(*pair.both, **guards.acting(request, member))
        return guards.redirect_back(request, pair)
    if member.side == Side.STARTUP and pair.counterpart.pk not in member.interactions.liked_by:
        return redirect("introduction_ask", pair.counterpart.public_id)
    form = LineForm(request.POST)
    if not form.is_valid():
        return words_page(request, pair, form)
    with message_on_error(request):
        _express_interest(request, pair, RequestWords(why=form.cleaned_data["line"]))
        discard_draft(request)
    return guards.redirect_back(request, pair)


def _express_interest(request: SignedInRequest, pair: Pair, words: RequestWords) -> None:
    seen, kwargs = guards.seen_in(request), guards.acting(request, pair.member)
    made = decisions.express_interest(*pair.both, words=words, version_read=seen, **kwargs)
    messages.success(request, str(SAID.get(made.state, SAID[IntroductionState.ASKED])))


@guards.pair_required(require_POST)
def introduction_later(request: SignedInRequest, pair: Pair) -> HttpResponse:
    form = LineForm(request.POST)
    if not form.is_valid():
        return words_page(request, pair, form)
    done = gettext("They know that you will come back to it. You can still say yes or no.")
    with message_on_error(request, done):
        kwargs = {"line": form.cleaned_data["line"], "version_read": guards.seen_in(request)}
        decisions.answer_later(*pair.both, **kwargs, **guards.acting(request, pair.member))
        discard_draft(request)
    return redirect("introduction", pair.counterpart.public_id)


def words_page(request: SignedInRequest, pair: Pair, form: Form | ModelForm[Any]) -> HttpResponse:
    focus_first_error(form)
    along = [
        (name, request.POST[name]) for name in ("version", "wanted", "next", "seen") if name in request.POST
    ]
    context = {"pair": pair, "form": form, "along": along}
    return render(request, "deals/introductions/words.html", context, status=422)


@guards.pair_required(page_with_form)
def match_pass(request: SignedInRequest, pair: Pair) -> HttpResponse:
    def save(form: PassForm) -> HttpResponse:
        reason, note = PassReason[form.cleaned_data["reason"].upper()], form.cleaned_data["note"]
        kwargs = {"reason": reason, "note": note, "version_read": guards.seen_in(request)}
        decisions.pass_on(*pair.both, **kwargs, **guards.acting(request, pair.member))
        if "next" in request.POST:  # the next pair of the list
            messages.success(
                request,
                gettext("You passed on %(name)s. You can undo this under “Passed on”.")
                % {"name": pair.title},
            )
        else:
            messages.success(request, gettext("You passed. You can undo this here or under “Passed on”."))
        return guards.redirect_if_published(guards.redirect_back(request, pair), *pair.both)

    def context(_form: PassForm) -> dict[str, Any]:
        introduction = open_introduction(pair)
        is_asked = introduction is not None and introduction.asked_by != pair.member.side
        return {"pair": pair, "is_asked": is_asked, "seen": introduction.version if introduction else ""}

    template = "deals/introductions/match_pass.html"
    return handle_form(request, PassForm, template, save, context)


@guards.pair_required(require_POST)
def match_unpass(request: SignedInRequest, pair: Pair) -> HttpResponse:
    decisions.undo_pass(*pair.both, **guards.acting(request, pair.member))
    messages.success(request, gettext("Undone. Your list is being ranked again."))
    return guards.redirect_back(request, pair)


@current_company_required
@require_POST
def introductions_pause(request: SignedInRequest, member: CurrentCompany) -> HttpResponse:
    is_paused = request.POST.get("wanted") == "1"
    decisions.set_pause(member.company, is_paused=is_paused, by=request.user, at=timezone.now())
    if is_paused:
        messages.success(
            request,
            gettext(
                "For now, no one can send you a request or apply for your pilots. Open requests and "
                "introductions continue."
            ),
        )
    else:
        messages.success(request, gettext("You can receive requests again."))
    return redirect("pipeline")


@current_company_required
@require_safe
def passed(request: SignedInRequest, member: CurrentCompany) -> HttpResponse:
    return render(request, "deals/introductions/passed.html", {"passed": passed_page(member)})


@current_company_required
@require_safe
def shortlist_compare(request: SignedInRequest, member: CurrentCompany) -> HttpResponse:
    comparison = comparison_of(member, request.GET.getlist("with"))
    if len(comparison["cards"]) < FEWEST:
        messages.info(request, gettext("Select two to four to compare them."))
        return redirect("pipeline")
    context = {"comparison": comparison, "side": member.side}
    return render(request, "matching/pairs/compare.html", context)


@guards.pair_required(require_POST)
def shortlist_toggle(request: SignedInRequest, pair: Pair) -> HttpResponse:
    """Put on or take off the shortlist: `wanted` is 1 or 0, so that a second click does no harm."""
    is_listed = pair.counterpart.pk in pair.member.interactions.shortlisted
    if request.POST.get("wanted", "0" if is_listed else "1") == "0":
        shortlists.remove_from_shortlist(*pair.both, **guards.acting(request, pair.member))
        messages.success(request, gettext("Removed from your shortlist."))
    else:
        shortlists.shortlist(*pair.both, **guards.acting(request, pair.member))
        messages.success(request, gettext("Added to your shortlist."))
    return guards.redirect_back(request, pair)


@guards.pair_required(require_POST)
def shortlist_note(request: SignedInRequest, pair: Pair) -> HttpResponse:
    form = NoteForm(request.POST)
    if not form.is_valid():
        return words_page(request, pair, form)
    shortlists.shortlist(*pair.both, note=form.cleaned_data["note"], **guards.acting(request, pair.member))
    messages.success(request, gettext("Your note has been saved."))
    return guards.redirect_back(request, pair)
