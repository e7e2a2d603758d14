"""What the owner of a profile may set, and nothing else; and which of it a curator looks at again."""

from collections.abc import Mapping
from dataclasses import dataclass

from profiles.choices import Side

Names = frozenset[str]


@dataclass(frozen=True)
class EditableFields:
    """`rows`: the lists of rows that belong to a profile, and what may be set in each.

    A published profile with a new `identity` waits for review; one with other `material` is looked at again.
    """

    fields: Names
    rows: Mapping[str, Names]
    identity: Names
    material: Names


STARTUP = EditableFields(
    fields=frozenset({
        "name_en", "name_zh", "name_ur", "pitch", "summary_en", "summary_zh", "summary_ur", "website",
        "languages", "contact_name", "contact_email", "visibility", "capacity", "registration_number",
        "registrar", "place", "operating_places", "founded", "primary_sector", "other_sectors", "stage",
        "revenue", "revenue_band", "business_model", "team_size", "women_led", "founders", "seeks_capital",
        "ask_min", "ask_max", "ask_currency", "committed", "foreign_capital", "closing_on", "forms",
        "forms_are_must", "foreign_share_pct", "cap_table", "licences", "public_sector_customer",
        "accepts_exclusivity", "ip_policy", "no_state_owned", "data_classes", "data_location",
        "data_crosses_border", "data_access", "data_exit", "confirmed_on",
    }),
    rows={
        "needs": frozenset({
            "type", "urgency", "description", "quantity", "budget", "budget_currency", "forms", "languages",
            "beneficiaries", "sensitivity", "delivery", "province", "outcome", "starts_on", "expires_on",
        }),
        "traction": frozenset({"label", "value", "as_of_on", "source"}),
        "partners": frozenset({"name", "provides", "share_pct"}),
    },
    identity=frozenset({"name_en", "name_zh", "name_ur", "registration_number"}),
    material=frozenset({
        "pitch", "summary_en", "summary_zh", "summary_ur", "website", "registrar", "place",
        "primary_sector", "stage", "revenue", "founders", "licences", "cap_table", "foreign_capital",
        "foreign_share_pct",
    }),
)  # fmt: skip
# Evidence is the curators' to judge.
INVESTOR = EditableFields(
    fields=frozenset({
        "name_en", "name_zh", "name_ur", "pitch", "summary_en", "summary_zh", "summary_ur", "website",
        "languages", "contact_name", "contact_email", "visibility", "capacity", "kind", "legal_name",
        "registry_id", "place", "state_owned", "beneficial_owner", "reply_days", "fee_policy",
        "fee_details", "exclusivity_ask", "board_seat_ask", "max_stake_pct", "portfolio", "conflicts",
        "data_hosting", "confirmed_on",
    }),
    rows={
        "offers": frozenset({
            "type", "description", "maturity", "ip_policy", "forms", "regions", "price", "is_free",
            "exclusivity", "equity_ask_pct", "data_hosting", "data_access", "capacity", "references",
            "expires_on",
        }),
    },
    identity=frozenset({"name_en", "name_zh", "name_ur", "legal_name", "registry_id"}),
    material=frozenset({
        "pitch", "summary_en", "summary_zh", "summary_ur", "website", "kind", "place", "state_owned",
        "beneficial_owner", "fee_policy", "fee_details", "portfolio",
    }),
)  # fmt: skip
EDITABLE_FIELDS = {Side.STARTUP: STARTUP, Side.INVESTOR: INVESTOR}
