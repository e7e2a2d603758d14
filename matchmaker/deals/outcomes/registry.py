"""What outcomes add to introductions, the start page, the desk and the funnel."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from matchmaker.deals.introductions.selectors import OF_A_PAIR
from matchmaker.deals.outcomes.kinds import OUTCOME_ASKED, OUTCOME_RECORDED, OUTCOME_WAITS
from matchmaker.deals.outcomes.selectors import (
    answering,
    cells_of,
    confirmed,
    confirming,
    disputes_waiting,
    summaries,
    to_answer,
    to_confirm,
)
from matchmaker.deals.outcomes.services import introductions
from matchmaker.registry import (
    HOUR,
    INTRODUCTION_PARTS,
    SETTLED_BY_CLOSING,
    IntroductionPart,
    WaitingPart,
    own_in,
    register_funnel_step,
    register_periodic_task,
    register_queue,
    register_waiting,
)
from profiles.platform import erasure, merging
from profiles.platform.erasure import SHARED, Decision

ASKING = (OUTCOME_ASKED, OUTCOME_RECORDED, OUTCOME_WAITS)
SETTLED_BY_CLOSING["outcomes"] = ASKING
OF_A_PAIR.add("outcomes")
PAGE, ROW = "deals/outcomes/_panel.html", "deals/outcomes/_row.html"
INTRODUCTION_PARTS.append(IntroductionPart(summaries, PAGE, ROW, (_("Outcome"),), cells_of))
OF, OTHER = own_in("introduction__{side}"), "introduction__{other}"
TO_CONFIRM = WaitingPart(31, to_confirm, OF, confirming, OTHER)
register_waiting(TO_CONFIRM, told_by=[OUTCOME_RECORDED, OUTCOME_WAITS])
register_waiting(WaitingPart(32, to_answer, OF, answering, OTHER), told_by=[OUTCOME_ASKED])
register_queue(27, _("Disputed outcomes"), "outcome_disputes", disputes_waiting, target=timedelta(days=7))
register_funnel_step(
    60,
    "outcome",
    _("Outcomes confirmed"),
    confirmed,
    meaning=_("Outcomes of introductions that both sides have confirmed."),
)

merging.register(
    {
        "matchmaker.OutcomeQuestion": merging.follows("introduction__{side}", unwatched=("remind_at",)),
        "matchmaker.IntroductionOutcome": merging.follows("introduction__{side}", unwatched=("remind_at",)),
        "matchmaker.OutcomeStep": merging.follows("outcome__introduction__{side}"),
    }
)
erasure.register(
    {
        "matchmaker.OutcomeQuestion": Decision(SHARED, company="introduction__{side}", own_side=True),
        "matchmaker.IntroductionOutcome": Decision(SHARED, company="introduction__{side}"),
        "matchmaker.OutcomeStep": Decision(SHARED, because="the moves of an outcome, on the same page"),
    },
    introductions.erase_company,
)

register_periodic_task("ask_what_came_of_introductions", introductions.advance, HOUR)
