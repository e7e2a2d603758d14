"""What stages add to introductions, the start page and the funnel."""

from functools import partial

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker import registry
from matchmaker.deals.stages import services
from matchmaker.deals.stages.kinds import STAGE_DUE, STAGE_LATE, STAGE_PROPOSED, STAGE_WAITS
from matchmaker.deals.stages.selectors import cells_of, roads, rows_waiting, stages_waiting
from matchmaker.deals.stages.services import erase_company, join_roads
from matchmaker.models.stage import StageAct, StageKind, StageStep
from profiles.platform import erasure, merging
from profiles.platform.erasure import SHARED, Decision

registry.AFTER_MEETING.append("stages")
ASKING = (STAGE_PROPOSED, STAGE_WAITS, STAGE_DUE, STAGE_LATE)
registry.SETTLED_BY_CLOSING["stages"] = ASKING
COLUMNS = (_("Agreed stage"), _("Agreed stage since"), _("Agreed next step"), _("Who does it"), _("By when"))
registry.INTRODUCTION_PARTS.append(
    registry.IntroductionPart(roads, "deals/stages/_panel.html", "deals/stages/_row.html", COLUMNS, cells_of)
)
OF, OTHER = registry.own_in("introduction__{side}"), "introduction__{other}"
registry.register_waiting(registry.WaitingPart(30, rows_waiting, OF, stages_waiting, OTHER), told_by=ASKING)


def confirmed(kind: StageKind) -> QuerySet[StageStep]:
    steps = StageStep.objects.filter(act=StageAct.CONFIRM, stage__introduction__left_at=None)
    return steps.filter(stage__kind=kind).annotate(
        of_startup=F("stage__introduction__startup"),
        of_investor=F("stage__introduction__investor"),
        moment=F("at"),
    )


FUNNEL = (
    (
        52,
        StageKind.SAMPLE,
        _("Samples or pilots agreed"),
        _("The stage “Sample or pilot”, confirmed by both sides."),
    ),
    (
        54,
        StageKind.CONFIDENTIALITY,
        _("Confidentiality agreements"),
        _("The stage “Confidentiality agreement”, confirmed by both sides."),
    ),
    (56, StageKind.TERMS, _("Talks about terms"), _("The stage “Terms”, confirmed by both sides.")),
    (
        58,
        StageKind.SIGNED,
        pgettext_lazy("funnel", "Signed"),
        _("The stage “Signed”, confirmed by both sides."),
    ),
)
for position, kind, label, meaning in FUNNEL:
    registry.register_funnel_step(position, f"stage_{kind}", label, partial(confirmed, kind), meaning=meaning)

merging.register(
    {
        "matchmaker.IntroductionStage": merging.follows("introduction__{side}", unwatched=("remind_at",)),
        "matchmaker.StageStep": merging.follows("stage__introduction__{side}"),
    },
    join_roads,
)

erasure.register(
    {
        "matchmaker.IntroductionStage": Decision(SHARED, company="introduction__{side}"),
        "matchmaker.StageStep": Decision(SHARED, because="the moves of a stage, on the same page"),
    },
    erase_company,
)

registry.register_periodic_task("advance_stages", services.advance, registry.SOON)
