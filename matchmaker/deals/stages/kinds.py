"""What stages send, record and limit."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from matchmaker.deals.introductions.kinds import REQUESTS
from profiles.audit_actions import Sentence, register_action
from profiles.notice_kinds import register_notice
from profiles.platform.limits.services import register_limit

notice = partial(register_notice, category=REQUESTS)
STAGE_PROPOSED = notice(
    "stage_proposed",
    _("A stage was proposed"),
    sentence=_("The other side of an introduction proposes a stage."),
    act=_("Read it, and confirm or dispute it"),
    body=_(
        "The other side of an introduction with %(company)s proposes a stage and a next step. Confirm it "
        "with one click, or say what you disagree with."
    ),
    waits=True,
)
STAGE_WAITS = notice(
    "stage_waits",
    _("A proposed stage is waiting for you"),
    sentence=_("A proposed stage of an introduction is still waiting for your answer."),
    act=_("Read it, and confirm or dispute it"),
    body=_(
        "The other side of an introduction with %(company)s has proposed a stage and is waiting for your "
        "answer. Confirm it with one click, or say what you disagree with."
    ),
)
STAGE_CONFIRMED = notice(
    "stage_confirmed",
    _("A stage was confirmed"),
    sentence=_("The other side has confirmed the stage that you proposed."),
    act=_("View the next step"),
    body=_("The other side of an introduction has confirmed the stage that %(company)s proposed."),
)
STAGE_DISPUTED = notice(
    "stage_disputed",
    _("A stage was disputed"),
    sentence=_("The other side has disputed the stage that you proposed."),
    act=_("Read what they disagree with"),
    body=_(
        "The other side of an introduction has disputed the stage that %(company)s proposed, and says why. "
        "Nothing has changed. You can propose it again in other words."
    ),
)
STAGE_WITHDRAWN = notice(
    "stage_withdrawn",
    _("A proposed stage was withdrawn"),
    sentence=_("The other side has withdrawn a stage that it had proposed. You do not need to answer it."),
    act=_("See the status"),
)
STAGE_DONE = notice(
    "stage_done",
    _("A next step is done"),
    sentence=_("The next step of an introduction is done."),
    act=_("Propose the next step"),
    body=_(
        "The other side of an introduction with %(company)s says that the next step is done. Propose what "
        "comes next."
    ),
)
STAGE_DUE = notice(
    "stage_due",
    _("Your next step is due soon"),
    sentence=_("A next step that you agreed to do is due soon."),
    act=_("See the next step"),
    body=_("%(company)s has agreed to do the next step of an introduction by %(day)s."),
)
STAGE_LATE = notice(
    "stage_late",
    _("The deadline of a next step has passed"),
    sentence=_("The deadline of a next step has passed."),
    act=_("Mark it as done, or agree on another date"),
    body=_(
        "The next step of an introduction with %(company)s was due on %(day)s. Mark it as done, or agree on "
        "another date."
    ),
)

STAGED = register_action(
    "staged",
    _("Updated the stage of an introduction"),
    Sentence(_("%(who)s proposed a stage of an introduction: %(what)s."), {"done": "proposed"}),
    Sentence(_("%(who)s confirmed a stage of an introduction: %(what)s."), {"done": "confirmed"}),
    Sentence(_("%(who)s disputed a stage of an introduction: %(what)s."), {"done": "disputed"}),
    Sentence(_("%(who)s withdrew a proposed stage of an introduction: %(what)s."), {"done": "withdrawn"}),
    Sentence(_("A proposed stage ended with its introduction: %(what)s."), {"done": "dropped"}),
    _("%(who)s completed the next step of an introduction: %(what)s."),
)

# Each proposal is an email to the other side.
STAGE_LIMIT = register_limit("stage", account=(60, 30), company=(120, 60), pair=(12, 1))
