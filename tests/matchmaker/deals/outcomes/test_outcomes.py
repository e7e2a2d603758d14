"""What came of introductions: who is asked when, who records and confirms it, and what it changes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.deals.conversations import services as conversations
from matchmaker.deals.introductions.services import decisions
from matchmaker.deals.outcomes import selectors
from matchmaker.deals.outcomes.services import introductions as outcomes
from matchmaker.models.outcome import IntroductionOutcome, OutcomeQuestion, OutcomeState
from matchmaker.models.stage import StageKind
from matchmaker.portal.own_data.selectors import copy_for
from matchmaker.portal.own_data.services import erase_company
from matchmaker.transitions import ChangedSinceReadError, NotOpenError, TransitionRefusedError, WrongSideError
from profiles.choices import Status
from profiles.models import AuditRecord, Deal, Notice, OutboxMail, Startup
from tests import factories
from tests.matchmaker.deals.outcomes.conftest import MONTH, agreed, answer, record, values
from tests.matchmaker.deals.stages.conftest import confirm, propose
from tests.matchmaker.introduced import told

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
S = OutcomeState
CANARY = "qanatmeters"


def at(name, company, *more):
    return reverse(name, args=[company.public_id, *more])


def body(client, address):
    return client.get(address).content.decode()


def typed(kind="pilot", **more):
    return {
        "kind": kind,
        "happened_on": f"{timezone.localdate()}",
        "words": "Forty meters on a canal",
        "currency": "USD",
        **more,
    }


def asked(user):
    return told(user).count("outcome_asked")


def reminded(user):
    return told(user).count("outcome_waits")


def test_deals_lead_to_an_outcome_that_waits(introduction, ayesha, li_wei, as_user):
    outcome = record(introduction, ayesha)
    page = at("outcomes", introduction.startup)
    shown = body(as_user(li_wei), reverse("pipeline"))
    assert f'<a href="{page}">Confirm or dispute it</a>' in shown
    assert "Confirm or dispute it" not in body(as_user(ayesha), reverse("pipeline"))
    answer(outcome, li_wei)
    shown = body(as_user(li_wei), reverse("pipeline"))
    assert "Confirm or dispute it" not in shown
    assert "Sample or pilot · " in shown


# --- On the pages, from the question to a deal on record ----------------------------------------------------


def test_from_the_question_to_a_deal_that_both_confirm(introduction, ayesha, li_wei, as_user):
    founder, partner = as_user(ayesha), as_user(li_wei)
    ours, theirs = introduction.investor, introduction.startup
    outcomes.advance(at=timezone.now())
    assert "What was the outcome of the introduction with" in body(founder, reverse("home"))
    assert "Record an outcome" in body(founder, at("introduction", ours))

    own_page = at("outcomes", ours)
    assert founder.post(own_page, typed("investment")).status_code == 422  # no amount, no type
    wrong = typed("investment", form="pilot", amount="250,000")
    assert founder.post(own_page, wrong).status_code == 422  # a pilot is no investment
    assert founder.post(own_page, typed("agreement")).status_code == 422
    ahead = typed(happened_on=f"{timezone.localdate() + 2 * DAY}")
    assert founder.post(own_page, ahead).status_code == 422
    sent = founder.post(own_page, typed("investment", form="equity", amount="250,000"))
    assert sent.status_code == 302
    assert not Deal.objects.exists()

    outcome = IntroductionOutcome.objects.get()
    assert "Outcome with Indus Grow to confirm: Investment" in body(partner, reverse("home"))
    assert "USD 250,000" in body(partner, at("outcomes", theirs))
    act = at("outcome_answer", theirs, outcome.pk)
    partner.post(act, {"act": "confirm", "seen": outcome.version})
    deal = Deal.objects.get()
    assert (deal.source, deal.startup, deal.investor, deal.amount) == ("both", theirs, ours, 250_000)
    assert deal.form.code == "equity"
    assert "Confirmed by both" in body(founder, own_page)
    assert partner.get(reverse("deal_edit", args=[deal.pk])).status_code == 404
    assert told(ayesha).count("outcome_answered") == 1


@pytest.mark.parametrize(
    ("kind", "form"), [("pilot", "pilot"), ("agreement", "joint_venture"), ("memorandum", None)]
)
def test_what_goes_on_record_of_each_kind(introduction, ayesha, li_wei, kind, form):
    answer(record(introduction, ayesha, kind), li_wei)
    deals = Deal.objects.values_list("form__code", flat=True)
    assert list(deals) == ([form] if form else [])


def test_a_disputed_outcome_is_no_deal_and_curators_read_it_once(introduction, ayesha, li_wei, sana, as_user):
    outcome = record(introduction, ayesha, "investment", words=CANARY)
    partner, curator = as_user(li_wei), as_user(sana)
    page = at("outcome_answer", introduction.startup, outcome.pk)
    partner.post(page, {"act": "dispute", "objection": " ", "seen": outcome.version})
    assert IntroductionOutcome.objects.get().state == S.RECORDED
    assert CANARY not in body(curator, reverse("outcome_disputes"))  # it is the two sides' own

    partner.post(page, {"act": "dispute", "objection": "Four meters", "seen": outcome.version})
    assert not Deal.objects.exists()
    assert "Disputed outcomes" in body(curator, reverse("desk"))
    queue = body(curator, reverse("outcome_disputes"))
    assert CANARY in queue
    assert "Four meters" in queue
    assert "250,000" not in queue
    assert "Four meters" in body(as_user(ayesha), at("outcomes", introduction.investor))
    curator.post(reverse("outcome_read", args=[outcome.pk]))
    assert CANARY not in body(curator, reverse("outcome_disputes"))
    assert AuditRecord.objects.filter(action="outcome", details__done="read").count() == 1


def test_a_withdrawn_outcome_disappears_and_its_question_is_taken_back(introduction, ayesha, li_wei, as_user):
    outcome = record(introduction, ayesha, words=CANARY)
    page = at("outcome_answer", introduction.investor, outcome.pk)
    as_user(ayesha).post(page, {"act": "retract", "seen": outcome.version})
    assert IntroductionOutcome.objects.get().state == S.RETRACTED
    assert CANARY not in body(as_user(li_wei), at("outcomes", introduction.startup))
    assert not Notice.objects.filter(user=li_wei, kind="outcome_recorded", read_at=None).exists()


# --- Who may do what ----------------------------------------------------------------------------------------


def test_one_side_does_not_confirm_its_own_outcome(introduction, ayesha, li_wei):
    outcome = record(introduction, ayesha)
    for side in Side:
        with pytest.raises(TransitionRefusedError):
            outcomes.answer_outcome(outcome, side=side, by=ayesha, at=timezone.now())
    with pytest.raises(WrongSideError):
        outcomes.retract_outcome(outcome, side=Side.INVESTOR, by=li_wei, at=timezone.now())


def test_who_changed_sides_does_not_answer_what_they_recorded(introduction, ayesha, investor):
    outcome = record(introduction, ayesha)
    ayesha.membership.delete()
    factories.Membership.objects.create(user=ayesha, investor=investor)
    with pytest.raises(WrongSideError):
        outcomes.answer_outcome(outcome, side=Side.INVESTOR, by=ayesha, at=timezone.now())


def test_what_has_changed_since_it_was_read_is_refused(introduction, ayesha, li_wei):
    outcome = record(introduction, ayesha)
    with pytest.raises(ChangedSinceReadError):
        answer(outcome, li_wei, version_read="other")


def test_one_outcome_of_a_kind_waits_at_a_time(introduction, ayesha, li_wei):
    record(introduction, ayesha)
    with pytest.raises(outcomes.WaitsAlreadyError):
        record(introduction, li_wei)
    record(introduction, li_wei, "memorandum")


def test_the_same_deal_goes_on_record_once(introduction, ayesha, li_wei):
    form = values("agreement")["form"]
    stage = propose(introduction, ayesha, StageKind.SIGNED, wants_record=True, form=form)
    confirm(stage, li_wei, records=True)
    answer(record(introduction, li_wei, "agreement", happened_on=stage.since_on), ayesha)
    assert Deal.objects.count() == 1


def test_the_database_refuses_what_no_form_sends(introduction):
    for fields in (
        {"kind": "investment"},
        {"kind": "pilot", "amount": 5},
        {"state": "disputed", "answered_at": timezone.now()},
        {"state": "confirmed"},
    ):
        said = {"recorded_by": "startup", "state": "recorded", "happened_on": timezone.localdate(), **fields}
        with pytest.raises(IntegrityError), transaction.atomic():
            IntroductionOutcome.objects.create(introduction=introduction, **{"kind": "pilot", **said})


# --- Who is asked, and when ---------------------------------------------------------------------------------


def test_both_sides_are_asked_after_three_six_and_twelve_months(startup, investor, ayesha, li_wei):
    begun = timezone.now() - 24 * MONTH
    agreed(startup, investor, by=ayesha, at=begun)
    outcomes.advance(at=begun + 80 * DAY)
    assert (asked(ayesha), asked(li_wei)) == (0, 0)
    for months, times in ((3, 1), (4, 1), (6, 2), (7, 2), (12, 3), (20, 3)):
        outcomes.advance(at=begun + months * MONTH)
        assert (asked(ayesha), asked(li_wei)) == (times, times), months


def test_a_side_is_reminded_once_and_never_after_an_answer(introduction, ayesha, li_wei):
    now = timezone.now()
    outcomes.advance(at=now)
    said = {"side": Side.STARTUP, "by": ayesha}
    outcomes.say_none(introduction, is_over=False, at=now + DAY, **said)
    for days in (15, 16, 17):
        outcomes.advance(at=now + days * DAY)
    assert (reminded(ayesha), reminded(li_wei)) == (0, 1)


def test_who_expects_nothing_more_is_not_asked_again(introduction, ayesha, li_wei, as_user):
    now = timezone.now()
    outcomes.advance(at=now)
    as_user(ayesha).post(at("outcome_none", introduction.investor), {"nothing": "more"})
    outcomes.advance(at=now + 12 * MONTH)
    assert (asked(ayesha), asked(li_wei)) == (1, 2)


def test_an_outcome_that_waits_is_reminded_of_once(introduction, ayesha, li_wei):
    now = timezone.now()
    outcome = record(introduction, ayesha, at=now)
    for days in (6, 8, 9):
        outcomes.remind_due(at=now + days * DAY)
    assert reminded(li_wei) == 1
    answer(outcome, li_wei, at=now + 10 * DAY)
    outcomes.remind_due(at=now + 30 * DAY)
    assert (reminded(ayesha), reminded(li_wei)) == (0, 1)


def test_a_pair_with_a_deal_on_record_is_not_asked(introduction, ayesha, li_wei):
    answer(record(introduction, ayesha), li_wei)
    outcomes.advance(at=timezone.now() + 12 * MONTH)
    assert (asked(ayesha), asked(li_wei)) == (0, 0)


@pytest.mark.parametrize("event", ["closed", "blocked", "suspended", "left", "consent"])
def test_after_an_event_no_one_is_asked_or_reminded(introduction, ayesha, li_wei, sana, event):
    now = timezone.now()
    startup, investor = introduction.pair
    record(introduction, ayesha, at=now)
    OutcomeQuestion.objects.create(
        introduction=introduction, side=Side.INVESTOR, asked_rounds=1, remind_at=now
    )
    side = {"side": Side.INVESTOR, "by": li_wei, "at": now}
    if event == "closed":
        decisions.withdraw_interest(startup, investor, **side)
    elif event == "blocked":
        conversations.block_company(startup, investor, **side)
    elif event == "suspended":
        Startup.objects.filter(pk=startup.pk).update(status=Status.SUSPENDED)
    elif event == "consent":
        Startup.objects.filter(pk=startup.pk).update(matching_consent=False)
    else:
        erase_company(startup, by=ayesha, at=now)
    before = Notice.objects.count(), OutboxMail.objects.count()
    outcomes.advance(at=now + 12 * MONTH)
    assert (Notice.objects.count(), OutboxMail.objects.count()) == before


def test_nothing_is_recorded_with_a_company_that_takes_no_part(introduction, ayesha):
    Startup.objects.filter(pk=introduction.startup_id).update(status=Status.SUSPENDED)
    with pytest.raises(NotOpenError):
        record(introduction, ayesha)


# --- Who reads it -------------------------------------------------------------------------------------------


def test_strangers_read_neither_the_words_nor_the_amount(introduction, ayesha, li_wei, as_user):
    answer(record(introduction, ayesha, "investment", words=CANARY, amount=7_654_321), li_wei)
    stranger = factories.make_founder("stranger@example.com", factories.make_startup("Stranger"))
    page = body(as_user(stranger), f"{at('match', introduction.investor)}?more=record")
    assert "Recorded" in page or "recorded" in page  # the deal, by its date and type
    for hidden in (CANARY, "7,654,321", "7654321", introduction.startup.name_en):
        assert hidden not in page


def test_a_copy_has_it_and_a_company_that_leaves_takes_its_words(introduction, ayesha, li_wei):
    answer(record(introduction, ayesha, words=CANARY), li_wei)
    record(introduction, ayesha, "memorandum", words=CANARY)
    answer(record(introduction, li_wei, "agreement", words="Our own words"), ayesha, CANARY)
    assert CANARY in str(copy_for(ayesha))
    assert CANARY in str(copy_for(li_wei))
    assert "factors" not in str(copy_for(li_wei)["matchmaker.IntroductionOutcome"])
    erase_company(introduction.startup, by=ayesha, at=timezone.now())
    assert CANARY not in str(copy_for(li_wei))
    assert "Our own words" in str(copy_for(li_wei))
    assert Deal.objects.count() == 1


def test_one_and_three_outcomes_take_as_many_queries(introduction, ayesha, li_wei, as_user, same_queries):
    partner, pages = as_user(li_wei), [at("outcomes", introduction.startup), reverse("home")]
    pages.append(at("introduction", introduction.startup))
    for kind in ("pilot", "agreement", "memorandum"):
        record(introduction, ayesha, kind)
        for page in pages:
            partner.get(page)
        with same_queries():
            for page in pages:
                partner.get(page)


def test_the_public_count_starts_at_five(li_wei):
    now = timezone.now()
    for number in range(5):
        assert selectors.public_count() == 0
        startup = factories.make_startup(f"Startup {number}")
        founder = factories.make_founder(f"founder{number}@example.com", startup)
        pair = agreed(startup, li_wei.membership.investor, by=founder, at=now - 4 * MONTH)
        answer(record(pair, founder), li_wei)
        record(pair, founder, "memorandum")  # not confirmed
    assert selectors.public_count() == 5


def test_words_that_no_one_can_read_dispute_nothing(introduction, ayesha, li_wei, as_user):
    outcome, objection = record(introduction, ayesha), "Four \u202esretem"
    address = at("outcome_answer", introduction.startup, outcome.pk)
    answered = as_user(li_wei).post(address, {"act": "dispute", "objection": objection}, follow=True)
    outcome.refresh_from_db()
    assert (answered.status_code, outcome.state) == (200, "recorded")
