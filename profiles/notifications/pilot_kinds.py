"""What we tell about pilots: a part of the closed list in kinds.py."""

from django.utils.translation import gettext_lazy as _

from profiles.events import EventKind
from profiles.notifications.declaration import Event, Mail

PILOT_EVENTS: dict[EventKind, Event] = {
    EventKind.PILOT_APPLIED: Event(
        sentence=_("Somebody applies for a seat in your pilot."),
        act=_("Read the application and answer"),
        mail=Mail(
            subject=_("%(company)s on Corridor: an application for your pilot"),
            body=_(
                "Somebody applies for a seat in a pilot of %(company)s. Yes and no are both good answers."
            ),
        ),
    ),
    EventKind.PILOT_ANSWERED: Event(
        sentence=_("Your application for a pilot was answered."),
        act=_("Read the answer"),
        mail=Mail(
            subject=_("%(company)s on Corridor: your application for a pilot was answered"),
            body=_("The host of a pilot has answered the application of %(company)s."),
        ),
    ),
    EventKind.PILOT_APPROVED: Event(
        sentence=_("Your pilot is approved and stands on the board."),
        act=_("See it"),
        mail=Mail(
            subject=_("%(company)s on Corridor: your pilot is approved"),
            body=_("A curator has approved a pilot of %(company)s. It stands on the board now."),
        ),
    ),
    EventKind.PILOT_RETURNED: Event(
        sentence=_("Your pilot came back: a curator says what to change."),
        act=_("See what to change"),
        mail=Mail(
            subject=_("%(company)s on Corridor: your pilot came back"),
            body=_(
                "A curator has sent back a pilot of %(company)s and says what to change. Change it and "
                "submit it again."
            ),
        ),
    ),
    EventKind.PILOT_RESULTS: Event(
        sentence=_("A pilot in which you have a seat has results. Are they as you saw them?"),
        act=_("Read and confirm"),
        mail=Mail(
            subject=_("%(company)s on Corridor: results of a pilot to confirm"),
            body=_(
                "The host of a pilot in which %(company)s has a seat has written down the results. Once you "
                "confirm them they stand on both profiles."
            ),
        ),
    ),
    EventKind.PILOT_CONFIRMED: Event(
        sentence=_("The results of your pilot are confirmed and stand on both profiles."),
        act=_("See it"),
        mail=None,
    ),
    EventKind.PILOT_CORRECTED: Event(
        sentence=_("A pilot that you applied for was corrected by its host."),
        act=_("See what was corrected"),
        mail=Mail(
            subject=_("%(company)s on Corridor: a pilot was corrected"),
            body=_(
                "The host has corrected a pilot that %(company)s applied for. Its page says what was "
                "corrected and when; the application stands as it is."
            ),
        ),
    ),
    EventKind.PILOT_CANCELLED: Event(
        sentence=_("A pilot that you applied for was cancelled by its host."),
        act=_("See your pilots"),
        mail=Mail(
            subject=_("%(company)s on Corridor: a pilot was cancelled"),
            body=_("The host has cancelled a pilot that %(company)s applied for. There is nothing to do."),
        ),
    ),
}
