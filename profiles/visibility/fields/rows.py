"""Fields of the rows of a profile, by kind, in the order of their forms."""

from django.utils.translation import gettext_lazy as _

from profiles.choices import Audience, DataClass, Language
from profiles.visibility.fields.declaration import Field

MATCHED, MUTUAL, NOBODY = Audience.MATCHED, Audience.MUTUAL, Audience.NOBODY

NEED = (
    Field("type", MATCHED, "needs", reviewed=10, filtered="need"),
    Field("urgency", MATCHED, "needs", reviewed=20),
    Field("description", MATCHED, "needs", reviewed=30),
    Field("quantity", MATCHED, "needs", reviewed=40),
    Field("budget", MATCHED, "needs", reviewed=50),
    Field("budget_currency", MATCHED, "needs", reviewed=60),
    Field("forms", MATCHED, "needs", reviewed=70),
    Field("languages", MATCHED, "needs", codes=Language.choices),
    Field("beneficiaries", MATCHED, "needs"),
    Field("sensitivity", MATCHED, "needs", reviewed=80),
    Field("data_classes", MATCHED, "needs", codes=DataClass.choices, reviewed=140),
    Field("data_hosting", MATCHED, "needs", reviewed=150),
    Field("data_crosses_border", MATCHED, "needs", reviewed=160),
    Field("data_access", MATCHED, "needs", reviewed=170),
    Field("data_exit", MATCHED, "needs", reviewed=180),
    Field("delivery", MATCHED, "needs", reviewed=90),
    Field("province", MATCHED, "needs", reviewed=100),
    Field("outcome", MATCHED, "needs", reviewed=110),
    Field("starts_on", MATCHED, "needs", reviewed=120),
    Field("expires_on", MATCHED, "needs", reviewed=130),
)
TRACTION_FIGURE = (
    Field("label", MATCHED, "traction", reviewed=10),
    Field("value", MATCHED, "traction", reviewed=20),
    Field("as_of_on", MATCHED, "traction", reviewed=30),
    Field("source", MATCHED, "traction", reviewed=40),
)
EXISTING_PARTNER = (
    Field("name", MATCHED, "partners", reviewed=10),
    Field("provides", MATCHED, "partners", reviewed=20),
    Field("type", MATCHED, "partners", reviewed=40),
    Field("group_name", MATCHED, "partners", reviewed=50),
    Field("share_pct", MATCHED, "partners", reviewed=30),
)
# Vetoes and own weights change the other side's list, so they are no secret.
THESIS = (
    Field("name", MUTUAL, "theses", reviewed=10),
    Field("note", NOBODY, "theses", reviewed=150),
    Field("sectors", MATCHED, "theses", reviewed=20, filtered="sector"),
    Field("sectors_out", MATCHED, "theses", reviewed=30),
    Field("sector_importance", MATCHED, "theses"),
    Field("stages", MATCHED, "theses", reviewed=40, filtered="stage"),
    Field("stages_out", MATCHED, "theses", reviewed=50),
    Field("stage_importance", MATCHED, "theses"),
    Field("places", MATCHED, "theses", reviewed=60),
    Field("places_out", MATCHED, "theses", reviewed=70),
    Field("place_importance", MATCHED, "theses"),
    Field("ticket", MATCHED, label=_("ticket size")),
    Field("ticket_min", MATCHED, "theses", reviewed=80),
    Field("ticket_max", MATCHED, "theses", reviewed=90),
    Field("ticket_currency", MATCHED, "theses", reviewed=100),
    Field("ticket_importance", MATCHED, "theses"),
    Field("forms", MATCHED, "theses", reviewed=110, filtered="form"),
    Field("forms_out", MATCHED, "theses", reviewed=120),
    Field("form_importance", MATCHED, "theses"),
    Field("revenue_required", MATCHED, "theses", reviewed=130),
    Field("no_pre_revenue", MATCHED, "theses"),
    Field("lead_role", MATCHED, "theses", reviewed=140),
    Field("is_active", MATCHED, "theses", reviewed=160),
    Field("active_from_on", MATCHED, "theses", reviewed=170),
    Field("active_to_on", MATCHED, "theses", reviewed=180),
    Field("confirmed_on", MATCHED, is_set=True),
    Field("rate_on", MATCHED),
    Field("ticket_max_usd", MATCHED),
    Field("ticket_min_usd", MATCHED),
    Field("weights", MATCHED, is_set=True),
)
OFFER = (
    Field("type", MATCHED, "offers", reviewed=10, filtered="need"),
    Field("description", MATCHED, "offers", reviewed=20),
    Field("is_free", MATCHED, "offers"),
    Field("price", MATCHED, "offers", reviewed=70),
    Field("maturity", MATCHED, "offers", reviewed=30),
    Field("ip_policy", MATCHED, "offers", reviewed=100),
    Field("forms", MATCHED, "offers", reviewed=50),
    Field("regions", MATCHED, "offers", reviewed=60),
    Field("exclusivity", MATCHED, "offers", reviewed=80),
    Field("equity_ask_pct", MATCHED, "offers", reviewed=90),
    Field("data_hosting", MATCHED, "offers", reviewed=110),
    Field("data_access", MATCHED, "offers", reviewed=120),
    Field("data_classes", MATCHED, "offers", codes=DataClass.choices, reviewed=150),
    Field("data_crosses_border", MATCHED, "offers", reviewed=160),
    Field("data_exit", MATCHED, "offers", reviewed=170),
    Field("capacity", MATCHED, "offers", reviewed=40),
    Field("references", MATCHED, "offers", reviewed=130),
    Field("expires_on", MATCHED, "offers", reviewed=140),
)
# A startup never learns about another startup: whom a deal was with is for the investor and the curators.
DEAL = (
    Field("startup_name", NOBODY, "deals", is_required=True, reviewed=10),
    Field("startup", None, is_set=True, reviewed=20),
    Field("closed_on", MATCHED, "deals", is_required=True, reviewed=30),
    Field("sector", MATCHED, "deals", reviewed=40),
    Field("stage", MATCHED, "deals", reviewed=50),
    Field("place", MATCHED, "deals", reviewed=60),
    Field("form", MATCHED, "deals", reviewed=70),
    Field("amount", NOBODY, "deals"),
    Field("currency", NOBODY, "deals"),
    Field("stake_pct", NOBODY, "deals"),
    Field("amount_usd", NOBODY),
    Field("is_demo", MATCHED),
    Field("rate_on", NOBODY),
    Field("source", MATCHED, reviewed=80),
)
