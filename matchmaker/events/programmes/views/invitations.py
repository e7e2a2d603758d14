"""Invitations of participants and of co-organisers, and the pages on which someone accepts them."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from matchmaker.choices import Side
from matchmaker.events.programmes.forms.people import LinkForm, ListForm
from matchmaker.events.programmes.forms.programmes import ReviewerForm
from matchmaker.events.programmes.guards import organised_required, reader_required
from matchmaker.events.programmes.selectors import invitations as selectors
from matchmaker.events.programmes.selectors import programmes
from matchmaker.events.programmes.selectors.deciding import readable
from matchmaker.events.programmes.services import hosts, invitations
from matchmaker.matching.pairs.guards import signed
from matchmaker.models.programmes import Programme
from matchmaker.models.programmes.invitation import REVIEWER
from matchmaker.models.programmes.programme import ONGOING, OVER, ApplicantKind
from profiles import pages
from profiles.guards import SignedInRequest, reader_in


def list_form(request: SignedInRequest, kinds: Sequence[tuple[str, Any]] = ()) -> ListForm:
    is_sent = request.POST.get("what") == "list"
    return ListForm(*((request.POST, request.FILES) if is_sent else ()), kinds=kinds)


def invite_listed(request: SignedInRequest, programme: Programme, form: ListForm) -> bool:
    """Invite the addresses of a valid list, and return whether it could be done."""
    with pages.form_error_on(form):
        listed = form.cleaned_data["listed"]
        kwargs: dict[str, Any] = {"kind": form.cleaned_data.get("kind", REVIEWER)}
        kwargs |= {"by": request.user, "at": timezone.now()}
        count = invitations.invite_addresses(programme, listed, **kwargs)
        text = ngettext("%(count)d person is invited.", "%(count)d people are invited.", count)
        messages.success(request, text % {"count": count})
        if before := len(listed) - count:
            text = ngettext(
                "%(count)d person was invited before and gets no second email.",
                "%(count)d people were invited before and get no second email.",
                before,
            )
            messages.info(request, text % {"count": before})
        return True
    return False


@organised_required(pages.page_with_form)
def show_invitations(
    request: SignedInRequest, reader: programmes.Reader, programme: Programme
) -> HttpResponse:
    if programme.state not in ONGOING:
        raise Http404
    kinds = [(kind, kind.label) for kind in ApplicantKind if kind in programme.applicants]
    link = LinkForm(request.POST if request.POST.get("what") == "link" else None)
    link_kind: Any = link.fields["kind"]
    link_kind.choices = kinds
    sheet = list_form(request, kinds)
    if link.is_valid():
        with pages.form_error_on(link):
            kind = ApplicantKind(link.cleaned_data["kind"])
            invitations.make_link(programme, kind=kind, places=link.cleaned_data["places"], **signed(request))
            messages.success(request, _("The link is ready. Everyone who has it can take one of its places."))
            return redirect("programme_invitations", programme.public_id)
    if sheet.is_valid() and invite_listed(request, programme, sheet):
        return redirect("programme_invitations", programme.public_id)
    page = selectors.invitations_page(reader, programme, request.GET.get("q", "").strip()[:80])
    context = {"programme": programme, "link_form": link, "list_form": sheet, **page}
    context["links"] = [(row, programmes.address_of("programme_join", row.token)) for row in page["links"]]
    context["sending"] = selectors.sending(programme, to_reviewers=False)
    is_wrong = link.is_bound or sheet.is_bound
    return render(request, "events/programmes/invitations.html", context, status=422 if is_wrong else 200)


@organised_required(require_POST)
def invite_company(request: SignedInRequest, reader: programmes.Reader, programme: Programme) -> HttpResponse:
    side, company_id = request.POST.get("side", ""), request.POST.get("company", "")
    if side not in Side.values:
        raise Http404
    company = get_object_or_404(readable(reader, Side(side)), public_id=company_id)
    with pages.message_on_error(
        request, _("Saved. If the company takes new invitations, its people have been told.")
    ):
        invitations.invite_company(programme, company, **signed(request))
    return redirect("programme_invitations", programme.public_id)


@organised_required(require_POST)
def end_invitation(
    request: SignedInRequest, _reader: programmes.Reader, programme: Programme, pk: int
) -> HttpResponse:
    invitation = get_object_or_404(programme.invitations, pk=pk)
    invitation.programme = programme
    with pages.message_on_error(request, _("The invitation has been withdrawn.")):
        invitations.end_invitation(invitation, **signed(request))
    return redirect("programme_invitations", programme.public_id)


@pages.page_with_form
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a place is offered in, also to someone without an account, and give it."""
    reader = programmes.reader_of(reader_in(request))
    invitation = pages.found_or_404(selectors.invitation_of(reader, token))
    programme = invitation.programme
    if selectors.may_review(invitation, reader):
        return redirect("programme_review_list", programme.public_id)
    applicant = selectors.applicant_for(invitation, reader)
    if request.method == "POST":
        if applicant is None or reader.user is None:
            raise Http404
        with pages.message_on_error(
            request, _("You take part. The page of the programme says what is next.")
        ):
            invitations.take_place(invitation, applicant, by=reader.user, at=timezone.now())
            return redirect("programme", programme.public_id)
        return redirect("programme_join", token)
    context = {
        "programme": programme,
        "facts": programmes.facts_of(programme),
        "invitation": invitation,
        "is_review": invitation.kind == REVIEWER,
        "applicant": applicant,
        "is_taken": selectors.is_taken(invitation),
        "is_unpublished": reader.is_unpublished and invitation.kind != ApplicantKind.PERSON,
        "reader": reader,
    }
    return render(request, "events/programmes/join.html", context)


@reader_required
@pages.page_with_form
def show_hosts(request: SignedInRequest, reader: programmes.Reader, public_id: str) -> HttpResponse:
    programme = pages.found_or_404(programmes.programme_in(reader, public_id))
    leads, rows = reader.leads(programme), programmes.hosts_for(reader, programme)
    may_ask = leads and programme.state not in OVER
    if not (leads or rows) or (request.method == "POST" and not may_ask):
        raise Http404
    form = ReviewerForm(pages.sent_by_post(request))
    if form.is_valid():
        with pages.form_error_on(form):
            hosts.ask_host(programme, email=form.cleaned_data["email"], **signed(request))
            messages.success(request, _("Saved. If the address has an account, its owner has been told."))
            return redirect("programme_hosts", public_id)
    own = {"leads": leads, "may_ask": may_ask, "rows": rows, "organiser": programmes.organiser_of(programme)}
    may_accept = (reader.member or reader.is_curator) and programme.state not in OVER
    context = {"programme": programme, "may_accept": may_accept, "is_over": programme.state in OVER, **own}
    return pages.form_page(request, "events/programmes/hosts.html", form, **context)


@reader_required
@require_POST
def host_act(request: SignedInRequest, reader: programmes.Reader, public_id: str, pk: int) -> HttpResponse:
    programme = pages.found_or_404(programmes.programme_in(reader, public_id))
    host = get_object_or_404(programmes.hosts_for(reader, programme), pk=pk)
    if request.POST.get("act") == "accept" and (reader.member or reader.is_curator):
        company = reader.member.company if reader.member else None
        with pages.message_on_error(request, _("You are now a co-organiser. The programme page shows this.")):
            hosts.accept_host(host, company, **signed(request))
    elif request.POST.get("act") == "end":
        with pages.message_on_error(
            request, _("Done. The programme page no longer shows this co-organiser.")
        ):
            hosts.end_host(host, **signed(request))
    if programmes.hosts_for(reader, programme) or reader.leads(programme):
        return redirect("programme_hosts", public_id)
    return redirect("own_programmes")
