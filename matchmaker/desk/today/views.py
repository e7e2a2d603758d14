"""The curators' own pages: today, attention, suspensions, and pairings to see why, boost, hide, release."""

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from matchmaker.choices import OverrideKind
from matchmaker.desk.today import selectors
from matchmaker.desk.today import services as service
from matchmaker.desk.today.forms import OverrideForm, ReleaseForm, SuggestForm, SuspensionForm
from matchmaker.desk.today.selectors import PER_PAGE
from matchmaker.matching.ranking.selectors.explained import explain_pair
from matchmaker.matching.ranking.services import market_state
from matchmaker.registry import open_matters_of
from profiles.choices import Side
from profiles.curation.reviews import services as curation
from profiles.curation.reviews.selectors.reviews import reviewable
from profiles.curation.reviews.views import told_words
from profiles.guards import SignedInRequest, curator_required
from profiles.models import Investor, Startup
from profiles.pages import form_error_on, message_on_error, page_of, page_with_form
from profiles.platform.drafts import draft_forms
from profiles.platform.drafts.services import discard_draft


@curator_required
@require_GET
def desk(request: SignedInRequest) -> HttpResponse:
    return render(request, "desk/today/today.html", {"today": selectors.today(at=timezone.now())})


@curator_required
@require_GET
def attention(request: SignedInRequest) -> HttpResponse:
    kind = request.GET.get("kind", "")
    page = selectors.attention_page(kind, request.GET.get("page", "1"))
    return render(request, "desk/today/attention.html", {"attention": page})


ACTS = {
    "suspend": curation.suspend,
    "restore": curation.restore,
    "reopen": curation.reopen,
    "uphold": curation.uphold,
}


@curator_required
@page_with_form
def suspension(request: SignedInRequest, kind: str, public_id: str) -> HttpResponse:
    if kind not in Side.values:
        raise Http404
    profile = get_object_or_404(reviewable(kind), public_id=public_id)
    acts = selectors.acts_on(profile)

    def make(sent: QueryDict | None) -> SuspensionForm:
        return SuspensionForm(sent, acts=acts)

    def save(form: SuspensionForm) -> HttpResponse:
        act, message = form.cleaned_data["act"], form.cleaned_data["message"]
        ACTS[act](profile, message=message, by=request.user, at=timezone.now())
        done = {
            "suspend": _("%(name)s is suspended. No one sees it now."),
            "restore": _("%(name)s is no longer suspended."),
            "reopen": _("%(name)s is waiting for review again."),
            "uphold": _("The appeal of %(name)s has been answered. The decision does not change."),
        }
        messages.success(request, f"{done[act] % {'name': profile.name}} {told_words(profile)}")
        return redirect("review", kind, public_id)

    context = {
        "profile": profile,
        "acts": acts,
        "appeal": profile.appeals.filter(answered_at=None).select_related("by").first(),
        "open_matters": open_matters_of(profile),
    }
    return draft_forms.handle_form(request, make, "desk/today/suspension.html", save, context)


@curator_required
@require_GET
def pairings(request: SignedInRequest) -> HttpResponse:
    searches = {
        side: selectors.search(
            side, request.GET.get(f"{side}_q", "").strip()[:120], request.GET.get(str(side), "")[:40]
        )
        for side in Side
    }
    chosen = [(side, each.chosen) for side, each in searches.items() if each.chosen]
    if len(chosen) == len(searches):
        return redirect("pairing", *(profile.public_id for _side, profile in chosen))
    context = {
        "searches": searches.values(),
        "chosen": chosen[0] if chosen else None,
        "pairs": selectors.ranked_pairs(*chosen[0]) if chosen else [],
        "page": page_of(request, selectors.open_overrides(), PER_PAGE),
    }
    return render(request, "desk/today/pairings.html", context)


@curator_required
@page_with_form
def pairing(request: SignedInRequest, startup: str, investor: str) -> HttpResponse:
    ours = get_object_or_404(Startup, public_id=startup)
    theirs = get_object_or_404(Investor, public_id=investor)
    draft_form = draft_forms.open_or_posted(request, OverrideForm)
    if draft_form.may_save:
        kwargs = {**draft_form.form.cleaned_data, "kind": OverrideKind(draft_form.form.cleaned_data["kind"])}
        with form_error_on(draft_form.form):
            service.curator_override(ours, theirs, **kwargs, by=request.user, at=timezone.now())
            discard_draft(request)
            messages.success(request, _("Saved. Both sides are being ranked again."))
            return redirect("pairing", startup=startup, investor=investor)
    return _pairing_page(request, ours, theirs, draft_form)


def _pairing_page(
    request: SignedInRequest,
    ours: Startup,
    theirs: Investor,
    draft_form: draft_forms.DraftForm,
    release_form: ReleaseForm | None = None,
) -> HttpResponse:
    pair = selectors.why(ours, theirs, explain_pair(ours, theirs))
    renews = not pair["rows"] and market_state.is_of_another_engine()
    context = {"pair": pair, "release_form": release_form or ReleaseForm(), "renews": renews}
    return draft_forms.render_form(request, "desk/today/pairing.html", draft_form, **context)


@curator_required
@page_with_form
def pairing_suggest(request: SignedInRequest, startup: str, investor: str) -> HttpResponse:
    ours = get_object_or_404(Startup, public_id=startup)
    theirs = get_object_or_404(Investor, public_id=investor)

    def save(form: SuggestForm) -> HttpResponse:
        service.suggest(ours, theirs, **form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, _("Suggested. Both sides are being ranked again."))
        return redirect("pairing", startup, investor)

    pair = selectors.why(ours, theirs, explain_pair(ours, theirs))
    return draft_forms.handle_form(request, SuggestForm, "desk/today/suggest.html", save, {"pair": pair})


@curator_required
@require_POST
def pin_release(request: SignedInRequest, pk: int) -> HttpResponse:
    curator_override = get_object_or_404(selectors.open_overrides(), pk=pk)
    form = ReleaseForm(request.POST)
    own_path = reverse(
        "pairing", args=[curator_override.startup.public_id, curator_override.investor.public_id]
    )
    if not form.is_valid():
        draft_form = draft_forms.open_form(request, OverrideForm, path=own_path)
        page = _pairing_page(request, curator_override.startup, curator_override.investor, draft_form, form)
        page.status_code = 422
        return page
    with message_on_error(request, _("Removed. Both sides are being ranked again.")):
        service.release(curator_override, note=form.cleaned_data["note"], by=request.user, at=timezone.now())
    return redirect(own_path)
