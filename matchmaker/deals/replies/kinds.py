"""What replies by email send and limit."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from matchmaker.deals.conversations.kinds import MESSAGE, MESSAGES
from matchmaker.deals.introductions.kinds import REQUEST_RECEIVED, REQUEST_REMINDER
from profiles.notice_kinds import register_notice
from profiles.platform.limits.services import register_limit

notice = partial(register_notice, category=MESSAGES)
REPLY_REFUSED = notice(
    "reply_refused",
    _("Your reply by email was not sent"),
    act=_("Open the page"),
    subject=_("Your reply by email was not sent"),
    body=_("Your reply by email was not sent. %(reason)s Nothing was sent to the other side."),
)
REPLY_UNKNOWN = notice(
    "reply_unknown",
    _("A reply by email could not be accepted"),
    act=_("Sign in"),
    subject=_("Your email could not be accepted"),
    body=_(
        "You have sent an email to a reply address of Corridor, and it was not accepted. The address has "
        "expired, or it belongs to another person, or you wrote from an email address that is not confirmed "
        "in your account. No one has read your email. Please sign in and write on the site."
    ),
)
# Notifications whose email has an address to reply to.
OF_MESSAGES, OF_REQUESTS = (MESSAGE,), (REQUEST_RECEIVED, REQUEST_REMINDER)
# By the reply address, before an email is read; and by the address that an answer goes to.
REPLY_LIMIT = register_limit("reply", address=(20, 20))
ANSWER_LIMIT = register_limit("reply_answer", address=(3, 1))
