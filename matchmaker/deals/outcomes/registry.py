"""What outcomes add to introductions, the start page, the desk and the funnel."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from matchmaker import registry
from matchmaker.deals.introductions.selectors import OF_A_PAIR
from matchmaker.deals.outcomes import selectors
from matchmaker.deals.outcomes.kinds import OUTCOME_ASKED, OUTCOME_RECORDED, OUTCOME_WAITS
from matchmaker.deals.outcomes.services import introductions
from profiles.platform import erasure, merging
from profiles.platform.erasure import SHARED, Decision

ASKING = (OUTCOME_ASKED, OUTCOME_RECORDED, OUTCOME_WAITS)
registry.SETTLED_BY_CLOSING["outcomes"] = ASKING
OF_A_PAIR.add("outcomes")
PAGE, ROW = "deals/outcomes/_panel.html", "deals/outcomes/_row.html"
registry.INTRODUCTION_PARTS.append(
    registry.IntroductionPart(selectors.summaries, PAGE, ROW, (_("Outcome"),), selectors.cells_of)
)
OF, OTHER = registry.own_in("introduction__{side}"), "introduction__{other}"
TO_CONFIRM = registry.WaitingPart(31, selectors.to_confirm, OF, selectors.confirming, OTHER)
registry.register_waiting(TO_CONFIRM, told_by=[OUTCOME_RECORDED, OUTCOME_WAITS])
registry.register_waiting(
    registry.WaitingPart(32, selectors.to_answer, OF, selectors.answering, OTHER), told_by=[OUTCOME_ASKED]
)
registry.register_queue(
    27, _("Disputed outcomes"), "outcome_disputes", selectors.disputes_waiting, target=timedelta(days=7)
)
registry.register_funnel_step(
    60,
    "outcome",
    _("Outcomes confirmed"),
    selectors.confirmed,
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

registry.register_periodic_task("ask_what_came_of_introductions", introductions.advance, registry.HOUR)
