"""What pilots send, record and limit."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import Sentence, register_action, register_subject
from profiles.limits.services import register_limit
from profiles.notice_kinds import register_category, register_notice

PILOTS = register_category("pilots", _("Pilots"), position=20)
notice = partial(register_notice, category=PILOTS)
PILOT_APPLIED = notice(
    "pilot_applied",
    _("Somebody applies for your pilot"),
    sentence=_("Somebody applies for a seat in your pilot."),
    act=_("Read the application and answer"),
    subject=_("%(company)s on Corridor: an application for your pilot"),
    body=_("Somebody applies for a seat in a pilot of %(company)s. Yes and no are both good answers."),
)
PILOT_ANSWERED = notice(
    "pilot_answered",
    _("Your application for a pilot was answered"),
    sentence=_("Your application for a pilot was answered."),
    act=_("Read the answer"),
    subject=_("%(company)s on Corridor: your application for a pilot was answered"),
    body=_("The host of a pilot has answered the application of %(company)s."),
)
PILOT_APPROVED = notice(
    "pilot_approved",
    _("Your pilot was approved"),
    sentence=_("Your pilot is approved and stands on the board."),
    act=_("See it"),
    subject=_("%(company)s on Corridor: your pilot is approved"),
    body=_("A curator has approved a pilot of %(company)s. It stands on the board now."),
)
PILOT_RETURNED = notice(
    "pilot_returned",
    _("Your pilot came back"),
    sentence=_("Your pilot came back: a curator says what to change."),
    act=_("See what to change"),
    subject=_("%(company)s on Corridor: your pilot came back"),
    body=_(
        "A curator has sent back a pilot of %(company)s and says what to change. Change it and "
        "submit it again."
    ),
)
PILOT_RESULTS = notice(
    "pilot_results",
    _("Results of a pilot to confirm"),
    sentence=_("A pilot in which you have a seat has results. Are they as you saw them?"),
    act=_("Read and confirm"),
    subject=_("%(company)s on Corridor: results of a pilot to confirm"),
    body=_(
        "The host of a pilot in which %(company)s has a seat has written down the results. Once you "
        "confirm them they stand on both profiles."
    ),
)
PILOT_CONFIRMED = notice(
    "pilot_confirmed",
    _("Results of your pilot were confirmed"),
    sentence=_("The results of your pilot are confirmed and stand on both profiles."),
    act=_("See it"),
)
PILOT_CORRECTED = notice(
    "pilot_corrected",
    _("A pilot was corrected"),
    sentence=_("A pilot that you applied for was corrected by its host."),
    act=_("See what was corrected"),
    subject=_("%(company)s on Corridor: a pilot was corrected"),
    body=_(
        "The host has corrected a pilot that %(company)s applied for. Its page says what was "
        "corrected and when; the application stands as it is."
    ),
)
PILOT_CANCELLED = notice(
    "pilot_cancelled",
    _("A pilot was cancelled"),
    sentence=_("A pilot that you applied for was cancelled by its host."),
    act=_("See your pilots"),
    subject=_("%(company)s on Corridor: a pilot was cancelled"),
    body=_("The host has cancelled a pilot that %(company)s applied for. There is nothing to do."),
)

PILOT_CHANGED = register_action(
    "pilot",
    _("Did something about a pilot"),
    Sentence(_("%(who)s wrote down %(what)s."), {"done": "write"}),
    Sentence(_("%(who)s changed %(what)s."), {"done": "edit"}),
    Sentence(_("%(who)s corrected %(what)s, which is open."), {"done": "correct"}),
    Sentence(_("%(who)s gave %(what)s to the curators again."), {"done": "revise"}),
    Sentence(_("%(who)s submitted %(what)s."), {"done": "submit"}),
    Sentence(_("%(who)s approved %(what)s."), {"done": "approve"}),
    Sentence(_("%(who)s sent %(what)s back: “%(message)s”"), {"done": "send_back"}),
    Sentence(_("%(who)s started %(what)s."), {"done": "start"}),
    Sentence(_("%(who)s wrote down the results of %(what)s."), {"done": "finish"}),
    Sentence(_("%(who)s cancelled %(what)s."), {"done": "cancel"}),
    Sentence(_("%(who)s confirmed the results of %(what)s."), {"done": "confirm"}),
    Sentence(_("%(who)s changed who may read what of %(what)s."), {"done": "open"}),
    Sentence(_("%(who)s said that an introduction grew out of %(what)s."), {"done": "origin"}),
    Sentence(_("%(who)s said which deal grew out of %(what)s."), {"done": "deal"}),
    _("%(who)s moved an application for %(what)s."),
)
register_subject("pilot", _("the pilot %(code)s"))

# A pilot, an application, an answer, results
PILOT_LIMIT = register_limit("pilot", account=(120, 60), company=(240, 120))
