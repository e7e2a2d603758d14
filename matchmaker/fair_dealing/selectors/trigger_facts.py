"""The facts of a pair and a chosen form, by which governance checks apply (profiles/taxonomy/triggers.py)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from matchmaker.reasons.overlap import thesis_of
from profiles.choices import Currency
from profiles.models import PartnershipForm
from profiles.taxonomy.selectors.exchange_rates import rate_for
from profiles.visibility.visible_profile import VisibleProfile

# Kinds of offers that bring technology, and forms that pass it on.
TECHNOLOGY = frozenset(
    {"hardware", "software_platform", "manufacturing", "rnd", "ip_licence", "data", "cloud"}
)
PASSES_IT_ON = frozenset({"tech_licence", "rnd_collaboration"})


@dataclass(frozen=True)
class Proposal:
    """What the two think about: a form, and at most how large a stake and how much money."""

    form: str = ""
    stake_pct: Decimal | int | None = None
    amount_usd: Decimal | int | None = None


@dataclass(frozen=True)
class AcceptedForms:
    """The forms that both sides accept, and those that only one of them does, each in the table's order."""

    common: list[PartnershipForm]
    by_one: list[PartnershipForm]


def accepted_forms(startup: VisibleProfile, investor: VisibleProfile) -> AcceptedForms:
    """Return the forms that the startup and the partner's thesis name; one not stated is no refusal."""
    thesis = thesis_of(investor, None)
    ours, theirs = set(startup.forms or ()), set(thesis.forms if thesis else ())

    def in_order(forms: set[PartnershipForm]) -> list[PartnershipForm]:
        return sorted(forms, key=lambda form: (form.position, form.code))

    return AcceptedForms(in_order(ours & theirs), in_order(ours ^ theirs))


def proposal_of(startup: VisibleProfile, investor: VisibleProfile, form: str) -> Proposal:
    """Return the chosen form with the largest stake the partner takes and the most the startup asks for."""
    ask = startup.ask
    amount = (ask.high_usd if ask.high_usd is not None else ask.low_usd) if ask else None
    return Proposal(form, investor.max_stake_pct, amount)


def pkr_per_usd() -> Decimal:
    """Return how many rupees a dollar buys, at the newest rate."""
    return rate_for(Currency.PKR).per_usd


def trigger_facts(
    startup: VisibleProfile, investor: VisibleProfile, proposal: Proposal, *, rupees: Decimal
) -> dict[str, Any]:
    """Return every fact that is known; None for what nobody stated or may see, which is never a "no"."""
    home, partner = _country(startup), investor.jurisdiction or _country(investor)
    offers = [offer.type.code for offer in investor.offers or ()] or None
    amount = proposal.amount_usd
    return {
        "cross_border": home != partner if home and partner else None,
        "startup_jurisdiction": home,
        "partner_jurisdiction": partner,
        "investor_vehicle_place": partner,
        "form": proposal.form or None,
        "stake_pct": proposal.stake_pct,
        "amount_pkr": None if amount is None else amount * rupees,
        "sector": _codes(startup.sectors),
        "offers": offers,
        "tech_origin": _tech_origin(home, partner, offers, proposal.form),
        "data_classes": startup.data_classes or None,
        "data_location": startup.data_location or None,
        "data_crosses_border": startup.data_crosses_border,
        "public_sector_customer": startup.public_sector_customer,
    }


def _country(seen: VisibleProfile) -> str | None:
    """Return the country of the home place."""
    return seen.place.country_code if seen.place else None


def _codes(terms: Iterable[Any] | None) -> list[str] | None:
    """Return the codes of some terms; None for none."""
    return [term.code for term in terms or ()] or None


def _tech_origin(home: str | None, partner: str | None, offers: list[str] | None, form: str) -> str | None:
    """Return where the technology comes from: the partner's place if it brings any, else the startup's."""
    if form in PASSES_IT_ON or (offers and not TECHNOLOGY.isdisjoint(offers)):
        return partner
    return home if offers else None
