"""What meetings send, record and limit."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import Sentence, register_action
from profiles.notice_kinds import KINDS, register_category, register_notice
from profiles.platform.limits.services import register_limit

MEETINGS = register_category("meetings", _("Meetings"), position=14, others_wait=True)
notice = partial(register_notice, category=MEETINGS)
MEETING_PROPOSED = notice(
    "meeting_proposed",
    sentence=_("You have received proposed times for a meeting."),
    act=_("See the times and choose one"),
    subject=_("%(company)s on Corridor: proposed meeting times"),
    body=_(
        "%(company)s has received proposed times for a meeting. You can choose one with a single click. If "
        "none suits you, propose other times."
    ),
)
MEETING_AGREED = notice(
    "meeting_agreed",
    sentence=_("A meeting time has been agreed."),
    act=_("See the meeting"),
    subject=_("%(company)s on Corridor: meeting time agreed"),
    body=_("A meeting of %(company)s is agreed for %(when)s. The calendar entry is attached."),
)
MEETING_MOVED = notice(
    "meeting_moved",
    sentence=_("A meeting has a new time."),
    act=_("See the meeting"),
    subject=_("%(company)s on Corridor: a meeting has a new time"),
    body=_(
        "A meeting of %(company)s has moved to %(when)s. The attached calendar entry replaces the earlier "
        "one."
    ),
)
MEETING_KEPT = notice(
    "meeting_kept", sentence=_("The agreed meeting time stays the same."), act=_("See the meeting")
)
MEETING_ADDRESS = notice(
    "meeting_address",
    sentence=_("The place or link of a meeting was added or changed."),
    act=_("See the meeting"),
    subject=_("%(company)s on Corridor: meeting place or link"),
    body=_(
        "The place or link for the meeting of %(company)s on %(when)s was added or changed. The attached "
        "calendar entry replaces the earlier one."
    ),
)
MEETING_CANCELLED = notice(
    "meeting_cancelled",
    sentence=_("A meeting was cancelled."),
    act=_("See the status"),
    subject=_("%(company)s on Corridor: a meeting was cancelled"),
    body=_(
        "A meeting of %(company)s was cancelled. If a time had been agreed, the attached file removes it "
        "from your calendar."
    ),
)
MEETING_REMINDER = notice(
    "meeting_reminder",
    sentence=_("You have a meeting coming up."),
    act=_("See the meeting"),
    subject=_("%(company)s on Corridor: a meeting is coming up"),
    body=_("A meeting of %(company)s starts on %(when)s."),
)
MEETING_OVER = notice(
    "meeting_over",
    sentence=_("The meeting time has passed. Did the meeting happen?"),
    act=_("Answer with one click"),
    subject=_("%(company)s on Corridor: did the meeting happen?"),
    body=_(
        "The time of a meeting of %(company)s has passed. Did it happen, and do you want to continue or to "
        "close the introduction? You can answer with one click."
    ),
)
MEETING_KINDS = tuple(kind for kind in KINDS if kind.startswith("meeting_"))

MET = register_action(
    "met",
    _("Arranged a meeting"),
    Sentence(_("%(who)s proposed times for a meeting: %(what)s."), {"done": "proposed"}),
    Sentence(_("%(who)s agreed on a time for a meeting: %(what)s."), {"done": "agreed"}),
    Sentence(_("%(who)s kept the agreed time of a meeting: %(what)s."), {"done": "kept"}),
    Sentence(_("%(who)s cancelled a meeting: %(what)s."), {"done": "cancelled"}),
    Sentence(_("The meeting time has passed: %(what)s."), {"done": "over"}),
    Sentence(_("%(who)s changed where a meeting takes place: %(what)s."), {"done": "address"}),
    _("%(who)s answered how a meeting went: %(what)s."),
)

# Proposing, taking, moving a time; the call's address
# Each proposal is an email to the other side.
MEETING_LIMIT = register_limit("meeting", account=(60, 30), company=(120, 60), pair=(12, 1))
