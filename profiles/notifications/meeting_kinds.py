"""What is told of meetings: a part of the closed list in kinds.py, which holds them all."""

from django.utils.translation import gettext_lazy as _

from profiles.events import EventKind
from profiles.notifications.declaration import Event, Mail

MEETING_EVENTS: dict[EventKind, Event] = {
    EventKind.MEETING_PROPOSED: Event(
        sentence=_("Times for a meeting are proposed to you."),
        act=_("See the times and choose one"),
        mail=Mail(
            subject=_("%(company)s on Corridor: times for a meeting"),
            body=_(
                "%(company)s has times for a meeting to choose from. One click takes one; if none suits "
                "you, propose others."
            ),
        ),
    ),
    EventKind.MEETING_AGREED: Event(
        sentence=_("A time for a meeting is agreed."),
        act=_("See the meeting"),
        mail=Mail(
            subject=_("%(company)s on Corridor: a time is agreed"),
            body=_("A meeting of %(company)s is agreed for %(when)s. The calendar entry is attached."),
        ),
    ),
    EventKind.MEETING_MOVED: Event(
        sentence=_("A meeting has a new time."),
        act=_("See the meeting"),
        mail=Mail(
            subject=_("%(company)s on Corridor: a meeting has a new time"),
            body=_(
                "A meeting of %(company)s is now on %(when)s. The calendar entry that is attached replaces "
                "the earlier one."
            ),
        ),
    ),
    EventKind.MEETING_KEPT: Event(
        sentence=_("The agreed time of a meeting stays."),
        act=_("See the meeting"),
        mail=None,
    ),
    EventKind.MEETING_ADDRESS: Event(
        sentence=_("Where a meeting takes place was entered or changed."),
        act=_("See the meeting"),
        mail=Mail(
            subject=_("%(company)s on Corridor: where a meeting takes place"),
            body=_(
                "Where the meeting of %(company)s on %(when)s takes place was entered or changed. The "
                "calendar entry that is attached replaces the earlier one."
            ),
        ),
    ),
    EventKind.MEETING_CANCELLED: Event(
        sentence=_("A meeting was cancelled."),
        act=_("See where it stands"),
        mail=Mail(
            subject=_("%(company)s on Corridor: a meeting was cancelled"),
            body=_(
                "A meeting of %(company)s was cancelled. If its time was agreed, the attached entry takes "
                "it out of your calendar."
            ),
        ),
    ),
    EventKind.MEETING_REMINDER: Event(
        sentence=_("A meeting of yours is near."),
        act=_("See the meeting"),
        mail=Mail(
            subject=_("%(company)s on Corridor: a meeting is near"),
            body=_("A meeting of %(company)s begins on %(when)s."),
        ),
    ),
    EventKind.MEETING_OVER: Event(
        sentence=_("The time of a meeting is over. Did it happen?"),
        act=_("Answer with one click"),
        mail=Mail(
            subject=_("%(company)s on Corridor: did the meeting happen?"),
            body=_(
                "The time of a meeting of %(company)s is over. Did it happen, and do you go on or close? "
                "One click answers it."
            ),
        ),
    ),
}
