"""Introductions: the page of requests, asking, one introduction, later, and the pause."""

from typing import Any

from django.contrib import messages
from django.forms import Form, ModelForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from matchmaker.choices import Side
from matchmaker.introductions.forms import AskForm, LineForm
from matchmaker.introductions.selectors.introduction import introduction_page, prospect
from matchmaker.introductions.selectors.requests import requests_page
from matchmaker.introductions.services import decisions
from matchmaker.introductions.services.decisions import (
    AskedLatelyError,
    BlockedError,
    NoPlaceError,
    PassedError,
    PausedError,
    RequestWords,
)
from matchmaker.matches.guards import acting, member_required, open_pair, pair_or_404, pair_required
from matchmaker.matches.selectors.introduced import open_introduction
from matchmaker.matches.selectors.member import Member
from matchmaker.matches.selectors.pair import Pair
from matchmaker.models.introduction_table import IntroductionState
from matchmaker.transitions import TransitionRefusedError
from profiles.drafts.forms import focus_first_error, typed_form, typed_page
from profiles.drafts.middleware import saved
from profiles.guards import SignedInRequest
from profiles.pages import page_with_form, told

# Why nothing can be asked now, in words.
REFUSALS: dict[type[Exception], Promise] = {
    PassedError: gettext_lazy("You passed on this pair; take that back first."),
    BlockedError: gettext_lazy("You have blocked this company; take that back in the conversation first."),
    PausedError: gettext_lazy("They take no new requests for now."),
    NoPlaceError: gettext_lazy(
        "All your places are taken. One is free again when somebody answers, or when you take a request back."
    ),
    AskedLatelyError: gettext_lazy(
        "You asked a short while ago. Wait two months before you ask the same partner again."
    ),
}
SAID: dict[str, Promise] = {
    IntroductionState.QUEUED: gettext_lazy(
        "Your request waits in the queue and is delivered as soon as they have room."
    ),
    IntroductionState.ASKED: gettext_lazy("They have your request. When they say yes too, it is mutual."),
    IntroductionState.MUTUAL: gettext_lazy(
        "You are both interested. Names and contacts are open as far as agreed."
    ),
}


@member_required
@require_safe
def introductions(request: SignedInRequest, member: Member) -> HttpResponse:
    """Show what waits for an answer, what was asked, and what became of it."""
    page = requests_page(member, at=timezone.now())
    return render(request, "introductions/requests.html", {"requests": page, "company": member.company})


@member_required
@require_safe
def introduction(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Show one introduction with its history and the next act; without one, the pair.

    The line that may go with an answer is sent to another address, and kept for this page.
    """
    page = introduction_page(pair_or_404(member, public_id, whole=True))
    if page is None:
        return redirect("match", public_id)
    return typed_page(request, "introductions/introduction.html", typed_form(request, LineForm), page=page)


@pair_required(page_with_form)
def introduction_ask(request: SignedInRequest, pair: Pair) -> HttpResponse:
    """Ask for an introduction, knowing what follows; where one is open, show it.

    The three answers are kept until they are sent, as every longer text is. Where the partner has asked a
    moment before, they are a yes.
    """
    own_page = redirect("introduction", pair.counterpart.public_id)
    if pair.member.side != Side.STARTUP or (request.method != "POST" and open_introduction(pair)):
        return own_page
    typed = typed_form(request, AskForm)
    words = RequestWords(**typed.form.cleaned_data) if typed.may_save else None
    if words and say_interested(request, pair, words=words):
        saved(request)
        return own_page
    before = prospect(pair, at=timezone.now())
    context = {"pair": pair, "form": typed.form, "typed": typed, "prospect": before}
    status = 422 if request.method == "POST" else 200
    return render(request, "introductions/ask.html", context, status=status)


def say_interested(request: SignedInRequest, pair: Pair, *, words: RequestWords) -> bool:
    """Say yes for the member's side, and tell what follows from it, or why it cannot be said now.

    Return whether it was said.
    """
    with told(request, REFUSALS), open_pair():
        said = acting(request, pair.member)
        made = decisions.express_interest(*pair.both, words=words, **said)
        messages.success(request, str(SAID.get(made.state, SAID[IntroductionState.ASKED])))
        return True
    return False


def refused_words(request: SignedInRequest, pair: Pair, form: Form | ModelForm[Any]) -> HttpResponse:
    """Show the few words that came from the foot of a page, and beside them what is wrong with them."""
    focus_first_error(form)
    along = [(name, request.POST[name]) for name in ("version", "wanted", "next") if name in request.POST]
    context = {"pair": pair, "form": form, "along": along}
    return render(request, "introductions/words.html", context, status=422)


@pair_required(require_POST)
def introduction_later(request: SignedInRequest, pair: Pair) -> HttpResponse:
    """Answer a request with later, and a line if one likes."""
    own_page, form = redirect("introduction", pair.counterpart.public_id), LineForm(request.POST)
    if not form.is_valid():
        return refused_words(request, pair, form)
    done = _("They know that you will come back to it. Yes and no stay open.")
    refused = {TransitionRefusedError: _("That is no longer possible: see where it stands.")}
    with told(request, refused, done), open_pair():
        said = acting(request, pair.member)
        decisions.answer_later(*pair.both, line=form.cleaned_data["line"], **said)
        saved(request)
    return own_page


@member_required
@require_POST
def introductions_pause(request: SignedInRequest, member: Member) -> HttpResponse:
    """Take no new requests, or take them again: `wanted` is 1 or 0."""
    is_paused = request.POST.get("wanted") == "1"
    decisions.set_pause(member.company, is_paused=is_paused, by=request.user, at=timezone.now())
    if is_paused:
        messages.success(request, _("Nobody can ask you for now. What is open goes on."))
    else:
        messages.success(request, _("You can be asked again."))
    return redirect("introductions")
