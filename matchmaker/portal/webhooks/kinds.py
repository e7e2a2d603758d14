"""What webhooks tell, record and limit."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import Sentence, register_action
from profiles.notice_kinds import ACCOUNT, register_notice
from profiles.platform.limits.services import register_limit

WEBHOOK_STOPPED = register_notice(
    "webhook_stopped",
    _("A webhook was switched off"),
    category=ACCOUNT,
    sentence=_("We switched off one of your webhooks, because its address did not answer for hours."),
    act=_("See your webhooks"),
    subject=_("One of your webhooks on Corridor was switched off"),
    body=_(
        "The address of one of your webhooks did not answer for hours, so we no longer send anything to it. "
        "When the address works again, switch the webhook on. You can then send the missed events again."
    ),
)
WEBHOOK_MADE = register_notice(
    "webhook_made",
    _("A new webhook"),
    category=ACCOUNT,
    act=_("See your webhooks"),
    subject=_("A new webhook of your account on Corridor"),
    body=_(
        "A webhook was added with your account. It sends what happens to your company on Corridor to this "
        "host: %(host)s. If you did not add it, remove it now and change your password."
    ),
)
WEBHOOKS_OFF = register_notice(
    "webhooks_switched_off",
    _("Webhooks were switched off"),
    category=ACCOUNT,
    sentence=_(
        "Your webhooks were switched off, because your password or two-factor authentication changed, or you "
        "were signed out everywhere."
    ),
    act=_("See your webhooks"),
    subject=_("Your webhooks on Corridor were switched off"),
    body=_(
        "Your password or two-factor authentication has changed, or you were signed out everywhere. For this "
        "reason, we no longer send anything to: %(hosts)s. Switch on again the addresses you recognise, and "
        "remove the rest."
    ),
)
CHANGED = register_action(
    "webhook",
    _("Changed a webhook"),
    Sentence(_("%(who)s added a webhook to %(host)s for %(what)s."), {"act": "add"}),
    Sentence(_("%(who)s removed a webhook of %(what)s to %(host)s."), {"act": "remove"}),
    Sentence(_("%(who)s switched a webhook of %(what)s to %(host)s on again."), {"act": "resume"}),
    Sentence(
        _(
            "A webhook of %(what)s to %(host)s was switched off, because the sign-in of the person who "
            "created it changed."
        ),
        {"act": "sign-in"},
    ),
    _("A webhook of %(what)s to %(host)s was switched off: its address did not answer."),
)
WEBHOOK_LIMIT = register_limit("webhook", account=(10, 10), company=(20, 20))
AGAIN_LIMIT = register_limit("webhook_again", account=(60, 60))
