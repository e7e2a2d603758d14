"""What missions send, record and limit."""

from django.utils.translation import gettext_lazy as _

from matchmaker.events.programmes.kinds import notice
from profiles.audit_actions import Sentence, register_action
from profiles.platform.limits.services import register_limit

WISHES_OPEN = notice(
    "mission_wishes",
    _("Choose whom to meet"),
    sentence=_("You can choose whom to meet in a programme you take part in."),
    act=_("Choose whom to meet"),
    subject=_("%(company)s on Corridor: choose whom to meet"),
    body=_(
        "In a programme that %(company)s takes part in, you can choose whom to meet. The best of your match "
        "list are chosen already: check them, and change what you like. Only your team reads what you choose."
    ),
)
REMINDED = notice(
    "mission_reminder",
    _("You have not yet chosen whom to meet"),
    sentence=_("You have not yet chosen whom to meet in a programme. The time for it ends soon."),
    act=_("Choose whom to meet"),
    subject=_("%(company)s on Corridor: choose whom to meet, before it closes"),
    body=_(
        "%(company)s has not yet chosen whom to meet in a programme, and the time for it ends soon. Without "
        "wishes, you may have few meetings."
    ),
)
PUBLISHED = notice(
    "mission_published",
    _("Your schedule of meetings is there"),
    sentence=_("The schedule of your meetings in a programme is published."),
    act=_("See your schedule"),
    subject=_("%(company)s on Corridor: your schedule of meetings"),
    body=_(
        "The schedule of the meetings of %(company)s in a programme is published. Accept the meetings, or "
        "decline those that you cannot attend."
    ),
)
MEETING_OFF = notice(
    "mission_meeting_off",
    _("A meeting of your schedule does not take place"),
    sentence=_("A meeting of your schedule does not take place."),
    act=_("See your schedule"),
    subject=_("%(company)s on Corridor: a meeting does not take place"),
    body=_("A meeting of the schedule of %(company)s does not take place. The schedule shows which."),
)
RUNNING_LATE = notice(
    "mission_late",
    _("Somebody is late for a meeting with you"),
    sentence=_("The other side of a meeting says that it is late."),
    act=_("See your schedule"),
    subject=_("%(company)s on Corridor: the other side is late for a meeting"),
    body=_("The other side of a meeting with %(company)s says that it is late. The schedule shows how late."),
    waits=True,
)
MOVE_ASKED = notice(
    "mission_move_asked",
    _("Asked to move a meeting"),
    sentence=_("The other side of a meeting proposes another time."),
    act=_("See the time and answer"),
    subject=_("%(company)s on Corridor: another time for a meeting"),
    body=_(
        "The other side of a meeting with %(company)s proposes another time. The meeting stays where it is "
        "until you agree."
    ),
    waits=True,
)
MEETING_MOVED = notice(
    "mission_moved",
    _("A meeting was moved"),
    sentence=_("The other side agrees: a meeting takes place at the time that you proposed."),
    act=_("See your schedule"),
    subject=_("%(company)s on Corridor: a meeting was moved"),
    body=_("The other side agrees: a meeting of %(company)s takes place at the time that you proposed."),
)
MOVE_REFUSED = notice(
    "mission_move_refused",
    _("A meeting stays at its time"),
    sentence=_("The other side cannot meet at the time that you proposed. The meeting stays at its time."),
    act=_("See your schedule"),
)
SCHEDULE_CHANGED = notice(
    "mission_changed",
    _("Your schedule of meetings has changed"),
    sentence=_("The organiser has changed your schedule of meetings."),
    act=_("See your schedule"),
    subject=_("%(company)s on Corridor: your schedule has changed"),
    body=_(
        "The organiser has changed the schedule of the meetings of %(company)s: somebody does not come or "
        "comes late, or a table is closed. Look at it before your next meeting."
    ),
)

CHANGED = register_action(
    "mission",
    _("Timetable of a programme"),
    Sentence(_("%(who)s set up the timetable of %(what)s."), {"done": "set_up"}),
    Sentence(_("%(who)s changed the times of %(what)s."), {"done": "slots"}),
    Sentence(_("%(who)s changed the tables or interpreters of %(what)s."), {"done": "rooms"}),
    Sentence(_("%(who)s changed who comes to %(what)s."), {"done": "delegation"}),
    Sentence(_("%(who)s opened %(what)s for wishes."), {"done": "open_wishes"}),
    Sentence(_("%(who)s closed the wishes for %(what)s."), {"done": "close_wishes"}),
    Sentence(_("The wishes for %(what)s were closed at the deadline."), {"done": "deadline"}),
    Sentence(_("%(who)s opened %(what)s for wishes again."), {"done": "reopen"}),
    Sentence(_("%(who)s chose whom to meet at %(what)s."), {"done": "wishes"}),
    Sentence(_("%(who)s started the planner for %(what)s."), {"done": "plan"}),
    Sentence(_("%(who)s stopped the planner for %(what)s."), {"done": "stop"}),
    Sentence(_("%(who)s published the schedule of %(what)s."), {"done": "publish"}),
    Sentence(_("%(who)s wrote down who has come to %(what)s."), {"done": "presence"}),
    Sentence(_("%(who)s changed the published schedule of %(what)s."), {"done": "changes"}),
    Sentence(_("%(who)s took schedules of %(what)s as a file."), {"done": "papers"}),
    Sentence(_("The meetings of %(what)s have begun."), {"done": "begin"}),
    Sentence(_("The meetings of %(what)s are over."), {"done": "end"}),
    _("%(who)s changed a meeting of %(what)s."),
)

MISSION_LIMIT = register_limit("mission", account=(120, 240), company=(240, 480))  # set up and moved
WISH_LIMIT = register_limit("mission_wish", account=(120, 240))  # pages of wishes
# Each takes a minute of two processors.
PLAN_LIMIT = register_limit("mission_plan", account=(20, 20), company=(40, 40))
MEETING_LIMIT = register_limit("mission_meeting", account=(120, 240))
DAY_LIMIT = register_limit("mission_day", account=(600, 1200))  # a desk that writes down who has come
# Each takes a processor for seconds.
CHANGES_LIMIT = register_limit("mission_changes", account=(30, 60), company=(60, 120))
PAPER_LIMIT = register_limit("mission_paper", account=(20, 40))  # each sets up to a hundred pages
