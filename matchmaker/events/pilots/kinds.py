"""What pilots send, record and limit."""

from collections.abc import Collection, Mapping
from functools import partial

from django.utils.translation import gettext_lazy as _

from matchmaker.models.pilot import Pilot
from profiles.audit_actions import Sentence, register_action, register_subject
from profiles.notice_kinds import register_category, register_notice
from profiles.platform.limits.services import register_limit

PILOTS = register_category("pilots", _("Pilots"), position=20)
notice = partial(register_notice, category=PILOTS)
PILOT_APPLIED = notice(
    "pilot_applied",
    _("New application for your pilot"),
    sentence=_("Someone has applied for a slot in your pilot."),
    act=_("Read the application and answer"),
    body=_(
        "Someone has applied for a slot in a pilot of %(company)s. Please answer. Both yes and no are fine."
    ),
)
PILOT_INVITED = notice(
    "pilot_invited",
    _("A host invites you to its pilot"),
    sentence=_("A host invites you to apply for a slot in its pilot."),
    act=_("View the pilot"),
    body=_(
        "A host invites %(company)s to apply for a slot in its pilot. You do not have to answer: the host is "
        "told only if you apply."
    ),
    holds="matchmaker.events.pilots.services.applications.still_invites",
)
PILOT_ANSWERED = notice(
    "pilot_answered",
    _("Your application for a pilot was answered"),
    sentence=_("Your application for a pilot was answered."),
    act=_("Read the answer"),
    body=_("The host of a pilot has answered the application of %(company)s."),
)
PILOT_APPROVED = notice(
    "pilot_approved",
    _("Your pilot was approved"),
    sentence=_("Your pilot is approved and listed on the pilot board."),
    act=_("View the pilot"),
    body=_("A curator has approved a pilot of %(company)s. It is now listed on the pilot board."),
)
PILOT_RETURNED = notice(
    "pilot_returned",
    _("Your pilot was returned for changes"),
    sentence=_("Your pilot was returned. A curator says what to change."),
    act=_("See what to change"),
    body=_(
        "A curator has returned a pilot of %(company)s and says what to change. Make the changes and submit "
        "it again."
    ),
)
PILOT_RESULTS = notice(
    "pilot_results",
    _("Pilot results to confirm"),
    sentence=_("A pilot in which you have a slot has results. Do they match what you saw?"),
    act=_("Read and confirm"),
    body=_(
        "The host of a pilot in which %(company)s has a slot has recorded the results. Once you confirm "
        "them, they appear on both profiles."
    ),
)
PILOT_CONFIRMED = notice(
    "pilot_confirmed",
    _("Your pilot results were confirmed"),
    sentence=_("A participant has confirmed the results of your pilot. They now appear on both profiles."),
    act=_("View the pilot"),
)
PILOT_STARTED = notice(
    "pilot_started",
    _("A pilot has started"),
    sentence=_("A pilot in which you have a slot has started."),
    act=_("View the pilot"),
    body=_("A pilot in which %(company)s has a slot has started. The host records the results at its end."),
)
PILOT_WITHDRAWN = notice(
    "pilot_withdrawn",
    _("An application for your pilot was withdrawn"),
    sentence=_("A company has withdrawn its application for your pilot."),
    act=_("View the pilot"),
)
PILOT_SLOT_ENDED = notice(
    "pilot_slot_ended",
    _("Your slot in a pilot has ended"),
    sentence=_("The host has ended your slot in a pilot."),
    act=_("View the pilot"),
    body=_(
        "The host of a pilot has ended the slot of %(company)s. You do not need to do anything. The pilot "
        "page shows its current status."
    ),
)
PILOT_CORRECTED = notice(
    "pilot_corrected",
    _("A pilot was updated"),
    sentence=_("The host has updated a pilot you applied for."),
    act=_("See what changed"),
    body=_(
        "The host has updated a pilot that %(company)s applied for. The pilot page says what changed and "
        "when. Your application stays as it is."
    ),
)
PILOT_CANCELLED = notice(
    "pilot_cancelled",
    _("A pilot was cancelled"),
    sentence=_("The host has cancelled a pilot you applied for."),
    act=_("See your pilots"),
    body=_("The host has cancelled a pilot that %(company)s applied for. You do not need to do anything."),
)

PILOT_CHANGED = register_action(
    "pilot",
    _("Pilot activity"),
    Sentence(_("%(who)s drafted %(what)s."), {"done": "write"}),
    Sentence(_("%(who)s changed %(what)s."), {"done": "edit"}),
    Sentence(_("%(who)s updated %(what)s while it was open for applications."), {"done": "correct"}),
    Sentence(_("%(who)s submitted %(what)s for review again."), {"done": "revise"}),
    Sentence(_("%(who)s submitted %(what)s."), {"done": "submit"}),
    Sentence(_("%(who)s approved %(what)s."), {"done": "approve"}),
    Sentence(_("%(who)s returned %(what)s for changes: “%(message)s”"), {"done": "send_back"}),
    Sentence(_("%(who)s started %(what)s."), {"done": "start"}),
    Sentence(_("%(who)s recorded the results of %(what)s."), {"done": "finish"}),
    Sentence(_("%(who)s cancelled %(what)s."), {"done": "cancel"}),
    Sentence(_("%(who)s confirmed the results of %(what)s."), {"done": "confirm"}),
    Sentence(_("%(who)s changed who can see what in %(what)s."), {"done": "open"}),
    Sentence(_("%(who)s invited a company to %(what)s."), {"done": "invite"}),
    Sentence(_("%(who)s said that an introduction came from %(what)s."), {"done": "origin"}),
    Sentence(_("%(who)s said which deal came from %(what)s."), {"done": "deal"}),
    _("%(who)s changed the status of an application for %(what)s."),
)


def titles_of(codes: Collection[str]) -> Mapping[str, str]:
    return {pilot.public_id: pilot.title for pilot in Pilot.objects.filter(public_id__in=codes)}


register_subject("pilot", _("the pilot %(code)s"), titles_of)

# A pilot, an application, an answer, results
PILOT_LIMIT = register_limit("pilot", account=(120, 60), company=(240, 120))
INVITATION_LIMIT = register_limit("pilot_invitation", account=(20, 10), company=(40, 20))
