"""What pictures send and record."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import Sentence, register_action
from profiles.companies.steps.kinds import PROFILE
from profiles.notice_kinds import register_notice

notice = partial(register_notice, category=PROFILE)
PICTURE_UNREADABLE = notice(
    "picture_unreadable",
    _("Your picture could not be used"),
    sentence=_("We could not use your picture. The page says why."),
    act=_("See why"),
)
PICTURE_APPROVED = notice(
    "picture_approved",
    _("Your picture was approved"),
    sentence=_("A curator has approved a picture of your company."),
    act=_("See your pictures"),
)
PICTURE_DECLINED = notice(
    "picture_declined",
    _("Your picture was not accepted"),
    sentence=_("A curator has not accepted a picture of your company and has given the reason."),
    act=_("See why"),
)

PICTURED = register_action(
    "pictured",
    _("Pictures of a company"),
    Sentence(_("%(who)s sent a picture of %(what)s."), {"act": "sent"}),
    Sentence(_("A picture of %(what)s could not be used: it did not pass the check."), {"act": "unreadable"}),
    Sentence(_("%(who)s approved a picture of %(what)s."), {"act": "approved"}),
    Sentence(_("%(who)s did not accept a picture of %(what)s: %(message)s"), {"act": "declined"}),
    _("%(who)s removed a picture of %(what)s."),
)
