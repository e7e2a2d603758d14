"""A profile's facts in the order in which the other side reads them; what may not be shown is left out."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from profiles.choices import Side
from profiles.taxonomy.selectors.term_tree import TermTree
from profiles.visibility.visible_profile import VisibleProfile

FACTS: dict[str, tuple[str, ...]] = {
    Side.STARTUP: (
        "sectors", "stage", "place", "operating_places", "founded", "team_size", "business_model", "revenue",
        "revenue_band", "ask", "closing_on", "accepts_exclusivity", "ip_policy", "licences",
        "public_sector_customer", "foreign_share_pct", "languages", "founders", "women_led", "website",
        "registration_number", "cap_table", "contact_name", "contact_email", "confirmed_on",
    ),
    Side.INVESTOR: (
        "kind", "place", "jurisdiction", "state_owned", "beneficial_owner", "evidence", "reply_days",
        "capacity", "fee_policy", "fee_details", "exclusivity_ask", "board_seat_ask", "max_stake_pct",
        "portfolio", "conflicts", "languages", "website", "legal_name", "registry_id", "contact_name",
        "contact_email", "confirmed_on",
    ),
}  # fmt: skip
# What is asked about data: first of the startup, then of the partner.
DATA_CARD = ("data_classes", "data_location", "data_crosses_border", "data_access", "data_exit")
SAFE_LINKS = ("https://", "http://")


@dataclass(frozen=True)
class Fact:
    """One line of a profile; an empty value reads "not stated"."""

    label: str
    value: str
    url: str = ""
    note: str = ""


def facts_of(seen: VisibleProfile, side: str, terms: TermTree) -> list[Fact]:
    """Return what may be shown of a profile."""
    shown = {name: fact(seen, name) for name in FACTS[side] if name not in seen.hidden}
    if "jurisdiction" in shown:
        shown["jurisdiction"] = _placed(shown["jurisdiction"], terms)
    return list(shown.values())


def fact(seen: VisibleProfile, name: str) -> Fact:
    """Return one field with its label."""
    value = seen.display[name]
    url = value if name == "website" and value.startswith(SAFE_LINKS) else ""
    note = ""
    if name == "ask" and seen.ask:
        note = _("as a band, at the exchange rate of the day") if seen.ask.is_band else ""
    return Fact(_sentence(seen.labels[name]), value, url, note)


def withheld(seen: VisibleProfile, side: str) -> list[str]:
    """Return the names of the fields that are not shown to this reader now."""
    return [_sentence(seen.labels[name]) for name in FACTS[side] if name in seen.hidden]


def data_card(startup: VisibleProfile, investor: VisibleProfile, terms: TermTree) -> list[Fact]:
    """Return what is known about data: classes, place, borders, access, exit, and the partner's hosting."""
    named = [_placed(fact(startup, name), terms) for name in DATA_CARD]
    return [*named, Fact(_("The partner hosts data"), fact(investor, "data_hosting").value)]


def _placed(told: Fact, terms: TermTree) -> Fact:
    """Return the fact with the name of the place whose code it tells, if it tells one."""
    term = terms.find("place", told.value)
    return replace(told, value=term.name) if term else told


def _sentence(label: str) -> str:
    """Return a label that begins like a sentence."""
    return label[:1].upper() + label[1:]
