"""The closed list of what we tell: every event is declared here once, with its words and channels.

A field that is left out is an error of type; a kind that is left out fails tests/profiles/notifications.
"""

from django.utils.translation import gettext_lazy as _

from profiles.events import Category, EventKind
from profiles.notifications.declaration import Event, Mail
from profiles.notifications.meeting_kinds import MEETING_EVENTS
from profiles.notifications.pilot_kinds import PILOT_EVENTS

__all__ = ["ACCOUNT_MAILS", "CATEGORY_OF", "EVENTS", "Event", "Mail"]

REQUEST_EVENTS: dict[EventKind, Event] = {
    EventKind.REQUEST_RECEIVED: Event(
        sentence=_("You are asked for an introduction."),
        act=_("Read the request and answer"),
        mail=Mail(
            subject=_("%(company)s on Corridor: a request for an introduction"),
            body=_(
                "%(company)s is asked for an introduction. Interested, later and no are all good answers; "
                "only silence is not."
            ),
        ),
    ),
    EventKind.REQUEST_DELIVERED: Event(
        sentence=_("Your request has left the queue and was delivered."),
        act=_("See where it stands"),
        mail=None,
    ),
    EventKind.REQUEST_REMINDER: Event(
        sentence=_("A request still waits for your answer."),
        act=_("Read the request and answer"),
        mail=Mail(
            subject=_("%(company)s on Corridor: a request still waits"),
            body=_(
                "Somebody who asked %(company)s for an introduction still waits. Without an answer the "
                "request closes by itself."
            ),
        ),
    ),
    EventKind.REQUEST_LATER: Event(
        sentence=_("Your request was answered: later. Your place is free again."),
        act=_("Read the answer"),
        mail=None,
    ),
    EventKind.REQUEST_DECLINED: Event(
        sentence=_("A request of yours goes no further this time. Your place is free again."),
        act=_("See your requests"),
        mail=Mail(
            subject=_("%(company)s on Corridor: a request goes no further"),
            body=_(
                "A request of %(company)s goes no further this time. It was read and answered, which is "
                "worth something too: your place is free for the next one."
            ),
        ),
    ),
    EventKind.REQUEST_EXPIRED: Event(
        sentence=_("No yes came in time, so a request of yours closed by itself. Your place is free."),
        act=_("See your requests"),
        mail=Mail(
            subject=_("%(company)s on Corridor: a request of yours closed by itself"),
            body=_(
                "A request of %(company)s got no yes in its time, so we closed it. That says nothing about "
                "you: your place is free for the next one."
            ),
        ),
    ),
    EventKind.REQUEST_LAPSED: Event(
        sentence=_(
            "A request to you closed by itself. If you are interested after all, you can still say so."
        ),
        act=_("See your requests"),
        mail=Mail(
            subject=_("%(company)s on Corridor: a request closed by itself"),
            body=_(
                "A request to %(company)s stood open longer than its time, so we closed it. If you are "
                "interested after all, you can still say so. If too many requests reach you, lower the "
                "number a month in your profile, or pause."
            ),
        ),
    ),
    EventKind.REQUEST_WITHDRAWN: Event(
        sentence=_("A request to you was taken back. There is nothing to do."),
        act=_("See your requests"),
        mail=None,
    ),
    EventKind.MUTUAL_INTEREST: Event(
        sentence=_("Both sides are interested."),
        act=_("See who it is and what is open now"),
        mail=Mail(
            subject=_("%(company)s on Corridor: both sides are interested"),
            body=_(
                "%(company)s and one of its matches are both interested. Names and contact details are now "
                "open, as far as each side allows."
            ),
        ),
    ),
    EventKind.INTRODUCTION_CLOSED: Event(
        sentence=_("An introduction was closed by the other side."),
        act=_("See your requests"),
        mail=None,
    ),
    # Until the reader has read, a second message is told neither on the page nor by mail.
    EventKind.MESSAGE: Event(
        sentence=_("You have a new message."),
        act=_("Read and answer it"),
        mail=Mail(
            subject=_("%(company)s on Corridor: a new message"),
            body=_(
                "There is a new message for %(company)s. However many more are written, no other mail "
                "comes about them until you have read it."
            ),
        ),
    ),
    EventKind.MESSAGE_DELIVERED: Event(
        sentence=_("Your first message was read by a curator and delivered."),
        act=_("See the conversation"),
        mail=None,
    ),
    EventKind.MESSAGE_KEPT_BACK: Event(
        sentence=_("Your first message was not delivered: a curator says why."),
        act=_("See why"),
        mail=None,
    ),
    EventKind.REPORT_DECIDED: Event(
        sentence=_("A curator has looked at a message that you reported."),
        act=_("See the conversation"),
        mail=None,
    ),
}
PROFILE_EVENTS: dict[EventKind, Event] = {
    EventKind.PROFILE_APPROVED: Event(
        sentence=_("Your profile is approved."),
        act=_("See where it stands"),
        mail=Mail(
            subject=_("%(company)s on Corridor: Approved"),
            body=_(
                "A curator has approved %(company)s. It takes part in the matching, as far as you have "
                "agreed to it."
            ),
        ),
    ),
    EventKind.PROFILE_RETURNED: Event(
        sentence=_("Your profile came back: a curator says what to change."),
        act=_("See what to change"),
        mail=Mail(
            subject=_("%(company)s on Corridor: Returned for changes"),
            body=_(
                "A curator has returned %(company)s and says what to change. Change it and submit it again."
            ),
        ),
    ),
    EventKind.PROFILE_REJECTED: Event(
        sentence=_("Your profile was not accepted: a curator says why."),
        act=_("See why"),
        mail=Mail(
            subject=_("%(company)s on Corridor: Not accepted"),
            body=_("A curator has not accepted %(company)s, and says why."),
        ),
    ),
    EventKind.STILL_TRUE: Event(
        sentence=_("Is your profile still true?"),
        act=_("Say that it is still true"),
        mail=Mail(
            subject=_("%(company)s on Corridor: is it still true?"),
            body=_(
                "Nobody has changed or confirmed the profile of %(company)s for a long time. Is it still "
                "true? One click says so. Without an answer within %(days)s days it leaves the lists; it "
                "stays approved, and one click brings it back."
            ),
        ),
    ),
    EventKind.LEFT_LISTS: Event(
        sentence=_("Your profile left the lists, because nobody said that it is still true."),
        act=_("Bring it back"),
        mail=Mail(
            subject=_("%(company)s on Corridor: off the lists for now"),
            body=_(
                "Nobody has said that the profile of %(company)s is still true, so it left the lists. It "
                "stays approved, and one click brings it back at once."
            ),
        ),
    ),
}
ACCOUNT_EVENTS: dict[EventKind, Event] = {
    EventKind.TEAM_INVITATION: Event(
        sentence=None,
        act=_("Open this link to accept"),
        mail=Mail(
            subject=_("Invitation to %(company)s on Corridor"),
            body=_(
                "%(who)s invites you to join %(company)s on Corridor. The link works once, for this "
                "address, within %(days)s days. If you do not know the sender, you need do nothing."
            ),
        ),
    ),
}
MATCH_EVENTS: dict[EventKind, Event] = {
    EventKind.NEW_MATCHES: Event(
        sentence=None,
        act=_("See all matches"),
        mail=Mail(
            subject=_("%(company)s on Corridor: new matches"),
            body=_("New on the list of %(company)s, each told once:\n\n%(lines)s"),
        ),
    ),
}
BY_CATEGORY: dict[Category, dict[EventKind, Event]] = {
    Category.REQUESTS: {**REQUEST_EVENTS, **MEETING_EVENTS},
    Category.PILOTS: PILOT_EVENTS,
    Category.PROFILE: PROFILE_EVENTS,
    Category.ACCOUNT: ACCOUNT_EVENTS,
    Category.MATCHES: MATCH_EVENTS,
}
EVENTS = {kind: event for events in BY_CATEGORY.values() for kind, event in events.items()}
CATEGORY_OF = {kind: category for category, events in BY_CATEGORY.items() for kind in events}

# The mails of allauth, by the prefix of their templates, which hold subject and text.
ACCOUNT_MAILS: dict[str, EventKind] = {
    "account/email/email_confirmation": EventKind.CONFIRMATION,
    "account/email/email_confirmation_signup": EventKind.CONFIRMATION,
    "account/email/password_reset_key": EventKind.PASSWORD_RESET,
    "account/email/account_already_exists": EventKind.ACCOUNT_EXISTS,
    "account/email/unknown_account": EventKind.UNKNOWN_ACCOUNT,
    "account/email/email_changed": EventKind.SECURITY_NOTICE,
    "account/email/email_confirm": EventKind.SECURITY_NOTICE,
    "account/email/email_deleted": EventKind.SECURITY_NOTICE,
    "account/email/password_changed": EventKind.SECURITY_NOTICE,
    "account/email/password_reset": EventKind.SECURITY_NOTICE,
    "account/email/password_set": EventKind.SECURITY_NOTICE,
    "mfa/email/recovery_codes_generated": EventKind.SECURITY_NOTICE,
    "mfa/email/totp_activated": EventKind.SECURITY_NOTICE,
    "mfa/email/totp_deactivated": EventKind.SECURITY_NOTICE,
}
