"""Introductions: asked in three answers, bounded by places and capacity, answered, closed by time."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import PassReason, Side
from matchmaker.deals.introductions.selectors import WITHDRAWN_SLOT
from matchmaker.deals.introductions.services import deadlines, decisions
from matchmaker.deals.introductions.services.decisions import (
    AskedLatelyError,
    NoRequestSlotError,
    RequestWords,
)
from matchmaker.matching.current_company.selectors import interactions_of
from matchmaker.models.introduction import Introduction, IntroductionState, IntroductionStep
from matchmaker.models.pair_action import PASS_DELAY, Pass
from matchmaker.transitions import PausedError, TransitionRefusedError
from profiles.catalogue.consents import services as consents
from profiles.catalogue.consents.services import TEXT_VERSION
from profiles.choices import Purpose, Role
from profiles.companies.claims import services as claims
from profiles.models import Consent, Investor, OutboxMail, Startup, User
from profiles.refusals import RefusedError
from tests import factories
from tests.factories import make_investor, make_user
from tests.mails import delivered
from tests.matchmaker.introduced import make_introduction, told

pytestmark = pytest.mark.django_db
NOW = timezone.now()
DAY = timedelta(days=1)
WORDS = RequestWords("canary-why", "canary-purpose", "canary-step")
FORM = {"why": "Their pumps", "purpose": "A pilot in Multan", "next_step": "A call"}


def ask(startup, investor, by, at=NOW):
    return decisions.express_interest(startup, investor, side=Side.STARTUP, by=by, at=at, words=WORDS)


def state(introduction):
    introduction.refresh_from_db()
    return introduction.state


# --- The database knows the table --------------------------------------------------------------------------


@pytest.mark.sqlite
def test_the_database_refuses_what_contradicts_itself_and_a_second_open_request(startup, investor, ayesha):
    made = Introduction.objects.filter(pk=ask(startup, investor, ayesha).pk)
    wrong = [
        {"state": "friends"},
        {"state": "mutual"},
        {"state": "queued"},
        {"state": "declined"},
        {"state": "later", "answered_at": None},
        {"state": "expired", "closes_at": None},
        {"state": "mutual", "answered_at": NOW},
        {"asked_by": "curator"},
        {"ended_at": NOW},
        {"closes_at": None},
        {"answered_at": NOW},
        {"delivered_at": None},
    ]
    for values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            made.update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_introduction(startup, investor, by=ayesha, side=Side.INVESTOR)


# --- Asking and answering ----------------------------------------------------------------------------------


@pytest.mark.parametrize("is_over", [False, True])
def test_the_answers_of_who_asks_after_the_other_side_has_said_yes_are_all_kept(
    as_user, startup, investor, ayesha, li_wei, is_over
):
    founder, address = as_user(ayesha), f"/introductions/{investor.public_id}/"
    assert founder.get(f"{address}ask/").status_code == 200
    partner = as_user(li_wei)
    partner.post(f"/matches/{startup.public_id}/interest/", {"wanted": "1", "line": "Your sensors"})
    if is_over:  # the request has closed by itself, and the yes still stands
        deadlines.advance(at=timezone.now() + 90 * DAY)
    assert founder.post(f"{address}ask/", FORM).url == address
    assert Introduction.objects.latest("pk").state == IntroductionState.MUTUAL
    for reader, whose in ((partner, "Their answer"), (founder, "Your answer")):
        page = reader.get(f"/introductions/{(startup if reader is partner else investor).public_id}/")
        panel = page.content.decode().partition(whose)[2].partition("</section>")[0]
        asked = ["Why this partner?", "What do you want to achieve?", "What do you offer as a first step?"]
        assert [words for words in (*asked, *FORM.values()) if words not in panel] == []


def test_a_founder_asks_with_three_answers_and_an_investor_says_yes_with_a_click(
    as_user, startup, investor, ayesha, li_wei
):
    founder, partner = as_user(ayesha), as_user(li_wei)
    address = f"/introductions/{investor.public_id}/"

    assert founder.post(f"/matches/{investor.public_id}/interest/", {"wanted": "1"}).url == f"{address}ask/"
    ticket = founder.get(f"{address}ask/").context["draft_form"].version
    assert founder.post(f"{address}ask/", {**FORM, "why": "", "version": ticket}).status_code == 422
    assert founder.get(f"{address}ask/").context["form"]["purpose"].value() == FORM["purpose"]
    assert founder.post(f"{address}ask/", FORM).url == address
    assert told(li_wei) == ["request_received"]
    page = partner.get(f"/introductions/{startup.public_id}/").content.decode()
    assert all(words in page for words in FORM.values())

    partner.post(f"/matches/{startup.public_id}/interest/", {"wanted": "1", "line": "Call us on Monday"})

    assert "Call us on Monday" in founder.get(address).content.decode()
    assert interactions_of(Side.STARTUP, startup.pk).mutual == {investor.pk}
    assert told(ayesha) == ["mutual_interest"]


@pytest.mark.parametrize(
    ("act", "name"),
    [("introductions/{}/ask/", "why"), ("matches/{}/interest/", "line"), ("introductions/{}/later/", "line")],
)
def test_a_long_answer_is_refused_beside_it_with_the_count_and_not_cut(
    as_user, startup, investor, ayesha, li_wei, act, name
):
    reader, other = (ayesha, investor) if name == "why" else (li_wei, startup)
    if reader is li_wei:
        ask(startup, investor, ayesha)
    before = IntroductionStep.objects.count()

    sent = {**FORM, "wanted": "1", name: "ک" * 301}
    page = as_user(reader).post(f"/{act.format(other.public_id)}", sent)

    assert page.status_code == 422
    assert "Use at most 300 characters. You have used 301." in page.content.decode()
    assert page.content.decode().count("ک" * 301) == 1
    assert IntroductionStep.objects.count() == before


def test_later_gives_the_place_back_and_yes_stays_open(startup, investor, ayesha, li_wei):
    made = ask(startup, investor, ayesha)
    later = {"side": Side.INVESTOR, "line": "After the season", "by": li_wei, "at": NOW + DAY}
    decisions.answer_later(startup, investor, **later)
    assert (state(made), made.answered_at) == (IntroductionState.LATER, NOW + DAY)
    with pytest.raises(TransitionRefusedError):
        decisions.answer_later(startup, investor, **later)

    decisions.express_interest(startup, investor, side=Side.INVESTOR, by=li_wei, at=NOW + 9 * DAY)

    assert (state(made), made.answered_at) == (IntroductionState.MUTUAL, NOW + DAY)
    assert made.line == "After the season"


def test_a_no_ends_it_and_the_reason_stays_with_who_gave_it(as_user, startup, investor, ayesha, li_wei):
    made = ask(startup, investor, ayesha)
    decisions.pass_on(
        startup, investor, side=Side.INVESTOR, reason=PassReason.OTHER, note="canary-note", by=li_wei, at=NOW
    )
    assert state(made) == IntroductionState.DECLINED
    assert told(ayesha) == ["request_declined"]
    client = as_user(ayesha)
    pages = [client.get(path).content.decode() for path in ("/deals/", "/notices/")]
    assert [page for page in pages if "canary-note" in page or "Another reason" in page] == []
    decisions.withdraw_interest(startup, investor, side=Side.STARTUP, by=ayesha, at=NOW)
    page = client.get(f"/introductions/{investor.public_id}/ask/").content.decode()
    assert ("Wait two months" in page, "<textarea" in page) == (True, False)
    with pytest.raises(AskedLatelyError):
        ask(startup, investor, ayesha, at=NOW + DAY)


def test_a_late_yes_still_meets(startup, investor, ayesha, li_wei):
    made = ask(startup, investor, ayesha)
    deadlines.advance(at=made.closes_at)
    assert state(made) == IntroductionState.EXPIRED

    late = decisions.express_interest(
        startup, investor, side=Side.INVESTOR, by=li_wei, at=made.ended_at + DAY
    )

    assert (late.pk != made.pk, late.state) == (True, IntroductionState.MUTUAL)
    assert Introduction.objects.count() == 2


def test_either_side_ends_what_is_mutual(startup, investor, ayesha, li_wei):
    made = ask(startup, investor, ayesha)
    decisions.express_interest(startup, investor, side=Side.INVESTOR, by=li_wei, at=NOW)
    decisions.withdraw_interest(startup, investor, side=Side.STARTUP, by=ayesha, at=NOW)
    assert state(made) == IntroductionState.CLOSED
    assert interactions_of(Side.INVESTOR, investor.pk).mutual == frozenset()
    assert told(li_wei)[-1] == "introduction_closed"


# --- Places, capacity, pause -------------------------------------------------------------------------------


def test_five_requests_may_be_pending_and_a_withdrawn_one_gives_its_place_back_after_a_week(startup, ayesha):
    partners = [factories.make_investor(f"Partner {at}") for at in range(6)]
    for partner in partners[:5]:
        ask(startup, partner, ayesha)
    with pytest.raises(NoRequestSlotError):
        ask(startup, partners[5], ayesha)

    decisions.withdraw_interest(startup, partners[0], side=Side.STARTUP, by=ayesha, at=NOW)
    with pytest.raises(NoRequestSlotError):
        ask(startup, partners[5], ayesha)

    assert ask(startup, partners[5], ayesha, at=NOW + WITHDRAWN_SLOT).state == IntroductionState.ASKED


def deals_in(stage, client):
    return client.get("/deals/", {"stage": stage}).context["rows"]


def test_beyond_the_capacity_a_request_waits_unseen_until_there_is_room(
    as_user, startup, investor, ayesha, li_wei
):
    Investor.objects.filter(pk=investor.pk).update(capacity=1)
    first = factories.make_startup("First")
    ask(first, investor, factories.make_founder("first@example.com", first), at=NOW - 20 * DAY)
    page = as_user(ayesha).get(f"/introductions/{investor.public_id}/ask/").content.decode()
    assert "Your request will wait as number 1 in the queue" in page
    before = deals_in("to_answer", as_user(li_wei))

    made = ask(startup, investor, ayesha)

    assert made.state == IntroductionState.QUEUED
    after = deals_in("to_answer", as_user(li_wei))
    assert len(after) == len(before) == 1
    assert as_user(li_wei).get(f"/introductions/{startup.public_id}/").status_code == 302
    assert interactions_of(Side.INVESTOR, investor.pk).liked_by == {first.pk}
    mine = deals_in("waiting", as_user(ayesha))
    assert [row.shown["queue_position"] for row in mine] == [1]

    assert deadlines.deliver_due(at=NOW + 9 * DAY) == 0
    assert deadlines.deliver_due(at=NOW + 11 * DAY) == 1

    assert (state(made), made.delivered_at) == (IntroductionState.ASKED, NOW + 11 * DAY)
    assert interactions_of(Side.INVESTOR, investor.pk).liked_by == {first.pk, startup.pk}
    assert told(ayesha) == ["request_delivered"]


def test_a_queued_request_that_cannot_be_delivered_holds_up_nobody(startup, investor, ayesha):
    Investor.objects.filter(pk=investor.pk).update(capacity=1)
    gone, by = factories.make_startup("Gone"), factories.make_user("gone@example.com")
    make_introduction(gone, investor, by=by, state=IntroductionState.QUEUED, at=NOW - 2 * DAY)
    made = make_introduction(startup, investor, by=ayesha, state=IntroductionState.QUEUED, at=NOW - DAY)
    Startup.objects.filter(pk=gone.pk).update(matching_consent=False)

    assert deadlines.deliver_due(at=NOW) == 1

    assert state(made) == IntroductionState.ASKED


def test_one_sweep_delivers_a_batch_and_the_next_one_goes_on(investor):
    queued = [
        make_introduction(
            factories.make_startup(name),
            investor,
            by=factories.make_user(f"{name}@example.com"),
            state=IntroductionState.QUEUED,
            at=NOW - days * DAY,
        )
        for days, name in enumerate(("last", "second", "first"))
    ]

    assert deadlines.deliver_due(at=NOW, most=2) == 2
    assert [state(one) for one in queued] == ["queued", "asked", "asked"]
    assert deadlines.deliver_due(at=NOW, most=2) == 1


def test_who_pauses_is_asked_nothing_and_says_so_before(as_user, startup, investor, ayesha, li_wei):
    as_user(li_wei).post("/introductions/pause/", {"wanted": "1"})
    page = as_user(ayesha).get(f"/introductions/{investor.public_id}/ask/").content.decode()
    assert "They are not taking new requests at the moment." in page
    assert "<textarea" not in page
    with pytest.raises(PausedError):
        ask(startup, investor, ayesha)

    decisions.set_pause(investor, is_paused=False, by=li_wei, at=NOW)

    assert ask(startup, investor, ayesha).state == IntroductionState.ASKED


# --- Time --------------------------------------------------------------------------------------------------


def test_time_reminds_twice_and_then_closes_with_a_notice_to_both(startup, investor, ayesha, li_wei):
    made = ask(startup, investor, ayesha)
    for day in range(int(investor.reply_days) + 8):
        for _twice in range(2):
            deadlines.advance(at=NOW + day * DAY)

    assert told(li_wei) == ["request_received", "request_reminder", "request_reminder", "request_lapsed"]
    assert told(ayesha) == ["request_expired"]
    assert (state(made), made.ended_at) == (IntroductionState.EXPIRED, made.due_at + decisions.GRACE)
    mails = OutboxMail.objects.order_by("pk").values_list("recipient", "kind")
    assert list(mails.filter(kind="request_expired")) == [(ayesha.email, "request_expired")]
    assert list(made.steps.values_list("act", "by")) == [("ask", ayesha.pk), ("expire", None)]


def test_what_is_answered_in_time_does_not_close(startup, investor, ayesha, li_wei):
    made = ask(startup, investor, ayesha)
    decisions.express_interest(startup, investor, side=Side.INVESTOR, by=li_wei, at=NOW + DAY)
    deadlines.advance(at=NOW + 400 * DAY)
    assert state(made) == IntroductionState.MUTUAL
    assert "request_reminder" not in told(li_wei)


# --- The pages ---------------------------------------------------------------------------------------------


def test_reasons_are_told_together_and_only_of_enough(startup, ayesha, founder):
    for number in range(5):
        assert founder.get("/deals/").context["reasons"] == []
        partner = factories.make_investor(f"Partner {number}")
        reason = PassReason.STAGE if number < 3 else PassReason.TICKET
        Pass.objects.create(
            side=Side.INVESTOR,
            startup=startup,
            investor=partner,
            reason=reason,
            by=ayesha,
            at=NOW - PASS_DELAY,
        )
    reasons = founder.get("/deals/").context["reasons"]
    assert reasons == [("Too early or too late", 3), ("Amount does not fit", 2)]
    assert "Partner 1" not in founder.get("/deals/").content.decode()


def test_both_read_what_is_open_and_what_to_do_about_the_rest(as_user, startup, investor, ayesha, li_wei):
    Startup.objects.filter(pk=startup.pk).update(contact_name="Ayesha", contact_email="a@indus.example")
    make_introduction(startup, investor, by=ayesha, state=IntroductionState.MUTUAL)
    mine, theirs = f"/introductions/{investor.public_id}/", f"/introductions/{startup.public_id}/"
    assert "a@indus.example" not in as_user(li_wei).get(theirs).content.decode()
    page = as_user(ayesha).get(mine).content.decode()
    assert "you have not agreed to share these" in page
    assert 'href="/startup/consents/"' in page

    said = {"purpose": Purpose.CROSS_BORDER, "text_version": TEXT_VERSION}
    Consent.objects.create(startup=startup, **said, given_by=ayesha, given_at=NOW)

    assert "a@indus.example" in as_user(li_wei).get(theirs).content.decode()
    assert "They can see your contact details too." in as_user(ayesha).get(mine).content.decode()


def test_an_owner_who_shows_its_contact_to_no_one_reads_that_they_cannot_see_it(
    as_user, startup, investor, ayesha, li_wei
):
    consents.set_all(startup, purposes=frozenset(Purpose), by=ayesha, at=NOW)
    make_introduction(startup, investor, by=ayesha, state=IntroductionState.MUTUAL)
    path = f"/introductions/{investor.public_id}/"
    Startup.objects.filter(pk=startup.pk).update(contact_email="a@indus.example")
    assert "They can see your contact details too." in as_user(ayesha).get(path).text

    Startup.objects.filter(pk=startup.pk).update(visibility={"contact": "nobody"})
    assert "or chose to show them to no one" in as_user(ayesha).get(path).text
    theirs = as_user(li_wei).get(f"/introductions/{startup.public_id}/").text
    assert "a@indus.example" not in theirs

    only_whatsapp = {"contact_email": "", "contact_whatsapp": "+923001234567", "visibility": {}}
    Startup.objects.filter(pk=startup.pk).update(**only_whatsapp)
    Consent.objects.update(text_version="2026-14")
    assert "you have not agreed to share these" in as_user(ayesha).get(path).text


def test_the_words_are_for_the_two_companies_alone(as_user, startup, investor, ayesha, li_wei, sana):
    made = ask(startup, investor, ayesha)
    Introduction.objects.filter(pk=made.pk).update(line="canary-line", answer_purpose="canary-for")
    rival = factories.make_founder("rival@example.com", factories.make_startup("Rival"))
    other = factories.make_partner("other@example.com", factories.make_investor("Other"))
    operator = User.objects.create_superuser("root@example.com", factories.PASSWORD)
    paths = [
        "/home/", "/matches/", "/deals/", "/notices/", "/desk/", "/desk/audit/",
        *(f"/matches/{company.public_id}/" for company in (startup, investor)),
        *(f"/introductions/{company.public_id}/" for company in (startup, investor)),
        f"/admin/matchmaker/introduction/{made.pk}/change/",
        f"/desk/pairings/{startup.public_id}/{investor.public_id}/",
    ]  # fmt: skip
    readers = {
        who: [path for path in paths if b"canary-" in as_user(user).get(path, follow=True).content]
        for who, user in {
            "founder": ayesha, "partner": li_wei, "rival": rival, "other": other, "curator": sana,
            "operator": operator,
        }.items()
    }  # fmt: skip
    assert {who for who, leaks in readers.items() if leaks} == {"founder", "partner"}
    assert [mail for mail in OutboxMail.objects.all() if "canary-" in mail.body + mail.subject] == []


def test_a_blind_first_look_stays_blind_until_interested(as_user, startup, investor, ayesha, li_wei):
    User.objects.filter(pk=li_wei.pk).update(blind_first_look=True)
    ask(startup, investor, ayesha)
    pages = ["/deals/", f"/introductions/{startup.public_id}/", "/notices/"]
    assert [page for page in pages if startup.name_en in as_user(li_wei).get(page).content.decode()] == []
    decisions.express_interest(startup, investor, side=Side.INVESTOR, by=li_wei, at=NOW)
    assert startup.name_en in as_user(li_wei).get("/deals/").content.decode()


def test_interest_in_a_company_without_people_is_kept_and_told(startup, ayesha, as_user, sana):
    fund = make_investor("Imported Fund", is_unclaimed=True, contact_email="wang@fund.cn")
    founder, its_page = as_user(ayesha), reverse("match", args=[fund.public_id])
    page = founder.get(its_page).content.decode()
    assert "Not on Corridor yet" in page
    assert reverse("introduction_ask", args=[fund.public_id]) not in page
    with pytest.raises(
        RefusedError, match="No one from this company has joined Corridor yet, so no one can answer a request"
    ):
        decisions.express_interest(startup, fund, side=Side.STARTUP, by=ayesha, at=timezone.now())

    founder.post(reverse("match_interest", args=[fund.public_id]), {"wanted": "1"})

    assert not Introduction.objects.exists()
    claim = claims.invite(fund, email="wang@fund.cn", by=sana, at=timezone.now())
    wang = make_user("wang@fund.cn", Role.INVESTOR)
    claims.accept(claim, by=wang, at=timezone.now())
    subject = "interested before you joined"
    assert [mail.to for mail in delivered() if subject in mail.subject] == [[wang.email]]
    as_user(wang).post(reverse("match_interest", args=[startup.public_id]), {"wanted": "1"})
    assert Introduction.objects.get().state == IntroductionState.MUTUAL
