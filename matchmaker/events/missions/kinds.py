"""What missions send, record and limit."""

from django.utils.translation import gettext_lazy as _

from matchmaker.events.programmes.kinds import notice
from profiles.audit_actions import Sentence, register_action
from profiles.platform.limits.services import register_limit

STILL_MEETS = "matchmaker.events.missions.services.day.still_meets"
WISHES_OPEN = notice(
    "mission_wishes",
    _("Choose who to meet"),
    sentence=_("You can choose who to meet in a programme you take part in."),
    act=_("Choose who to meet"),
    body=_(
        "In a programme that %(company)s takes part in, you can choose who to meet. The best matches on your "
        "list are already selected. Check them and change what you like. Only you and your team can see what "
        "you choose."
    ),
)
REMINDED = notice(
    "mission_reminder",
    _("You have not yet chosen who to meet"),
    sentence=_(
        "You have not yet chosen who to meet in a programme. You can choose only for a short time now."
    ),
    act=_("Choose who to meet"),
    body=_(
        "%(company)s has not yet chosen who to meet in a programme, and the deadline is near. Without "
        "wishes, you may have few meetings."
    ),
)
PUBLISHED = notice(
    "mission_published",
    _("Your meeting schedule is ready"),
    sentence=_("Your meeting schedule for a programme has been published."),
    act=_("See your schedule"),
    body=_(
        "The meeting schedule of %(company)s for a programme has been published. Accept the meetings, or "
        "decline meetings that you cannot attend."
    ),
)
MEETING_OFF = notice(
    "mission_meeting_off",
    _("A meeting in your schedule will not take place"),
    sentence=_("A meeting in your schedule will not take place."),
    act=_("See your schedule"),
    body=_("A meeting in the schedule of %(company)s will not take place. The schedule shows which one."),
)
RUNNING_LATE = notice(
    "mission_late",
    _("Someone is late for a meeting with you"),
    sentence=_("The other side of a meeting says that it will be late."),
    act=_("See your schedule"),
    body=_(
        "The other side of a meeting with %(company)s says that it will be late. The schedule shows by "
        "how much."
    ),
    waits=True,
    holds=STILL_MEETS,
)
MOVE_ASKED = notice(
    "mission_move_asked",
    _("The other side wants to move a meeting"),
    sentence=_("The other side of a meeting proposes another time."),
    act=_("See the time and answer"),
    body=_(
        "The other side of a meeting with %(company)s proposes another time. The time does not change until "
        "you agree."
    ),
    waits=True,
    holds=STILL_MEETS,
)
MEETING_MOVED = notice(
    "mission_moved",
    _("A meeting was moved"),
    sentence=_("The other side agrees: a meeting takes place at the time that you proposed."),
    act=_("See your schedule"),
    body=_("The other side agrees: a meeting of %(company)s takes place at the time that you proposed."),
    holds=STILL_MEETS,
)
MOVE_REFUSED = notice(
    "mission_move_refused",
    _("A meeting keeps its time"),
    sentence=_("The other side cannot meet at the time you proposed. The meeting keeps its time."),
    act=_("See your schedule"),
)
SCHEDULE_CHANGED = notice(
    "mission_changed",
    _("Your meeting schedule has changed"),
    sentence=_("The organiser has changed your meeting schedule."),
    act=_("See your schedule"),
    body=_(
        "The organiser has changed the meeting schedule of %(company)s. Check it before your next meeting."
    ),
)

CHANGED = register_action(
    "mission",
    _("Timetable of a programme"),
    Sentence(_("%(who)s set up the timetable of %(what)s."), {"done": "set_up"}),
    Sentence(_("%(who)s changed the times of %(what)s."), {"done": "slots"}),
    Sentence(_("%(who)s changed the tables or interpreters of %(what)s."), {"done": "rooms"}),
    Sentence(_("%(who)s changed who comes to %(what)s."), {"done": "delegation"}),
    Sentence(_("%(who)s set the maximum number of meetings of %(what)s."), {"done": "most"}),
    Sentence(_("%(who)s changed the schedule of %(what)s by hand."), {"done": "by_hand"}),
    Sentence(_("%(who)s reserved or released a table of %(what)s."), {"done": "reserved"}),
    Sentence(_("%(who)s opened the wishes for %(what)s."), {"done": "open_wishes"}),
    Sentence(_("%(who)s closed the wishes for %(what)s."), {"done": "close_wishes"}),
    Sentence(_("The wishes for %(what)s were closed at the deadline."), {"done": "deadline"}),
    Sentence(_("%(who)s reopened the wishes for %(what)s."), {"done": "reopen"}),
    Sentence(_("%(who)s chose who to meet at %(what)s."), {"done": "wishes"}),
    Sentence(_("%(who)s started the planner for %(what)s."), {"done": "plan"}),
    Sentence(_("%(who)s stopped the planner for %(what)s."), {"done": "stop"}),
    Sentence(_("%(who)s published the schedule of %(what)s."), {"done": "publish"}),
    Sentence(_("%(who)s recorded who attended %(what)s."), {"done": "presence"}),
    Sentence(_("%(who)s changed the published schedule of %(what)s."), {"done": "changes"}),
    Sentence(_("%(who)s downloaded schedules of %(what)s."), {"done": "papers"}),
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
