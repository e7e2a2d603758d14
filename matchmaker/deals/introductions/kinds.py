"""What introductions send, record and limit."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import Sentence, register_action
from profiles.notice_kinds import register_category, register_notice
from profiles.platform.limits.services import register_limit

REQUESTS = register_category("requests", _("Requests and introductions"), position=10, others_wait=True)
notice = partial(register_notice, category=REQUESTS)
REQUEST_RECEIVED = notice(
    "request_received",
    _("New introduction request"),
    sentence=_("You have a new introduction request."),
    act=_("Read the request and answer"),
    body=_(
        "%(company)s has received an introduction request. You can answer “Interested”, “Later” or “Pass”. "
        "Any answer is better than none."
    ),
)
INTEREST_KEPT = notice(
    "interest_kept",
    _("Companies were interested before you joined"),
    sentence=_("Companies said that they were interested before you claimed the profile."),
    act=_("See who is interested"),
    body=_("Companies said that they were interested in %(company)s before you claimed its profile."),
)
REQUEST_DELIVERED = notice(
    "request_delivered",
    _("Your request was delivered"),
    sentence=_("Your request is no longer in the queue. It has been delivered."),
    act=_("See the status"),
)
REQUEST_REMINDER = notice(
    "request_reminder",
    _("A request is waiting for your answer"),
    sentence=_("A request is still waiting for your answer."),
    act=_("Read the request and answer"),
    body=_(
        "Someone who asked %(company)s for an introduction is still waiting. Without an answer, the request "
        "will close automatically."
    ),
)
INTRODUCTION_PAUSED = notice(
    "introduction_paused",
    _("An introduction is paused"),
    sentence=_("A curator has paused one of your introductions."),
    act=_("See what this means"),
    body=_(
        "A curator has paused an introduction of %(company)s. Until the pause ends, neither side can act on "
        "it. Nothing is deleted. If you have a question, write to us."
    ),
)
INTRODUCTION_RESUMED = notice(
    "introduction_resumed",
    _("A paused introduction continues"),
    sentence=_("One of your introductions is no longer paused."),
    act=_("Go on"),
    body=_(
        "A curator has ended the pause of an introduction of %(company)s. It continues from where it stopped."
    ),
)
REQUEST_LATER = notice(
    "request_later",
    _("Answered “Later”"),
    sentence=_("Your request was answered “Later”. Your request slot is free again."),
    act=_("Read the answer"),
)
REQUEST_DECLINED = notice(
    "request_declined",
    _("A request will not go ahead"),
    sentence=_("One of your requests will not go ahead this time. Your request slot is free again."),
    act=_("See your requests"),
    body=_(
        "A request from %(company)s will not go ahead this time. The other side read it and answered. Your "
        "request slot is free, so you can send another request."
    ),
)
REQUEST_EXPIRED = notice(
    "request_expired",
    _("Your request expired"),
    sentence=_(
        "One of your requests expired because no one said yes in time. Your request slot is free again."
    ),
    act=_("See your requests"),
    body=_(
        "A request from %(company)s was not accepted in time, so we closed it. This says nothing about you. "
        "Your request slot is free for your next request."
    ),
)
REQUEST_LAPSED = notice(
    "request_lapsed",
    _("A request to you expired"),
    sentence=_("A request to you expired. If you are interested after all, you can still say so."),
    act=_("See your requests"),
    body=_(
        "A request to %(company)s was open for longer than the time limit, so we closed it. If you are "
        "interested after all, you can still say so. If you get too many requests, lower the number per "
        "month in your profile, or pause new requests."
    ),
)
REQUEST_WITHDRAWN = notice(
    "request_withdrawn",
    _("A request to you was withdrawn"),
    sentence=_("A request to you was withdrawn. You do not need to do anything."),
    act=_("See your requests"),
)
MUTUAL_INTEREST = notice(
    "mutual_interest",
    _("Both sides are interested"),
    sentence=_("Both sides are interested."),
    act=_("See who they are and what is now visible"),
    body=_(
        "%(company)s and one of its matches are both interested. You can now see each other’s names and "
        "contact details, as far as each side allows."
    ),
)
INTRODUCTION_CLOSED = notice(
    "introduction_closed",
    _("An introduction was closed"),
    sentence=_("The other side closed an introduction."),
    act=_("See your requests"),
)

# Not written any more, and shown to no one but its company.
SHORTLISTED = register_action(
    "shortlisted", _("Changed a shortlist"), _("%(who)s changed a shortlist."), is_private=True
)
PASSED = register_action(
    "passed",
    _("Passed, or undid a pass"),
    Sentence(_("%(who)s undid a pass: %(what)s."), {"done": "taken back"}),
    _("%(who)s passed on %(what)s."),
)
INTERESTED = register_action(
    "interested",
    _("Expressed or withdrew interest"),
    Sentence(_("%(who)s withdrew interest: %(what)s."), {"done": "withdrawn"}),
    _("%(who)s expressed interest: %(what)s."),
)

INTEREST_LIMIT = register_limit("interest", account=(120, 60), company=(240, 120))
PASS_LIMIT = register_limit("pass", account=(240, 120), company=(480, 240))  # a decision, no password
SHORTLIST_LIMIT = register_limit("shortlist", account=(240, 120), company=(480, 240))
