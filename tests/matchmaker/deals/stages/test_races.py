"""Any two acts on one stage at the same moment: one follows the other, and no state is illegal."""

import pytest
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.deals.introductions.services import decisions
from matchmaker.deals.stages import services as stages
from matchmaker.models.introduction import Introduction, IntroductionState, IntroductionStep
from matchmaker.models.stage import CURRENT, IntroductionStage, StageKind, StageState, StageStep
from matchmaker.transitions import WrongStateError
from profiles.models import Deal, OutboxMail
from tests.matchmaker.deals.stages.conftest import values
from tests.racing import broken_log

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.attack, pytest.mark.races]
RACES = (
    ("confirm investor", "dispute investor"),
    ("confirm investor", "confirm investor"),
    ("propose startup", "propose investor"),
    ("confirm investor", "withdraw startup"),
    ("confirm investor", "propose startup"),
    ("confirm investor", "close startup"),
    ("finish startup", "confirm investor"),
)


class Road:
    """One mutual introduction with a stage that both confirmed, and a signed one that waits."""

    def __init__(self, introduction, founder, partner):
        self.introduction = introduction
        self.people = {Side.STARTUP: founder, Side.INVESTOR: partner}

    def begin(self, _first, second):
        for model in (IntroductionStage, Deal, IntroductionStep, OutboxMail):
            model.objects.all().delete()
        Introduction.objects.update(state=IntroductionState.MUTUAL, ended_at=None)
        who = {"by": self.people[Side.STARTUP], "side": Side.STARTUP, "at": timezone.now()}
        stages.propose(self.introduction, values=values(StageKind.TERMS), **who)
        self.act("confirm investor")()
        if second != "propose investor":
            self.act("propose startup")()

    def act(self, name):
        verb, side = name.split()
        return lambda: self._do(verb, Side(side))

    def _do(self, verb, side):
        introduction = Introduction.objects.select_related("startup", "investor").get()
        rows = IntroductionStage.objects.select_related("introduction__startup", "introduction__investor")
        stage = rows.filter(state__in=CURRENT if verb == "finish" else [StageState.PROPOSED]).first()
        who = {"side": side, "by": self.people[side], "at": timezone.now()}
        if verb == "propose":
            stages.propose(introduction, values=values(StageKind.SIGNED, wants_record=True), **who)
        elif verb == "close":
            decisions.withdraw_interest(introduction.startup, introduction.investor, **who)
        elif stage is None:
            raise WrongStateError
        elif verb == "confirm":
            stages.confirm(stage, records=True, **who)
        elif verb == "dispute":
            stages.dispute(stage, objection="Not yet", **who)
        else:
            {"withdraw": stages.withdraw, "finish": stages.finish}[verb](stage, **who)


def illegal(*_acts):
    """Return where a stage, its log and the deals contradict each other."""
    rows, found = list(IntroductionStage.objects.all()), []
    if sum(each.state in CURRENT for each in rows) != 1:
        found.append("not one current stage")
    for row in rows:
        found += broken_log(row, StageStep.objects.filter(stage=row))
    confirmed = StageStep.objects.filter(act="confirm", stage__kind=StageKind.SIGNED).count()
    return found + (["deals"] if Deal.objects.count() != confirmed else [])


def test_two_acts_at_once(introduction, ayesha, li_wei, race, rounds):
    road = Road(introduction, ayesha, li_wei)

    def drop():
        stages.drop_closed(at=timezone.now())  # what the next sweep does where one of the two closed

    assert race(RACES, road.begin, road.act, illegal, then=drop) == {}
