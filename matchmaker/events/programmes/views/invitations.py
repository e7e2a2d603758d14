"""Invitations: the organiser's list of them, and the page on which someone takes what is offered."""

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
from matchmaker.events.programmes.guards import organiser_required
from matchmaker.events.programmes.selectors import invitations as selectors
from matchmaker.events.programmes.selectors.deciding import readable
from matchmaker.events.programmes.selectors.programmes import Reader, address_of, facts_of, reader_of
from matchmaker.events.programmes.services import invitations
from matchmaker.events.programmes.views.programmes import organised_or_404
from matchmaker.models.programmes import Programme
from matchmaker.models.programmes.invitation import REVIEWER
from matchmaker.models.programmes.programme import ONGOING, ApplicantKind
from profiles.guards import SignedInRequest
from profiles.pages import form_error_on, found_or_404, message_on_error, page_with_form


def list_form(request: SignedInRequest, kinds: Sequence[tuple[str, Any]] = ()) -> ListForm:
    is_sent = request.POST.get("what") == "list"
    return ListForm(*((request.POST, request.FILES) if is_sent else ()), kinds=kinds)


def invite_listed(request: SignedInRequest, programme: Programme, form: ListForm) -> bool:
    """Invite the addresses of a valid list, and return whether it could be done."""
    with form_error_on(form):
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


@organiser_required
@page_with_form
def show_invitations(request: SignedInRequest, reader: Reader, public_id: str) -> HttpResponse:
    programme = organised_or_404(reader, public_id)
    if programme.state not in ONGOING:
        raise Http404
    kinds = [(kind, kind.label) for kind in ApplicantKind if kind in programme.applicants]
    link = LinkForm(request.POST if request.POST.get("what") == "link" else None)
    link_kind: Any = link.fields["kind"]
    link_kind.choices = kinds
    sheet = list_form(request, kinds)
    if link.is_valid():
        with form_error_on(link):
            kwargs: dict[str, Any] = {"by": request.user, "at": timezone.now()}
            kind = ApplicantKind(link.cleaned_data["kind"])
            invitations.make_link(programme, kind=kind, places=link.cleaned_data["places"], **kwargs)
            messages.success(request, _("The link is ready. Everyone who has it can take one of its places."))
            return redirect("programme_invitations", public_id)
    if sheet.is_valid() and invite_listed(request, programme, sheet):
        return redirect("programme_invitations", public_id)
    page = selectors.invitations_page(reader, programme, request.GET.get("q", "").strip()[:80])
    context = {"programme": programme, "link_form": link, "list_form": sheet, **page}
    context["links"] = [(row, address_of("programme_join", row.token)) for row in page["links"]]
    context["sending"] = selectors.sending(programme, to_reviewers=False)
    is_wrong = link.is_bound or sheet.is_bound
    return render(request, "events/programmes/invitations.html", context, status=422 if is_wrong else 200)


@organiser_required
@require_POST
def invite_company(request: SignedInRequest, reader: Reader, public_id: str) -> HttpResponse:
    programme = organised_or_404(reader, public_id)
    side, company_id = request.POST.get("side", ""), request.POST.get("company", "")
    if side not in Side.values:
        raise Http404
    company = get_object_or_404(readable(reader, Side(side)), public_id=company_id)
    with message_on_error(
        request, _("Saved. If the company takes new invitations, its people have been told.")
    ):
        invitations.invite_company(programme, company, by=request.user, at=timezone.now())
    return redirect("programme_invitations", public_id)


@organiser_required
@require_POST
def end_invitation(request: SignedInRequest, reader: Reader, public_id: str, pk: int) -> HttpResponse:
    programme = organised_or_404(reader, public_id)
    invitation = get_object_or_404(programme.invitations, pk=pk)
    invitation.programme = programme
    with message_on_error(request, _("The invitation has been withdrawn.")):
        invitations.end_invitation(invitation, by=request.user, at=timezone.now())
    return redirect("programme_invitations", public_id)


@page_with_form
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a place is offered in, also to someone without an account, and give it."""
    reader = reader_of(request.user)
    invitation = found_or_404(selectors.invitation_of(reader, token))
    programme = invitation.programme
    if selectors.may_review(invitation, reader):
        return redirect("programme_review_list", programme.public_id)
    applicant = selectors.applicant_for(invitation, reader)
    if request.method == "POST":
        if applicant is None or reader.user is None:
            raise Http404
        with message_on_error(request, _("You take part. The page of the programme says what is next.")):
            invitations.take_place(invitation, applicant, by=reader.user, at=timezone.now())
            return redirect("programme", programme.public_id)
        return redirect("programme_join", token)
    context = {
        "programme": programme,
        "facts": facts_of(programme),
        "invitation": invitation,
        "is_review": invitation.kind == REVIEWER,
        "applicant": applicant,
        "is_taken": selectors.is_taken(invitation),
        "is_unpublished": reader.is_unpublished and invitation.kind != ApplicantKind.PERSON,
        "reader": reader,
    }
    return render(request, "events/programmes/join.html", context)
