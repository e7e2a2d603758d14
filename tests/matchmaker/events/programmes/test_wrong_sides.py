"""Every act on a programme is refused to everyone else by its service, whatever the page allows."""

import inspect
import pkgutil
from contextlib import suppress
from datetime import timedelta
from importlib import import_module

import pytest
from django.db import transaction
from django.utils import timezone

from matchmaker.events.programmes import services
from matchmaker.events.programmes.selectors.applications import Applicant
from matchmaker.events.programmes.services import (
    applications,
    cohort,
    corrections,
    hosts,
    invitations,
    jury,
    people,
    programmes,
)
from matchmaker.models.programmes import ProgrammeReviewer
from matchmaker.models.programmes.people import MemberState
from matchmaker.models.programmes.programme import (
    ApplicantKind,
    ProgrammeApplicationAct,
    ProgrammeApplicationState,
    ProgrammeState,
)
from matchmaker.transitions import WrongSideError
from profiles.choices import FileKind
from profiles.guards import NotACuratorError
from profiles.integrations.file_checking import SentFile
from profiles.models import CheckedFile
from profiles.refusals import RefusedError
from tests import factories
from tests.matchmaker.events.programmes.programmed import make_application, make_programme

pytestmark = pytest.mark.django_db
A, S, Act = ProgrammeApplicationState, ProgrammeState, ProgrammeApplicationAct
NEW = "a@stranger.example"
PAPER = SentFile(FileKind.PDF, b"%PDF-1.7", "plan.pdf")
CRITERIA = [{"name": "Fit", "weight": 1, "low": "a", "middle": "b", "high": "c"}]


class Cast:
    """A programme and everyone near it: who leads, co-organises, applies, takes part, reviews, or none."""

    def __init__(self, host, curator, state):
        self.now = timezone.now()
        fields = {"title_ur": "", "place_count": 9, "criteria": CRITERIA}
        self.programme = make_programme(host.membership.investor, by=host, state=state, **fields)
        names = ("Ours", "Theirs", "Elsewhere", "Helps")
        self.companies = {name: factories.make_startup(name) for name in names}
        founders = {
            name: factories.make_founder(f"{name.lower()}@example.com", company)
            for name, company in self.companies.items()
        }
        self.people = {
            "leader": host,
            "co-organiser": founders["Helps"],
            "applicant": founders["Ours"],
            "participant": founders["Theirs"],
            "reviewer": factories.make_founder("reviewer@example.com", factories.make_startup("Reads")),
            "outsider": founders["Elsewhere"],
            "curator": curator,
        }
        self.host = self.programme.hosts.create(
            email="helps@example.com", user=founders["Helps"], startup=self.companies["Helps"],
            accepted_at=self.now,
        )  # fmt: skip
        self.reviewer = ProgrammeReviewer.objects.create(
            programme=self.programme, user=self.people["reviewer"], email="reviewer@example.com",
            declared_at=self.now,
        )  # fmt: skip
        self.sent, self.taken = (
            make_application(self.programme, self.companies[name], by=founders[name], state=state)
            for name, state in (("Ours", A.SENT), ("Theirs", A.ACCEPTED))
        )
        times = {"starts_at": self.now - timedelta(minutes=9), "ends_at": self.now + timedelta(hours=1)}
        self.session = self.programme.sessions.create(title="Opening", **times)

    def said(self, by):
        return {"by": by, "at": self.now}

    def invitation(self, **fields):
        by = self.people["leader"]
        return self.programme.invitations.create(kind="startup", by=by, **fields)

    def file(self):
        stored = CheckedFile.objects.create(
            investor=self.programme.investor,
            kind="pdf",
            name="x",
            size=1,
            state="refused",
            fault="unknown",
            by=self.people["leader"],
            at=self.now,
            checked_at=self.now,
        )
        return self.programme.files.create(file=stored)

    def own(self, by):
        return self.sent if by == self.people["applicant"] else self.taken

    def team(self):
        team = self.programme.teams.create(name="One", lead=self.taken, at=self.now)
        team.members.create(application=self.taken, state=MemberState.JOINED, at=self.now)
        return team


def applicant(company):
    return Applicant(ApplicantKind.STARTUP, company, None)


def moved(act):
    return lambda c, by: getattr(programmes, act)(c.programme, **c.said(by))


def write(c, by):
    """Change the draft of someone else."""
    programmes.write_programme(
        c.programme.company, values={"title_en": "Other"}, programme=c.programme, **c.said(by)
    )


def decide_together(c, by):
    choice = applications.Decision(c.sent.pk, c.sent.version, str(Act.ACCEPT))
    assert applications.decide_together(c.programme, [choice], reason="", **c.said(by)) == 1


def texts(c, by):
    values = {name: getattr(c.programme, name) for name in corrections.CORRECTABLE_TEXTS}
    corrections.propose_texts(c.programme, values={**values, "venue": "Hall B"}, **c.said(by))


def new_texts(c):
    type(c.programme).objects.filter(pk=c.programme.pk).update(
        corrected={"venue": "Hall B"}, corrected_at=c.now, corrected_by=c.people["leader"]
    )
    return type(c.programme).objects.get(pk=c.programme.pk)


def dates(c, by):
    values = {"apply_by": c.now + timedelta(days=11), "place_count": 9}
    programmes.correct_programme(c.programme, values=values, **c.said(by))


HOSTS, LEAD, CURATOR = ("leader", "co-organiser"), ("leader",), ("curator",)
TAKES_PART, APPLIES, ELSEWHERE = ("participant",), ("applicant",), ("outsider",)
# By the state of the programme and who may do it: the acts.
BY_STATE = {
    (S.OPEN, HOSTS): {
        "invitations.make_link": lambda c, by: invitations.make_link(
            c.programme, kind=ApplicantKind.STARTUP, places=2, **c.said(by)
        ),
        "invitations.invite_company": lambda c, by: invitations.invite_company(
            c.programme, c.companies["Elsewhere"], **c.said(by)
        ),
        "invitations.invite_addresses": lambda c, by: invitations.invite_addresses(
            c.programme, [NEW], kind="startup", **c.said(by)
        ),
        "invitations.end_invitation": lambda c, by: invitations.end_invitation(c.invitation(), **c.said(by)),
        "corrections.propose_texts": texts,
        "cohort.announce": lambda c, by: cohort.announce(c.programme, text="A", **c.said(by)),
        "cohort.add_session": lambda c, by: cohort.add_session(
            c.programme,
            values={"title": "B", "starts_at": c.now, "ends_at": c.now + timedelta(hours=1)},
            **c.said(by),
        ),
        "cohort.remove_session": lambda c, by: cohort.remove_session(c.session, **c.said(by)),
        "cohort.set_attendance": lambda c, by: cohort.set_attendance(
            c.session, present=[c.taken.pk], **c.said(by)
        ),
        "cohort.add_file": lambda c, by: cohort.add_file(
            c.programme, c.programme.company, PAPER, **c.said(by)
        ),
        "cohort.remove_file": lambda c, by: cohort.remove_file(c.file(), **c.said(by)),
        "hosts.end_host": lambda c, by: hosts.end_host(c.host, **c.said(by)),
        "jury.remove_reviewer": lambda c, by: jury.remove_reviewer(
            c.programme, pk=c.reviewer.pk, **c.said(by)
        ),
        "jury.write_criteria": lambda c, by: jury.write_criteria(
            c.programme, criteria=CRITERIA, **c.said(by)
        ),
        "jury.record_export": lambda c, by: jury.record_export(c.programme, **c.said(by)),
        "applications.decide": lambda c, by: applications.decide(c.sent, Act.ACCEPT, reason="", **c.said(by)),
        "applications.decide_together": decide_together,
        "applications.take_part": lambda c, by: applications.take_part(
            c.programme,
            by.membership.company if hasattr(by, "membership") else c.programme.company,
            **c.said(by),
        ),
    },
    (S.OPEN, ELSEWHERE): {
        "invitations.take_place": lambda c, by: invitations.take_place(
            c.invitation(email="elsewhere@example.com"), applicant(c.companies["Elsewhere"]), **c.said(by)
        ),
        "applications.write_application": lambda c, by: applications.write_application(
            c.programme, applicant(c.companies["Elsewhere"]), answers=["A"], is_final=True, **c.said(by)
        ),
        "applications.discard_draft_of": lambda c, by: applications.discard_draft_of(
            make_application(c.programme, c.companies["Elsewhere"], by=c.people["outsider"], state=A.DRAFT),
            **c.said(by),
        ),
    },
    (S.OPEN, CURATOR): {
        "corrections.approve_texts": lambda c, by: corrections.approve_texts(
            new_texts(c), version_read=None, **c.said(by)
        ),
        "corrections.return_texts": lambda c, by: corrections.return_texts(
            new_texts(c), message="Shorter", **c.said(by)
        ),
    },
    (S.OPEN, TAKES_PART): {"cohort.attend": lambda c, by: cohort.attend(c.session, c.taken, **c.said(by))},
    (S.OPEN, LEAD): {
        "hosts.ask_host": lambda c, by: hosts.ask_host(c.programme, email=NEW, **c.said(by)),
        "programmes.correct_programme": dates,
        "programmes.close_programme": moved("close_programme"),
        "programmes.cancel_programme": moved("cancel_programme"),
    },
    (S.OPEN, APPLIES): {
        "applications.withdraw_application": lambda c, by: applications.withdraw_application(
            c.sent, **c.said(by)
        )
    },
    (S.RUNNING, TAKES_PART): {
        "people.found_team": lambda c, by: people.found_team(
            c.taken, values={"name": "A", "about": "", "place_count": 3, "skills": []}, **c.said(by)
        ),
        "people.leave_team": lambda c, by: people.leave_team(c.team(), c.taken, **c.said(by)),
        "people.decline": lambda c, by: people.decline(c.team(), c.sent, lead=c.taken, **c.said(by)),
    },
    (S.DRAFT, LEAD): {
        "programmes.write_programme": write,
        "programmes.submit_programme": moved("submit_programme"),
    },
    (S.REVIEW, CURATOR): {
        "programmes.approve_programme": lambda c, by: programmes.approve_programme(
            c.programme, version_read=None, **c.said(by)
        ),
        "programmes.send_back_programme": lambda c, by: programmes.send_back_programme(
            c.programme, message="Shorter", **c.said(by)
        ),
    },
    (S.CLOSED, LEAD): {"programmes.start_programme": moved("start_programme")},
    (S.RUNNING, LEAD): {"programmes.finish_programme": moved("finish_programme")},
    (S.FINISHED, LEAD): {"programmes.resume_programme": moved("resume_programme")},
}
ACTS = {name: (state, able, do) for (state, able), acts in BY_STATE.items() for name, do in acts.items()}
# Where the check of these is tested, or why they need none.
ELSEWHERE_TESTED = {
    "applications.end_between": "the caller, a block, has checked the side",
    "applications.place_directly": "part of take_part and take_place",
    "cohort.open_file": "records what a page handed out",
    "hosts.accept_host": "who was asked by address: test_hosts.py",
    "hosts.end_between": "the caller, a block, has checked the side",
    "jury.declare_conflicts": "who reviews: test_jury.py",
    "jury.score": "who reviews: test_jury.py",
    "outcomes.answer_outcome": "who is a side: test_outcomes.py",
    "outcomes.record_outcome": "who is a side: test_outcomes.py",
    "outcomes.retract_outcome": "who is a side: test_outcomes.py",
    "people.ask_to_join": "asks the same as found_team",
    "people.invite": "asks the same as decline",
    "people.sign_proposal": "who was named by address: test_people.py",
    "people.write_proposal": "part of write_application",
    **dict.fromkeys(
        (
            "programmes.apply_programme_transition",
            "programmes.lock_as_organiser",
            "programmes.lock_ongoing",
            "programmes.record_audit",
            "programmes.require_applicant",
            "programmes.require_leader",
            "programmes.require_organiser",
        ),
        "what the acts check with, or record by",
    ),
}


def acts_of_services():
    """Return every public function of the services that someone does."""
    for module in pkgutil.iter_modules(services.__path__):
        loaded = import_module(f"{services.__name__}.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            is_own = function.__module__ == loaded.__name__ and not name.startswith("_")
            if is_own and "by" in inspect.signature(function).parameters:
                yield f"{module.name}.{name}"


def test_every_act_of_a_service_is_tried_by_the_wrong_side():
    assert set(acts_of_services()) == {*ACTS, *ELSEWHERE_TESTED}
    assert not ACTS.keys() & ELSEWHERE_TESTED.keys()


@pytest.mark.parametrize("act", ACTS)
def test_only_its_side_does_it(act, li_wei, sana):
    state, able, do = ACTS[act]
    cast = Cast(li_wei, sana, state)
    done = set()
    for name, by in cast.people.items():
        with suppress(WrongSideError, NotACuratorError), transaction.atomic():
            do(cast, by)
            done.add(name)
            transaction.set_rollback(True)
    assert done == set(able)


def test_a_reviewer_of_the_organiser_takes_no_place(li_wei):
    programme = make_programme(li_wei.membership.investor, by=li_wei)
    ProgrammeReviewer.objects.create(
        programme=programme, user=li_wei, email=li_wei.email, declared_at=timezone.now()
    )
    with pytest.raises(RefusedError):
        applications.take_part(programme, programme.investor, by=li_wei, at=timezone.now())
    assert not programme.applications.exists()
