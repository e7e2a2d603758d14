"""What a curator knows and decides of a profile that stands: suspension, refusals taken back, appeals."""

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import RunState, Side
from matchmaker.desk.duplicates.services import candidates
from matchmaker.matching.pairs.selectors.pair import may_act_on
from matchmaker.models.conversation import CompanyBlock, MessageReport
from matchmaker.models.fair_dealing import ScreeningCandidate
from matchmaker.models.introduction import IntroductionState
from matchmaker.models.ranking import RankingRun
from profiles.choices import ReviewOutcome, Status
from profiles.companies.steps import services as companies
from profiles.curation.reviews import services as curation
from profiles.curation.reviews.selectors.queues import count
from profiles.guards import NotACuratorError, ReasonMissingError
from profiles.models import AuditRecord, Startup
from tests.factories import MOMENT, make_founder, make_startup
from tests.mails import delivered
from tests.matchmaker.introduced import make_introduction, make_message
from tests.racing import at_once, kinds

REASON = "The website asks for money in advance."


def page_of(profile):
    """Return the address at which a curator suspends or restores it."""
    return reverse("suspension", args=[profile.side, profile.public_id])


def test_a_suspended_profile_is_gone_for_the_other_side_at_once(
    desk, as_user, startup, ayesha, investor, li_wei
):
    make_introduction(startup, investor, by=ayesha, state=IntroductionState.MUTUAL)
    partner, own_page = as_user(li_wei), reverse("introduction", args=[startup.public_id])
    assert partner.get(own_page).status_code == 200

    page = desk.get(page_of(startup))
    assert "Introductions and conversations (1)" in page.content.decode()
    desk.post(page_of(startup), {"act": "suspend", "message": REASON})

    for address in (own_page, reverse("match", args=[startup.public_id])):
        assert partner.get(address).status_code == 404
    startup.refresh_from_db()
    assert not may_act_on(startup, investor)
    status = as_user(ayesha).get(reverse("startup_status")).content.decode()
    assert REASON in status
    (mail,) = [mail for mail in delivered() if "suspended" in mail.subject]
    assert mail.to == [ayesha.email]
    assert REASON not in mail.body  # it stays behind the sign-in

    desk.post(page_of(startup), {"act": "restore", "message": ""})
    assert partner.get(own_page).status_code == 200


def test_nobody_is_suspended_without_a_reason(desk, startup, sana, ayesha):
    answer = desk.post(page_of(startup), {"act": "suspend", "message": " "})

    assert answer.status_code == 422
    assert "Give a reason" in answer.content.decode()
    with pytest.raises(ReasonMissingError):
        curation.suspend(startup, message=" ", by=sana, at=timezone.now())
    with pytest.raises(NotACuratorError):
        curation.suspend(startup, message=REASON, by=ayesha, at=timezone.now())
    assert Startup.objects.get(pk=startup.pk).status == Status.APPROVED


def test_what_was_edited_during_a_suspension_is_read_before_anybody_sees_it(startup, ayesha, sana):
    now = timezone.now()
    curation.suspend(startup, message=REASON, by=sana, at=now)
    startup.refresh_from_db()
    edited = {"pitch": "Send 500 USD to our wallet.", "name_en": "Another name"}
    companies.edit(startup, changes=edited, by=ayesha, at=timezone.now())
    startup.refresh_from_db()
    assert startup.status == Status.SUSPENDED

    curation.restore(startup, by=sana, at=timezone.now())
    startup.refresh_from_db()
    assert (startup.status, startup.name_en) == (Status.APPROVED, "Indus Grow")  # as it was approved
    assert count("")[0] == 1  # and the edit waits

    curation.suspend(startup, message=REASON, by=sana, at=timezone.now())
    companies.edit(startup, changes={"stage": None}, by=ayesha, at=timezone.now())  # it would hold at once
    curation.restore(startup, by=sana, at=timezone.now())
    startup.refresh_from_db()
    assert (startup.status, startup.is_published) == (Status.SUBMITTED, False)


def test_an_appeal_reaches_the_desk_and_is_answered(desk, as_user, startup, ayesha, sana):
    curation.suspend(startup, message=REASON, by=sana, at=timezone.now())
    founder = as_user(ayesha)
    founder.post(reverse("startup_appeal"), {"text": "The page was hacked. It is mended."})

    assert "Your appeal is waiting" in founder.get(reverse("startup_status")).content.decode()
    again = founder.post(reverse("startup_appeal"), {"text": "Once more"})
    assert again.headers["Location"] == reverse("startup_status")  # one at a time
    assert startup.name in desk.get(reverse("appeals")).content.decode()
    assert "Appeals" in desk.get(reverse("desk")).content.decode()
    assert "The page was hacked." in desk.get(page_of(startup)).content.decode()
    assert desk.post(page_of(startup), {"act": "uphold", "message": ""}).status_code == 422
    desk.post(page_of(startup), {"act": "uphold", "message": "It still asks for money."})

    status = founder.get(reverse("startup_status")).content.decode()
    assert "It still asks for money." in status
    assert "No appeals are waiting" in desk.get(reverse("appeals")).content.decode()
    assert [record.action for record in AuditRecord.objects.order_by("pk")][-2:] == ["appealed", "upheld"]


def test_a_refusal_is_taken_back_and_waits_at_its_old_place(desk, sana):
    refused = make_startup("Refused", status=Status.SUBMITTED, reviewed_at=None)
    founder = make_founder("founder@refused.pk", refused)
    submitted = refused.submitted_at
    curation.decide(refused, ReviewOutcome.REJECTED, message="A duplicate.", by=sana, at=timezone.now())

    desk.post(page_of(refused), {"act": "reopen", "message": "We looked again."})

    refused.refresh_from_db()
    assert (refused.status, refused.submitted_at) == (Status.SUBMITTED, submitted)
    assert [mail.to for mail in delivered() if "reviewed again" in mail.subject] == [[founder.email]]
    assert refused.name in desk.get(reverse("reviews")).content.decode()


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        (Status.APPROVED, ["suspend"]),
        (Status.SUSPENDED, ["restore"]),
        (Status.REJECTED, ["reopen"]),
        (Status.RETURNED, []),
    ],
)
def test_only_what_is_possible_is_offered_and_done(desk, status, offered):
    profile = make_startup("Stands", status=status)
    page = desk.get(page_of(profile))
    assert page.context["acts"] == offered

    for act in {"suspend", "restore", "reopen", "uphold"} - set(offered):
        assert desk.post(page_of(profile), {"act": act, "message": "Because"}).status_code == 422
    profile.refresh_from_db()
    assert profile.status == status


def test_no_mail_is_promised_where_nobody_has_an_account(desk):
    imported = make_startup("Imported")
    answer = desk.post(page_of(imported), {"act": "suspend", "message": REASON}, follow=True)
    assert "It has no team yet" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_curators_at_once_one_suspends(sana):
    profile, now = make_startup("Twice"), timezone.now()
    outcomes = at_once(
        *(lambda: curation.suspend(profile, message=REASON, by=sana, at=now) for _each in range(2))
    )
    assert kinds(outcomes) == ["", "NotWaitingError"]
    assert profile.reviews.count() == 1


def test_what_is_known_of_a_company_stands_where_it_is_decided(desk, startup, investor, ayesha, li_wei):
    introduction = make_introduction(startup, investor, by=ayesha, state=IntroductionState.MUTUAL)
    message = make_message(introduction, Side.STARTUP, by=ayesha)
    now, pair = timezone.now(), {"startup": startup, "investor": investor, "side": Side.INVESTOR}
    MessageReport.objects.create(**pair, message=message, reason="spam", by=li_wei, at=now)
    CompanyBlock.objects.create(**pair, by=li_wei, at=now)
    listed = {"list_code": "ofac", "entry": "1", "listed_name": "Indus Grow Ltd", "own_name": "Indus Grow"}
    ScreeningCandidate.objects.create(startup=startup, found_at=now, **listed)
    known = [
        "Indus Grow Ltd",
        "1 report about its messages is waiting for a decision",
        "1 company has blocked it",
    ]

    review = desk.get(reverse("review", args=["startup", startup.public_id])).content.decode()
    pairing = desk.get(reverse("pairing", args=[startup.public_id, investor.public_id])).content.decode()
    assert all(words in page for words in known for page in (review, pairing))
    assert "The partner has blocked the startup." in pairing
    today = desk.get(reverse("desk"))
    queues = {str(line.queue.label): line.state.count for line in today.context["today"]["lines"]}
    assert queues["Screening"] == 1


def test_a_possible_duplicate_that_is_a_draft_leads_nowhere(desk):
    waiting = make_startup("Waits", status=Status.SUBMITTED, reviewed_at=None, registration_number="0198")
    draft = make_startup("Draft", status=Status.DRAFT, registration_number="0198")

    candidates.refresh_due(at=timezone.now())
    page = desk.get(reverse("review", args=["startup", waiting.public_id])).content.decode()

    assert "It may be the same company as “Draft” (Draft): same registration number." in page
    assert reverse("review", args=["startup", draft.public_id]) not in page


def test_a_profile_that_no_ranking_has_seen_is_not_counted_as_seen(desk):
    RankingRun.objects.create(state=RunState.DONE, finished_at=MOMENT)
    make_startup("New", reviewed_at=timezone.now())

    for name in ("desk", "attention"):
        page = desk.get(reverse(name)).content.decode()
        assert "1 profile has been approved since then and is not counted here." in page
