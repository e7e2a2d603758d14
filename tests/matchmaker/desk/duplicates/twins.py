"""Two records of one company, the second with a row in every table that a merge moves."""

from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.utils import timezone

from matchmaker import models
from matchmaker.choices import Side
from matchmaker.models.introduction import IntroductionState
from matchmaker.models.meeting import MeetingState
from matchmaker.models.pilot import PilotApplicationState
from profiles.catalogue.consents import services as consents
from profiles.choices import FileState, PictureKind, Purpose
from profiles.models import (
    SIDES,
    CheckedFile,
    Deal,
    Endorsement,
    GovernanceCheck,
    HeldEdit,
    ImportedRow,
    ImportRun,
    KeptValues,
    NeedType,
    Receipt,
    SelectedCompany,
    Selection,
)
from profiles.platform.audit import services as audit
from tests import factories
from tests.matchmaker.events.missions import missioned
from tests.matchmaker.events.pilots.piloted import make_application, make_pilot
from tests.matchmaker.events.programmes.programmed import make_application as ask_to_take_part
from tests.matchmaker.events.programmes.programmed import make_programme
from tests.matchmaker.introduced import make_introduction, make_message
from tests.profiles.companies.pictures.pictured import make_picture

MAKE: dict[str, Any] = {"startup": factories.make_startup, "investor": factories.make_investor}
JOIN: dict[str, Any] = {"startup": factories.make_founder, "investor": factories.make_partner}
NUMBER = {"startup": "registration_number", "investor": "registry_id"}


class Twins:
    """`kept` and `gone` on one side, with an owner each; `across`: two companies on the other side."""

    def __init__(self, side: str = "startup", **fields: Any) -> None:
        self.side, self.other, self.at = side, str(Side(side).other), timezone.now()
        self.kept = MAKE[side]("Sabz Zameen")
        self.gone = MAKE[side]("Sabz Zamin Ltd", **fields)
        self.owner = JOIN[side]("owner@example.com", self.kept)
        self.second = JOIN[side]("second@example.com", self.gone)
        self.across = [MAKE[self.other](f"Across {number}") for number in range(2)]
        self.them = [
            JOIN[self.other](f"across{number}@example.com", company)
            for number, company in enumerate(self.across)
        ]

    def pair(self, company: Any, number: int = 0) -> dict[str, Any]:
        return {self.side: company, self.other: self.across[number]}

    def introduce(self, company: Any, number: int = 0, **fields: Any) -> Any:
        """Return an introduction that the company asked for; each is a minute newer than the one before."""
        by = self.owner if company == self.kept else self.second
        self.at += timedelta(minutes=1)
        said = {"by": by, "side": Side(self.side), "at": self.at, **fields}
        return make_introduction(**self.pair(company, number), **said)

    def fill_programmes(self, by, now):
        """Organise a programme with something of everything, and take part in it."""
        programme = make_programme(self.gone, by=by)
        own = ask_to_take_part(programme, self.gone, by=by, state="accepted")
        programme.steps.create(act="write", target="draft", by=by, at=now)
        programme.announcements.create(text="Welcome", by=by)
        programme.tellings.create(kind="programme_announced", event="1", path="/", waiting=[own.pk])
        team = programme.teams.create(name="Canal", lead=own)
        team.members.create(application=own, state="joined")
        models.ProgrammeProposal.objects.create(application=own, email="p@example.com", institution="A")
        reviewer = programme.reviewers.create(user=by, email=by.email)
        reviewer.conflicts.create(application=own)
        reviewer.scores.create(application=own, points=[1])
        moments = {"starts_at": programme.starts_at, "ends_at": programme.ends_at}
        programme.sessions.create(title="Opening", **moments).attendance.create(application=own)
        programme.invitations.create(kind=self.side, **{self.side: self.gone}, by=by)
        programme.hosts.create(email="h@example.com", **{self.side: self.gone}, user=by, accepted_at=now)
        kept = {"state": FileState.READY, "kind": "pdf", "name": "b.pdf", "size": 3, "content": "b.pdf"}
        programme.files.create(
            file=CheckedFile.objects.create(**{self.side: self.gone}, **kept, by=by, at=now, checked_at=now)
        )
        said = {"kind": "paper", "state": "recorded", "happened_on": now.date(), "words": "A paper"}
        programme.outcomes.create(application=own, **said, by=by, at=now)
        self.fill_mission(programme, by, now)

    def fill_mission(self, programme, by, now):
        """Give the programme a timetable in which the company meets one across."""
        mission = missioned.make_mission(self.gone, by=by, programme=programme)
        delegations = [
            missioned.make_delegation(mission, each, by=by) for each in (self.gone, self.across[0])
        ]
        missioned.make_interpreter(mission)
        missioned.make_wish(*delegations)
        meeting = missioned.make_meeting(mission, **{str(each.side): each for each in delegations})
        meeting.notes.create(delegation=delegations[0], text="Ask for samples", by=by)
        mission.plans.create(by=by)
        mission.steps.create(act="set_up", target="setting_up", side="host", by=by, at=now)

    def fill_deck(self, by, now):
        """Give the startup of a pair a deck that its investor has read."""
        pair = self.pair(self.gone)
        deck = models.Deck.objects.create(startup=pair["startup"], at=now)
        version = deck.versions.create(number=1, state="ready", page_count=1, by=by, at=now, ready_at=now)
        models.Deck.objects.filter(pk=deck.pk).update(current=version)
        drawn = {"state": FileState.READY, "kind": "jpeg", "name": "1.jpg", "size": 3, "content": "1.jpg"}
        image = CheckedFile.objects.create(startup=deck.startup, **drawn, by=by, at=now, checked_at=now)
        version.pages.create(number=1, text="Irrigation", image=image, width=16, height=9)
        version.openings.create(**pair, user=self.them[0], number=1, at=now)
        models.DeckAccess.objects.create(**pair, asked_at=now)

    def fill(self) -> None:
        """Give the record that goes a row of everything, and the kept one some that say the same."""
        now, by = self.at, self.second
        self.gone.formermembers.create(user=self.them[0])
        for company, owner in ((self.gone, self.second), (self.kept, self.owner)):
            self.fill_own(company, owner)
            for purpose in Purpose:
                consents.give(company, purpose=purpose, by=owner, at=now)
        talk = self.introduce(self.gone, state=IntroductionState.MUTUAL)
        self.introduce(self.kept)  # asked, and no one answered: the talk of the other record is further
        self.introduce(self.gone, 1, state=IntroductionState.DECLINED)
        talk.steps.create(act="ask", target="asked", side=self.side, by=by, at=now)
        file = CheckedFile.objects.create(
            **{self.side: self.gone},
            **{"state": FileState.READY, "kind": "pdf", "name": "a.pdf", "size": 3, "content": "a.pdf"},
            by=by,
            at=now,
            checked_at=now,
        )
        message = make_message(talk, self.side, by=by, file=file)
        pair, said = self.pair(self.gone), {"side": self.other, "by": self.them[0], "at": now}
        models.MessageReport.objects.create(**pair, **said, message=message, reason="spam")
        models.LastRead.objects.create(introduction=talk, user=by, up_to=now)
        address = {"fingerprint": "f" * 64, "expires_at": now + timedelta(days=30)}
        models.ReplyAddress.objects.create(introduction=talk, user=by, **address)
        hours = models.AvailableHours.objects.create(
            membership=by.membership, time_zone="Asia/Karachi", minutes=30, notice_hours=24, weeks=2
        )
        hours.days.create(weekday=0, begins="09:00", ends="12:00")
        hours.days_off.create(first_on=now.date(), last_on=now.date())
        meeting = models.Meeting.objects.create(
            introduction=talk, state=MeetingState.PROPOSED, proposed_by=self.side
        )
        meeting.slots.create(starts_at=now + timedelta(days=3), minutes=30)
        meeting.steps.create(act="propose", target="proposed", side=self.side, by=by, at=now)
        meeting.replies.create(side=self.side, answer="go_on", by=by, at=now)
        stage = models.IntroductionStage.objects.create(
            introduction=talk, kind="terms", state="proposed", proposed_by=self.side, since_on=now.date()
        )
        stage.steps.create(act="propose", target="proposed", side=self.side, by=by, at=now)
        talk.outcome_questions.create(side=self.side, asked_rounds=1)
        agreed = {"kind": "memorandum", "words": "Agreed", "happened_on": now.date()}
        outcome = talk.outcomes.create(**agreed, recorded_by=self.side, state="recorded", by=by)
        outcome.steps.create(act="record", target="recorded", side=self.side, by=by, at=now)
        check = GovernanceCheck.objects.first()
        for company, user in ((self.kept, self.owner), (self.gone, by)):
            own = {**self.pair(company), "side": self.side, "by": user, "at": now}
            models.ShortlistEntry.objects.create(**own, note=f"Note of {company.name_en}")
            models.CheckAnswer.objects.create(**own, check_asked=check, state="yes")
            models.DisclosureRequest.objects.create(**own)
            models.FairTerms.objects.create(**own, version=1, opened_at=now)
            for told in (models.DigestEntry, models.Look):
                told.objects.create(**self.pair(company), user=self.them[0], at=now)
            models.CuratorOverride.objects.create(
                **self.pair(company), kind="boost", note="x", by=user, at=now
            )
            for group in ("", "ask"):
                Receipt.objects.create(**self.pair(company), side=self.side, group=group, seen_on=now.date())
        shown = {"evidence": self.gone.evidences.first(), "introduction": talk}
        models.EvidenceGrant.objects.create(**self.pair(self.gone), **shown, side=self.side, by=by, at=now)
        self.fill_deck(by, now)
        for company in (self.kept, self.gone):
            Endorsement.objects.create(**self.pair(company), **said, claim="licence")
        other = {**self.pair(self.gone, 1), "side": self.other, "by": self.them[1], "at": now}
        models.CompanyBlock.objects.create(**other)
        models.Pass.objects.create(**other, reason="team")
        self.fill_programmes(by, now)
        own = {"membership": by.membership}
        models.ApiToken.objects.create(**own, user=by, hash="x", sessions=0, expires_at=now)
        models.Webhook.objects.create(**own).deliveries.create(event="ping", body="{}")
        hosted = make_pilot(self.gone, by=by)
        make_application(hosted, self.across[1], by=self.them[1])
        elsewhere = make_pilot(self.across[0], by=self.them[0], slots=5)
        make_application(elsewhere, self.kept, by=self.owner)
        elsewhere.invitations.create(**{self.side: self.gone}, by=self.them[0])
        make_application(elsewhere, self.gone, by=by, state=PilotApplicationState.ACCEPTED)
        for pilot in (hosted, elsewhere):
            pilot.steps.create(act="write", target="draft", by=by, at=now)
        application = elsewhere.applications.get(**{self.side: self.gone})
        models.PilotStep.objects.create(
            pilot=elsewhere, application=application, act="apply", target="applied", by=by, at=now
        )

    def fill_own(self, company: Any, owner: Any) -> None:
        now, own = self.at, {self.side: company}
        company.invitations.create(
            email="new@example.com", invited_by=owner, expires_at=now + timedelta(days=9)
        )
        review = company.reviews.create(outcome="approved", decided_by=owner, decided_at=now)
        review.given.create(field="pitch", text="Say what you sell.", closed_at=now)
        company.reviewassignments.create(curator=owner, at=now)
        company.curatornotes.create(text="Called them", by=owner, at=now)
        run = ImportRun.objects.create(name="Table", kind="startups", by=owner, at=now)
        ImportedRow.objects.create(**own, run=run, line=2, outcome="new")
        selection = Selection.objects.create(act="approve", by=owner, at=now, seen_at=now)
        SelectedCompany.objects.create(**own, selection=selection)
        HeldEdit.objects.create(**own, values={"pitch": f"Of {company.name_en}"}, changed_at=now)
        kept = KeptValues(**own, before={"pitch": ""}, after={"pitch": company.name_en})
        audit.record("edited", subject=audit.subject_of(company), by=owner, at=now, kept=kept)
        company.appeals.create(text="Please look again", by=owner, at=now)
        models.ScreeningCandidate.objects.create(
            **own, list_code="ofac", entry="1", listed_name="S", own_name="S", found_at=now
        )
        for each in (PictureKind.LOGO, PictureKind.PRODUCT):
            make_picture(company, owner, kind=each, text=company.name_en)
        for shown in ("file", "domain"):
            factories.make_evidence(company, kind=shown)
        said = {"digest": company.public_id, "target": "ur", "text": "Ein", "at": timezone.now()}
        models.MachineTranslation.objects.create(**{self.side: company}, **said)
        kind = NeedType.objects.first()
        if self.side == "startup":
            company.needs.create(type=kind).forms.set(
                apps.get_model("profiles.PartnershipForm").objects.all()[:1]
            )
            company.traction.create(label=company.name_en, value=3, as_of_on=date(2026, 1, 1), source="Books")
            company.partners.create(name="Mill", provides="Flour", share_pct=5)
            Deal.objects.create(investor=self.across[0], startup=company, closed_on=date(2024, 1, 1))
        else:
            company.offers.create(type=kind)
            Deal.objects.create(investor=company, startup=self.across[0], closed_on=date(2024, 1, 1))


# Not compared: the trail and what people were told, limits, and what the worker computes.
NOT_RESTORED = {
    "profiles.AuditRecord", "profiles.AuditHead", "profiles.Notice", "profiles.OutboxMail",
    "profiles.MailSwitch", "profiles.LimitBucket", "matchmaker.RankingJob", "matchmaker.Ranking",
    "matchmaker.TextVector",    "matchmaker.Advice", "matchmaker.InferredSector",
    "matchmaker.ThesisInferredSector",
    "matchmaker.DuplicateProbe", "matchmaker.DuplicateKey", "matchmaker.CompanyMerge",
    "matchmaker.SearchEntry", "matchmaker.SearchTerm", "matchmaker.SearchWord",
}  # fmt: skip


def everything() -> dict[str, list[Any]]:
    """Return every row of every other table of the two apps."""
    found = {}
    for app in ("profiles", "matchmaker"):
        for model in apps.get_app_config(app).get_models(include_auto_created=True):
            if model._meta.label not in NOT_RESTORED:
                found[model._meta.label] = list(model._base_manager.order_by("pk").values())
    return found


__all__ = ["MAKE", "NUMBER", "SIDES", "Twins", "everything"]
