"""What is sent and recorded when a profile is asked about."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import Sentence, register_action
from profiles.companies.steps.kinds import PROFILE
from profiles.notice_kinds import register_notice

notice = partial(register_notice, category=PROFILE)
STILL_TRUE = notice(
    "still_true",
    _("Is your profile still up to date?"),
    sentence=_("Is your profile still up to date?"),
    act=_("Confirm that it is up to date"),
    subject=_("%(company)s on Corridor: is your profile still up to date?"),
    body=_(
        "No one has changed or confirmed the profile of %(company)s for a long time. Is it still up to date? "
        "You can confirm it with one click. If you do not answer within %(days)s days, it will be hidden "
        "from match lists. It stays approved, and one click shows it again."
    ),
)
LEFT_LISTS = notice(
    "left_lists",
    _("Your profile is hidden from match lists"),
    sentence=_("Your profile is hidden from match lists because no one confirmed that it is up to date."),
    act=_("Show my profile again"),
    subject=_("%(company)s on Corridor: your profile is hidden for now"),
    body=_(
        "No one has confirmed that the profile of %(company)s is still up to date, so it is hidden from "
        "match lists. It stays approved, and one click shows it again immediately."
    ),
)

CONFIRMED = register_action(
    "confirmed",
    _("Confirmed a profile, or did not"),
    Sentence(_("%(what)s was asked whether its profile is still up to date."), {"done": "asked"}),
    Sentence(
        _("%(what)s was hidden from match lists because no one confirmed its profile."), {"done": "left"}
    ),
    _("%(who)s confirmed that %(what)s is still up to date."),
)
