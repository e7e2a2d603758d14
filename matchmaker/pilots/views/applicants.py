"""What a company does about the pilots of others: look, apply, take back, be named, confirm results."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matchmaker.matches.guards import member_required
from matchmaker.matches.selectors.member import Member
from matchmaker.pilots.forms import ApplicationForm
from matchmaker.pilots.guards import deal_or_404, page_or_404
from matchmaker.pilots.selectors.own import own_pilots_page
from matchmaker.pilots.selectors.pilot import PilotReader
from matchmaker.pilots.services import applications, results
from matchmaker.pilots.services.applications import NotForYouError
from matchmaker.pilots.services.moves import PilotMovedError
from matchmaker.pilots.services.results import NoTalksError
from matchmaker.pilots.views.hosts import REFUSALS
from profiles.drafts import services as drafts
from profiles.drafts.forms import opened, posted
from profiles.guards import SignedInRequest

ACTS: dict[str, tuple[Callable[..., None], Promise]] = {
    "withdraw": (applications.withdraw_application, gettext_lazy("Taken back.")),
    "name": (partial(applications.set_named, is_named=True), gettext_lazy("Everybody may read it now.")),
    "unname": (
        partial(applications.set_named, is_named=False),
        gettext_lazy("Your name is off the public page."),
    ),
    "confirm": (results.confirm_results, gettext_lazy("Confirmed. It stands on both profiles now.")),
    "origin": (
        results.name_origin,
        gettext_lazy("The introduction says now that it grew out of this pilot."),
    ),
    "deal": (
        results.name_deal,
        gettext_lazy("Kept. Both of you read here that the deal grew out of this pilot."),
    ),
}


@member_required
@require_safe
def own_pilots(request: SignedInRequest, member: Member) -> HttpResponse:
    """Show a company's own pilots, its applications, and the pilots that fit it."""
    page = own_pilots_page(PilotReader(member.viewer, member), today=timezone.localdate())
    return render(request, "pilots/own_pilots.html", {"own": page})


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def pilot_apply(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Ask for a seat with a few words, which are kept until they are sent."""
    page = page_or_404(PilotReader(member.viewer, member), public_id)
    if not page.may_apply:
        return redirect("pilot", public_id)
    is_sent = request.method == "POST"
    typed = posted(request, ApplicationForm) if is_sent else opened(request, ApplicationForm)
    if not is_sent or not typed.may_save:
        context = {"form": typed.form, "typed": typed, "page": page}
        return render(request, "pilots/pilot_apply.html", context, status=422 if is_sent else 200)
    words = typed.form.cleaned_data["words"]
    try:
        applications.apply_for_seat(
            page.pilot, member.company, words=words, by=request.user, at=timezone.now()
        )
    except (NotForYouError, PilotMovedError):
        messages.warning(request, str(REFUSALS[PilotMovedError]))
    else:
        drafts.discard(request.user, request.path)
        messages.success(request, _("Your application is with the host. You are told when it is answered."))
    return redirect("pilot", public_id)


@member_required
@require_POST
def pilot_seat(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Do something about the own application: `act` says what."""
    page = page_or_404(PilotReader(member.viewer, member), public_id)
    act = request.POST.get("act", "")
    if page.own is None:
        raise Http404
    if act not in ACTS:
        return redirect("pilot", public_id)
    do, done = ACTS[act]
    said: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    if act == "deal":
        said["deal"] = deal_or_404(member, request.POST.get("deal", ""))
    try:
        do(page.own.application, **said)
    except (PilotMovedError, NoTalksError) as refusal:
        messages.warning(request, str(REFUSALS[type(refusal)]))
    else:
        messages.success(request, str(done))
    return redirect("pilot", public_id)
