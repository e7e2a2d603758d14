"""Who may see which field: declared here, once. What is not declared is hidden from everybody.

A field's audience is the narrowest circle that includes everyone who may see it: checked members of the other
side, both sides after mutual interest, or nobody but its owner and the curators. Nothing is shown to people
who are not signed in. Fields of a *group* follow their owner's choice, kept in `Profile.visibility`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from profiles.choices import Audience, Side
from profiles.models import Investor, Startup

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # a name of django-stubs only

MATCHED, MUTUAL, NOBODY = Audience.MATCHED, Audience.MUTUAL, Audience.NOBODY


@dataclass(frozen=True)
class Group:
    """Fields whose audience their owner chooses. `default` holds while nothing was chosen."""

    label: "_StrPromise"
    default: Audience
    choices: tuple[Audience, ...]


@dataclass(frozen=True)
class Rule:
    """How one field is shown.

    Only the owner reads an `is_exact` field; a curator may after giving a reason. `crosses_border` asks for
    that consent as well.
    """

    audience: Audience
    group: str = ""
    is_exact: bool = False
    crosses_border: bool = False


# The ask and the band of revenue are shown, and used for matching, only where their owner opted in. Whether
# there is revenue at all is part of the stage.
GROUPS: dict[Side, dict[str, Group]] = {
    Side.STARTUP: {
        "name": Group(_("Name and website"), MATCHED, (MATCHED, MUTUAL)),
        "registration": Group(_("Registration number"), MUTUAL, (MATCHED, MUTUAL, NOBODY)),
        "founders": Group(_("Founders"), MUTUAL, (MATCHED, MUTUAL, NOBODY)),
        "revenue": Group(_("Yearly revenue, as a band"), MUTUAL, (MATCHED, MUTUAL, NOBODY)),
        "ask": Group(_("Amount asked for, as a band"), MUTUAL, (MATCHED, MUTUAL, NOBODY)),
        "traction": Group(_("Traction figures"), MATCHED, (MATCHED, MUTUAL, NOBODY)),
        "foreign_capital": Group(_("Capital from abroad"), MUTUAL, (MATCHED, MUTUAL, NOBODY)),
        "cap_table": Group(_("Shareholders"), MUTUAL, (MATCHED, MUTUAL, NOBODY)),
        "partners": Group(_("Existing partners"), MUTUAL, (MATCHED, MUTUAL, NOBODY)),
        "contact": Group(_("Contact person"), MUTUAL, (MUTUAL, NOBODY)),
    },
    Side.INVESTOR: {
        "registration": Group(_("Legal name and registry number"), MUTUAL, (MATCHED, MUTUAL, NOBODY)),
        "contact": Group(_("Contact person"), MUTUAL, (MUTUAL, NOBODY)),
    },
}


def rules(audience: Audience, *names: str) -> dict[str, Rule]:
    """Return the same fixed rule for several fields."""
    return {name: Rule(audience) for name in names}


def chosen(
    side: Side, group: str, *names: str, is_exact: bool = False, crosses_border: bool = False
) -> dict[str, Rule]:
    """Return the rule that follows a group of `side` for several fields."""
    rule = Rule(GROUPS[side][group].default, group, is_exact, crosses_border)
    return dict.fromkeys(names, rule)


COMMON = rules(
    MATCHED, "pitch", "summary", "summary_en", "summary_zh", "summary_ur", "languages", "place",
    "confirmed_on", "capacity", "is_demo",
) | rules(
    NOBODY, "status", "submitted_at", "reviewed_at", "created_at", "changed_at", "matching_consent",
)  # fmt: skip

STARTUP = (
    COMMON
    | rules(
        MATCHED, "operating_places", "founded", "primary_sector", "other_sectors", "sectors", "stage",
        "revenue", "business_model", "team_size", "seeks_capital", "forms", "forms_are_must", "licences",
        "public_sector_customer", "accepts_exclusivity", "ip_policy", "no_state_owned", "data_classes",
        "data_location", "data_crosses_border", "data_access", "data_exit", "needs",
    )
    | chosen(Side.STARTUP, "name", "name", "name_en", "name_zh", "name_ur", "website")
    | chosen(Side.STARTUP, "registration", "registration_number", "registrar")
    | chosen(Side.STARTUP, "founders", "founders", "women_led")
    | chosen(Side.STARTUP, "revenue", "revenue_band")
    | chosen(Side.STARTUP, "ask", "ask", "closing_on")
    | chosen(Side.STARTUP, "ask", "ask_min", "ask_max", "ask_currency", "ask_min_usd", "ask_max_usd",
             "rate_on", "committed", is_exact=True)
    | chosen(Side.STARTUP, "foreign_capital", "foreign_share_pct")
    | chosen(Side.STARTUP, "foreign_capital", "foreign_capital", is_exact=True)
    | chosen(Side.STARTUP, "cap_table", "cap_table")
    | chosen(Side.STARTUP, "traction", "traction")
    | chosen(Side.STARTUP, "partners", "partners")
    | chosen(Side.STARTUP, "contact", "contact_name", "contact_email", crosses_border=True)
)  # fmt: skip

INVESTOR = (
    COMMON
    | rules(
        MATCHED, "name", "name_en", "name_zh", "name_ur", "website", "kind", "jurisdiction", "state_owned",
        "beneficial_owner", "evidence", "evidence_expires_on", "reply_days", "fee_policy", "fee_details",
        "exclusivity_ask", "board_seat_ask", "max_stake_pct", "data_hosting", "portfolio", "conflicts",
        "theses", "offers", "deals",
    )
    | chosen(Side.INVESTOR, "registration", "legal_name", "registry_id")
    | chosen(Side.INVESTOR, "contact", "contact_name", "contact_email", crosses_border=True)
)  # fmt: skip

# Rows that belong to a profile. Vetoes and own weights change the other side's list, so they are no secret.
PARTS: dict[str, dict[str, Rule]] = {
    "needs": rules(
        MATCHED, "type", "urgency", "description", "quantity", "budget", "budget_currency", "forms",
        "languages", "beneficiaries", "sensitivity", "delivery", "province", "outcome", "starts_on",
        "expires_on",
    ),
    "traction": rules(MATCHED, "label", "value", "as_of_on", "source"),
    "partners": rules(MATCHED, "name", "provides", "share_pct"),
    "theses": rules(
        MATCHED, "sectors", "sectors_out", "sector_importance", "stages", "stages_out", "stage_importance",
        "places", "places_out", "place_importance", "ticket", "ticket_min", "ticket_max", "ticket_currency",
        "ticket_min_usd", "ticket_max_usd", "rate_on", "ticket_importance", "forms", "forms_out",
        "form_importance", "revenue_required", "no_pre_revenue", "lead_role", "weights", "is_active",
        "active_from_on", "active_to_on", "confirmed_on",
    )
    | rules(MUTUAL, "name")
    | rules(NOBODY, "note"),
    "offers": rules(
        MATCHED, "type", "description", "maturity", "ip_policy", "forms", "regions", "price", "is_free",
        "exclusivity", "equity_ask_pct", "data_hosting", "data_access", "capacity", "references",
        "expires_on",
    ),
    "deals": rules(MATCHED, "closed_on", "sector", "stage", "place", "form", "source", "is_demo")
    # A startup never learns about another startup: whom a deal was with is for the investor and the curators.
    | rules(NOBODY, "startup_name", "amount", "currency", "amount_usd", "rate_on", "stake_pct"),
}  # fmt: skip

POLICY: dict[Side, dict[str, Rule]] = {Side.STARTUP: STARTUP, Side.INVESTOR: INVESTOR}
# Hidden until the viewer is interested, for viewers who asked for a blind first look.
BLIND_GROUPS = frozenset({"name", "founders"})


def group_audience(side: Side, group: str, visibility: Mapping[str, Any]) -> Audience:
    """Return the audience of a group: its owner's choice where that is allowed, else the default."""
    known = GROUPS[side][group]
    choice = visibility.get(group)
    return Audience(choice) if choice in known.choices else known.default


def audience_of(profile: Startup | Investor, field: str) -> Audience:
    """Return who may see a field of this profile; an undeclared field is for nobody."""
    side = profile.side
    rule = POLICY[side].get(field)
    if rule is None:
        return NOBODY
    return group_audience(side, rule.group, profile.visibility) if rule.group else rule.audience


def matchable(profile: Startup | Investor, field: str) -> bool:
    """Tell whether the other side may see the field before any interest: only then may rankings use it."""
    return audience_of(profile, field) in (Audience.PUBLIC, MATCHED)
