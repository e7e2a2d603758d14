"""What introductions send, record and limit."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import Sentence, register_action
from profiles.limits.services import register_limit
from profiles.notice_kinds import register_category, register_notice

REQUESTS = register_category("requests", _("Requests and introductions"), position=10)
notice = partial(register_notice, category=REQUESTS)
REQUEST_RECEIVED = notice(
    "request_received",
    _("Asked for an introduction"),
    sentence=_("You are asked for an introduction."),
    act=_("Read the request and answer"),
    subject=_("%(company)s on Corridor: a request for an introduction"),
    body=_(
        "%(company)s is asked for an introduction. Interested, later and no are all good answers; "
        "only silence is not."
    ),
)
REQUEST_DELIVERED = notice(
    "request_delivered",
    _("Your request left the queue"),
    sentence=_("Your request has left the queue and was delivered."),
    act=_("See where it stands"),
)
REQUEST_REMINDER = notice(
    "request_reminder",
    _("A request waits for your answer"),
    sentence=_("A request still waits for your answer."),
    act=_("Read the request and answer"),
    subject=_("%(company)s on Corridor: a request still waits"),
    body=_(
        "Somebody who asked %(company)s for an introduction still waits. Without an answer the "
        "request closes by itself."
    ),
)
REQUEST_LATER = notice(
    "request_later",
    _("Answered: later"),
    sentence=_("Your request was answered: later. Your place is free again."),
    act=_("Read the answer"),
)
REQUEST_DECLINED = notice(
    "request_declined",
    _("A request goes no further"),
    sentence=_("A request of yours goes no further this time. Your place is free again."),
    act=_("See your requests"),
    subject=_("%(company)s on Corridor: a request goes no further"),
    body=_(
        "A request of %(company)s goes no further this time. It was read and answered, which is "
        "worth something too: your place is free for the next one."
    ),
)
REQUEST_EXPIRED = notice(
    "request_expired",
    _("Your request closed by itself"),
    sentence=_("No yes came in time, so a request of yours closed by itself. Your place is free."),
    act=_("See your requests"),
    subject=_("%(company)s on Corridor: a request of yours closed by itself"),
    body=_(
        "A request of %(company)s got no yes in its time, so we closed it. That says nothing about "
        "you: your place is free for the next one."
    ),
)
REQUEST_LAPSED = notice(
    "request_lapsed",
    _("A request to you closed by itself"),
    sentence=_("A request to you closed by itself. If you are interested after all, you can still say so."),
    act=_("See your requests"),
    subject=_("%(company)s on Corridor: a request closed by itself"),
    body=_(
        "A request to %(company)s stood open longer than its time, so we closed it. If you are "
        "interested after all, you can still say so. If too many requests reach you, lower the "
        "number a month in your profile, or pause."
    ),
)
REQUEST_WITHDRAWN = notice(
    "request_withdrawn",
    _("A request to you was taken back"),
    sentence=_("A request to you was taken back. There is nothing to do."),
    act=_("See your requests"),
)
MUTUAL_INTEREST = notice(
    "mutual_interest",
    _("Both sides are interested"),
    sentence=_("Both sides are interested."),
    act=_("See who it is and what is open now"),
    subject=_("%(company)s on Corridor: both sides are interested"),
    body=_(
        "%(company)s and one of its matches are both interested. Names and contact details are now "
        "open, as far as each side allows."
    ),
)
INTRODUCTION_CLOSED = notice(
    "introduction_closed",
    _("An introduction was closed"),
    sentence=_("An introduction was closed by the other side."),
    act=_("See your requests"),
)

# Not written any more, and shown to nobody but its company.
SHORTLISTED = register_action(
    "shortlisted", _("Changed a shortlist"), _("%(who)s changed a shortlist."), is_private=True
)
PASSED = register_action(
    "passed",
    _("Passed or took it back"),
    Sentence(_("%(who)s took a pass back: %(what)s."), {"done": "taken back"}),
    _("%(who)s passed on %(what)s."),
)
INTERESTED = register_action(
    "interested",
    _("Said or withdrew interest"),
    Sentence(_("%(who)s withdrew interest: %(what)s."), {"done": "withdrawn"}),
    _("%(who)s said interested: %(what)s."),
)

INTEREST_LIMIT = register_limit("interest", account=(120, 60), company=(240, 120))
PASS_LIMIT = register_limit("pass", account=(240, 120), company=(480, 240))  # a decision, no password
SHORTLIST_LIMIT = register_limit("shortlist", account=(240, 120), company=(480, 240))
