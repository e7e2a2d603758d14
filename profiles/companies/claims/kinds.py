"""What claims send, record and limit."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import ANY, Sentence, register_action
from profiles.notice_kinds import ACCOUNT, register_notice
from profiles.platform.limits.services import register_limit

CLAIM_INVITATION = register_notice(
    "claim_invitation",
    _("Invitation to claim a company"),
    category=ACCOUNT,
    act=_("Open this link to see the profile and claim it"),
    subject=_("Claim the profile of %(company)s on Corridor"),
    body=_(
        "Corridor brings startups and partners from different countries together. Its curators have added a "
        "profile of %(company)s and have this address for it. Claim the profile to correct it, to decide who "
        "sees it, or to delete it. The link works only for this address, and only within %(days)s days. If "
        "this is not your company, you can ignore this email."
    ),
)

CLAIM_DECLINED = register_notice(
    "claim_declined",
    _("Your claim was declined"),
    category=ACCOUNT,
    act=_("Write to us if this is not right"),
    subject=_("Your claim to %(company)s on Corridor was declined"),
    body=_("A curator has declined your claim to the profile of %(company)s. %(message)s"),
)

CLAIM_SENT = register_action(
    "claim_sent", _("Invited a company's people"), _("%(who)s invited the people of %(what)s to claim it.")
)
CLAIM_ASKED = register_action(
    "claim_asked", _("Asked for a company"), _("%(who)s says that %(what)s is theirs.")
)
CLAIM_REFUSED = register_action(
    "claim_refused",
    _("Refused a claim"),
    Sentence(_("%(who)s refused a claim to %(what)s: “%(message)s”"), {"message": ANY}),
    _("%(who)s refused a claim to %(what)s."),
)
CLAIMED = register_action("claimed", _("Claimed a company"), _("%(who)s claimed %(what)s."))

CLAIM_LIMIT = register_limit("claim", account=(5, 2))
