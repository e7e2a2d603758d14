"""Claiming a company: from a mail, from the own draft, and at the curators' desk."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from profiles.catalogue.taxonomy.selectors.terms import all_terms
from profiles.choices import Side
from profiles.companies.claims import selectors, services
from profiles.companies.claims.forms import ClaimInvitationForm
from profiles.guards import SignedInRequest, curator_required
from profiles.models import SIDES
from profiles.pages import message_on_error, page_of, page_with_form
from profiles.platform.drafts.draft_forms import handle_form
from profiles.platform.memberships import membership_of

PAGE_SIZE = 25


@never_cache
@page_with_form
def claim(request: HttpRequest, token: str) -> HttpResponse:
    stored = selectors.open_claim(token, at=timezone.now())
    if stored is None:
        return render(request, "companies/claims/gone.html", status=404)
    if request.method == "POST" and request.user.is_authenticated:
        with message_on_error(request, _("You now own this profile. Please check what it says.")):
            services.accept(stored, by=request.user, at=timezone.now())
            return redirect(f"{stored.side}_consents")
        return redirect("claim", token)
    back = {"next": request.path}
    joining = {**back, "role": stored.side, "email": stored.email}
    context = {
        "claim": stored,
        "company": stored.company,
        "fits": request.user.is_authenticated and request.user.email.lower() == stored.email.lower(),
        "sign_up_url": f"{reverse('account_signup')}?{urlencode(joining)}",
        "sign_in_url": f"{reverse('account_login')}?{urlencode(back)}",
    }
    return render(request, "companies/claims/claim.html", context)


@login_required
@page_with_form
def claim_same(request: SignedInRequest, public_id: str) -> HttpResponse:
    membership = membership_of(request.user)
    if request.user.role not in Side:
        raise Http404
    company = get_object_or_404(selectors.unclaimed(request.user.role), public_id=public_id)
    is_proven = selectors.is_proven(company, request.user)
    if request.method == "POST":
        act, done = (
            (services.take_over, _("You now own this profile. Please check what it says."))
            if is_proven
            else (services.ask, _("A curator will check your claim and write to you."))
        )
        with message_on_error(request, done):
            act(company, by=request.user, at=timezone.now())
            return redirect(f"{company.side}_consents" if is_proven else "home")
        return redirect("claim_same", public_id)
    context = {"company": company, "is_proven": is_proven, "membership": membership}
    return render(request, "companies/claims/same.html", context)


@curator_required
@require_GET
def unclaimed(request: SignedInRequest) -> HttpResponse:
    terms, now = all_terms(), timezone.now()
    part = selectors.part_in(request.GET, terms)
    page = page_of(request, selectors.found_unclaimed(part, at=now, terms=terms), PAGE_SIZE)
    claims = selectors.claims_of(list(page.object_list))
    context = {
        "page": page,
        "rows": [(company, claims.get(company.public_id)) for company in page.object_list],
        "part": part,
        "here": _here(request, page.number),
        "filters": [
            {"name": name, "label": label, "choices": choices, "chosen": getattr(part, name)}
            for name, label, choices in (
                ("side", _("Side"), Side.choices),
                ("sector", _("Sector"), [("", _("All")), *selectors.term_choices(terms, "sector")]),
                ("place", _("Location"), [("", _("All")), *selectors.term_choices(terms, "place")]),
                ("invited", _("Invitation"), [("", _("All")), *selectors.INVITED.items()]),
            )
        ],
        "now": now,
    }
    return render(request, "companies/claims/unclaimed.html", context)


def _here(request: SignedInRequest, number: int | str = "") -> str:
    """Return the filter and the page of the list, to come back to it."""
    query = request.GET.copy()
    if number:
        query["page"] = str(number)
    return query.urlencode()


@curator_required
@page_with_form
def claim_invite(request: SignedInRequest, kind: str, public_id: str) -> HttpResponse:
    if kind not in SIDES:
        raise Http404
    company = get_object_or_404(selectors.unclaimed(kind), public_id=public_id)
    now = company.claims.select_related("asked_by").first()
    initial = {"email": now.email if now else company.contact_email}

    def make(sent: QueryDict | None) -> ClaimInvitationForm:
        return ClaimInvitationForm(sent, initial=initial)

    def save(form: ClaimInvitationForm) -> HttpResponse:
        services.invite(company, email=form.cleaned_data["email"], by=request.user, at=timezone.now())
        messages.success(request, _("The invitation to %(email)s is on its way.") % form.cleaned_data)
        return redirect(_list_of(request, kind))

    context = {"company": company, "claim": now, "here": _here(request), "back": _list_of(request, kind)}
    return handle_form(request, make, "companies/claims/invite.html", save, context)


def _list_of(request: SignedInRequest, kind: str) -> str:
    return f"{reverse('unclaimed')}?{_here(request) or urlencode({'side': kind})}"


@curator_required
@require_POST
def claim_refuse(request: SignedInRequest, kind: str, public_id: str) -> HttpResponse:
    if kind not in SIDES:
        raise Http404
    company = get_object_or_404(selectors.unclaimed(kind), public_id=public_id)
    with message_on_error(request, _("Removed. The claim or invitation is no longer valid.")):
        services.refuse(company, by=request.user, at=timezone.now())
    return redirect(_list_of(request, kind))
