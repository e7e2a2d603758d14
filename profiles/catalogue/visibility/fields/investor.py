"""Fields of an investor or partner, in the order of its form."""

from django.utils.translation import gettext_lazy as _

from profiles.catalogue.visibility.fields.declaration import CONTACT, DATA, KEPT, SEEN, Check, Field, Group
from profiles.catalogue.visibility.fields.rows import DEAL, OFFER, THESIS
from profiles.choices import WORKING_LANGUAGES, Audience, Purpose

MATCHED, MUTUAL, NOBODY = Audience.MATCHED, Audience.MUTUAL, Audience.NOBODY
HELD, MATERIAL = Check.HELD, Check.MATERIAL

REGISTRATION = Group("registration", _("Legal name and registry number"), MUTUAL)
GROUPS = (REGISTRATION, CONTACT)
# Whose audience is not chosen, but which its owner can leave out.
DEALS = Group(
    "deals",
    _("Recorded deals"),
    MATCHED,
    _("Without it, only your theses say what you look for."),
    purposes=(Purpose.MATCHING, *SEEN),
    choices=(MATCHED,),
)
CONSENT_GROUPS = (DEALS, DATA)

FIELDS = (
    # Profile
    Field("name", MATCHED, "profile", label=_("name"), shown=10, is_apart=True),
    Field("name_en", MATCHED, "profile", check=HELD, is_required=True, reviewed=10, exported=20),
    Field("name_zh", MATCHED, "profile", check=HELD, reviewed=20),
    Field("name_ur", MATCHED, "profile", check=HELD, reviewed=30),
    Field("kind", MATCHED, "profile", check=MATERIAL, shown=40, reviewed=40, exported=100, useful=10,
          prompt=_("what kind of partner you are"), is_needed=True),
    Field("pitch", MATCHED, "profile", check=HELD, shown=20, is_apart=True, reviewed=90, exported=30,
          useful=20, prompt=_("a sentence about you"), is_needed=True),
    Field("pitch_en", MATCHED, "profile", check=HELD, reviewed=92),
    Field("pitch_zh", MATCHED, "profile", check=HELD, reviewed=94),
    Field("pitch_ur", MATCHED, "profile", check=HELD, reviewed=96),
    Field("summary", MATCHED, "profile", label=_("summary"), shown=30, is_apart=True, useful=30,
          prompt=_("a summary"), is_needed=True),
    Field("summary_en", MATCHED, "profile", check=HELD, reviewed=100),
    Field("summary_zh", MATCHED, "profile", check=HELD, reviewed=110),
    Field("summary_ur", MATCHED, "profile", check=HELD, reviewed=120),
    Field("website", MATCHED, "profile", check=HELD, shown=230, reviewed=130, exported=50, useful=160,
          prompt=_("your website")),
    Field("place", MATCHED, "profile", check=MATERIAL, shown=50, reviewed=80, filtered="place", exported=90,
          useful=40, prompt=_("your main location"), is_needed=True),
    Field("jurisdiction", MATCHED, is_place=True, shown=60, reviewed=70, exported=110),
    Field("languages", MATCHED, "profile", codes=WORKING_LANGUAGES, shown=220, reviewed=160, useful=110,
          prompt=_("your working languages")),
    Field("legal_name", REGISTRATION, "profile", check=HELD, shown=240, reviewed=50, useful=140,
          prompt=_("your legal name")),
    Field("registry_id", REGISTRATION, "profile", check=HELD, shown=250, reviewed=60, useful=150,
          prompt=_("your registry number")),
    Field("group_name", MATCHED, "profile", check=HELD, shown=85, reviewed=155),
    Field("state_owned", MATCHED, "profile", check=MATERIAL, shown=70, reviewed=140, useful=100,
          prompt=_("whether you are state-owned"), is_scored=True),
    Field("beneficial_owner", MATCHED, "profile", check=HELD, shown=80, reviewed=150, useful=170,
          prompt=_("your beneficial owner")),
    Field("portfolio", MATCHED, "profile", check=HELD, shown=200, reviewed=170),
    Field("conflicts", MATCHED, "profile", check=HELD, shown=210, reviewed=180),
    Field("capacity", MATCHED, "profile", shown=140, reviewed=220),
    Field("reply_days", MATCHED, "profile", shown=130, reviewed=230),
    Field("fee_policy", MATCHED, "profile", check=MATERIAL, shown=150, reviewed=200, useful=90,
          prompt=_("whether you charge startups")),
    Field("fee_details", MATCHED, "profile", check=HELD, shown=160, reviewed=210),
    Field("exclusivity_ask", MATCHED, "profile", check=MATERIAL, shown=170, reviewed=240, useful=180,
          prompt=_("whether you ask for exclusivity")),
    Field("board_seat_ask", MATCHED, "profile", check=MATERIAL, shown=180, reviewed=250),
    Field("max_stake_pct", MATCHED, "profile", check=MATERIAL, shown=190, reviewed=260, useful=190,
          prompt=_("your largest stake")),
    Field("data_hosting", MATCHED, "profile", consented=DATA, shown=260, is_about_data=True, reviewed=270,
          useful=200, prompt=_("where you host data")),
    Field("contact_name", CONTACT, "profile", check=HELD, shown=270, reviewed=164, useful=120,
          prompt=_("a contact person"), crosses_border=True),
    Field("contact_email", CONTACT, "profile", check=HELD, shown=280, reviewed=166, useful=130,
          prompt=_("a contact email"), crosses_border=True),
    Field("contact_whatsapp", CONTACT, "profile", check=HELD, shown=282, reviewed=167, crosses_border=True),
    Field("contact_wechat", CONTACT, "profile", check=HELD, shown=284, reviewed=168, crosses_border=True),
    Field("matching", None, label=Purpose.MATCHING.label, useful=60,
          prompt=_("your consent to matching"), is_needed=True),
    Field("showing", None, label=Purpose.SHOWING.label, useful=70,
          prompt=_("your consent to being shown"), is_needed=True),
    Field("cross_border", None, label=Purpose.CROSS_BORDER.label, useful=75,
          prompt=_("your consent to passing contacts across borders")),
    # Lists
    Field("theses", MATCHED, "theses", rows=THESIS, label=_("theses"), shown=100, is_apart=True,
          reviewed=280, useful=50, prompt=_("a thesis"), is_needed=True),
    Field("offers", MATCHED, "offers", rows=OFFER, label=_("offers"), is_set=True, shown=110, is_apart=True,
          reviewed=290, useful=80, prompt=_("what you offer besides money"), is_scored=True),
    Field("deals", MATCHED, "deals", rows=DEAL, consented=DEALS, label=_("recorded deals"), shown=120,
          is_apart=True, reviewed=300, useful=210, prompt=_("a recorded deal"), is_scored=True),
    Field("logo", MATCHED),
    Field("products", MATCHED, label=_("pictures of products")),
    *KEPT,
)  # fmt: skip
