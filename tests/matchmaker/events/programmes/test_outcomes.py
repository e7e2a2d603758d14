"""What came of a programme: who is asked when, who records and confirms it, and what everyone reads."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from matchmaker.events.programmes.services import outcomes
from matchmaker.models.conversation import CompanyBlock
from matchmaker.models.outcome import OutcomeState
from matchmaker.models.programmes import Programme, ProgrammeOutcome, ProgrammeProposal, ProgrammeStep
from matchmaker.models.programmes.outcome import OutcomeKind
from matchmaker.models.programmes.programme import (
    RESUME_TIME,
    ProgrammeApplicationState,
    ProgrammeKind,
    ProgrammeState,
)
from matchmaker.models.ranking import RankingJob
from matchmaker.portal.own_data.selectors import copy_for
from matchmaker.portal.own_data.services import erase_company
from profiles.choices import DealSource, Status
from profiles.models import AuditRecord, Deal, Notice, OutboxMail, PartnershipForm, Startup
from tests import factories
from tests.matchmaker.events.programmes.programmed import at, body, make_application, make_programme
from tests.matchmaker.events.programmes.test_people import person
from tests.queries import queries_of

pytestmark = pytest.mark.django_db
A, K, S = ProgrammeApplicationState, OutcomeKind, OutcomeState
MONTH = timedelta(days=31)


@pytest.fixture
def programme(li_wei):
    """A co-hackathon of the investor that ended a moment ago."""
    host = li_wei.membership.investor
    return make_programme(host, by=li_wei, state=ProgrammeState.FINISHED, place_count=20)


@pytest.fixture
def ours(programme, startup, ayesha):
    """The startup took part."""
    return make_application(programme, startup, by=ayesha, state=A.ACCEPTED)


def saying(mine, whom="organiser", **fields):
    return {
        "mine": getattr(mine, "pk", mine),
        "whom": getattr(whom, "pk", whom),
        "kind": "pilot",
        "happened_on": timezone.localdate().isoformat(),
        "words": "Canary: forty meters on a canal",
        **fields,
    }


def make_outcome(programme, application, *, kind=K.PAPER, state=S.RECORDED, **fields):
    answered = timezone.now() if state in (S.CONFIRMED, S.DISPUTED) else None
    said = {"happened_on": timezone.localdate(), "words": "Canary words", "answered_at": answered, **fields}
    return ProgrammeOutcome.objects.create(
        programme=programme, application=application, kind=kind, state=state, **said
    )


def asked(user):
    return Notice.objects.filter(user=user, kind="programme_outcomes_asked").count()


def test_both_sides_are_asked_once_a_round_until_they_say_that_nothing_more_comes(
    as_user, programme, ours, ayesha, li_wei
):
    now, page = programme.ended_at + RESUME_TIME, at("programme_outcomes", programme)
    assert outcomes.ask_due(at=now - timedelta(minutes=1)) == 0
    assert outcomes.ask_due(at=now) == 2
    assert outcomes.ask_due(at=now) == outcomes.ask_due(at=now + 2 * MONTH) == 0
    assert (asked(ayesha), asked(li_wei)) == (1, 1)
    mail = OutboxMail.objects.get(kind="programme_outcomes_asked", recipient=ayesha.email)
    assert mail.language == ayesha.language
    founder, home = as_user(ayesha), reverse("home")
    assert "What were the outcomes of “Water hackathon”?" in body(founder, home)
    assert "Water hackathon" in body(founder, reverse("own_programmes"))
    founder.post(page, {"nothing": "yet"})
    assert "What were the outcomes of “Water hackathon”?" not in body(founder, home)
    as_user(li_wei).post(page, {"nothing": "more"})
    assert outcomes.ask_due(at=now + 4 * MONTH) == 1
    assert (asked(ayesha), asked(li_wei)) == (2, 1)
    founder.post(page, saying(ours))
    assert "What were the outcomes of “Water hackathon”?" not in body(founder, home), (
        "who records has answered"
    )
    assert outcomes.ask_due(at=now + 13 * MONTH) == 1, "who missed a round is asked once, not twice"
    assert outcomes.ask_due(at=now + 99 * MONTH) == 0
    assert (asked(ayesha), asked(li_wei)) == (3, 1)


def test_a_confirmed_investment_is_a_deal_on_the_profile_and_counts_in_the_ranking(
    as_user, programme, ours, startup, ayesha, li_wei
):
    founder, host, page = as_user(ayesha), as_user(li_wei), at("programme_outcomes", programme)
    investment = {"kind": "investment", "amount": "50,000", "currency": "USD", "form": "equity"}
    assert founder.post(page, saying(ours, kind="investment")).status_code == 422, "how much, and how"
    memorandum = {**investment, "form": "framework_mou"}
    assert founder.post(page, saying(ours, **memorandum)).status_code == 422, "a memorandum is no deal"
    assert founder.post(page, saying(ours, **investment)).status_code == 302
    outcome = ProgrammeOutcome.objects.get()
    assert not Deal.objects.filter(source=DealSource.BOTH).exists()
    assert "Not confirmed" in body(founder, page)
    waiting = body(host, reverse("home"))
    assert "Outcome of “Water hackathon” to confirm: Investment" in waiting
    founder.post(at("programme_outcome", programme, outcome.pk), {"act": "confirm"})
    outcome.refresh_from_db()
    assert outcome.state == S.RECORDED, "nobody confirms the own words"
    RankingJob.objects.all().delete()
    assert "the investor’s profile gets a deal" in body(host, page)
    host.post(at("programme_outcome", programme, outcome.pk), {"act": "confirm", "seen": outcome.version})
    deal = Deal.objects.get(source=DealSource.BOTH)
    assert (deal.startup, deal.investor, deal.amount) == (startup, programme.investor, 50_000)
    assert deal.form.code == "equity"
    assert RankingJob.objects.exists()
    assert "Recorded deal" in body(founder, page)
    assert Notice.objects.filter(user=ayesha, kind="programme_outcome_answered").count() == 1


def test_a_pilot_is_a_deal_of_that_type_once_and_a_memorandum_is_none(
    as_user, programme, ours, startup, ayesha, li_wei
):
    known = Deal.objects.create(
        investor=programme.investor,
        startup=startup,
        closed_on=timezone.localdate(),
        form=PartnershipForm.objects.get(code="pilot"),
        source=DealSource.BOTH,
    )
    page = at("programme_outcomes", programme)
    for kind in ("pilot", "memorandum", "agreement"):
        as_user(li_wei).post(page, saying("organiser", ours, kind=kind))
        outcome = ProgrammeOutcome.objects.get(kind=kind)
        assert outcome.by_other
        as_user(ayesha).post(at("programme_outcome", programme, outcome.pk), {"act": "confirm"})
        outcome.refresh_from_db()
        assert outcome.state == S.CONFIRMED
        assert outcome.deal == (known if kind == "pilot" else None)
    assert Deal.objects.filter(source=DealSource.BOTH).get() == known


def test_disputing_says_why_and_what_was_recorded_can_be_taken_back(as_user, programme, ours, ayesha, li_wei):
    outcome = make_outcome(programme, ours, by=ayesha)
    act, page = at("programme_outcome", programme, outcome.pk), at("programme_outcomes", programme)
    host, founder = as_user(li_wei), as_user(ayesha)
    host.post(act, {"act": "dispute", "objection": " "})
    outcome.refresh_from_db()
    assert outcome.state == S.RECORDED
    host.post(act, {"act": "dispute", "objection": "We never met"})
    assert "We never met" in body(founder, page)
    assert "Disputed" in body(founder, page)
    host.post(act, {"act": "retract"})
    assert ProgrammeOutcome.objects.get().state == S.DISPUTED
    founder.post(act, {"act": "retract"})
    assert ProgrammeOutcome.objects.get().state == S.RETRACTED
    assert "Canary words" not in body(founder, page)
    assert host.post(act, {"act": "confirm"}).status_code == 404
    assert list(ProgrammeStep.objects.values_list("act", flat=True)) == ["dispute", "retract"]


def test_curators_read_a_dispute_once_without_the_amount(as_user, programme, ours, ayesha, li_wei, sana):
    equity = PartnershipForm.objects.get(code="equity")
    outcome = make_outcome(programme, ours, kind=K.INVESTMENT, by=ayesha, form=equity, amount=250_000)
    curator, queue, title = as_user(sana), reverse("outcome_disputes"), "Disputed outcomes"
    assert "Canary words" not in body(curator, queue)  # it is the two sides' own
    disputed = {"act": "dispute", "objection": "We never met"}
    as_user(li_wei).post(at("programme_outcome", programme, outcome.pk), disputed)
    page = body(curator, queue)
    for shown in ("Canary words", "We never met", programme.title, "Indus Grow", "Pearl River Capital"):
        assert shown in page
    assert "250,000" not in page
    assert title in body(curator, reverse("desk"))
    curator.post(reverse("programme_outcome_read", args=[outcome.pk]))
    assert "Canary words" not in body(curator, queue)
    assert AuditRecord.objects.filter(action="outcome", details__done="read of programme").count() == 1
    assert curator.post(reverse("programme_outcome_read", args=[outcome.pk])).status_code == 404
    outcome.refresh_from_db()
    assert (outcome.state, outcome.read_by) == (S.DISPUTED, sana)


def test_only_the_two_read_an_outcome_between_two_who_took_part(as_user, programme, ours, ayesha, li_wei):
    lin, omar = person("Lin", "CN-ZJ"), person("Omar", "PK-LHE")
    theirs, third = (make_application(programme, each, by=each, state=A.ACCEPTED) for each in (lin, omar))
    page = at("programme_outcomes", programme)
    assert as_user(lin).post(page, saying(theirs, ours, kind="prototype")).status_code == 302
    outcome = ProgrammeOutcome.objects.get()
    assert Notice.objects.get(kind="programme_outcome_recorded").user == ayesha
    assert "Canary: forty meters" in body(as_user(ayesha), page)
    for other in (omar, li_wei):
        assert "Canary: forty meters" not in body(as_user(other), page)
        address = at("programme_outcome", programme, outcome.pk)
        assert as_user(other).post(address, {"act": "confirm"}).status_code == 404
    stranger = factories.make_founder("stranger@example.com", factories.make_startup("Ravi Fields"))
    assert as_user(stranger).get(page).status_code == 404
    assert as_user(lin).post(page, saying(third, ours)).status_code == 422, "in another's name"
    rival = factories.make_investor("Chengsui")
    partner = factories.make_partner("partner2@example.com", rival)
    blocked = make_application(programme, rival, by=partner, state=A.ACCEPTED)
    startup = ayesha.membership.startup
    CompanyBlock.objects.create(startup=startup, investor=rival, side="investor", by=partner)
    assert as_user(ayesha).post(page, saying(ours, blocked)).status_code == 302, "as if nothing were"
    assert as_user(partner).post(page, saying(blocked, ours)).status_code == 422
    Startup.objects.update(status=Status.SUSPENDED)
    as_user(ayesha).post(at("programme_outcome", programme, outcome.pk), {"act": "confirm"})
    outcome.refresh_from_db()
    assert outcome.state == S.RECORDED


def test_both_principal_investigators_record_what_came_of_their_proposal_and_nobody_else_reads_it(
    as_user, startup, ayesha, li_wei
):
    call = make_programme(
        li_wei.membership.investor, by=li_wei, kind=ProgrammeKind.RESEARCH, state=ProgrammeState.FINISHED
    )
    mine, lin = make_application(call, startup, by=ayesha, state=A.ACCEPTED), person("Lin", "CN-ZJ")
    signed = ProgrammeProposal.objects.create(
        application=mine,
        email=lin.email,
        partner=lin,
        institution="LUMS",
        other_institution="Zhejiang University",
        signed_at=timezone.now(),
    )
    second, page = f"proposal-{signed.pk}", at("programme_outcomes", call)
    first_client, second_client, host = (as_user(each) for each in (ayesha, lin, li_wei))
    assert first_client.post(page, saying(mine, second, kind="paper")).status_code == 302
    outcome = ProgrammeOutcome.objects.get()
    assert Notice.objects.get(kind="programme_outcome_recorded").user == lin
    assert "Canary: forty meters" in body(second_client, page)
    assert "Canary: forty meters" not in body(host, page)
    act = at("programme_outcome", call, outcome.pk)
    assert host.post(act, {"act": "confirm"}).status_code == 404
    first_client.post(act, {"act": "confirm"})
    outcome.refresh_from_db()
    assert outcome.state == S.RECORDED, "nobody confirms the own words"
    Programme.objects.filter(pk=call.pk).update(answered_rounds=0, asked_rounds=1)
    second_client.post(act, {"act": "confirm"})
    outcome.refresh_from_db()
    assert (outcome.state, outcome.partner) == (S.CONFIRMED, lin)
    assert Programme.objects.get(pk=call.pk).owes_an_answer, "the organiser has said nothing"
    assert Notice.objects.get(kind="programme_outcome_answered").user == ayesha

    assert second_client.post(page, saying(second, "organiser", kind="hire")).status_code == 422
    assert second_client.post(page, saying(second, mine, kind="hire")).status_code == 302
    theirs = ProgrammeOutcome.objects.get(kind="hire")
    assert Notice.objects.filter(kind="programme_outcome_recorded", user=ayesha).exists()
    assert f"Outcome of “{call.title}” to confirm: Hire" in body(first_client, reverse("home"))
    first_client.post(at("programme_outcome", call, theirs.pk), {"act": "dispute", "objection": "Not yet"})
    assert "Not yet" in body(second_client, page)
    second_client.post(at("programme_outcome", call, theirs.pk), {"act": "retract"})
    theirs.refresh_from_db()
    assert theirs.state == S.RETRACTED
    signed.delete()
    assert as_user(lin).get(page).status_code == 404, "who has not signed is no side"


def test_everybody_reads_counts_from_five_pairs_on(as_user, programme, ours, sana):
    others = [
        make_application(programme, each, by=each, state=A.ACCEPTED)
        for each in (person(f"Person {number}", "CN-ZJ") for number in range(4))
    ]
    for _twice in range(2):
        make_outcome(programme, ours, kind=K.PILOT, state=S.CONFIRMED)
    for each in others[:3]:
        make_outcome(programme, each, kind=K.PILOT, state=S.CONFIRMED)
    make_outcome(programme, others[3], kind=K.PILOT)
    for each in (ours, *others):
        make_outcome(programme, each, kind=K.PAPER, state=S.CONFIRMED)
    make_outcome(programme, ours, other=others[0], kind=K.PAPER, state=S.CONFIRMED)
    make_outcome(programme, others[0], other=ours, kind=K.PAPER, state=S.CONFIRMED)

    def read(name, *args):
        return body(as_user(None), reverse(name, args=args))

    shown = read("programme", programme.public_id)
    assert "<dt>Paper</dt><dd>6</dd>" in shown, "what two have together counts once"
    assert "<dt>Pilot</dt>" not in shown, "five pilots of four pairs are four"
    assert "Paper 6" in read("programmes")
    ProgrammeOutcome.objects.filter(kind=K.PILOT).update(state=S.CONFIRMED, answered_at=timezone.now())
    assert "<dt>Pilot</dt><dd>5</dd>" in read("programme", programme.public_id)
    assert "Canary words" not in shown


def test_pages_ask_the_same_queries_for_one_outcome_and_three(as_user, programme, ours, ayesha, li_wei):
    pages = ((as_user(li_wei), at("programme_outcomes", programme)), (as_user(ayesha), reverse("home")))
    make_outcome(programme, ours, by_other=True, by=li_wei)
    outcomes.ask_due(at=timezone.now() + RESUME_TIME)
    before = [queries_of(*page) for page in pages]
    for number in range(2):
        make_outcome(programme, ours, by_other=True, by=li_wei)
        other = make_application(programme, factories.make_startup(f"S{number}"), by=ayesha, state=A.ACCEPTED)
        make_outcome(programme, ours, other=other)
    assert [queries_of(*page) for page in pages] == before


def test_outcomes_are_in_a_copy_and_go_with_their_people(as_user, programme, ours, ayesha):
    make_outcome(programme, ours, by=ayesha)
    assert [row["words"] for row in copy_for(ayesha)["matchmaker.ProgrammeOutcome"]] == ["Canary words"]
    erase_company(ayesha.membership.company, by=ayesha, at=timezone.now())
    assert not ProgrammeOutcome.objects.exists()
    assert Programme.objects.exists()


@pytest.mark.parametrize("wrong", [
    {"kind": K.INVESTMENT}, {"kind": K.PAPER, "amount": 5}, {"state": S.CONFIRMED, "answered_at": None},
    {"state": S.DISPUTED}, {"other": "itself"}, {"other": "a second", "partner": "and a third"},
])  # fmt: skip
def test_the_database_refuses_outcomes_that_contradict_themselves(programme, ours, ayesha, wrong):
    if wrong.get("partner"):
        theirs = make_application(programme, ayesha, by=ayesha, state=A.ACCEPTED)
        wrong = {"other": theirs, "partner": ayesha}
    elif wrong.get("other"):
        wrong = {"other": ours}
    with pytest.raises(IntegrityError), transaction.atomic():
        make_outcome(programme, ours, **wrong)
