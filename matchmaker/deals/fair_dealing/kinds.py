"""What fair dealing records and limits."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from profiles.audit_actions import ANY, Sentence, register_action, register_subject
from profiles.notice_kinds import register_category, register_notice
from profiles.platform.limits.services import register_limit

# Status and support of the checks that come with the product; the page translates them.
WORDS_OF_CHECKS = (
    gettext_noop("in force"),
    gettext_noop("in force from 2026-07-01"),
    gettext_noop("in force (reported)"),
    gettext_noop("in force, being replaced"),
    gettext_noop("in force, may change"),
    gettext_noop("in force, may have been amended"),
    gettext_noop("in force, terms may have changed"),
    gettext_noop("bill, not enacted (checked Mar 2026)"),
    gettext_noop("changing"),
    gettext_noop("changes three times a year"),
    gettext_noop("lists that change often"),
    gettext_noop("platform rule"),
    gettext_noop("good practice"),
    gettext_noop("primary"),
    gettext_noop("primary + press"),
    gettext_noop("primary + secondary"),
    gettext_noop("secondary"),
    gettext_noop("secondary + press"),
    gettext_noop("press"),
    gettext_noop("judgement"),
)

FAIR = register_category("fair", _("Fair dealing"), position=16)
TERMS_OPENED = register_notice(
    "terms_opened",
    _("Fair terms were opened"),
    category=FAIR,
    sentence=_(
        "The other side has opened its fair terms. You read each point once you have answered it too."
    ),
    act=_("Read and answer the fair terms"),
    body=_(
        "A company that %(company)s is in contact with has opened its fair terms. Each side can read the "
        "other side’s answer to a point once both have opened an answer to it."
    ),
)
DISCLOSURE_ASKED = register_notice(
    "disclosure_asked",
    _("You were asked for information"),
    category=FAIR,
    sentence=_("The other side asks you to state what is “Not stated” in your profile."),
    act=_("See what is open"),
    body=_(
        "Another company asks %(company)s to state what is missing in its profile, for example who owns it. "
        "You can state it, or leave it as “Not stated”."
    ),
)
GOVERNANCE = register_action(
    "governance",
    _("Changed a governance check"),
    Sentence(_("%(who)s restored version %(back_to)s of a governance check: %(what)s."), {"back_to": ANY}),
    _("%(who)s changed a governance check."),
)
ANSWERED = register_action(
    "answered", _("Answered a governance check"), _("%(who)s answered a governance check: %(what)s.")
)
DISCLOSED = register_action(
    "disclosed", _("Asked for a disclosure"), _("%(who)s asked for disclosures: %(what)s.")
)
TERMS = register_action(
    "terms",
    _("Saved or opened fair terms"),
    Sentence(_("%(who)s opened fair terms to the other side: %(what)s."), {"done": "opened"}),
    _("%(who)s saved fair terms: %(what)s."),
)
SCREENED = register_action(
    "screened",
    _("Made a decision on a name from a screening list"),
    _("%(who)s made a decision on a name from a screening list: %(what)s."),
)

# An answer, a version of terms
FAIR_LIMIT = register_limit("fair", account=(240, 120), company=(480, 240))
# A request to disclose is an email to a company that may not know the sender.
ASK_LIMIT = register_limit("ask", account=(20, 5), company=(30, 8))
register_subject("check", _("the governance check %(code)s"))
register_subject("screening", _("a screening list"))
