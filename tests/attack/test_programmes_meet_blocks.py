"""What came of a programme and its announcements meet blocks and suspensions."""

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.deals.conversations.services import block_company
from matchmaker.events.programmes.services import people
from matchmaker.models.programmes import ProgrammeHost, ProgrammeOutcome, ProgrammeProposal
from matchmaker.models.programmes.programme import ProgrammeApplicationState, ProgrammeState
from profiles.choices import Side, Status
from profiles.models import Investor, Notice
from tests import factories
from tests.matchmaker.events.programmes.programmed import make_application, make_programme
from tests.matchmaker.events.programmes.test_outcomes import body, saying

pytestmark = pytest.mark.django_db
CANARY = "Canary: forty meters on a canal"


@pytest.fixture
def programme(li_wei):
    """A co-hackathon of the investor that ended a moment ago."""
    return make_programme(
        li_wei.membership.investor, by=li_wei, state=ProgrammeState.FINISHED, place_count=20
    )


@pytest.fixture
def ours(programme, startup, ayesha):
    """The startup took part."""
    return make_application(programme, startup, by=ayesha, state=ProgrammeApplicationState.ACCEPTED)


def block(startup, li_wei, at):
    investor = li_wei.membership.investor
    block_company(startup, investor, side=Side.INVESTOR, by=li_wei, at=at)


def test_no_words_reach_who_has_blocked_and_nothing_tells_of_the_block(
    as_user, programme, ours, startup, ayesha, li_wei
):
    page = reverse("programme_outcomes", args=[programme.public_id])
    founder, host = as_user(ayesha), as_user(li_wei)
    before = founder.get(page).context["form"].fields["whom"].choices
    block(startup, li_wei, programme.ended_at)
    assert founder.get(page).context["form"].fields["whom"].choices == before
    assert founder.post(page, saying(ours)).status_code == 302
    assert CANARY not in body(host, page)
    assert "to confirm" not in body(host, reverse("home"))
    assert not Notice.objects.filter(kind="programme_outcome_recorded").exists()
    act = reverse("programme_outcome", args=[programme.public_id, ProgrammeOutcome.objects.get().pk])
    assert host.post(act, {"act": "confirm"}).status_code == 404


def test_an_objection_does_not_reach_who_has_blocked_meanwhile(
    as_user, programme, ours, startup, ayesha, li_wei
):
    page = reverse("programme_outcomes", args=[programme.public_id])
    as_user(li_wei).post(page, saying("organiser", ours))
    block(startup, li_wei, programme.ended_at)
    act = reverse("programme_outcome", args=[programme.public_id, ProgrammeOutcome.objects.get().pk])
    as_user(ayesha).post(act, {"act": "dispute", "objection": "Canary objection"})
    assert "Canary objection" in body(as_user(ayesha), page)
    assert "Canary objection" not in body(as_user(li_wei), page)
    assert not Notice.objects.filter(kind="programme_outcome_answered").exists()


def test_no_proposal_asks_who_has_blocked_to_sign(startup, ayesha, li_wei, sana):
    programme, now = make_programme(None, by=sana, kind="research"), timezone.now()
    application = make_application(programme, startup, by=ayesha, state="sent")
    values = {"institution": "NUST", "other_institution": "Fudan", "email": li_wei.email}
    people.write_proposal(application, values=values, by=ayesha, at=now)
    asked = Notice.objects.filter(user=li_wei, kind="programme_proposal")
    assert asked.count() == 1
    asked.delete()
    block(startup, li_wei, now)
    ProgrammeProposal.objects.all().delete()
    people.write_proposal(application, values=values, by=ayesha, at=now)
    assert not asked.exists()


def test_a_suspended_organiser_announces_nothing_and_asks_nobody(as_user, programme, ours, sana, li_wei):
    programme.state, programme.ended_at = ProgrammeState.RUNNING, None
    programme.save()
    Investor.objects.update(status=Status.SUSPENDED)
    host = as_user(li_wei)
    page = reverse("programme_cohort", args=[programme.public_id])
    host.post(page, {"what": "announcement", "text": "Pay the fee to this account"})
    host.post(reverse("programme_hosts", args=[programme.public_id]), {"email": sana.email})
    assert not programme.announcements.exists()
    assert not ProgrammeHost.objects.exists()
    assert not Notice.objects.filter(kind__startswith="programme_").exists()


@pytest.mark.parametrize("blocks", ["organiser", "applicant"])
def test_nobody_co_organises_who_is_blocked_by_the_organiser_or_by_who_has_applied(
    as_user, startup, ayesha, li_wei, blocks
):
    programme = make_programme(li_wei.membership.investor, by=li_wei, place_count=20)
    host = programme.hosts.create(email=ayesha.email)
    fund = factories.make_investor("Chengsui")
    partner = factories.make_partner("partner2@example.com", fund)
    sent = make_application(programme, fund, by=partner)
    other, by = (li_wei.membership.investor, li_wei) if blocks == "organiser" else (fund, partner)
    block_company(startup, other, side=Side.INVESTOR, by=by, at=host.at)
    founder = as_user(ayesha)
    founder.post(reverse("programme_host", args=[programme.public_id, host.pk]), {"act": "accept"})
    host.refresh_from_db()
    assert host.accepted_at is None
    read = founder.get(reverse("programme_application", args=[programme.public_id, sent.pk]))
    assert read.status_code == 404
