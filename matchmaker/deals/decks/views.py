"""Decks: the page of their owner, the pages that others read, and those of curators."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from matchmaker.deals.decks import marks, selectors
from matchmaker.deals.decks.forms import AccessForm, DeckForm, InspectionForm
from matchmaker.deals.decks.services import copies, reading, sharing
from matchmaker.matching.pairs.guards import acting, pair_required, seen_in
from matchmaker.matching.pairs.selectors.pair import Pair
from matchmaker.models.deck import DeckPage, DeckVersion
from matchmaker.transitions import NotOpenError
from profiles import pages
from profiles.catalogue.visibility.access import ShownGroup
from profiles.choices import Side
from profiles.guards import SignedInRequest, curator_required, lacks_second_factor
from profiles.models import Startup
from profiles.people.accounts.guards import company_required, member_role_required, same_team
from profiles.platform.drafts.draft_forms import handle_form
from profiles.platform.files.services import count_upload
from profiles.platform.files.views import file_response

PER_PAGE = 25
ZOOMS = {"": _("Fit to the screen"), "large": _("Larger"), "largest": _("Largest")}
owner_required = company_required(Side.STARTUP)


# --- The owner ----------------------------------------------------------------------------------------------


@owner_required
@pages.page_with_form
def deck(request: SignedInRequest, startup: Startup) -> HttpResponse:
    """Show the deck's versions and who may read it, and take a new version in."""
    if request.FILES:
        # Counted before it is read, because reading is what costs.
        count_upload(startup, by=request.user, at=timezone.now())
    form = DeckForm(pages.sent_by_post(request), request.FILES if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with pages.form_error_on(form), same_team():
            # Taken out of the form, which lives on until the next search for garbage: up to 30 MB.
            sharing.send(startup, form.cleaned_data.pop("file"), by=request.user, at=timezone.now())
            messages.success(request, gettext("Received. The first page is ready in a few seconds."))
            return redirect("deck")
    own = selectors.deck_of(startup)
    context = {
        "form": form,
        "startup": startup,
        "deck": own,
        "versions": selectors.versions_of(own) if own else [],
        "access": pages.page_of(request, selectors.access_rows(startup), PER_PAGE),
        "inspections": selectors.inspections(startup)[:PER_PAGE],
        "audience": selectors.audience_words(startup),
        "now": timezone.now(),
        "days": sharing.DAYS,
    }
    return render(request, "deals/decks/own.html", context, status=422 if form.is_bound else 200)


def own_version(startup: Startup | None, number: int) -> DeckVersion:
    return pages.found_or_404(selectors.version_of(startup, number) if isinstance(startup, Startup) else None)


@owner_required
@require_safe
def deck_version(request: SignedInRequest, startup: Startup, number: int) -> HttpResponse:
    """Show which company opened which page of a version, and for how long."""
    version = own_version(startup, number)
    context = {
        "version": version,
        "startup": startup,
        "pages": selectors.pages_of(version),
        "readings": selectors.readings_of(version),
    }
    return render(request, "deals/decks/version.html", context)


@member_role_required
@require_POST
def deck_remove(request: SignedInRequest, company: Any, number: int) -> HttpResponse:
    version = own_version(company, number)
    with same_team():
        sharing.remove(version, by=request.user, at=timezone.now())
    messages.success(request, gettext("Removed. No one can read this version any more."))
    return redirect("deck")


@member_role_required
@require_POST
def deck_download_allowed(request: SignedInRequest, company: Any) -> HttpResponse:
    own = pages.found_or_404(selectors.deck_of(company) if isinstance(company, Startup) else None)
    with same_team():
        sharing.let_download(
            own, wanted=request.POST.get("wanted") == "1", by=request.user, at=timezone.now()
        )
    messages.success(request, gettext("Saved."))
    return redirect("deck")


@member_role_required
@require_POST
def deck_access(request: SignedInRequest, company: Any, public_id: str) -> HttpResponse:
    """Let a company read for some days, decline its request, or close the deck to it."""
    rows = selectors.access_rows(company) if isinstance(company, Startup) else None
    row = pages.found_or_404(rows.filter(investor__public_id=public_id).first() if rows is not None else None)
    at, answer, form = timezone.now(), request.POST.get("answer"), AccessForm(request.POST)
    until, done = None, gettext("Closed. This company cannot open any more pages.")
    if answer == "allow" and form.is_valid():
        until = at + timedelta(days=form.cleaned_data["days"])
        done = gettext("Opened. The company is told.")
    elif answer == "decline":
        done = gettext("Declined. The company is told.")
    elif answer != "close":
        messages.warning(request, gettext("Choose for how many days the company may read, from 1 to 365."))
        return redirect("deck")
    words: pages.Words = {NotOpenError: gettext("This company cannot read your deck now.")}
    with same_team(), pages.message_on_error(request, done, words=words):
        decided: dict[str, Any] = {"until": until, "is_closed": answer == "close", "by": request.user}
        sharing.decide(row.startup, row.investor, **decided, at=at, version_read=seen_in(request))
    return redirect("deck")


# --- The readers --------------------------------------------------------------------------------------------


@pair_required(pages.page_with_form)
def deck_read(request: SignedInRequest, pair: Pair) -> HttpResponse:
    """Say what the owner sees, then lead to the first page; or take a request in."""
    at = timezone.now()
    door = selectors.door_of(pair, at=at)
    if not door:
        raise Http404
    if request.method == "POST" and door.deck:
        with pages.raise_404_on(NotOpenError):
            version = reading.begin_reading(pair, by=request.user, at=at)
        return redirect("deck_page", pair.startup.public_id, version.number, 1)
    if request.method == "POST":
        with pages.message_on_error(
            request, gettext("Your request was sent. We will tell you what the startup decides.")
        ):
            sharing.ask(pair, **acting(request, pair.member))
        return redirect("deck_read", pair.startup.public_id)
    if door.deck:  # who comes back to this page has finished
        reading.leave_page(pages.found_or_404(door.deck.current), pair.investor, by=request.user, at=at)
    return render(request, "deals/decks/read.html", {"pair": pair, "door": door})


@pair_required(require_safe)
def deck_page(request: SignedInRequest, pair: Pair, number: int, page: int) -> HttpResponse:
    """Show one page of the deck and note who opened it.

    A person who has not begun to read it is led to `deck_read`, which says what the owner sees.
    """
    at, user = timezone.now(), request.user
    readable = selectors.decks_for(pair, at=at).filter(current__number=number).select_related("current")
    found = pages.found_or_404(readable.first())
    version = pages.found_or_404(found.current)
    shown = pages.found_or_404(selectors.pages_of(version).filter(number=page).first())
    if not selectors.opened_pages(version, pair.investor, user).exists():
        return redirect("deck_read", pair.startup.public_id)
    with pages.raise_404_on(NotOpenError):
        reading.open_page(version, *pair.both, page, by=user, at=at)
    pair.member.viewer.shown.add(ShownGroup(pair.startup.pk, "deck"))
    more = {"pair": pair, "may_download": found.may_download}
    return _page(request, pair.startup, version, shown, **more)


def _page(
    request: SignedInRequest, startup: Startup, version: DeckVersion, shown: DeckPage, **more: Any
) -> HttpResponse:
    zoom = request.GET.get("zoom", "")
    context = {
        "startup": startup,
        "version": version,
        "page": shown,
        "numbers": range(1, version.page_count + 1),
        "zoom": zoom if zoom in ZOOMS else "",
        "zooms": ZOOMS.items(),
        **more,
    }
    response = render(request, "deals/decks/page.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@login_required
@require_safe
def deck_image(request: SignedInRequest, public_id: str, number: int, page: int) -> HttpResponse:
    """Answer one page as a picture that names its reader. No one keeps it: access is asked for each time."""
    is_curator = request.user.is_curator and not lacks_second_factor(request)
    at = timezone.now()
    found = selectors.page_for(request.user, public_id, number, page, at=at, is_curator=is_curator)
    shown = pages.found_or_404(found)
    with pages.raise_404_on(FileNotFoundError), shown.page.image.content.open("rb") as stored:
        content = marks.marked(stored.read(), reader=shown.reader, day=selectors.today())
    response = HttpResponse(content, content_type="image/jpeg")
    response.headers["Cache-Control"] = "no-store"
    return response


@pair_required(pages.page_with_form)
def deck_save(request: SignedInRequest, pair: Pair) -> HttpResponseBase:
    """Have a copy made as marked pictures, where the owner allows that, and hand it out when it is ready."""
    at = timezone.now()
    if request.method == "POST":
        if copy := copies.hand_out(pair, by=request.user, at=at):
            return file_response(copy.content, "deck.pdf")
        with pages.raise_404_on(NotOpenError):
            copies.ask_for_copy(pair, by=request.user, at=at)
        return redirect("deck_save", pair.startup.public_id)
    version = pages.found_or_404(selectors.savable_version(pair, at=at))
    context = {"pair": pair, "version": version, "copy": selectors.copy_of(pair, at=at)}
    return render(request, "deals/decks/save.html", context)


# --- The curators -------------------------------------------------------------------------------------------


@curator_required
@require_safe
def desk_decks(request: SignedInRequest) -> HttpResponse:
    page = pages.page_of(request, selectors.all_decks(), PER_PAGE)
    return render(request, "deals/decks/desk.html", {"page": page})


@curator_required
@pages.page_with_form
def desk_deck(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Ask for the reason, then show the pages for a day."""
    own = get_object_or_404(selectors.all_decks(), startup__public_id=public_id)
    at = timezone.now()

    def save(form: InspectionForm) -> HttpResponse:
        reading.inspect(own.startup, reason=form.cleaned_data["reason"], by=request.user, at=at)
        return redirect("desk_deck", public_id)

    context: dict[str, Any] = {"deck": own, "inspections": selectors.inspections(own.startup)}
    if selectors.is_inspected(own.startup, request.user, at=at) and own.current:
        context["pages"] = selectors.pages_of(own.current)
    return handle_form(request, InspectionForm, "deals/decks/desk_one.html", save, context)
