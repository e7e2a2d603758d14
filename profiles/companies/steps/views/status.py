"""Pages of a profile's status, preview and consents, and its submission."""

from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from profiles.catalogue.consents import services as consents
from profiles.catalogue.consents.selectors import NEWEST, TEXTS, has_contact_consent, is_undecided, new_text
from profiles.catalogue.taxonomy.selectors.terms import names_of_countries
from profiles.catalogue.visibility.access import countries_across
from profiles.catalogue.visibility.fields import CATALOGUE
from profiles.catalogue.visibility.forms import ChoicesForm, SetForm, chosen_set, consent_words
from profiles.catalogue.visibility.preview import PreviewPlace, PreviewState, rows
from profiles.catalogue.visibility.services import access_grants_of
from profiles.choices import Side, Status
from profiles.companies.held_edits.selectors import newest, waiting_edit
from profiles.companies.steps import selectors
from profiles.companies.steps import services as companies
from profiles.companies.steps.kinds import EDIT_LIMIT, PREVIEW_LIMIT
from profiles.companies.steps.proposals import proposals_of
from profiles.companies.steps.services import NotReadyError, NotSubmittableError
from profiles.companies.steps.views.steps import field_url, links_of, missing_url, parts_of
from profiles.guards import SignedInRequest
from profiles.models import Investor, Startup
from profiles.pages import page_with_form
from profiles.people.accounts.guards import company_required
from profiles.platform.drafts.draft_forms import handle_form
from profiles.platform.drafts.services import draft_of
from profiles.platform.limits import services as limits

Company = Startup | Investor
Choice = TypeVar("Choice", PreviewState, PreviewPlace)
ACCESS_GRANTS = 20  # that the page tells; the newest


def status_page(request: SignedInRequest, company: Company) -> HttpResponse:
    side = company.side
    profile_status = selectors.status_of(company)
    links = links_of(company, profile_status.completeness)
    context = {
        "profile_status": profile_status,
        "side": side,
        "has_contact_consent": has_contact_consent(company),
        "proposals": proposals_of(company),
        "waits": waiting_edit(company),
        "new_text": new_text(company),
        "is_undecided": is_undecided(company),
        "consents_url": reverse(f"{side}_consents"),
        "parts": [] if selectors.is_begun_here(company) else parts_of(profile_status),
        "missing": [
            {"label": field.prompt, "url": missing_url(company, field)}
            for field in profile_status.completeness.needed
        ],
        "reasons": reasons_of(profile_status, side),
        "untranslated": [
            {"name": name, "code": code, "url": f"{links['edit']}#div_id_summary_{code}"}
            for code, name in selectors.untranslated(newest(company))
        ],
        "access_grants": access_grants_of(company)[:ACCESS_GRANTS],
        "submit_url": reverse(f"{side}_submit"),
        "appeal_url": reverse(f"{side}_appeal"),
        **{f"{name}_url": url for name, url in links.items()},
    }
    return render(request, "companies/steps/status.html", context)


def reasons_of(status: selectors.ProfileStatus, side: Side) -> list[dict[str, Any]]:
    reasons = []
    for asked in status.requests:
        declared = CATALOGUE[side].get(asked.field)
        label = declared.label if declared and declared.rows else field_label(status.profile, asked.field)
        row = f": {asked.row_name}" if asked.row_name else ""
        url = field_url(side, asked.field)
        reasons.append(
            {"label": f"{capfirst(str(label))}{row}", "reason": asked.said, "url": url, "asked": asked}
        )
    return reasons


def field_label(profile: Company, name: str) -> str:
    return str(getattr(profile._meta.get_field(name), "verbose_name", name))


def preview_page(request: SignedInRequest, company: Company) -> HttpResponse:
    side = company.side
    limits.count_reading(PREVIEW_LIMIT, account=request.user, at=timezone.now())
    state = named_choice(request, "state", PreviewState)
    place = named_choice(request, "place", PreviewPlace)
    context = {
        "side": side,
        "waits": waiting_edit(company),
        "rows": rows(company, state=state, place=place),
        "state": state,
        "states": PreviewState,
        "place": place,
        "places": PreviewPlace if company.withheld else (),
        "consents_url": reverse(f"{side}_consents"),
        "has_contact_consent": has_contact_consent(company),
        "status_url": reverse(f"{side}_status"),
    }
    return render(request, "companies/steps/preview.html", context)


def consents_page(request: SignedInRequest, company: Company) -> HttpResponse:
    """Show or save the consents: one of two sets, or group by group. Submit as well, if that is wished."""
    side, countries = company.side, countries_across(company)
    by_set = asks_for_a_set(request, company)
    waits = company.status in (Status.DRAFT, Status.RETURNED)

    def make(sent: QueryDict | None) -> SetForm | ChoicesForm:
        return SetForm(company, sent) if by_set else ChoicesForm(company, sent)

    def save(form: SetForm | ChoicesForm) -> HttpResponse:
        by, at = request.user, timezone.now()
        limits.take_token(EDIT_LIMIT, account=by, company=company, at=at)
        consents.choose(
            company,
            visibility=form.visibility,
            purposes=form.purposes,
            given=form.given,
            offered=form.offered,
            sent_to=countries,
            by=by,
            at=at,
        )
        if "submit" in request.POST:
            return submit(request, company)
        if waits:
            messages.success(request, _("Saved. Check what is missing here, then submit your profile."))
            return redirect(f"{side}_status")
        messages.success(request, _("Saved. The change applies from now on."))
        return redirect(request.path)

    def context(_form: SetForm | ChoicesForm) -> dict[str, Any]:
        missing = [field for field in selectors.completeness(company).needed if field.step] if waits else []
        return {
            "side": side,
            "by_set": by_set,
            "waits": waits,
            "is_begun_here": selectors.is_begun_here(company),
            "missing": [{"label": field.prompt, "url": missing_url(company, field)} for field in missing],
            "countries": names_of_countries(countries),
            "text": NEWEST,
            "new_text": new_text(company),
            "texts": [(text, consent_words(text, side)) for text in reversed(TEXTS)],
            "preview_url": reverse(f"{side}_preview"),
            "status_url": reverse(f"{side}_status"),
        }

    return handle_form(request, make, "companies/steps/consents.html", save, context, record=company)


def asks_for_a_set(request: SignedInRequest, company: Company) -> bool:
    """Tell whether the page asks for one of the sets: until something else is chosen, and on a click."""
    if request.method == "POST":
        return "set" in request.POST
    if "sets" in request.GET or "groups" in request.GET:
        return "sets" in request.GET
    if draft_of(request.user, request.path, at=timezone.now()):
        return False
    return bool(chosen_set(company)) or (is_undecided(company) and not company.consents.all())


def named_choice(request: SignedInRequest, name: str, choices: type[Choice]) -> Choice:
    """Return the choice that the address names, the first one where it names none."""
    wanted = request.GET.get(name, "")
    return choices(wanted) if wanted in choices.values else next(iter(choices))


def submit(request: SignedInRequest, company: Company) -> HttpResponse:
    side = company.side
    try:
        companies.submit(company, by=request.user, at=timezone.now())
        messages.success(request, _("Your profile has been submitted. A curator will review it."))
        return redirect("home")
    except NotReadyError:
        messages.error(request, _("A few things are still missing; they are listed here."))
    except NotSubmittableError:
        messages.info(request, _("Your profile is already waiting for review."))
    return redirect(f"{side}_status")


startup_status = require_safe(company_required(Side.STARTUP)(status_page))
startup_preview = require_safe(company_required(Side.STARTUP)(preview_page))
startup_consents = page_with_form(company_required(Side.STARTUP)(consents_page))
startup_submit = require_POST(company_required(Side.STARTUP)(submit))
investor_status = require_safe(company_required(Side.INVESTOR)(status_page))
investor_preview = require_safe(company_required(Side.INVESTOR)(preview_page))
investor_consents = page_with_form(company_required(Side.INVESTOR)(consents_page))
investor_submit = require_POST(company_required(Side.INVESTOR)(submit))
