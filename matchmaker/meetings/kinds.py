"""What meetings send, record and limit."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from matchmaker.introductions.kinds import REQUESTS
from profiles.audit_actions import Sentence, register_action
from profiles.limits.services import register_limit
from profiles.notice_kinds import register_notice

notice = partial(register_notice, category=REQUESTS)
MEETING_PROPOSED = notice(
    "meeting_proposed",
    _("Times for a meeting are proposed"),
    sentence=_("Times for a meeting are proposed to you."),
    act=_("See the times and choose one"),
    subject=_("%(company)s on Corridor: times for a meeting"),
    body=_(
        "%(company)s has times for a meeting to choose from. One click takes one; if none suits "
        "you, propose others."
    ),
)
MEETING_AGREED = notice(
    "meeting_agreed",
    _("A time is agreed"),
    sentence=_("A time for a meeting is agreed."),
    act=_("See the meeting"),
    subject=_("%(company)s on Corridor: a time is agreed"),
    body=_("A meeting of %(company)s is agreed for %(when)s. The calendar entry is attached."),
)
MEETING_MOVED = notice(
    "meeting_moved",
    _("A meeting was moved"),
    sentence=_("A meeting has a new time."),
    act=_("See the meeting"),
    subject=_("%(company)s on Corridor: a meeting has a new time"),
    body=_(
        "A meeting of %(company)s is now on %(when)s. The calendar entry that is attached replaces "
        "the earlier one."
    ),
)
MEETING_KEPT = notice(
    "meeting_kept",
    _("The agreed time stays"),
    sentence=_("The agreed time of a meeting stays."),
    act=_("See the meeting"),
)
MEETING_ADDRESS = notice(
    "meeting_address",
    _("Where a meeting takes place"),
    sentence=_("Where a meeting takes place was entered or changed."),
    act=_("See the meeting"),
    subject=_("%(company)s on Corridor: where a meeting takes place"),
    body=_(
        "Where the meeting of %(company)s on %(when)s takes place was entered or changed. The "
        "calendar entry that is attached replaces the earlier one."
    ),
)
MEETING_CANCELLED = notice(
    "meeting_cancelled",
    _("A meeting was cancelled"),
    sentence=_("A meeting was cancelled."),
    act=_("See where it stands"),
    subject=_("%(company)s on Corridor: a meeting was cancelled"),
    body=_(
        "A meeting of %(company)s was cancelled. If its time was agreed, the attached entry takes "
        "it out of your calendar."
    ),
)
MEETING_REMINDER = notice(
    "meeting_reminder",
    _("A meeting is near"),
    sentence=_("A meeting of yours is near."),
    act=_("See the meeting"),
    subject=_("%(company)s on Corridor: a meeting is near"),
    body=_("A meeting of %(company)s begins on %(when)s."),
)
MEETING_OVER = notice(
    "meeting_over",
    _("How did a meeting go?"),
    sentence=_("The time of a meeting is over. Did it happen?"),
    act=_("Answer with one click"),
    subject=_("%(company)s on Corridor: did the meeting happen?"),
    body=_(
        "The time of a meeting of %(company)s is over. Did it happen, and do you go on or close? "
        "One click answers it."
    ),
)
MEETING_KINDS = (
    MEETING_PROPOSED,
    MEETING_AGREED,
    MEETING_MOVED,
    MEETING_KEPT,
    MEETING_ADDRESS,
    MEETING_CANCELLED,
    MEETING_REMINDER,
    MEETING_OVER,
)

MET = register_action(
    "met",
    _("Arranged a meeting"),
    Sentence(_("%(who)s proposed times for a meeting: %(what)s."), {"done": "proposed"}),
    Sentence(_("%(who)s agreed on a time for a meeting: %(what)s."), {"done": "agreed"}),
    Sentence(_("%(who)s kept the agreed time of a meeting: %(what)s."), {"done": "kept"}),
    Sentence(_("%(who)s cancelled a meeting: %(what)s."), {"done": "cancelled"}),
    Sentence(_("The time of a meeting is over: %(what)s."), {"done": "over"}),
    Sentence(_("%(who)s changed where a meeting takes place: %(what)s."), {"done": "address"}),
    _("%(who)s answered how a meeting went: %(what)s."),
)

# Proposing, taking, moving a time; the call's address
MEETING_LIMIT = register_limit("meeting", account=(60, 30), company=(120, 60))
