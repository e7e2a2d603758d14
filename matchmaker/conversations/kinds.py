"""What conversations send, record and limit."""

from django.utils.translation import gettext_lazy as _

from matchmaker.introductions.kinds import REQUESTS
from profiles import audit_actions, notice_kinds
from profiles.audit_actions import Sentence
from profiles.limits import registry as limits
from profiles.limits.registry import Limit

# Until the reader has read, a second message is told neither on the page nor by mail.
MESSAGE = notice_kinds.register(
    "message",
    _("A new message"),
    category=REQUESTS,
    sentence=_("You have a new message."),
    act=_("Read and answer it"),
    subject=_("%(company)s on Corridor: a new message"),
    body=_(
        "There is a new message for %(company)s. However many more are written, no other mail "
        "comes about them until you have read it."
    ),
    is_read_on_visit=False,
)
MESSAGE_DELIVERED = notice_kinds.register(
    "message_delivered",
    _("Your first message was delivered"),
    category=REQUESTS,
    sentence=_("Your first message was read by a curator and delivered."),
    act=_("See the conversation"),
)
MESSAGE_KEPT_BACK = notice_kinds.register(
    "message_kept_back",
    _("Your first message was not delivered"),
    category=REQUESTS,
    sentence=_("Your first message was not delivered: a curator says why."),
    act=_("See why"),
)
REPORT_DECIDED = notice_kinds.register(
    "report_decided",
    _("A curator looked at your report"),
    category=REQUESTS,
    sentence=_("A curator has looked at a message that you reported."),
    act=_("See the conversation"),
)

CONVERSED = audit_actions.register(
    "conversed",
    _("Did something in a conversation"),
    Sentence(_("%(who)s wrote a message that waits for a curator: %(what)s."), {"done": "waits"}),
    Sentence(_("%(who)s opened a file in the conversation of %(what)s."), {"done": "file opened"}),
    Sentence(_("%(who)s let a first message be delivered: %(what)s."), {"done": "delivered"}),
    Sentence(_("%(who)s kept a first message back: %(what)s."), {"done": "kept back"}),
    Sentence(_("%(who)s reported a message: %(what)s."), {"done": "reported"}),
    Sentence(_("%(who)s left a reported message as it is: %(what)s."), {"done": "keep"}),
    Sentence(_("%(who)s hid a reported message: %(what)s."), {"done": "hide"}),
    Sentence(_("%(who)s blocked the other company: %(what)s."), {"done": "blocked"}),
    Sentence(_("%(who)s took a block back: %(what)s."), {"done": "unblocked"}),
    Sentence(_("%(who)s wrote a message: %(what)s.")),
)

MESSAGE_LIMIT = limits.register("message", account=Limit(120, 120), company=Limit(240, 240))
UPLOAD_LIMIT = limits.register(
    "upload", account=Limit(30, 30), company=Limit(60, 60)
)  # a file with a message; each is read whole
REPORT_LIMIT = limits.register("report", account=Limit(20, 10), company=Limit(40, 20))
