"""Consents group by group: a table of what is used in scores, seen on pages, and sent across borders."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from profiles.accounts.guards import company_required
from profiles.choices import Purpose, Side
from profiles.companies.kinds import EDIT_LIMIT
from profiles.companies.views.steps import field_url
from profiles.consents import services
from profiles.consents.selectors import agreed_purposes, new_text
from profiles.consents.texts import NEWEST, TEXTS
from profiles.drafts.forms import TypedForm, typed_form, typed_page
from profiles.drafts.middleware import saved
from profiles.guards import SignedInRequest
from profiles.limits import services as limits
from profiles.models import Investor, Startup
from profiles.pages import page_with_form
from profiles.visibility.forms import GroupConsentForm

Company = Startup | Investor


def consents_page(request: SignedInRequest, company: Company) -> HttpResponse:
    """Show the table, or save it."""

    def make(sent: QueryDict | None) -> GroupConsentForm:
        return GroupConsentForm(company, sent)

    typed = typed_form(request, make)
    if not typed.may_save:
        return _table(request, company, typed)
    at, form = timezone.now(), typed.form
    limits.take_token(EDIT_LIMIT, account=request.user, company=company, at=at)
    try:
        said = {"given": form.given, "offered": form.offered, "withheld_before": company.withheld}
        services.set_groups(company, **said, by=request.user, at=at)
    except services.ChangedConsentsError:
        company.refresh_from_db()
        return consents_page(request, company)  # compares again, with what is stored now
    saved(request)
    messages.success(request, _("Saved. It holds from now on."))
    return redirect(request.path)


def _table(request: SignedInRequest, company: Company, typed: TypedForm) -> HttpResponse:
    """Render the table, what holds for the whole profile, and the words of every version."""
    side, given = company.side, agreed_purposes(company)
    whole = [
        {"words": NEWEST.whole[each], "is_given": each in given, "url": field_url(side, each)}
        for each in Purpose
    ]
    context = {
        "side": side,
        "whole": whole,
        "by_group": NEWEST.by_group.values(),
        "new_text": new_text(company),
        "texts": reversed(TEXTS),
        "preview_url": reverse(f"{side}_preview"),
        "status_url": reverse(f"{side}_status"),
    }
    return typed_page(request, "companies/consents.html", typed, **context)


startup_consents = page_with_form(company_required(Side.STARTUP)(consents_page))
investor_consents = page_with_form(company_required(Side.INVESTOR)(consents_page))
