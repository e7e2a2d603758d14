"""What deletions send and record."""

from django.utils.translation import gettext_lazy as _

from matchmaker.deals.introductions.kinds import REQUESTS
from profiles.audit_actions import Sentence, register_action
from profiles.notice_kinds import ACCOUNT, register_notice
from profiles.platform.limits.services import register_limit

COMPANY_LEAVES = register_notice(
    "company_leaves",
    _("Your company will be deleted"),
    category=ACCOUNT,
    sentence=_("An owner has asked to delete your company. It is deleted after seven days."),
    act=_("See what this means"),
    subject=_("%(company)s on Corridor: will be deleted in seven days"),
    body=_(
        "An owner has asked to delete %(company)s. It is hidden from match lists now and is deleted after "
        "seven days. Until then, any owner can cancel the deletion with one click."
    ),
)
COMPANY_STAYS = register_notice(
    "company_stays",
    _("Your company will not be deleted"),
    category=ACCOUNT,
    sentence=_("An owner has cancelled the deletion of your company."),
    act=_("See your data"),
    subject=_("%(company)s on Corridor: will not be deleted"),
    body=_("An owner has cancelled the deletion of %(company)s. It is shown in match lists again as before."),
)
OTHER_LEAVES = register_notice(
    "other_leaves",
    _("A company you have an introduction with will be deleted"),
    category=REQUESTS,
    sentence=_("This company has asked to be deleted. Save what you need of its messages and files."),
    act=_("See the introduction"),
    subject=_("%(company)s on Corridor: a company you have an introduction with will be deleted"),
    body=_(
        "A company with which %(company)s has an introduction will be deleted within seven days. What that "
        "company wrote goes with it. Your own words and files stay."
    ),
)
OTHER_STAYS = register_notice(
    "other_stays",
    _("A company you have an introduction with will not be deleted"),
    category=REQUESTS,
    sentence=_("This company will not be deleted. The introduction goes on."),
    act=_("See the introduction"),
)
OTHER_GONE = register_notice(
    "other_gone",
    _("A company you had an introduction with was deleted"),
    category=REQUESTS,
    sentence=_("This company was deleted. Your own words and files stay."),
    act=_("See what stays"),
)

# Each is an email to everyone with whom an introduction is open.
LEAVE_LIMIT = register_limit("leave", company=(2, 1 / 168))
MOVE_LIMIT = register_limit("move", account=(5, 1))

ERASED = register_action(
    "erased",
    _("Deleted an account or a company"),
    Sentence(_("%(who)s permanently deleted an account."), {"kind": "account"}),
    Sentence(_("%(who)s asked to delete %(what)s."), {"done": "asked"}),
    Sentence(_("%(who)s cancelled the deletion of %(what)s."), {"done": "taken back"}),
    _("%(who)s permanently deleted a company."),
)
