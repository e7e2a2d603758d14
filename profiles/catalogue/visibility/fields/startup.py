"""Fields of a startup, in the order of its five steps."""

from django.utils.translation import gettext_lazy as _

from profiles.catalogue.visibility.fields.declaration import CONTACT, DATA, KEPT, SEEN, Check, Field, Group
from profiles.catalogue.visibility.fields.rows import EXISTING_PARTNER, NEED, TRACTION_FIGURE
from profiles.choices import WORKING_LANGUAGES, Audience, DataClass, DataHosting, Purpose

MATCHED, MUTUAL, NOBODY = Audience.MATCHED, Audience.MUTUAL, Audience.NOBODY
REQUEST = Audience.REQUEST
HELD, MATERIAL = Check.HELD, Check.MATERIAL

# The ask and the band of revenue are shown, and used for matching, only where their owner opted in. Whether
# there is revenue at all is part of the stage.
SCORED = (Purpose.MATCHING, *SEEN)
NAME = Group("name", _("Name and website"), MATCHED, choices=(MATCHED, MUTUAL))
REGISTRATION = Group("registration", _("Registration number"), MUTUAL)
FOUNDERS = Group("founders", _("Founders"), MUTUAL, _("Without this, they cannot see who leads the company."))
REVENUE = Group(
    "revenue",
    _("Yearly revenue, as a range"),
    MUTUAL,
    _("Without this, whether you have revenue also counts as not stated."),
    purposes=SCORED,
    recommended=MATCHED,
)
ASK = Group(
    "ask",
    _("Amount you want to raise, as a range"),
    MUTUAL,
    _("Without this, the amount is not used to include or exclude anyone."),
    purposes=SCORED,
    recommended=MATCHED,
)
TRACTION = Group(
    "traction",
    _("Traction figures"),
    MATCHED,
    _("Without this, your figures do not appear on any page or printed brief."),
)
FOREIGN_CAPITAL = Group(
    "foreign_capital",
    _("Capital from abroad"),
    MUTUAL,
    _("Without this, checks about foreign capital show it as not stated."),
)
CAP_TABLE = Group(
    "cap_table", _("Shareholders"), MUTUAL, _("Without this, they cannot see who owns the company.")
)
PARTNERS = Group(
    "partners", _("Existing partners"), MUTUAL, _("Without this, they cannot see who you work with.")
)
# Its pages are shown only with the consents that hold for the whole profile (matchmaker/deals/decks/).
DECK = Group("deck", _("Pitch deck"), REQUEST, choices=(REQUEST, MUTUAL, MATCHED, NOBODY))
OWN = (REVENUE, ASK, TRACTION, FOREIGN_CAPITAL, CAP_TABLE, PARTNERS)
GROUPS = (NAME, REGISTRATION, FOUNDERS, *OWN, CONTACT, DECK)
CONSENT_GROUPS = (REVENUE, ASK, TRACTION, FOUNDERS, FOREIGN_CAPITAL, CAP_TABLE, PARTNERS, DATA)

FIELDS = (
    # Basics
    Field("name", NAME, "basics", label=_("name"), shown=10, is_apart=True),
    Field("name_en", NAME, "basics", check=HELD, is_required=True, reviewed=10, exported=20),
    Field("name_ur", NAME, "basics", check=HELD, reviewed=20),
    Field("name_zh", NAME, "basics", check=HELD, reviewed=30),
    Field("pitch", MATCHED, "basics", check=HELD, shown=20, is_apart=True, reviewed=40, exported=30,
          useful=10, prompt=_("a pitch in one sentence"), is_needed=True),
    Field("pitch_en", MATCHED, "basics", check=HELD, reviewed=42),
    Field("pitch_ur", MATCHED, "basics", check=HELD, reviewed=44),
    Field("pitch_zh", MATCHED, "basics", check=HELD, reviewed=46),
    Field("summary", MATCHED, "basics", label=_("summary"), shown=30, is_apart=True, useful=20,
          prompt=_("a summary"), is_needed=True),
    Field("summary_en", MATCHED, "basics", check=HELD, reviewed=50),
    Field("summary_ur", MATCHED, "basics", check=HELD, reviewed=60),
    Field("summary_zh", MATCHED, "basics", check=HELD, reviewed=70),
    Field("website", NAME, "basics", check=HELD, shown=270, reviewed=80, exported=50, useful=190,
          prompt=_("your website")),
    Field("place", MATCHED, "basics", check=MATERIAL, shown=60, reviewed=110, filtered="place", exported=90,
          useful=30, prompt=_("your main location"), is_needed=True),
    Field("operating_places", MATCHED, "basics", shown=70, reviewed=120, filtered="place"),
    Field("founded", MATCHED, "basics", check=MATERIAL, shown=80, reviewed=130, exported=120, useful=170,
          prompt=_("the year you were founded")),
    Field("languages", MATCHED, "basics", codes=WORKING_LANGUAGES, shown=240, reviewed=140, useful=40,
          prompt=_("your working languages")),
    Field("registration_number", REGISTRATION, "basics", check=HELD, shown=280, reviewed=90, useful=180,
          prompt=_("your registration number")),
    Field("registrar", REGISTRATION, "basics", check=HELD, reviewed=100),
    Field("contact_name", CONTACT, "basics", check=HELD, shown=350, reviewed=142, useful=130,
          prompt=_("a contact person"), crosses_border=True),
    Field("contact_email", CONTACT, "basics", check=HELD, shown=360, reviewed=144, useful=140,
          prompt=_("a contact email"), crosses_border=True),
    Field("contact_whatsapp", CONTACT, "basics", check=HELD, shown=362, reviewed=146, crosses_border=True),
    Field("contact_wechat", CONTACT, "basics", check=HELD, shown=364, reviewed=148, crosses_border=True),
    # Product and stage
    Field("sectors", MATCHED, "product", label=_("sectors"), shown=40),
    Field("primary_sector", MATCHED, "product", check=MATERIAL, reviewed=150, filtered="sector", exported=100,
          useful=50, prompt=_("your main sector"), is_needed=True),
    Field("other_sectors", MATCHED, "product", reviewed=160, filtered="sector"),
    Field("stage", MATCHED, "product", check=MATERIAL, shown=50, reviewed=170, filtered="stage", exported=110,
          useful=60, prompt=_("your stage"), is_needed=True),
    Field("revenue", MATCHED, "product", check=HELD, shown=110, reviewed=180, useful=70,
          consented=REVENUE, prompt=_("whether you have revenue"), is_scored=True),
    Field("revenue_band", REVENUE, "product", check=HELD, shown=120, reviewed=190),
    Field("business_model", MATCHED, "product", shown=100, reviewed=200, useful=150,
          prompt=_("your business model")),
    Field("team_size", MATCHED, "product", check=MATERIAL, shown=90, reviewed=210, useful=160,
          prompt=_("the size of your team")),
    Field("founders", FOUNDERS, "product", check=HELD, shown=250, reviewed=220, useful=200,
          prompt=_("who the founders are")),
    Field("women_led", FOUNDERS, "product", shown=260),
    Field("licences", MATCHED, "product", check=HELD, shown=210, reviewed=300),
    Field("public_sector_customer", MATCHED, "product", check=MATERIAL, shown=220, reviewed=305),
    Field("ip_policy", MATCHED, "product", shown=200, reviewed=320, useful=220,
          prompt=_("your policy on intellectual property")),
    Field("traction", TRACTION, "product", rows=TRACTION_FIGURE, label=_("traction"), is_set=True, shown=130,
          is_apart=True, reviewed=390, useful=210, prompt=_("a traction figure")),
    Field("partners", PARTNERS, "product", rows=EXISTING_PARTNER, label=_("existing partners"), is_set=True,
          shown=140, is_apart=True, reviewed=400),
    Field("state_owned", MATCHED, "product", check=MATERIAL, shown=222, reviewed=322),
    Field("beneficial_owner", MATCHED, "product", check=HELD, shown=224, reviewed=324),
    Field("fee_policy", MATCHED, "product", check=MATERIAL, shown=226, reviewed=326),
    Field("fee_details", MATCHED, "product", check=HELD, shown=228, reviewed=328),
    # Needs
    Field("needs", MATCHED, "needs", rows=NEED, label=_("needs"), is_set=True, shown=150, is_apart=True,
          reviewed=380, useful=80, prompt=_("what you need"), is_needed=True),
    Field("forms", MATCHED, "needs", shown=160, is_apart=True, reviewed=270, filtered="form", useful=90,
          prompt=_("the partnership types you accept"), is_needed=True),
    Field("forms_are_must", MATCHED, "needs"),
    Field("accepts_exclusivity", MATCHED, "needs", shown=190, reviewed=310, useful=230,
          prompt=_("whether you accept exclusivity")),
    Field("exclusivity_ask", MATCHED, "needs", shown=195, reviewed=315),
    Field("no_state_owned", MATCHED, "needs"),
    Field("capacity", MATCHED, "needs"),
    # Round
    Field("ask", ASK, "round", label=_("amount to raise"), shown=170, useful=100,
          prompt=_("how much you raise"), is_scored=True),
    Field("seeks_capital", MATCHED, "round", reviewed=230),
    Field("ask_min", ASK, "round", check=HELD, reviewed=240, is_exact=True),
    Field("ask_max", ASK, "round", check=HELD, reviewed=250, is_exact=True),
    Field("ask_currency", ASK, "round", check=HELD, reviewed=260, is_exact=True),
    Field("ask_min_usd", ASK, is_exact=True),
    Field("ask_max_usd", ASK, is_exact=True),
    Field("rate_on", ASK, is_exact=True),
    Field("committed", ASK, "round", check=HELD, reviewed=262, is_exact=True),
    Field("closing_on", ASK, "round", shown=180, reviewed=265),
    Field("foreign_capital", FOREIGN_CAPITAL, "round", check=HELD, reviewed=275, is_exact=True),
    Field("foreign_share_pct", FOREIGN_CAPITAL, "round", check=HELD, shown=230, reviewed=280),
    Field("cap_table", CAP_TABLE, "round", check=HELD, shown=290, reviewed=290),
    # Data practices and consents
    Field("data_classes", MATCHED, "consent", consented=DATA, codes=DataClass.choices, shown=300,
          is_about_data=True, reviewed=330, useful=240, prompt=_("the types of data you handle")),
    Field("data_location", MATCHED, "consent", consented=DATA, codes=DataHosting.choices, is_place=True,
          shown=310, is_about_data=True, reviewed=340, useful=250, prompt=_("where your data is stored")),
    Field("data_crosses_border", MATCHED, "consent", consented=DATA, shown=320, is_about_data=True,
          reviewed=350),
    Field("data_access", MATCHED, "consent", check=HELD, consented=DATA, shown=330, is_about_data=True,
          reviewed=360, useful=260, prompt=_("who has access to your data")),
    Field("data_exit", MATCHED, "consent", check=HELD, consented=DATA, shown=340, is_about_data=True,
          reviewed=370),
    Field("matching", None, label=Purpose.MATCHING.label, useful=110,
          prompt=_("your consent to matching"), is_needed=True),
    Field("showing", None, label=Purpose.SHOWING.label, useful=120,
          prompt=_("your consent to being shown"), is_needed=True),
    Field("cross_border", None, label=Purpose.CROSS_BORDER.label, useful=125,
          prompt=_("your consent to passing contacts across borders")),
    # Either may show the name
    Field("logo", NAME),
    Field("products", NAME, label=_("pictures of products")),
    Field("deck", DECK, label=_("pages of your deck")),
    *KEPT,
)  # fmt: skip
