"""What conversations send, record and limit."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import Sentence, register_action
from profiles.notice_kinds import register_category, register_notice
from profiles.platform.limits.services import register_limit

MESSAGES = register_category("messages", _("Messages in conversations"), position=12)
notice = partial(register_notice, category=MESSAGES)
# Until the reader has read, a second message is told neither on the page nor by mail.
MESSAGE = notice(
    "message",
    _("A new message"),
    sentence=_("You have a new message."),
    act=_("Read and reply"),
    body=_(
        "There is a new message for %(company)s. We will not email you about further messages until you "
        "have read it."
    ),
    is_read_on_visit=False,
)
MESSAGE_DELIVERED = notice(
    "message_delivered",
    _("Your first message was delivered"),
    sentence=_("A curator has read your first message and delivered it."),
    act=_("See the conversation"),
)
MESSAGE_KEPT_BACK = notice(
    "message_kept_back",
    _("Your first message was not delivered"),
    sentence=_("Your first message was not delivered. A curator has given the reason."),
    act=_("See why"),
)
MESSAGE_UNSENT = notice(
    "message_unsent",
    _("Your message was not sent"),
    sentence=_("Your message with a file was not sent. The conversation shows the reason."),
    act=_("See why"),
)
REPORT_DECIDED = notice(
    "report_decided",
    _("A curator reviewed your report"),
    sentence=_("A curator has reviewed the message you reported."),
    act=_("See the conversation"),
)

CONVERSED = register_action(
    "conversed",
    _("Conversation activity"),
    Sentence(_("%(who)s sent a message that is waiting for a curator: %(what)s."), {"done": "waits"}),
    Sentence(_("%(who)s sent a message with a file that is being checked: %(what)s."), {"done": "checking"}),
    Sentence(
        _("A message from %(who)s was not sent because its file did not pass the check: %(what)s."),
        {"done": "unsent"},
    ),
    Sentence(_("%(who)s opened a file in the conversation of %(what)s."), {"done": "file opened"}),
    Sentence(_("%(who)s approved a first message for delivery: %(what)s."), {"done": "delivered"}),
    Sentence(_("%(who)s held back a first message: %(what)s."), {"done": "kept back"}),
    Sentence(_("%(who)s reported a message: %(what)s."), {"done": "reported"}),
    Sentence(_("%(who)s took no action on a reported message: %(what)s."), {"done": "keep"}),
    Sentence(_("%(who)s hid a reported message: %(what)s."), {"done": "hide"}),
    Sentence(_("%(who)s blocked the other company: %(what)s."), {"done": "blocked"}),
    Sentence(_("%(who)s unblocked the other company: %(what)s."), {"done": "unblocked"}),
    _("%(who)s sent a message: %(what)s."),
)

MESSAGE_LIMIT = register_limit("message", account=(120, 120), company=(240, 240))
REPORT_LIMIT = register_limit("report", account=(20, 10), company=(40, 20))
