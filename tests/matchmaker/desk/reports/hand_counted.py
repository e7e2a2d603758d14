"""A small market whose figures were counted by hand: 12 startups and 6 partners, over 10 weeks of 2026.

Week 1 begins on Monday 5 January, week 10 on 9 March; the figures are of Monday 16 March, 12:00 UTC.
"""

from datetime import UTC, datetime, timedelta

import numpy as np

from matchmaker.choices import Side
from matchmaker.matching.ranking.selectors import stored_lists
from matchmaker.models.introduction import Introduction, IntroductionAct, IntroductionState, IntroductionStep
from matchmaker.models.meeting import Meeting, MeetingAnswer, MeetingReply, MeetingState
from matchmaker.models.pilot import PilotApplicationState
from matchmaker.models.ranking import Ranking
from profiles.choices import ReviewOutcome, Role, Status
from profiles.models import Deal, Investor, Place, Review, Sector, Stage, Startup
from tests import factories
from tests.matchmaker.events.pilots.piloted import make_application, make_pilot

S = IntroductionState


def on(month, day, hour=9, minute=0, second=0):
    return datetime(2026, month, day, hour, minute, second, tzinfo=UTC)


AT = on(3, 16, 12)
# name: approved, hours that it had waited, sector, place, stage, led by women. S12 was never approved.
STARTUPS = {
    "S1": (on(1, 5), 2, "AGR01", "PK-PB", "seed", True),
    "S2": (on(1, 5), 4, "AGR01", "PK-PB", "seed", True),
    "S3": (on(1, 5), 6, "AGR01", "PK-PB", "seed", False),
    "S4": (on(1, 5), 48, "AGR01", "PK-LHE", "seed", False),  # a city of Punjab
    "S5": (on(1, 13), 10, "AGR01", "PK-SD", "seed", False),
    "S6": (on(1, 13), 10, "HLT01", "PK-SD", "seed", False),
    "S7": (on(1, 13), 10, "HLT01", "PK-SD", "series_a", False),
    "S8": (on(1, 13), 10, "HLT01", "PK-SD", "series_a", False),
    "S9": (on(1, 18, 23, 59, 59), 1, "HLT01", "PK", "series_a", None),  # the last second of week 2
    "S10": (on(1, 18, 23, 59, 59), 1, "AGR", None, "series_a", None),  # the sector as a whole
    "S11": (on(1, 19, 0), 24, None, "PK-SD", None, None),  # the first second of week 3
    "S12": (None, 0, "AGR01", "PK-PB", "seed", None),
}


class HandCounted:
    """Writes the market down; `people` are its one curator and one founder, who act for all."""

    def __init__(self):
        self.curator = factories.make_user("reporter@example.com", Role.CURATOR)
        self.by = factories.make_user("everybody@example.com", Role.STARTUP)
        self.startups = {name: self.add_startup(name, *told) for name, told in STARTUPS.items()}
        self.investors = {
            f"I{number}": Investor.objects.create(
                name_en=f"I{number}",
                status=Status.APPROVED,
                matching_consent=True,
                submitted_at=on(1, 5),
                reviewed_at=on(1, 5),
            )
            for number in range(1, 7)
        }
        # S12 was sent back in week 3 after 30 hours, and waits again since Sunday noon.
        self.decide("S12", ReviewOutcome.RETURNED, on(1, 21, 18), 30)
        Startup.objects.filter(pk=self.startups["S12"].pk).update(
            status=Status.SUBMITTED, submitted_at=on(3, 15, 12)
        )
        self.add_lists()
        self.add_introductions()
        self.add_meetings()
        self.add_outcomes()

    def add_startup(self, name, approved, hours, sector, place, stage, women_led):
        startup = Startup.objects.create(
            name_en=name,
            status=Status.APPROVED if approved else Status.RETURNED,
            matching_consent=bool(approved),
            submitted_at=approved and approved - timedelta(hours=hours),
            reviewed_at=approved,
            created_at=on(1, 1),
            primary_sector=Sector.objects.filter(code=sector).first(),
            place=Place.objects.filter(code=place).first(),
            stage=Stage.objects.filter(code=stage).first(),
            women_led=women_led,
        )
        self.startups = {**getattr(self, "startups", {}), name: startup}
        if approved:
            self.decide(name, ReviewOutcome.APPROVED, approved, hours)
        return startup

    def decide(self, name, outcome, at, hours):
        Review.objects.create(
            startup=self.startups[name],
            outcome=outcome,
            decided_by=self.curator,
            decided_at=at,
            waited_since=at - timedelta(hours=hours),
        )

    def add_lists(self):
        """S1 to S10 have a match list. First on partners' lists: S1 twice, S5 once; S2 stands second once."""
        for number in range(1, 11):
            startup = self.startups[f"S{number}"]
            self.add_list(Side.STARTUP, startup.pk, [self.investors["I1"].pk])
        for name, listed in {"I1": ["S1", "S2"], "I2": ["S1"], "I3": ["S5"]}.items():
            pks = [self.startups[each].pk for each in listed]
            self.add_list(Side.INVESTOR, self.investors[name].pk, pks)

    def add_list(self, side, pk, counterparts):
        rows = np.zeros((1, len(counterparts)), stored_lists.ENTRY)
        rows["counterpart"] = counterparts
        header = np.zeros(1, stored_lists.HEADER)
        size = len(counterparts)
        (packed,) = stored_lists.pack_all(header, rows, np.array([size]))
        versions = {"weights_version": 1, "market_version": 1, "engine_version": "x", "computed_at": AT}
        Ranking.objects.create(side=side, profile_id=pk, entries=packed, size=size, **versions)

    def ask(
        self, startup, investor, asked, *, by=Side.STARTUP, promise=14, state=S.ASKED,
        said=None, yes=None, ended=None, delivered=True,
    ):  # fmt: skip
        """Add a request: answered first at `said`, agreed to at `yes`, over at `ended`."""
        waits = state in (S.QUEUED, S.ASKED, S.LATER)
        introduction = Introduction.objects.create(
            startup=self.startups[startup],
            investor=self.investors[investor],
            asked_by=by,
            by=self.by,
            state=state,
            asked_at=asked,
            delivered_at=asked if delivered else None,
            due_at=asked + timedelta(days=promise) if delivered else None,
            closes_at=AT + timedelta(days=30) if waits else None,
            answered_at=said,
            ended_at=ended,
        )
        if yes:
            source = S.ASKED if yes == said else S.LATER
            IntroductionStep.objects.create(
                introduction=introduction,
                act=IntroductionAct.ACCEPT,
                source=source,
                target=S.MUTUAL,
                side=by.other,
                by=self.by,
                at=yes,
            )
        return introduction

    def add_introductions(self):
        self.talk = self.ask("S1", "I1", on(1, 8), state=S.MUTUAL, said=on(1, 10), yes=on(1, 10))
        self.ask("S1", "I2", on(1, 14), state=S.DECLINED, said=on(1, 16), ended=on(1, 16))
        # Answered “Later” two days after the promise of three, and agreed to in week 7.
        self.late = self.ask("S2", "I1", on(1, 15), promise=3, state=S.MUTUAL, said=on(1, 20), yes=on(2, 20))
        self.ask("S3", "I3", on(1, 20), state=S.EXPIRED, ended=on(3, 5))
        self.ask("S5", "I4", on(1, 21), state=S.WITHDRAWN, ended=on(1, 22))  # before any answer
        self.ask("S6", "I5", on(2, 2), state=S.QUEUED, delivered=False)
        self.closed = self.ask(
            "S7", "I6", on(2, 3), by=Side.INVESTOR, promise=30, state=S.CLOSED, said=on(2, 4), yes=on(2, 4),
            ended=on(3, 1),
        )  # fmt: skip
        self.ask("S8", "I6", on(3, 10))  # not due yet
        self.ask("S9", "I1", on(2, 10), by=Side.INVESTOR, promise=30)  # overdue since 12 March

    def add_meetings(self):
        self.meet(self.talk, on(1, 20))
        self.meet(self.talk, on(2, 10))
        self.meet(self.late, on(2, 27), MeetingAnswer.MISSED)
        self.meet(self.closed, on(2, 12), MeetingAnswer.GO_ON)

    def meet(self, introduction, ends, answer=None):
        meeting = Meeting.objects.create(
            introduction=introduction,
            state=MeetingState.OVER,
            proposed_by=Side.STARTUP,
            starts_at=ends - timedelta(hours=1),
            ends_at=ends,
            ended_at=ends,
        )
        if answer:
            MeetingReply.objects.create(
                meeting=meeting, side=Side.STARTUP, answer=answer, by=self.by, at=ends
            )

    def add_outcomes(self):
        hosted = make_pilot(self.investors["I1"], by=self.by, at=on(2, 1))
        theirs = make_pilot(self.startups["S7"], by=self.by, at=on(2, 1))
        accepted = PilotApplicationState.ACCEPTED
        for pilot, company, at in (
            (hosted, self.startups["S1"], on(3, 1)),
            (hosted, self.startups["S4"], on(3, 2)),  # without an introduction
            (theirs, self.investors["I6"], on(3, 15, 23, 30)),  # a Monday in Karachi
        ):
            made = make_application(pilot, company, by=self.by, state=accepted)
            type(made).objects.filter(pk=made.pk).update(answered_at=at)
        make_application(hosted, self.startups["S3"], by=self.by)
        for startup, investor, closed, sector in (
            ("S1", "I1", on(3, 12), "AGR01"),
            ("S1", "I3", on(3, 12), "AGR01"),  # no introduction
            ("S2", "I1", on(1, 1), "AGR"),  # before their introduction
            ("S7", "I6", on(2, 3), "HLT01"),  # on the day of the request
            (None, "I1", on(2, 1), "AGR01"),
            (None, "I2", on(2, 1), "AGR01"),
            (None, "I2", on(2, 2), "AGR"),
        ):
            # All deals in farming: I1 has three, I2 two, I3 one.
            Deal.objects.create(
                investor=self.investors[investor],
                startup=self.startups[startup] if startup else None,
                startup_name="" if startup else "Elsewhere",
                closed_on=closed.date(),
                sector=Sector.objects.get(code=sector),
            )
