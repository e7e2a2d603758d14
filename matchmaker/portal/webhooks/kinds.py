"""What webhooks tell, record and limit."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import Sentence, register_action
from profiles.notice_kinds import ACCOUNT, register_notice
from profiles.platform.limits.services import register_limit

WEBHOOK_STOPPED = register_notice(
    "webhook_stopped",
    _("A webhook was switched off"),
    category=ACCOUNT,
    sentence=_("One of your webhooks was switched off, because its address did not answer for hours."),
    act=_("See your webhooks"),
    subject=_("A webhook of yours on Corridor was switched off"),
    body=_(
        "The address of one of your webhooks did not answer for hours, so nothing is sent there any more. "
        "When it works again, switch it on: what it missed can then be sent again."
    ),
)
WEBHOOK_MADE = register_notice(
    "webhook_made",
    _("A new webhook"),
    category=ACCOUNT,
    act=_("See your webhooks"),
    subject=_("A new webhook of your account on Corridor"),
    body=_(
        "With your account, an address was named that is told what happens to your company on Corridor: "
        "%(host)s. If it was not you, remove it now and change your password."
    ),
)
WEBHOOKS_OFF = register_notice(
    "webhooks_switched_off",
    _("Webhooks were switched off"),
    category=ACCOUNT,
    sentence=_(
        "Your webhooks were switched off, with the old password, second factor or sessions of your account."
    ),
    act=_("See your webhooks"),
    subject=_("Your webhooks on Corridor were switched off"),
    body=_(
        "You have a new password or a new second factor, or all your sessions were ended. Therefore nothing "
        "is sent any more to: %(hosts)s. Switch on again what you know, and remove the rest."
    ),
)
CHANGED = register_action(
    "webhook",
    _("Changed a webhook"),
    Sentence(_("%(who)s added a webhook to %(host)s for %(what)s."), {"act": "add"}),
    Sentence(_("%(who)s removed a webhook of %(what)s to %(host)s."), {"act": "remove"}),
    Sentence(_("%(who)s switched a webhook of %(what)s to %(host)s on again."), {"act": "resume"}),
    Sentence(
        _("A webhook of %(what)s to %(host)s was switched off, with the old sign-in of its maker."),
        {"act": "sign-in"},
    ),
    _("A webhook of %(what)s to %(host)s was switched off: its address did not answer."),
)
WEBHOOK_LIMIT = register_limit("webhook", account=(10, 10), company=(20, 20))
AGAIN_LIMIT = register_limit("webhook_again", account=(60, 60))
