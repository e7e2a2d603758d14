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
    _("Meeting times were proposed"),
    sentence=_("You have received proposed times for a meeting."),
    act=_("See the times and choose one"),
    body=_(
        "%(company)s has received proposed times for a meeting. You can choose one with a single click. If "
        "none suits you, propose other times."
    ),
)
MEETING_AGREED = notice(
    "meeting_agreed",
    _("Meeting time agreed"),
    sentence=_("A meeting time has been agreed."),
    act=_("See the meeting"),
    body=_("A meeting of %(company)s is agreed for %(when)s. The calendar entry is attached."),
)
MEETING_MOVED = notice(
    "meeting_moved",
    _("A meeting was moved"),
    sentence=_("A meeting has a new time."),
    act=_("See the meeting"),
    body=_(
        "A meeting of %(company)s has moved to %(when)s. The attached calendar entry replaces the earlier "
        "one."
    ),
)
MEETING_KEPT = notice(
    "meeting_kept",
    _("The agreed time stays the same"),
    sentence=_("The agreed meeting time stays the same."),
    act=_("See the meeting"),
)
MEETING_ADDRESS = notice(
    "meeting_address",
    _("Meeting place or link changed"),
    sentence=_("The place or link of a meeting was added or changed."),
    act=_("See the meeting"),
    body=_(
        "The place or link for the meeting of %(company)s on %(when)s was added or changed. The attached "
        "calendar entry replaces the earlier one."
    ),
)
MEETING_CANCELLED = notice(
    "meeting_cancelled",
    _("A meeting was cancelled"),
    sentence=_("A meeting was cancelled."),
    act=_("See the status"),
    body=_(
        "A meeting of %(company)s was cancelled. If a time had been agreed, the attached file removes it "
        "from your calendar."
    ),
)
MEETING_REMINDER = notice(
    "meeting_reminder",
    _("A meeting is coming up"),
    sentence=_("You have a meeting coming up."),
    act=_("See the meeting"),
    body=_("A meeting of %(company)s starts on %(when)s."),
)
MEETING_OVER = notice(
    "meeting_over",
    _("How did a meeting go?"),
    sentence=_("The meeting time has passed. Did the meeting happen?"),
    act=_("Answer with one click"),
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
