"""One's own data: a page that says what is kept, the copy, and deleting an account or a company."""

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from matchmaker.portal.own_data import services
from matchmaker.portal.own_data.selectors import archive_for, may_leave
from profiles.curation.reviews.kinds import EXPORT_LIMIT
from profiles.downloads import download
from profiles.guards import SignedInRequest, fresh_proof_required, new_proof_required
from profiles.models import Investor, Startup
from profiles.pages import form_page, page_with_form, raise_404_on, sent_by_post
from profiles.people.accounts.selectors import company_of
from profiles.people.accounts.services.teams import LastOwnerError, NotOwnerError
from profiles.platform.limits import services as limits
from profiles.platform.memberships import membership_of


class SureForm(forms.Form):
    """A deletion is confirmed by a tick, so that a click by mistake deletes nothing."""

    is_sure = forms.BooleanField(label=_("I understand that this cannot be undone."))


class LeavingForm(forms.Form):
    is_sure = forms.BooleanField(label=_("I understand that this cannot be undone after seven days."))


@login_required
@require_safe
def own_data(request: SignedInRequest) -> HttpResponse:
    membership = membership_of(request.user)
    context = {
        "company": company_of(request.user),
        "is_owner": bool(membership and membership.is_owner),
        "may_leave": may_leave(request.user),
    }
    return render(request, "portal/own_data/own_data.html", context)


@login_required
@require_POST
@fresh_proof_required
def own_data_copy(request: SignedInRequest) -> HttpResponseBase:
    limits.take_token(EXPORT_LIMIT, account=request.user, at=timezone.now())
    services.record_copy(request.user, at=timezone.now())
    return download(archive_for(request.user), "corridor-data.zip")


@login_required
@page_with_form
@new_proof_required
def account_delete(request: SignedInRequest) -> HttpResponse:
    form = SureForm(sent_by_post(request))
    if form.is_valid():
        try:
            services.erase_account(request.user, at=timezone.now())
        except LastOwnerError:
            return redirect("own_data")
        logout(request)
        messages.success(request, gettext("Your account has been deleted."))
        return redirect("front")
    return form_page(request, "portal/own_data/account_delete.html", form)


def owned_or_404(request: SignedInRequest) -> Startup | Investor:
    company, membership = company_of(request.user), membership_of(request.user)
    if company is None or membership is None or not membership.is_owner:
        raise Http404
    return company


@login_required
@page_with_form
@new_proof_required
def company_delete(request: SignedInRequest) -> HttpResponse:
    company, form = owned_or_404(request), LeavingForm(sent_by_post(request))
    if not form.is_valid():
        return form_page(request, "portal/own_data/company_delete.html", form, company=company)
    with raise_404_on(NotOwnerError):
        services.ask_to_erase(company, by=request.user, at=timezone.now())
    messages.success(
        request, gettext("Your company will be deleted in seven days. Until then, you can cancel this.")
    )
    return redirect("own_data")


@login_required
@require_POST
def company_keep(request: SignedInRequest) -> HttpResponse:
    with raise_404_on(NotOwnerError):
        services.keep_company(owned_or_404(request), by=request.user, at=timezone.now())
    messages.success(request, gettext("Your company will not be deleted."))
    return redirect("own_data")


@login_required
@require_POST
def company_move(request: SignedInRequest) -> HttpResponse:
    with raise_404_on(NotOwnerError):
        services.move_draft(owned_or_404(request), by=request.user, at=timezone.now())
    messages.success(request, gettext("Your side has been changed. Names, texts and location are kept."))
    return redirect("company_start")
