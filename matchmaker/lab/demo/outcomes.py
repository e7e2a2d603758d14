"""Outcomes of introductions of the demonstration. Their words say that they are none."""

from datetime import datetime
from typing import Any

from matchmaker.choices import Side
from matchmaker.deals.outcomes.services.introductions import answer_outcome, record_outcome
from matchmaker.lab.demo.companies import Row, demo_company
from matchmaker.lab.demo.part import Part
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.outcome import IntroductionOutcome
from profiles.people.accounts.selectors import members_of


def show(row: Row, at: datetime, now: datetime) -> None:
    startup, investor = demo_company("startup", row["startup"]), demo_company("investor", row["investor"])
    talks = Introduction.objects.filter(startup=startup, investor=investor, state=IntroductionState.MUTUAL)
    introduction, side = talks.first(), Side(row["side"])
    member = members_of(startup if side is Side.STARTUP else investor).first()
    if introduction is None or member is None:
        return
    said: dict[str, Any] = {"side": side, "by": member.user, "at": at}
    if row["act"] == "record":
        values = {"kind": row["kind"], "happened_on": at.date(), "words": row["words"]}
        record_outcome(introduction, values=values, **said)
    elif waiting := introduction.outcomes.filter(state="recorded").first():
        answer_outcome(waiting, objection=row["words"], **said)


PART = Part(
    "demo_outcomes", IntroductionOutcome.objects.filter(introduction__startup__is_demo=True), show, 37
)
