"""The list of programmes, one programme, what its organiser does, and what a curator decides."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from matchmaker.events.programmes.forms.programmes import DatesForm, ProgrammeForm, TextsForm
from matchmaker.events.programmes.guards import led_required, organiser_required, reader_required
from matchmaker.events.programmes.kinds import PICTURE_LIMIT
from matchmaker.events.programmes.selectors import programmes as selectors
from matchmaker.events.programmes.selectors.applications import may_take_part, not_open_to, own_applications
from matchmaker.events.programmes.selectors.cohort import takes_part
from matchmaker.events.programmes.selectors.invitations import invitations_for
from matchmaker.events.programmes.selectors.jury import reviews_of
from matchmaker.events.programmes.selectors.outcomes import awaiting_outcome, own_sides
from matchmaker.events.programmes.selectors.people import has_teams, own_part, to_sign
from matchmaker.events.programmes.selectors.programmes import FILTERS, Reader
from matchmaker.events.programmes.selectors.share_card import TEMPLATE, card_of
from matchmaker.events.programmes.services import corrections, programmes
from matchmaker.events.reviews import review_page
from matchmaker.integrations.typesetting import typeset
from matchmaker.matching.pairs.guards import seen_in, signed
from matchmaker.models.programmes import Programme
from matchmaker.models.programmes.programme import ONGOING, RESUME_TIME, ProgrammeState
from profiles.curation.reviews.selectors.queues import curators
from profiles.guards import SignedInRequest, curator_required, reader_in
from profiles.pages import found_or_404, message_on_error, page_with_form
from profiles.people.accounts.time_zones import zone_choices, zone_of_reader
from profiles.platform.drafts.draft_forms import handle_form
from profiles.platform.limits import services as limits

MOST_NAMED = 5  # other curators who can decide
OVER_WHILE_WAITING = gettext_lazy(
    "The deadline of this programme has passed. Return it so that the organiser can choose a later deadline."
)
MOVES: dict[str, tuple[Callable[..., None], Promise]] = {
    "submit": (programmes.submit_programme, gettext_lazy("A curator will review it and tell you.")),
    "close": (programmes.close_programme, gettext_lazy("Applications are now closed.")),
    "start": (programmes.start_programme, gettext_lazy("The programme is running.")),
    "finish": (programmes.finish_programme, gettext_lazy("The programme has ended.")),
    "resume": (programmes.resume_programme, gettext_lazy("The programme is running again.")),
    "cancel": (
        programmes.cancel_programme,
        gettext_lazy("Cancelled. We are notifying everyone who applied."),
    ),
}


@require_safe
def programme_list(request: HttpRequest) -> HttpResponse:
    """Show the public programmes, those first that one can apply for."""
    asked = {name: request.GET.get(name, "") for name in FILTERS}
    reader = selectors.reader_of(reader_in(request))
    context = selectors.list_page(reader, asked, request.GET.get("page", "1"))
    return render(request, "events/programmes/programmes.html", {"list": context, "reader": reader})


@require_safe
def show_programme(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, at = selectors.reader_of(reader_in(request)), timezone.now()
    programme = found_or_404(selectors.programme_in(reader, public_id))
    organises, leads = reader.organises(programme), reader.leads(programme)
    context = {
        "programme": programme,
        "facts": selectors.facts_of(programme),
        "reader": reader,
        "organises": organises,
        "still_to_tell": selectors.waiting_notice_count(programme) if organises else 0,
        "leads": leads,
        "undecided": programme.applications.filter(state__in=programmes.UNDECIDED).count() if leads else 0,
        "undo_until": programme.ended_at + RESUME_TIME
        if programme.ended_at and leads and programme.may_resume(at)
        else None,
        "is_asked_to_host": selectors.asked_to_host(reader.user).filter(programme=programme).exists(),
        "may_say_outcomes": bool(own_sides(reader, programme)),
        "missing": selectors.missing_in(programme)
        if (organises or leads) and programme.state == ProgrammeState.DRAFT
        else [],
        "own": own_applications(reader, programme, at) if reader.may_apply else [],
        "may_take_part": organises and may_take_part(reader, programme),
        "not_open_to": not_open_to(reader, programme, at),
        "is_over": programme.state == ProgrammeState.OPEN and not programme.takes_applications(at),
        "takes_part": takes_part(reader, programme),
        "links": [found for link in selectors.PAGE_LINKS if (found := link(programme, organises))],
        "has_teams": has_teams(programme) and (organises or own_part(reader, programme) is not None),
        "address": selectors.address_of("programme", public_id),
        "picture": selectors.address_of("programme_card", public_id),
        "text_changes": selectors.text_changes_of(programme),
    }
    return render(request, "events/programmes/programme.html", context)


@require_safe
def programme_card(request: HttpRequest, public_id: str) -> HttpResponse:
    programme = found_or_404(selectors.programme_in(Reader(), public_id))
    client_ip = get_adapter().get_client_ip(request)
    limits.count_reading(PICTURE_LIMIT, client_ip=client_ip, at=timezone.now())
    with timezone.override(programme.zone):
        picture = typeset(TEMPLATE, card_of(programme), form="png")
    return HttpResponse(picture, content_type="image/png")


@reader_required
@require_safe
def own_programmes(request: SignedInRequest, reader: Reader) -> HttpResponse:
    context = {
        "own": selectors.own_page(reader, request.GET.get("page", "1")),
        "links": _links(reader),
        "reader": reader,
    }
    return render(request, "events/programmes/own_programmes.html", context)


def _links(reader: Reader) -> list[tuple[str, list[tuple[str, str]]]]:
    user = reader.user
    if user is None:
        return []

    def to(name: str, programmes: Iterable[Programme]) -> list[tuple[str, str]]:
        return [(reverse(name, args=[programme.public_id]), programme.title) for programme in programmes]

    unsigned = [proposal.application for proposal in to_sign(user) if not proposal.signed_at]
    signing = [
        (reverse("programme_proposal", args=[link.programme.public_id, link.pk]), link.name)
        for link in unsigned
    ]
    asked = [host.programme for host in selectors.asked_to_host(user)]
    offered = [
        (reverse("programme_join", args=[invitation.token]), invitation.programme.title)
        for invitation in invitations_for(user, reader)
    ]
    links = [
        (_("You are invited to take part"), offered),
        (
            _("What were the outcomes?"),
            to("programme_outcomes", awaiting_outcome(reader.own, selectors.led_by(reader))),
        ),
        (_("You are invited to co-organise"), to("programme_hosts", asked)),
        (
            _("Programmes you review"),
            to("programme_review_list", [review.programme for review in reviews_of(user)]),
        ),
        (_("Joint proposals to sign"), signing),
    ]
    return [proposal for proposal in links if proposal[1]]


def zone_in(request: SignedInRequest, programme: Programme | None) -> str:
    sent = request.POST.get("time_zone", "")
    if sent and sent in dict(zone_choices("en")):
        return sent
    return programme.time_zone if programme else zone_of_reader(request.user).key


@organiser_required
@page_with_form
def programme_edit(request: SignedInRequest, reader: Reader, public_id: str = "") -> HttpResponse:
    drafts = selectors.with_parts(selectors.led_by(reader)).filter(state=ProgrammeState.DRAFT)
    programme = get_object_or_404(drafts, public_id=public_id) if public_id else None
    zone = zone_in(request, programme)
    make = partial(ProgrammeForm, programme=programme, zone=zone)

    def save(form: ProgrammeForm) -> HttpResponse:
        company = reader.member.company if reader.member else None
        kwargs: dict[str, Any] = {"values": form.programme_values, "by": request.user, "at": timezone.now()}
        saved = programmes.write_programme(company, **kwargs, programme=programme)
        messages.success(request, _("Saved. Only the organisers can see it until a curator has approved it."))
        return redirect("programme", saved.public_id)

    context = {"programme": programme}
    with timezone.override(ZoneInfo(zone)):
        return handle_form(request, make, "events/programmes/programme_form.html", save, context)


@led_required(page_with_form)
def programme_dates(request: SignedInRequest, _reader: Reader, programme: Programme) -> HttpResponse:
    if programme.state not in (ProgrammeState.OPEN, ProgrammeState.CLOSED):
        raise Http404
    make = partial(DatesForm, programme=programme)

    def save(form: DatesForm) -> HttpResponse:
        kwargs: dict[str, Any] = {"values": form.programme_values, "version_read": seen_in(request)}
        programmes.correct_programme(programme, **kwargs, **signed(request))
        messages.success(request, _("Saved. We are notifying everyone who applied."))
        return redirect("programme", programme.public_id)

    context = {"programme": programme}
    with timezone.override(ZoneInfo(zone_in(request, programme))):
        return handle_form(request, make, "events/programmes/programme_dates.html", save, context)


@led_required(page_with_form)
def programme_texts(request: SignedInRequest, _reader: Reader, programme: Programme) -> HttpResponse:
    """Submit new texts of a public programme; a curator reads them before anyone else."""
    if programme.state not in ONGOING:
        raise Http404

    def save(form: TextsForm) -> HttpResponse:
        kwargs: dict[str, Any] = {"by": request.user, "at": timezone.now(), "version_read": seen_in(request)}
        if corrections.propose_texts(programme, values=form.texts, **kwargs):
            messages.success(request, _("A curator reads the new text. Until then, the present text stays."))
        return redirect("programme", programme.public_id)

    make = partial(TextsForm, programme=programme)
    return handle_form(
        request, make, "events/programmes/programme_texts.html", save, {"programme": programme}
    )


@led_required(require_POST)
def programme_move(request: SignedInRequest, _reader: Reader, programme: Programme) -> HttpResponse:
    if request.POST.get("act", "") in MOVES:
        do, done = MOVES[request.POST["act"]]
        with message_on_error(request, done):
            do(programme, **signed(request), version_read=seen_in(request))
    return redirect("programme", programme.public_id)


@curator_required
@require_safe
def programme_reviews(request: SignedInRequest) -> HttpResponse:
    return render(
        request, "events/programmes/programme_reviews.html", {"rows": selectors.waiting_programmes()}
    )


@curator_required
@page_with_form
def programme_review(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Show a programme as its organiser wrote it, and take a decision."""

    def subject() -> Programme:
        return found_or_404(selectors.programme_in(Reader(request.user), public_id))

    def context() -> dict[str, Any]:
        programme = subject()
        return {
            "programme": programme,
            "facts": selectors.facts_of(programme),
            "texts": selectors.texts_of(programme),
            "waits": programme.state == ProgrammeState.REVIEW or programme.corrected_at is not None,
            "corrections": selectors.corrections_of(programme) if programme.corrected_at else [],
            "is_own": selectors.had_part_in(programme, request.user),
            "others": [str(curator) for curator in curators().exclude(pk=request.user.pk)[:MOST_NAMED]],
        }

    is_text = subject().corrected_at is not None
    approve, send_back = programmes.approve_programme, programmes.send_back_programme
    return review_page(
        request,
        "events/programmes/programme_review.html",
        context,
        subject=subject,
        acts=(corrections.approve_texts, corrections.return_texts) if is_text else (approve, send_back),
        label=_("What should be changed? The organiser can read this."),
        moved=_("This programme is no longer waiting for a decision, or its organiser is not approved."),
        words={programmes.DeadlinePassedError: OVER_WHILE_WAITING},
        done=_("Your decision has been saved. The organiser has been notified."),
        queue="programme_reviews",
    )
