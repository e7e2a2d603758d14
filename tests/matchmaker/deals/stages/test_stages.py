"""Stages: proposed by one side, confirmed or disputed by the other, seen by both and by no one else."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import OverrideKind, Side
from matchmaker.deals.conversations import services as conversations
from matchmaker.deals.introductions.services import decisions
from matchmaker.deals.stages import services as stages
from matchmaker.desk.today import services as desk
from matchmaker.models.introduction import IntroductionState
from matchmaker.models.meeting import Meeting
from matchmaker.models.stage import IntroductionStage, StageKind, StageState
from matchmaker.portal.own_data.selectors import copy_for
from matchmaker.portal.own_data.services import erase_company
from matchmaker.registry import FUNNEL
from matchmaker.transitions import NotOpenError, TransitionRefusedError, WrongSideError
from profiles.curation.reviews import services as curation
from profiles.models import AuditRecord, Deal, Notice
from profiles.platform.merging import Merging
from tests import factories
from tests.mails import delivered
from tests.matchmaker.deals.stages.conftest import confirm, propose
from tests.matchmaker.introduced import make_introduction, told

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CANARY = "qanatstep"


def page_of(member, company, name="stages", query=""):
    return member.get(reverse(name, args=[company.public_id]) + query)


def typed(kind, **more):
    """Return what someone types."""
    today = timezone.localdate()
    given = {
        "kind": kind,
        "since_on": f"{today}",
        "next_step": "You send the agreement",
        "doer": "them",
        "due_on": f"{today + 10 * DAY}",
        "currency": "USD",
    }
    return given | more


# --- On the pages, from "we continue" to a deal on record ---------------------------------------------------


def test_who_continues_after_a_meeting_says_how(introduction, ayesha, as_user):
    over = timezone.now() - DAY
    Meeting.objects.create(
        introduction=introduction, state="over", proposed_by="startup", starts_at=over - DAY, ends_at=over,
        ended_at=over,
    )  # fmt: skip
    ours = introduction.investor
    answered = as_user(ayesha).post(reverse("meeting_reply", args=[ours.public_id]), {"answer": "go_on"})
    assert answered.url == reverse("stages", args=[ours.public_id])
    page = page_of(as_user(ayesha), ours).content.decode()
    assert '<option value="sample" selected>' in page


def test_from_a_proposal_to_a_deal_on_record(introduction, ayesha, li_wei, as_user):
    founder, partner = as_user(ayesha), as_user(li_wei)
    ours, theirs = introduction.investor, introduction.startup
    own_page = reverse("stages", args=[ours.public_id])
    assert founder.post(own_page, typed("terms", next_step="")).status_code == 422
    assert (
        founder.post(own_page, typed("terms", since_on=f"{timezone.localdate() + 2 * DAY}")).status_code
        == 422
    )
    assert founder.post(own_page, typed("terms", due_on=f"{timezone.localdate() - DAY}")).status_code == 422
    assert founder.post(own_page, typed("terms", wants_record="on")).status_code == 422
    led_to = founder.post(own_page, typed("terms", seen="")).url
    assert led_to == reverse("fair_terms", args=[ours.public_id])

    seen = page_of(partner, theirs).content.decode()
    assert "They propose: Terms" in seen
    assert "You send the agreement" in seen
    home = partner.get(reverse("home")).content.decode()
    assert "Indus Grow proposes the stage “Terms”" in home
    answer = reverse("stage_answer", args=[theirs.public_id])
    stage = IntroductionStage.objects.get()
    led_to = partner.post(answer, {"answer": "confirm", "seen": stage.version}).url
    assert led_to == reverse("fair_terms", args=[theirs.public_id])
    assert (
        "Next step with Indus Grow: You send the agreement" in partner.get(reverse("home")).content.decode()
    )
    for member, company in ((founder, ours), (partner, theirs)):
        for name in ("introduction", "stages"):
            assert 'aria-current="step"' in page_of(member, company, name).content.decode()
        assert "Stage 4 of 6: Terms" in member.get(reverse("pipeline")).content.decode()

    signed = typed(
        "signed", wants_record="on", form="joint_venture", amount="250,000", stake_pct="10", seen=""
    )
    assert partner.post(reverse("stages", args=[theirs.public_id]), signed).status_code == 302
    assert "Record this deal too" in page_of(founder, ours).content.decode()
    founder.post(reverse("stage_answer", args=[ours.public_id]), {"answer": "confirm", "records": "1"})
    deal = Deal.objects.get()
    assert (deal.source, deal.startup, deal.investor, deal.amount) == ("both", theirs, ours, 250_000)
    assert deal.closed_on == timezone.localdate()
    for member, company in ((founder, ours), (partner, theirs)):
        assert "recorded by both sides" in page_of(member, company).content.decode()
    assert partner.get(reverse("deal_edit", args=[deal.pk])).status_code == 404


def test_no_deal_goes_on_record_unless_both_say_so(introduction, ayesha, li_wei):
    confirm(propose(introduction, li_wei, StageKind.SIGNED, wants_record=True), ayesha)
    assert not Deal.objects.exists()
    confirm(propose(introduction, ayesha, StageKind.SIGNED), li_wei, records=True)
    assert not Deal.objects.exists()
    recorded = confirm(
        propose(introduction, ayesha, StageKind.SIGNED, wants_record=True), li_wei, records=True
    )
    assert recorded.deal == Deal.objects.get()
    by = AuditRecord.objects.filter(action="edited").latest("pk").actor
    assert by == li_wei, "the partner's profile is changed in the name of its own person"


def test_a_dispute_says_why_and_changes_nothing(introduction, ayesha, li_wei, as_user):
    confirm(propose(introduction, ayesha, StageKind.SAMPLE), li_wei)
    stage = propose(introduction, ayesha, StageKind.SIGNED)
    partner, theirs = as_user(li_wei), introduction.startup
    answer = reverse("stage_answer", args=[theirs.public_id])
    page = partner.post(answer, {"answer": "dispute", "objection": "x" * 400})
    assert (page.status_code, "x" * 400 in page.content.decode()) == (422, True)
    partner.post(answer, {"answer": "dispute", "objection": "The price is open", "seen": stage.version})
    ours = page_of(as_user(ayesha), introduction.investor).content.decode()
    assert "They disputed “Signed”" in ours
    assert "The price is open" in ours
    current = IntroductionStage.objects.get(state=StageState.AGREED)
    assert current.kind == StageKind.SAMPLE
    assert told(ayesha)[-1] == "stage_disputed"


def test_a_confirmed_end_closes_the_introduction(introduction, ayesha, li_wei, as_user):
    propose(introduction, ayesha, StageKind.ENDED, doer="", step="", due_on=None)
    theirs = introduction.startup
    ended = as_user(li_wei).post(reverse("stage_answer", args=[theirs.public_id]), {"answer": "confirm"})
    assert ended.url == reverse("introduction", args=[theirs.public_id])
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.CLOSED
    assert "Ended" in page_of(as_user(ayesha), introduction.investor, "introduction").content.decode()
    led = page_of(as_user(ayesha), introduction.investor)
    assert led.url == reverse("introduction", args=[introduction.investor.public_id])


def test_a_closed_introduction_reads_as_ended_and_asks_for_nothing(introduction, ayesha, li_wei, as_user):
    """A notice still leads to a page, and no one is asked to confirm or to say how a meeting went."""
    confirm(propose(introduction, ayesha, StageKind.TERMS), li_wei)
    propose(introduction, ayesha, StageKind.SIGNED)
    theirs, partner = introduction.startup, as_user(li_wei)
    asked = Notice.objects.filter(user=li_wei, kind="stage_proposed", read_at=None)
    assert asked.exists()
    pair = introduction.startup, introduction.investor
    decisions.withdraw_interest(*pair, side=Side.STARTUP, by=ayesha, at=timezone.now())
    assert not asked.exists()
    for page in ("stages", "meeting"):
        led = partner.get(reverse(page, args=[theirs.public_id]))
        assert led.url == reverse("introduction", args=[theirs.public_id])
    shown = page_of(partner, theirs, "introduction")
    ((_page, road),) = [part for part in shown.context["page"].parts if part[0] == "deals/stages/_panel.html"]
    assert [mark.state for mark in road.marks] == ["past", "skipped", "skipped", "past", "missed", "ended"]
    assert road.since_on == timezone.localdate()
    for words in ("current stage", "Propose the next stage", reverse("stages", args=[theirs.public_id])):
        assert words not in shown.content.decode()
    listed = partner.get(reverse("pipeline")).content.decode()
    assert ("Ended on" in listed, "of 6" in listed) == (True, False)


def test_after_a_signed_deal_comes_no_earlier_stage_and_no_second_record(
    introduction, ayesha, li_wei, as_user
):
    stage = propose(introduction, li_wei, StageKind.SIGNED, wants_record=True)
    confirm(stage, ayesha, records=True)
    founder, ours = as_user(ayesha), introduction.investor
    shown = page_of(founder, ours)
    states = [mark.state for mark in shown.context["page"].road.marks]
    assert states == ["past", "skipped", "skipped", "skipped", "current", "ahead"]
    assert "Record the deal" not in shown.content.decode()
    assert f"{li_wei.full_name}" in shown.content.decode()
    own_page = reverse("stages", args=[ours.public_id])
    assert founder.post(own_page, typed("terms", seen="")).status_code == 422
    for kind, more in ((StageKind.TERMS, {}), (StageKind.SIGNED, {"wants_record": True})):
        with pytest.raises(TransitionRefusedError):
            propose(introduction, ayesha, kind, **more)
    assert founder.post(own_page, typed("signed", seen="")).status_code == 302


# --- Who may do what ----------------------------------------------------------------------------------------


def test_nobody_answers_for_the_other_side(introduction, ayesha, li_wei):
    stage = propose(introduction, ayesha)
    at = timezone.now()
    with pytest.raises(WrongSideError):
        confirm(stage, ayesha)
    with pytest.raises(WrongSideError):
        stages.withdraw(stage, side=Side.INVESTOR, by=li_wei, at=at)
    with pytest.raises(WrongSideError):
        propose(introduction, li_wei, StageKind.TERMS)  # theirs waits for an answer first
    confirm(stage, li_wei)
    with pytest.raises(WrongSideError):
        stages.finish(stage, side=Side.INVESTOR, by=li_wei, at=at)
    stages.finish(stage, side=Side.STARTUP, by=ayesha, at=at)
    assert stage.state == StageState.DONE
    assert told(li_wei)[-1] == "stage_done"


def test_an_own_proposal_is_replaced_and_an_old_page_confirms_nothing(introduction, ayesha, li_wei, as_user):
    old = propose(introduction, ayesha, StageKind.SAMPLE).version
    propose(introduction, ayesha, StageKind.SIGNED)
    theirs = introduction.startup
    answer = reverse("stage_answer", args=[theirs.public_id])
    page = as_user(li_wei).post(answer, {"answer": "confirm", "seen": old}, follow=True)
    assert "This has changed since you opened the page." in page.content.decode()
    states = dict(IntroductionStage.objects.values_list("kind", "state"))
    assert states == {"sample": "withdrawn", "signed": "proposed"}


def test_the_database_knows_the_rules(introduction, ayesha, li_wei):
    confirm(propose(introduction, ayesha), li_wei)
    stage = propose(introduction, ayesha, StageKind.TERMS)
    wrong = [
        {"state": "agreed", "decided_at": timezone.now()},  # two current ones
        {"state": "married"},
        {"doer": ""},
        {"next_step": ""},
        {"due_on": None},
        {"wants_record": True},
        {"state": "disputed", "remind_at": None},
        {"amount": -1},
        {"proposed_by": "curator"},
    ]
    for changes in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            IntroductionStage.objects.filter(pk=stage.pk).update(**changes)


@pytest.mark.parametrize("how", ["block", "hide", "close", "suspend"])
def test_what_ends_or_rests_the_introduction_ends_or_rests_its_stages(
    how, introduction, ayesha, li_wei, sana, as_user
):
    stage, at = propose(introduction, ayesha, step=CANARY), timezone.now()
    pair, theirs = introduction.pair, {"side": Side.INVESTOR, "by": li_wei, "at": at}
    if how == "block":
        conversations.block_company(*pair, **theirs)
    elif how == "close":
        decisions.withdraw_interest(*pair, **theirs)
    elif how == "suspend":
        curation.suspend(introduction.startup, message="Unclear", by=sana, at=at)
    else:
        hide = {"kind": OverrideKind.HIDE, "note": "They compete", "expires_on": None}
        desk.curator_override(*pair, **hide, by=sana, at=at)
    for user, company in ((ayesha, introduction.investor), (li_wei, introduction.startup)):
        shown = [page_of(as_user(user), company), as_user(user).get(reverse("home"))]
        shown += [as_user(user).get(reverse("pipeline"))]
        assert not any(CANARY in each.content.decode() for each in shown)
        answer = as_user(user).post(reverse("stage_answer", args=[company.public_id]), {"answer": "confirm"})
        assert answer.status_code == 404
    with pytest.raises((TransitionRefusedError, NotOpenError)):
        confirm(IntroductionStage.objects.get(pk=stage.pk), li_wei)
    before = len(told(li_wei))
    stages.advance(at=at + 30 * DAY)
    stage.refresh_from_db()
    assert stage.state == ("dropped" if how in ("block", "close") else "proposed")
    assert (stage.remind_at, len(told(li_wei))) == (None, before), "nobody is reminded of what rests"


def test_who_has_paused_goes_on_with_what_is_open(introduction, ayesha, li_wei):
    decisions.set_pause(introduction.investor, is_paused=True, by=li_wei, at=timezone.now())
    assert confirm(propose(introduction, ayesha), li_wei).state == StageState.AGREED


def test_stages_are_read_by_the_two_alone(introduction, ayesha, li_wei, sana, as_user, caplog):
    caplog.set_level("DEBUG")
    confirm(propose(introduction, ayesha, step=f"{CANARY} a"), li_wei)
    stages.dispute(
        propose(introduction, li_wei, step=f"{CANARY} b"),
        objection=f"{CANARY} c", side=Side.STARTUP, by=ayesha, at=timezone.now(),
    )  # fmt: skip
    rival = factories.make_founder("rival@example.com", factories.make_startup("Ravi Fields"))
    operator = factories.make_user("operator@example.com", is_staff=True, is_superuser=True)
    for outsider in (rival, sana, operator, None):
        for company in introduction.pair:
            assert page_of(as_user(outsider), company).status_code != 200
    rows = as_user(operator).get("/admin/matchmaker/introductionstage/").content.decode()
    one = IntroductionStage.objects.first()
    rows += as_user(operator).get(f"/admin/matchmaker/introductionstage/{one.pk}/change/").content.decode()
    assert "introductionstage" in rows
    everywhere = [
        rows,
        caplog.text,
        str(list(AuditRecord.objects.values())),
        str(list(Notice.objects.values())),
    ]
    everywhere += [str(mail.message()) for mail in delivered()]
    assert not any(CANARY in each for each in everywhere)


# --- What time does -----------------------------------------------------------------------------------------


def test_reminders_come_once_to_whom_they_concern(introduction, ayesha, li_wei):
    at = timezone.now()
    stage = propose(introduction, ayesha, days=20)
    for days in (1, 8, 9):
        stages.advance(at=at + days * DAY)
    assert told(li_wei).count("stage_waits") == 1
    confirm(stage, li_wei, at=at + 9 * DAY)
    assert not Notice.objects.filter(user=li_wei, kind__startswith="stage", read_at=None).exists()
    for days in (10, 20, 20, 22, 30):
        stages.advance(at=at + days * DAY)
    assert told(ayesha) == ["stage_confirmed", "stage_due", "stage_late"]
    assert told(li_wei) == ["stage_proposed", "stage_waits", "stage_late"]
    assert f"{stage.due_on:%b %Y}" in next(
        mail.body for mail in delivered(at=at + 40 * DAY) if "due soon" in mail.subject
    )


def test_what_is_done_or_followed_is_reminded_of_no_more(introduction, ayesha, li_wei):
    at = timezone.now()
    first = confirm(propose(introduction, ayesha, StageKind.SAMPLE), li_wei)
    second = confirm(propose(introduction, ayesha, StageKind.TERMS), li_wei)
    first.refresh_from_db()
    assert (first.state, first.remind_at) == ("past", None)
    stages.finish(second, side=Side.STARTUP, by=ayesha, at=at)
    stages.advance(at=at + 60 * DAY)
    assert not Notice.objects.filter(kind__in=("stage_due", "stage_late")).exists()


# --- Figures, copies, deletion, length ----------------------------------------------------------------------


def test_the_funnel_counts_what_both_confirmed(introduction, ayesha, li_wei):
    confirm(propose(introduction, ayesha, StageKind.SAMPLE), li_wei)
    propose(introduction, ayesha, StageKind.SIGNED)
    counts = {each.code: each.records().count() for each in FUNNEL if each.code.startswith("stage_")}
    assert counts == {"stage_sample": 1, "stage_confidentiality": 0, "stage_terms": 0, "stage_signed": 0}
    row = next(each for each in FUNNEL if each.code == "stage_sample").records().get()
    assert (row.of_startup, row.of_investor) == (introduction.startup_id, introduction.investor_id)


def test_both_get_a_copy_and_a_deleted_company_leaves_the_others_words(introduction, ayesha, li_wei):
    confirm(propose(introduction, li_wei, StageKind.SIGNED, wants_record=True), ayesha, records=True)
    for user in (ayesha, li_wei):
        (row,) = copy_for(user)["matchmaker.IntroductionStage"]
        assert row["next_step"] == "We send three samples"
    erase_company(introduction.startup, by=ayesha, at=timezone.now())
    assert IntroductionStage.objects.get().next_step == "We send three samples"
    deal = Deal.objects.get()
    assert (deal.startup, deal.startup_name) == (None, "(deleted)")


def test_lists_and_pages_take_the_same_queries_whatever_their_length(
    introduction, ayesha, li_wei, same_queries, as_user
):
    confirm(propose(introduction, ayesha), li_wei)
    propose(introduction, ayesha, StageKind.TERMS)
    partner = as_user(li_wei)
    paths = [reverse("pipeline"), reverse("home"), reverse("stages", args=[introduction.startup.public_id])]
    for path in paths:
        partner.get(path)
    with same_queries():
        for path in paths:
            partner.get(path)
    for name in ("Ravi", "Sutlej"):
        founder = factories.make_founder(f"{name}@example.com", factories.make_startup(name))
        startup = founder.membership.startup
        at = timezone.now()
        talk = make_introduction(
            startup, introduction.investor, by=founder, state=IntroductionState.MUTUAL, at=at, answered_at=at
        )
        confirm(propose(talk, founder, doer="both"), li_wei)
        propose(talk, founder)
    for path in paths:
        partner.get(path)
    with same_queries():
        for path in paths:
            partner.get(path)


def test_refused_acts_say_so(introduction, ayesha, as_user):
    gone = as_user(ayesha).post(reverse("stage_done", args=[introduction.investor.public_id]), follow=True)
    assert "That is no longer possible." in gone.content.decode()
    with pytest.raises(TransitionRefusedError):
        stages.finish(propose(introduction, ayesha), side=Side.STARTUP, by=ayesha, at=timezone.now())


def test_of_two_records_that_become_one_the_later_stage_stands(introduction, startup, ayesha, li_wei, sana):
    twin = factories.make_startup("Indus Grow Ltd")
    owner = factories.make_founder("twin@example.com", twin)
    at = timezone.now() - DAY
    theirs = {"by": owner, "state": IntroductionState.MUTUAL, "at": at, "answered_at": at}
    other = make_introduction(twin, introduction.investor, **theirs)
    confirm(propose(introduction, ayesha, StageKind.SAMPLE), li_wei)
    confirm(propose(other, owner, StageKind.TERMS), li_wei)
    propose(other, owner, StageKind.SIGNED)
    merging = Merging(kept=startup, gone=twin, takes_content=True, by=sana, at=timezone.now())
    stages.join_roads(merging)
    states = set(introduction.stages.values_list("kind", "state"))
    assert states == {("sample", "past"), ("terms", "agreed")}
    assert list(other.stages.values_list("kind", "state")) == [("signed", "proposed")]


def test_the_form_of_a_stage_is_not_titled_as_a_funding_stage(introduction, investor, founder):
    founder.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    page = founder.get(reverse("stages", args=[investor.public_id])).content.decode()
    assert re.findall(r"<legend[^>]*>\s*(.*?)\s*</legend>", page)[0] == "进展阶段"
