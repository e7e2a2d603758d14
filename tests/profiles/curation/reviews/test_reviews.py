"""Reviews: what a curator reads, what changed since, and opening exact amounts."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from profiles.catalogue.visibility import services as visibility
from profiles.choices import Purpose, ReviewOutcome, Role, Status
from profiles.companies.steps import services as companies
from profiles.curation.reviews import services as reviews
from profiles.curation.reviews.selectors import reviews as selector
from profiles.curation.reviews.selectors.queues import QueuePart, rows_of
from profiles.curation.reviews.selectors.queues import waiting as waiting_in_queue
from profiles.curation.reviews.selectors.reviews import reviewed_lists
from profiles.guards import NotACuratorError, ReasonMissingError
from profiles.models import AuditRecord, Consent, Investor, Need, NeedType, Place, Startup, User
from tests.factories import MOMENT, make_founder, make_investor, make_startup, make_user

LATER = MOMENT + timedelta(hours=1)


@pytest.fixture
def waiting(db):
    """A startup that was submitted and not looked at yet."""
    return make_startup("Kisaan Qadam", status=Status.SUBMITTED, reviewed_at=None)


def test_an_approval_publishes_and_leaves_a_record(waiting, sana):
    review = reviews.decide(waiting, ReviewOutcome.APPROVED, by=sana, at=LATER)

    waiting.refresh_from_db()
    assert (waiting.status, waiting.reviewed_at) == (Status.APPROVED, LATER)
    assert (review.startup, review.outcome, review.decided_by) == (waiting, ReviewOutcome.APPROVED, sana)
    record = AuditRecord.objects.get()
    assert (record.action, record.subject, record.actor) == ("approved", f"startup:{waiting.public_id}", sana)


def test_a_reviewer_reads_from_which_country_a_company_moves_and_approves_the_new_one(sana):
    investor, told = make_investor(), {"label": "Previously approved country", "value": "China"}
    assert told not in selector.evidence(investor)
    place = Place.objects.get(code="PK-SD")
    owner = make_founder("owner@example.com", None)
    investor = companies.edit(investor, changes={"place": place}, by=owner, at=LATER)
    assert (investor.approved_country, told in selector.evidence(investor)) == ("CN", True)
    reviews.decide(investor, ReviewOutcome.RETURNED, message="Why?", by=sana, at=LATER + timedelta(hours=1))
    investor.refresh_from_db()
    assert investor.approved_country == "CN"
    Investor.objects.update(status=Status.SUBMITTED)
    reviews.decide(investor, ReviewOutcome.APPROVED, by=sana, at=LATER + timedelta(hours=3))
    investor.refresh_from_db()
    assert (investor.approved_country, told in selector.evidence(investor)) == ("PK", False)


def test_only_a_curator_decides_whatever_the_state_and_nothing_changes(li_wei):
    """Others learn nothing of the state, and the profile in hand stays as it was."""
    for status in Status:
        profile = make_startup("Kisaan Qadam", status=status)
        before = Startup.objects.values().get(pk=profile.pk)
        said = {"message": "No", "by": li_wei, "at": LATER}
        for decision in (
            partial(reviews.decide, profile, ReviewOutcome.APPROVED),
            partial(reviews.decide, profile, ReviewOutcome.RETURNED),
            partial(reviews.suspend, profile),
            partial(reviews.restore, profile),
            partial(reviews.reopen, profile),
            partial(reviews.uphold, profile),
        ):
            with pytest.raises(NotACuratorError):
                decision(**said)
        assert (profile.status, Startup.objects.values().get(pk=profile.pk)) == (status, before)
        assert not AuditRecord.objects.exists()


def test_a_return_tells_the_owner_what_to_change(waiting, sana):
    review = reviews.decide(
        waiting, ReviewOutcome.RETURNED, reasons={"pitch": "Say what it is."}, message="", by=sana, at=LATER
    )

    waiting.refresh_from_db()
    assert waiting.status == Status.RETURNED
    assert review.reasons == {"pitch": "Say what it is."}
    (earlier,) = selector.history(waiting)  # whoever reads it next sees what was asked for
    ((label, asked),) = earlier.asked
    assert (label, asked.said) == ("pitch in one sentence", "Say what it is.")


def test_a_no_without_a_reason_is_refused(waiting, sana):
    for outcome in (ReviewOutcome.RETURNED, ReviewOutcome.REJECTED):
        with pytest.raises(ReasonMissingError):
            reviews.decide(waiting, outcome, by=sana, at=LATER)

        waiting.refresh_from_db()
        assert waiting.status == Status.SUBMITTED


def test_the_second_of_two_curators_is_told(waiting, sana):
    reviews.decide(waiting, ReviewOutcome.APPROVED, by=sana, at=LATER)
    with pytest.raises(reviews.NotWaitingError):
        reviews.decide(waiting, ReviewOutcome.REJECTED, message="Duplicate", by=sana, at=LATER)

    waiting.refresh_from_db()
    assert waiting.status == Status.APPROVED


def test_the_queue_is_oldest_first_and_holds_edits_of_approved_profiles(waiting):
    edited = make_investor("Edited Fund", submitted_at=MOMENT + timedelta(days=1), reviewed_at=MOMENT)
    older = make_startup(
        "Older", status=Status.SUBMITTED, submitted_at=MOMENT - timedelta(days=1), reviewed_at=None
    )
    make_startup("Draft", status=Status.DRAFT, submitted_at=None, reviewed_at=None)

    rows = rows_of(waiting_in_queue(QueuePart()))
    assert [(row.profile.public_id, row.profile.is_published) for row in rows] == [
        (older.public_id, False),
        (waiting.public_id, False),
        (edited.public_id, True),
    ]
    assert [key["public_id"] for key in waiting_in_queue(QueuePart(side="investor"))] == [edited.public_id]


def test_a_reviewer_reads_what_a_company_lists(same_queries, db):
    startup = make_startup("Lists its needs")
    reviewed_lists(startup)  # the profile remembers whether an edit of it waits
    kinds = NeedType.objects.exclude(code="capital")[:3]
    for kind in kinds:
        Need.objects.create(startup=startup, type=kind, urgency=3, description="For 200 ha")
        with same_queries():
            needs, traction, _partners = reviewed_lists(startup)

    assert [row[0].value for row in needs.rows] == [str(kind) for kind in kinds]
    assert {"urgency": "Now", "in your words": "For 200 ha"}.items() <= {
        field.label: field.value for field in needs.rows[0]
    }.items()
    assert (needs.label, traction.rows) == ("needs", [])


def test_a_reviewer_reads_words_not_codes(db):
    startup = make_startup("Coded", data_classes=["personal", "health"], data_location="PK")
    read = {field.name: field.value for field in selector.reviewed_fields(startup)}
    assert (read["data_classes"], read["data_location"]) == ("Personal, Health", "Pakistan")
    fund = make_investor("Coded Fund", jurisdiction="CN", data_hosting="startup_choice")
    read = {field.name: field.value for field in selector.reviewed_fields(fund)}
    assert (read["jurisdiction"], read["data_hosting"]) == ("China", "The startup chooses")


pytestmark = pytest.mark.django_db
APPROVE = {"outcome": "approved", "message": "Welcome."}


def address(startup: Startup) -> str:
    return reverse("review", args=["startup", startup.public_id])


def opened(desk: Client, startup: Startup) -> str:
    """Open the page in a tab, and return what its form carries."""
    seen: str = desk.get(address(startup)).context["seen"]
    return seen


def edit(startup: Startup, by: User, **edited: Any) -> None:
    companies.edit(startup, by=by, at=MOMENT, **edited)


def differences(answer: Any) -> list[tuple[str, str, str]]:
    return [(change.label, change.before, change.after) for change in answer.context["changes"]]


def test_an_edit_after_the_page_was_opened_is_shown_before_it_is_approved(desk, waiting, ayesha):
    seen = opened(desk, waiting)
    edit(waiting, ayesha, changes={"pitch": "Loans for everybody"})
    answer = desk.post(address(waiting), {**APPROVE, "seen": seen})

    waiting.refresh_from_db()
    assert (answer.status_code, waiting.status) == (409, Status.SUBMITTED)
    assert differences(answer) == [
        ("pitch in one sentence", "Sensors that halve the water a field needs", "Loans for everybody")
    ]
    page = answer.content.decode()
    assert "Changed since you opened it" in page
    assert "<ins" in page
    assert answer.context["form"]["message"].value() == "Welcome."
    assert not AuditRecord.objects.filter(action="approved").exists()

    again = desk.post(address(waiting), {**APPROVE, "seen": answer.context["seen"]})
    waiting.refresh_from_db()
    assert (again.status_code, waiting.status) == (302, Status.APPROVED)


@pytest.mark.parametrize("outcome", ["approved", "rejected"])
def test_a_note_beside_a_field_is_not_lost_by_deciding_otherwise(desk, waiting, outcome):
    said = {"message": "Thank you.", "reason-pitch": "Say what you sell.", "seen": opened(desk, waiting)}
    answer = desk.post(address(waiting), {**said, "outcome": outcome})

    waiting.refresh_from_db()
    assert (answer.status_code, waiting.status) == (422, Status.SUBMITTED)
    page = answer.content.decode()
    assert "Return the profile with these notes, or delete them first" in page
    assert 'value="Say what you sell."' in page

    assert desk.post(address(waiting), {**said, "outcome": "returned"}).status_code == 302
    assert waiting.reviews.get().reasons == {"pitch": "Say what you sell."}


@pytest.mark.parametrize(
    ("kind", "part", "label", "way"),
    [
        ("startup", "partners", "Existing partners", "/startup/product/"),
        ("investor", "theses", "Theses", "/investor/theses/"),
    ],
)
def test_a_note_beside_a_list_leads_its_owner_there(desk, ayesha, li_wei, as_user, kind, part, label, way):
    owner = ayesha if kind == "startup" else li_wei
    profile = getattr(owner.membership, kind)
    type(profile).objects.update(status=Status.SUBMITTED, reviewed_at=None)
    page = reverse("review", args=[kind, profile.public_id])
    shown = desk.get(page)
    assert f'name="reason-{part}"' in shown.content.decode()
    said = {"outcome": "returned", f"reason-{part}": "Say more.", "seen": shown.context["seen"]}
    assert desk.post(page, said).status_code == 302
    assert "Say more." in desk.get(page).content.decode()

    (reason,) = as_user(owner).get(reverse(f"{kind}_status")).context["reasons"]
    assert (reason["label"], reason["reason"]) == (label, "Say more.")
    assert reason["url"].startswith(way)


def test_the_owner_reads_what_the_curator_wrote_with_an_approval(desk, startup, ayesha, as_user):
    Startup.objects.filter(pk=startup.pk).update(status=Status.SUBMITTED, reviewed_at=None)
    desk.post(address(startup), {**APPROVE, "seen": opened(desk, startup)})
    page = as_user(ayesha).get(reverse("startup_status")).content.decode()
    assert ("What the curator wrote to you" in page, "Welcome." in page) == (True, True)


def test_an_edit_that_waits_says_what_was_changed_since_the_last_decision(desk, ayesha):
    earlier = MOMENT - timedelta(days=1)
    known = make_startup("Thal Kisan", submitted_at=earlier, reviewed_at=earlier)
    assert "Changed since the last decision" not in desk.get(address(known)).content.decode()
    edit(known, ayesha, changes={"registrar": "SECP", "business_model": "b2b"})  # the first waits
    assert "Changed since the last decision: business model." in desk.get(address(known)).content.decode()


def test_a_row_that_came_is_shown_too(desk, waiting, ayesha):
    need = {"type": NeedType.objects.all()[0], "description": "Two hundred pumps"}
    edit(waiting, ayesha, changes={}, rows={"needs": [need]})
    seen = opened(desk, waiting)
    edit(waiting, ayesha, changes={}, rows={"needs": [{**need, "description": "Two thousand pumps"}]})
    answer = desk.post(address(waiting), {**APPROVE, "seen": seen})

    ((_label, before, after),) = differences(answer)
    assert "Two hundred pumps" in before
    assert "Two thousand pumps" in after
    assert answer.status_code == 409


def test_of_two_tabs_the_older_one_is_refused(desk, waiting, ayesha):
    older = opened(desk, waiting)
    edit(waiting, ayesha, changes={"pitch": "Loans for everybody"})
    newer = opened(desk, waiting)

    assert desk.post(address(waiting), {**APPROVE, "seen": older}).status_code == 409
    assert desk.post(address(waiting), {**APPROVE, "seen": newer}).status_code == 302


def test_who_shows_nothing_decides_nothing(desk, waiting):
    for seen in ("", "made:up"):
        assert desk.post(address(waiting), {**APPROVE, "seen": seen}).status_code == 409
        waiting.refresh_from_db()
        assert waiting.status == Status.SUBMITTED


def test_another_language_is_no_change(desk, waiting):
    seen = opened(desk, waiting)
    desk.post(reverse("set_language"), {"language": "ur"})
    assert desk.post(address(waiting), {**APPROVE, "seen": seen}).status_code == 302


LOW, HIGH = "212,345", "487,654"


@pytest.fixture
def asking(db):
    """A startup that waits for review and asks for amounts that no band begins or ends with."""
    asks = {"ask_min": 212_345, "ask_max": 487_654, "ask_min_usd": 212_345, "ask_max_usd": 487_654}
    return make_startup("Kisaan Qadam", status=Status.SUBMITTED, reviewed_at=None, **asks)


def page(client: Client, startup: Startup) -> str:
    found: str = client.get(address(startup)).content.decode()
    return found


def test_amounts_open_with_a_reason_that_the_owner_reads(asking, sana, as_user):
    desk, owner = as_user(sana), as_user(make_founder("owner@example.com", asking))
    before = page(desk, asking)
    assert (LOW in before, HIGH in before, before.count("within USD")) == (False, False, 1)
    row = before.partition("within USD")[0].rpartition("<li>")[2]
    assert '<p class="review-label">amount to raise</p>' in row

    opening = reverse("review_open", args=["startup", asking.public_id])
    desk.post(opening, {"reason": " "})
    assert LOW not in page(desk, asking)
    assert not AuditRecord.objects.exists()

    desk.post(opening, {"reason": "The round looks too large for the stage."})
    after = page(desk, asking)
    assert (LOW in after, HIGH in after, "within USD" in after) == (True, True, False)
    record = AuditRecord.objects.get()
    assert (record.action, record.actor) == ("viewed", sana)
    told = owner.get(reverse("startup_status")).content.decode()
    assert "The round looks too large for the stage." in told
    assert sana.email not in told


def test_it_holds_for_one_curator_and_one_day(asking, sana, as_user):
    other = as_user(make_user("other@example.com", Role.CURATOR))
    now = timezone.now()
    visibility.open_restricted(asking, reason="Yesterday's.", by=sana, at=now - timedelta(hours=25))
    assert LOW not in page(as_user(sana), asking)
    visibility.open_restricted(asking, reason="Today's.", by=sana, at=now)
    assert LOW in page(as_user(sana), asking)
    assert LOW not in page(other, asking)


def test_an_edit_within_the_band_is_noticed_without_being_read(asking, desk):
    seen = opened(desk, asking)
    Startup.objects.filter(pk=asking.pk).update(ask_min=212_346, ask_max=487_655)
    answer = desk.post(address(asking), {"outcome": "approved", "seen": seen})
    assert answer.status_code == 409
    assert [change.label for change in answer.context["changes"]] == ["amount to raise"]
    assert "212,34" not in answer.content.decode()


def test_a_reviewer_reads_each_consent_once_with_its_groups(startup, sana):
    for group, purposes in (
        ("", (Purpose.MATCHING, Purpose.SHOWING)),
        ("revenue", (Purpose.MATCHING, Purpose.SHOWING)),
        ("founders", (Purpose.SHOWING,)),
    ):
        for purpose in purposes:
            Consent.objects.create(
                startup=startup, group=group, purpose=purpose, text_version="2026-15", given_by=sana
            )
    given = [row["value"] for row in selector.evidence(startup) if row["label"] == "Consents given"]
    both = f"{Purpose.MATCHING.label}, {Purpose.SHOWING.label}"
    assert given == [f"{both}: the profile · Yearly revenue, as a range; {Purpose.SHOWING.label}: Founders"]


def folded(page: str) -> str:
    """Return the part of a review that is folded: what the company does not state."""
    return page.partition("<summary>Not stated")[2].partition("</details>")[0]


def test_a_reviewer_reads_what_is_stated_and_opens_the_rest(desk, waiting):
    def answer(name: str, page: str) -> bool:
        return f'name="reason-{name}"' in page

    page = desk.get(address(waiting)).content.decode()
    rest = folded(page)
    assert answer("pitch", page)
    assert not answer("pitch", rest)
    assert [name for name in ("website", "summary_zh", "needs") if answer(name, rest)] == [
        "website",
        "summary_zh",
        "needs",
    ], "a note about a gap can still be written"
    assert (page.count('name="reason-'), rest.count('name="reason-')) == (52, 39)
    assert '<details class="fold">' in page.partition("<summary>Not stated")[0][-60:]

    typed = {"outcome": "approved", "reason-summary_zh": "Say it in Chinese.", "seen": opened(desk, waiting)}
    again = desk.post(address(waiting), typed).content.decode()
    assert "open" in again.partition("<summary>Not stated")[0][-60:], "what is typed is in sight"
