"""The steps of a profile on both sides: their names, addresses and order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from profiles.choices import Side
from profiles.companies.forms.investor import InvestorForm, OffersForm
from profiles.companies.forms.startup import STEP_FORMS
from profiles.companies.selectors.status import Completeness, Item, ProfileStatus, Progress, progress_of
from profiles.models import Investor, Startup
from profiles.visibility.fields import CATALOGUE

STARTUP_STEPS: dict[str, Promise] = {
    "basics": _("Basics"),
    "product": _("Product and stage"),
    "needs": _("Needs"),
    "round": _("Round"),
    "consent": _("Data and consent"),
}
INVESTOR_STEPS: dict[str, Promise] = {
    "profile": _("Profile"),
    "theses": _("Theses"),
    "offers": _("Offers"),
    "deals": _("Deals on record"),
}
INVESTOR_FORMS = {"profile": InvestorForm, "offers": OffersForm}
ASKED: dict[Side, Mapping[str, Any]] = {Side.STARTUP: STEP_FORMS, Side.INVESTOR: INVESTOR_FORMS}
STEPS = {Side.STARTUP: STARTUP_STEPS, Side.INVESTOR: INVESTOR_STEPS}
INVESTOR_PAGES = {
    "profile": "investor_edit",
    "theses": "thesis_list",
    "offers": "offer_list",
    "deals": "deal_list",
}
# A few useful things are asked by a field of another name.
ANCHORS = {"summary": "summary_en", "ask": "ask_min"}


@dataclass(frozen=True)
class Step:
    """One step as the stepper draws it: how far it is, and whether this is its page."""

    label: Promise
    url: str
    state: Progress
    is_current: bool


def step_url(side: Side, step: str) -> str:
    """Return the address of a step."""
    if side is Side.STARTUP:
        return reverse("startup_edit", args=[step])
    return reverse(INVESTOR_PAGES[step])


def item_url(side: Side, item: Item | None) -> str:
    """Return the address of the field that is worth stating next."""
    if item is None:
        return reverse(f"{side}_status")
    return f"{step_url(side, item.step)}#div_id_{ANCHORS.get(item.field, item.field)}"


def field_url(side: Side, field: str) -> str:
    """Return the address of a field that a curator named; of the first step if no step asks for it."""
    found = (step for step, form in ASKED[side].items() if field in (*form.base_fields, *form.row_sets))
    declared = CATALOGUE[side].get(field)
    listed = declared.step if declared and declared.rows else next(iter(STEPS[side]))
    step = next(found, listed)
    return f"{step_url(side, step)}#div_id_{field}"


def stepper(side: Side, current: str, state: ProfileStatus | None) -> list[Step]:
    """Return the steps of a side and how far each is; before there is a company, none is begun."""
    names = STEPS[side]
    if state is None:
        far = dict.fromkeys(names, Progress.NOT_BEGUN)
    else:
        missing, returned = state.completeness.missing, state.reasons.keys()
        far = progress_of(state.profile, names, missing=missing, returned=returned)
    return [Step(label, step_url(side, step), far[step], step == current) for step, label in names.items()]


def step_after(side: Side, step: str) -> str:
    """Return the address that follows a step: the next one, or the page that submits."""
    steps = list(STEPS[side])
    following = steps[steps.index(step) + 1 :]
    return step_url(side, following[0]) if following else reverse(f"{side}_status")


def frame(side: Side, step: str, state: ProfileStatus | None) -> dict[str, Any]:
    """Return what every step's page shows around its form: the stepper and what to state next."""
    found = state.completeness if state else None
    names = list(STEPS[side])
    return {
        "profile_status": state,
        "steps": stepper(side, step, state),
        "number": names.index(step) + 1,
        "count": len(names),
        "title": STEPS[side][step],
        "side": side,
        "step": step,
        "following_url": step_after(side, step),
        "preview_url": reverse(f"{side}_preview"),
        "next_url": item_url(side, found.next_field) if found else "",
    }


def show_reasons(form: BaseForm, reasons: Mapping[str, str]) -> None:
    """Put what a curator asks for beside its field."""
    for name in form.fields.keys() & reasons.keys():
        asked = form.fields[name]
        asked.help_text = format_html(
            '<span class="reason"><strong>{}</strong> <bdi>{}</bdi></span> {}',
            _("A curator asks:"),
            reasons[name],
            asked.help_text,
        )


def links_of(profile: Startup | Investor, found: Completeness) -> Mapping[str, str]:
    """Return the addresses to which a home page leads."""
    side = profile.side
    first = next(iter(STEPS[side]))
    last = "consent" if side is Side.STARTUP else "profile"
    return {
        "edit": step_url(side, first),
        "next": item_url(side, found.next_field),
        "consent": step_url(side, last),
        "status": reverse(f"{side}_status"),
        "preview": reverse(f"{side}_preview"),
    }
