"""What is sent and recorded when a profile is asked about."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import Sentence, register_action
from profiles.companies.kinds import PROFILE
from profiles.notice_kinds import register_notice

notice = partial(register_notice, category=PROFILE)
STILL_TRUE = notice(
    "still_true",
    _("Is your profile still true?"),
    sentence=_("Is your profile still true?"),
    act=_("Say that it is still true"),
    subject=_("%(company)s on Corridor: is it still true?"),
    body=_(
        "Nobody has changed or confirmed the profile of %(company)s for a long time. Is it still "
        "true? One click says so. Without an answer within %(days)s days it leaves the lists; it "
        "stays approved, and one click brings it back."
    ),
)
LEFT_LISTS = notice(
    "left_lists",
    _("Your profile left the lists"),
    sentence=_("Your profile left the lists, because nobody said that it is still true."),
    act=_("Bring it back"),
    subject=_("%(company)s on Corridor: off the lists for now"),
    body=_(
        "Nobody has said that the profile of %(company)s is still true, so it left the lists. It "
        "stays approved, and one click brings it back at once."
    ),
)

CONFIRMED = register_action(
    "confirmed",
    _("Said that a profile is still true, or did not"),
    Sentence(_("%(what)s was asked whether its profile is still true."), {"done": "asked"}),
    Sentence(_("%(what)s left the lists, because nobody confirmed it."), {"done": "left"}),
    _("%(who)s confirmed that %(what)s is still true."),
)
