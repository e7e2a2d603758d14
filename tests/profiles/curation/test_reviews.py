"""Curators decide about profiles: once, with a reason, on record."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from profiles.choices import ReviewOutcome, Status
from profiles.curation import services as reviews
from profiles.curation.selectors import reviews as selector
from profiles.curation.selectors.reviews import reviewed_lists
from profiles.guards import NotACuratorError, ReasonMissingError
from profiles.models import AuditRecord, Need, NeedType, Startup, User
from tests.factories import MOMENT, make_investor, make_startup

LATER = MOMENT + timedelta(hours=1)


@pytest.fixture
def waiting(db: None) -> Startup:
    """A startup that was submitted and not looked at yet."""
    return make_startup("Kisaan Qadam", status=Status.SUBMITTED, reviewed_at=None)


def test_an_approval_publishes_and_leaves_a_record(waiting: Startup, sana: User) -> None:
    review = reviews.decide(waiting, ReviewOutcome.APPROVED, by=sana, at=LATER)

    waiting.refresh_from_db()
    assert (waiting.status, waiting.reviewed_at) == (Status.APPROVED, LATER)
    assert (review.startup, review.outcome, review.decided_by) == (waiting, ReviewOutcome.APPROVED, sana)
    record = AuditRecord.objects.get()
    assert (record.action, record.subject, record.actor) == (
        "approved",
        f"startup:{waiting.public_id}",
        sana,
    )


def test_a_return_tells_the_owner_what_to_change(waiting: Startup, sana: User) -> None:
    review = reviews.decide(
        waiting, ReviewOutcome.RETURNED, reasons={"pitch": "Say what it is."}, message="", by=sana, at=LATER
    )

    waiting.refresh_from_db()
    assert waiting.status == Status.RETURNED
    assert review.reasons == {"pitch": "Say what it is."}
    (earlier,) = selector.history(waiting)  # whoever reads it next sees what was asked for
    assert [(field.label, field.value) for field in earlier.asked] == [
        ("pitch in one sentence", "Say what it is.")
    ]


@pytest.mark.parametrize("outcome", [ReviewOutcome.RETURNED, ReviewOutcome.REJECTED])
def test_a_no_without_a_reason_is_refused(outcome: ReviewOutcome, waiting: Startup, sana: User) -> None:
    with pytest.raises(ReasonMissingError):
        reviews.decide(waiting, outcome, by=sana, at=LATER)

    waiting.refresh_from_db()
    assert waiting.status == Status.SUBMITTED


def test_the_second_of_two_curators_is_told(waiting: Startup, sana: User) -> None:
    reviews.decide(waiting, ReviewOutcome.APPROVED, by=sana, at=LATER)
    with pytest.raises(reviews.NotWaitingError):
        reviews.decide(waiting, ReviewOutcome.REJECTED, message="Duplicate", by=sana, at=LATER)

    waiting.refresh_from_db()
    assert waiting.status == Status.APPROVED


def test_only_curators_decide(waiting: Startup, ayesha: User) -> None:
    with pytest.raises(NotACuratorError):
        reviews.decide(waiting, ReviewOutcome.APPROVED, by=ayesha, at=LATER)


def test_the_queue_is_oldest_first_and_holds_edits_of_approved_profiles(waiting: Startup) -> None:
    edited = make_investor("Edited Fund", submitted_at=MOMENT + timedelta(days=1), reviewed_at=MOMENT)
    older = make_startup(
        "Older", status=Status.SUBMITTED, submitted_at=MOMENT - timedelta(days=1), reviewed_at=None
    )
    make_startup("Draft", status=Status.DRAFT, submitted_at=None, reviewed_at=None)

    assert [(row.public_id, row.is_edit) for row in selector.queue()] == [
        (older.public_id, False),
        (waiting.public_id, False),
        (edited.public_id, True),
    ]
    assert [row.public_id for row in selector.queue("investor")] == [edited.public_id]


def test_a_reviewer_reads_what_a_company_lists(db: None) -> None:
    startup = make_startup("Lists its needs")
    kinds = NeedType.objects.exclude(code="capital")[:3]
    queries = []
    for kind in kinds:
        Need.objects.create(startup=startup, type=kind, urgency=3, description="For 200 ha")
        with CaptureQueriesContext(connection) as asked:
            needs, traction, _partners = reviewed_lists(startup)
        queries.append(len(asked))

    assert [row[0].value for row in needs.rows] == [str(kind) for kind in kinds]
    assert {"urgency": "Now", "in your words": "For 200 ha"}.items() <= {
        field.label: field.value for field in needs.rows[0]
    }.items()
    assert (needs.label, traction.rows) == ("needs", [])
    assert queries[0] == queries[1] == queries[2]


def test_a_reviewer_reads_words_not_codes(db: None) -> None:
    startup = make_startup("Coded", data_classes=["personal", "health"], data_location="PK")
    read = {field.name: field.value for field in selector.reviewed_fields(startup)}
    assert (read["data_classes"], read["data_location"]) == ("Personal, Health", "Pakistan")
    fund = make_investor("Coded Fund", jurisdiction="CN", data_hosting="startup_choice")
    read = {field.name: field.value for field in selector.reviewed_fields(fund)}
    assert (read["jurisdiction"], read["data_hosting"]) == ("China", "The startup chooses")
