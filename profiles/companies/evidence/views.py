"""A company's own evidence, the proof of its domain, and the curators' pages."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from profiles.companies.evidence import selectors, services
from profiles.companies.evidence.forms import EvidenceDecisionForm, EvidenceForm, MailboxForm
from profiles.companies.evidence.selectors import Company
from profiles.companies.steps.hosts import host_of
from profiles.guards import SignedInRequest, curator_required
from profiles.models import Evidence
from profiles.notice_kinds import names_for
from profiles.pages import found_or_404, message_on_error, page_of, page_with_form
from profiles.people.accounts.guards import company_required, member_role_required
from profiles.platform.drafts.draft_forms import handle_form
from profiles.platform.files.services import count_upload
from profiles.platform.files.views import file_response

PAGE_SIZE = 25


@company_required()
@require_safe
def evidence(request: SignedInRequest, company: Company) -> HttpResponse:
    given = page_of(request, selectors.given_by(company), PAGE_SIZE)
    paths = {endorsement.pk: reverse("match", args=[endorsement.endorsed.public_id]) for endorsement in given}
    names = names_for(paths.values(), request.user)
    context = {
        "company": company,
        "rows": selectors.own_rows(company),
        "page": given,
        "given": [(endorsement, names.get(paths[endorsement.pk], "")) for endorsement in given],
        "host": host_of(company),
    }
    return render(request, "companies/evidence/own.html", context)


@company_required()
@page_with_form
def evidence_add(request: SignedInRequest, company: Company) -> HttpResponse:
    if request.FILES:
        # Counted before it is read, because reading is what costs.
        count_upload(company, by=request.user, at=timezone.now())
    first = {"claim": request.GET.get("claim", ""), "kind": "file"}

    def make(sent: QueryDict | None) -> EvidenceForm:
        return EvidenceForm(sent, request.FILES if sent is not None else None, initial=first)

    def save(form: EvidenceForm) -> HttpResponse:
        services.add(company, **form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, _("Added. A curator will look at it. We will tell you the result."))
        return redirect("evidence")

    return handle_form(request, make, "companies/evidence/add.html", save)


def own_or_404(company: Company | None, pk: int) -> Evidence:
    if company is None:
        raise Http404
    evidence: Evidence = get_object_or_404(selectors.evidence_of(company), pk=pk)
    return evidence


@member_role_required
@require_POST
def evidence_remove(request: SignedInRequest, company: Company | None, pk: int) -> HttpResponse:
    services.remove(own_or_404(company, pk), by=request.user, at=timezone.now())
    messages.success(request, _("Removed. No one can see it any more."))
    return redirect("evidence")


@member_role_required
@require_POST
def evidence_file(request: SignedInRequest, company: Company | None, pk: int) -> HttpResponseBase:
    return handed_out(request, own_or_404(company, pk))


def handed_out(request: SignedInRequest, evidence: Evidence) -> HttpResponseBase:
    file = found_or_404(evidence.file if evidence.file and evidence.file.is_ready else None)
    response = file_response(file.content, file.name)
    services.open_file(evidence, by=request.user, at=timezone.now())
    return response


@company_required()
@page_with_form
def evidence_domain(request: SignedInRequest, company: Company) -> HttpResponse:
    host = host_of(company)
    form = MailboxForm(request.POST if request.POST.get("way") == "mail" else None, host=host)
    if request.method == "POST":
        kwargs: dict[str, Any] = {"by": request.user, "at": timezone.now()}
        if request.POST.get("way") == "record":
            with message_on_error(request, _("Your domain has been proved.")):
                services.prove_by_records(company, **kwargs)
                return redirect("evidence")
        elif form.is_valid():
            with message_on_error(request, _("We have sent the email. Open the link in it.")):
                services.mail_domain(company, mailbox=form.cleaned_data["mailbox"], **kwargs)
        elif host:  # neither of the two ways: the first step, which makes the record's text
            services.begin_domain(company, **kwargs)
        return redirect("evidence_domain")
    context = {
        "company": company,
        "form": form,
        "host": host,
        "proof": selectors.domain_of(company),
        "record": f"{services.RECORD}.{host}",
    }
    return render(request, "companies/evidence/domain.html", context)


@member_role_required
@never_cache
@page_with_form
def evidence_domain_link(request: SignedInRequest, company: Company | None, token: str) -> HttpResponse:
    proof = services.mailed_proof(company, token) if company else None
    if company is None or proof is None:
        raise Http404
    if request.method != "POST":
        return render(request, "companies/evidence/domain_link.html", {"company": company, "proof": proof})
    with message_on_error(request, _("Your domain has been proved.")):
        services.prove_by_mail(company, link=token, by=request.user, at=timezone.now())
    return redirect("evidence")


@member_role_required
@require_POST
def endorsement_withdraw(request: SignedInRequest, company: Company | None, pk: int) -> HttpResponse:
    if company is None:
        raise Http404
    endorsement = get_object_or_404(selectors.given_by(company), pk=pk)
    services.withdraw_endorsement(endorsement, by=request.user, at=timezone.now())
    messages.success(request, _("Withdrawn. We have told the other company."))
    return redirect("evidence")


@curator_required
@require_safe
def desk_evidence(request: SignedInRequest) -> HttpResponse:
    page = page_of(request, selectors.waiting_evidence(), PAGE_SIZE)
    return render(request, "companies/evidence/desk.html", {"page": page, "rows": page})


@curator_required
@page_with_form
def desk_evidence_one(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a piece of evidence beside what the company states, take the decision, and go on to the next."""
    evidence = get_object_or_404(selectors.for_curators(), pk=pk)

    def save(form: EvidenceDecisionForm) -> HttpResponse:
        following, by, at = selectors.next_to_see(evidence), request.user, timezone.now()
        if form.cleaned_data["is_seen"]:
            services.mark_seen(evidence, by=by, at=at)
        else:
            services.decline(evidence, reason=form.cleaned_data["reason"], by=by, at=at)
        messages.success(request, _("Saved. We have told the company."))
        return redirect("desk_evidence_one", following.pk) if following else redirect("desk_evidence")

    context = {"evidence": evidence, "stated": selectors.compared(evidence)}
    return handle_form(request, EvidenceDecisionForm, "companies/evidence/desk_one.html", save, context)


@curator_required
@require_POST
def desk_evidence_file(request: SignedInRequest, pk: int) -> HttpResponseBase:
    return handed_out(request, get_object_or_404(selectors.for_curators(), pk=pk))
