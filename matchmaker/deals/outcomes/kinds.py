"""What outcomes of introductions send, record and limit."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from matchmaker.deals.introductions.kinds import REQUESTS
from profiles.audit_actions import Sentence, register_action
from profiles.notice_kinds import register_notice
from profiles.platform.limits.services import register_limit

notice = partial(register_notice, category=REQUESTS)
OUTCOME_ASKED = notice(
    "outcome_asked",
    _("What was the outcome of an introduction?"),
    sentence=_(
        "Some months ago, you and another company both said yes to an introduction. What was the outcome?"
    ),
    act=_("Record an outcome, or say that there is none"),
    body=_(
        "Some months ago, %(company)s and another company both said yes to an introduction. Record the "
        "outcome: a sample or pilot, a memorandum, an agreement or an investment. If there is none, one "
        "click is enough. We ask after 3, 6 and 12 months."
    ),
)
OUTCOME_RECORDED = notice(
    "outcome_recorded",
    _("An outcome of an introduction is waiting for your confirmation"),
    sentence=_("The other side of an introduction has recorded an outcome. Confirm or dispute it."),
    act=_("Read it, and confirm or dispute it"),
    body=_(
        "In an introduction of %(company)s, the other side has recorded an outcome. It counts once you "
        "confirm it. If you disagree, dispute it."
    ),
    waits=True,
)
OUTCOME_WAITS = notice(
    "outcome_waits",
    _("A question about an outcome is waiting for you"),
    sentence=_("A question about the outcome of an introduction is still waiting for your answer."),
    act=_("Read the question and answer"),
    body=_(
        "A question about the outcome of an introduction of %(company)s is still waiting for your answer. We "
        "do not remind you of it again."
    ),
)
OUTCOME_ANSWERED = notice(
    "outcome_answered",
    _("An outcome was confirmed or disputed"),
    sentence=_("The other side has answered an outcome that you recorded."),
    act=_("Read the answer"),
)

OUTCOME_MOVED = register_action(
    "outcome",
    _("Outcome of an introduction"),
    Sentence(_("%(who)s recorded an outcome of an introduction: %(what)s."), {"done": "record"}),
    Sentence(_("%(who)s confirmed an outcome of an introduction: %(what)s."), {"done": "confirm"}),
    Sentence(_("%(who)s disputed an outcome of an introduction: %(what)s."), {"done": "dispute"}),
    Sentence(_("%(who)s withdrew an outcome of an introduction: %(what)s."), {"done": "retract"}),
    Sentence(_("%(who)s read a disputed outcome of an introduction: %(what)s."), {"done": "read"}),
    Sentence(_("%(who)s read a disputed outcome of a programme: %(what)s."), {"done": "read of programme"}),
    Sentence(_("%(who)s expects nothing more of an introduction: %(what)s."), {"done": "over"}),
    _("%(who)s said that an introduction has no outcome yet: %(what)s."),
)

OUTCOME_LIMIT = register_limit("outcome", account=(60, 30), company=(120, 60), pair=(12, 6))
