"""How curators work through a queue: the next one, undo, assignment, internal notes, several at once."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.desk.duplicates.services import candidates
from profiles.choices import ReviewOutcome, Role, Status
from profiles.companies.steps import services as companies
from profiles.curation.reviews import services as reviews
from profiles.curation.reviews.selectors.queues import QueuePart, count, waiting
from profiles.models import AuditRecord, CuratorNote, Notice, Review, ReviewAssignment, ReviewReason, Startup
from tests.factories import MOMENT, make_founder, make_investor, make_startup, make_user
from tests.mails import told
from tests.profiles.curation.reviews.test_requests import submit_again
from tests.racing import at_once, kinds

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def hina(db):
    """A second curator."""
    return make_user("hina@example.com", Role.CURATOR, full_name="Hina Shah")


def submitted(name, day=0, **fields):
    at = MOMENT + timedelta(days=day)
    return make_startup(
        name, **{"status": Status.SUBMITTED, "submitted_at": at, "reviewed_at": None} | fields
    )


def page_of(profile, query=""):
    return reverse("review", args=[profile.side, profile.public_id]) + query


def send(desk, profile, outcome="approved", query="", **typed):
    shown = desk.get(page_of(profile)).context
    sent = {"outcome": outcome, "seen": shown["seen"], "version": shown["draft_form"].version, **typed}
    return desk.post(page_of(profile, query), sent)


# --- Queues ---


def test_each_profile_waits_in_the_queue_that_says_why(sana):
    new, returned, rejected = (submitted(name) for name in ("New", "Returned", "Rejected"))
    edited = make_investor("Edited", submitted_at=NOW, reviewed_at=MOMENT)
    renamed = submitted("Renamed", reviewed_at=MOMENT)
    reviews.decide(returned, ReviewOutcome.RETURNED, message="Why?", by=sana, at=NOW)
    submit_again(returned, sana)
    reviews.decide(rejected, ReviewOutcome.REJECTED, message="No.", by=sana, at=NOW)
    reviews.reopen(rejected, by=sana, at=NOW)
    asked = {"fresh_asked_at": MOMENT}
    stale = make_startup("Stale", **asked)
    expired = make_startup("Expired", **asked, stale_at=NOW)
    found = {
        queue: {key["public_id"] for key in waiting(QueuePart(queue))}
        for queue in ("new", "edited", "resubmitted", "asked", "expired")
    }
    assert found == {
        "new": {new.public_id},
        "edited": {edited.public_id, renamed.public_id},
        "resubmitted": {returned.public_id, rejected.public_id},
        "asked": {stale.public_id},
        "expired": {expired.public_id},
    }
    assert (count("edited"), count("asked")) == ((2, MOMENT), (1, MOMENT))


def test_after_a_decision_the_next_profile_of_the_same_queue_opens(desk):
    first, second, third = (submitted(name, day) for day, name in enumerate(("First", "Second", "Third")))
    fund = make_investor("Fund", status=Status.SUBMITTED, reviewed_at=None)
    query = "?queue=new&side=startup"
    shown = desk.get(page_of(second, query)).context["beside"]
    assert (shown.position, shown.total) == (2, 3)
    assert (shown.previous["pk"], shown.next["pk"]) == (first.pk, third.pk)

    assert send(desk, second, query=query).headers["Location"] == page_of(third, query)
    assert send(desk, third, query=query).headers["Location"] == page_of(first, query)
    assert send(desk, first, query=query).headers["Location"] == reverse("reviews") + query
    assert Startup.objects.filter(status=Status.APPROVED).count() == 3
    fund.refresh_from_db()
    assert fund.status == Status.SUBMITTED


def test_pages_of_the_queue_and_of_a_review_cost_the_same_for_one_and_three(desk, sana, hina, same_queries):
    first = submitted("First")
    reviews.write_note(first, text="Zero", by=sana, at=NOW)

    def look():
        assert [desk.get(path).status_code for path in (reverse("reviews"), page_of(first))] == [200, 200]

    with same_queries():
        look()
    for day, name in enumerate(("Second", "Third"), 1):
        other = submitted(name, day)
        reviews.assign(other, hina, was=None, by=sana, at=NOW)
        reviews.write_note(first, text=name, by=sana, at=NOW)
    make_investor("Fund", status=Status.SUBMITTED, reviewed_at=None)
    with same_queries():
        look()


# --- Undo ---


def test_an_approval_is_undone_within_its_minute_and_nobody_is_told(desk, sana):
    startup = submitted("Kisaan Qadam")
    owner = make_founder("owner@example.com", startup)
    send(desk, startup)
    shown = desk.get(reverse("reviews"))
    assert "Kisaan Qadam was approved." in shown.content.decode()
    (decided,) = shown.context["decided"]
    answer = desk.post(reverse("review_undo", args=[decided.pk]))
    assert answer.headers["Location"] == page_of(startup)

    startup.refresh_from_db()
    assert (startup.status, startup.reviewed_at) == (Status.SUBMITTED, None)
    assert (Review.objects.count(), told(), Notice.objects.filter(user=owner).count()) == (0, [], 0)
    acts = AuditRecord.objects.filter(subject__contains=startup.public_id).order_by("pk")
    assert [(act.action, act.actor) for act in acts] == [("approved", sana), ("undone", sana)]


def test_undoing_a_decision_brings_back_what_its_curator_wrote(desk):
    startup = submitted("Kisaan Qadam")
    send(desk, startup, "returned", **{"message": "Say what it costs", "reason-pitch": "Too vague"})
    review = Review.objects.get()
    desk.post(reverse("review_undo", args=[review.pk]))
    page = desk.get(page_of(startup))
    form = page.context["form"]
    assert (form["message"].value(), form["reason-pitch"].value()) == ("Say what it costs", "Too vague")
    assert not page.context["has_changed"]
    send(desk, startup, "returned", message="Say what it costs")
    reviews.notify_due(at=timezone.now() + timedelta(minutes=2))
    assert not {"typed", "replaced"} & Review.objects.get().before.keys()  # kept for the minute only


@pytest.mark.parametrize(
    ("act", "sent"), [("review_assign", {"curator": "", "was": ""}), ("review_note", {"text": "Known to me"})]
)
def test_what_is_typed_is_kept_by_assigning_and_by_a_note(desk, act, sent):
    startup = submitted("Kisaan Qadam")
    page = desk.get(page_of(startup))
    address = reverse(act, args=["startup", startup.public_id])
    assert f'formaction="{address}"' in page.text
    sent |= {"version": page.context["draft_form"].version, "seen": page.context["seen"]}
    desk.post(address, sent)
    assert desk.get(page_of(startup)).context["draft_form"].draft is None
    desk.post(address, sent | {"message": "Half a sentence"})
    assert desk.get(page_of(startup)).context["form"]["message"].value() == "Half a sentence"


def test_a_note_that_is_typed_while_assigning_is_saved(desk, sana):
    startup = submitted("Kisaan Qadam")
    sent = {"curator": sana.pk, "was": "", "text": "Ask for the licence"}
    desk.post(reverse("review_assign", args=["startup", startup.public_id]), sent)
    assert startup.reviewassignments.get().curator == sana
    assert [note.text for note in startup.curatornotes.all()] == ["Ask for the licence"]


def test_an_undone_decision_opens_again_what_it_had_closed(desk, sana):
    startup = submitted("Kisaan Qadam", approved_country="CN")
    owner = make_founder("owner@example.com", startup)
    send(desk, startup, "returned", **{"reason-pitch": "Say who pays.", "reason-website": "It is gone."})
    companies.edit(startup, changes={"pitch": "Farmers pay"}, by=owner, at=NOW)
    submit_again(startup, owner)
    startup.refresh_from_db()
    before = (startup.status, startup.reviewed_at, startup.approved_country)
    waived = [ReviewReason.objects.get(field="website").pk]
    review = reviews.decide(startup, ReviewOutcome.APPROVED, waived=waived, by=sana, at=timezone.now())
    reviews.undo(review, by=sana, at=timezone.now())
    startup.refresh_from_db()
    assert (startup.status, startup.reviewed_at, startup.approved_country) == before
    assert ReviewReason.objects.filter(closed_at=None, is_waived=False).count() == 2


def test_an_appeal_against_what_is_undone_waits_no_more(desk, sana):
    startup = submitted("Kisaan Qadam")
    owner = make_founder("owner@example.com", startup)
    review = reviews.decide(startup, ReviewOutcome.REJECTED, message="No.", by=sana, at=NOW)
    reviews.appeal(startup, text="Look again, please.", by=owner, at=NOW + timedelta(seconds=5))
    reviews.undo(review, by=sana, at=NOW + timedelta(seconds=10))
    startup.refresh_from_db()
    assert startup.status == Status.SUBMITTED
    assert not desk.get(reverse("appeals")).context["page"].object_list
    assert desk.get(page_of(startup)).context["appeal"] is None


def test_after_its_minute_the_team_is_told_once_and_nothing_is_undone(desk, sana, hina, as_user):
    startup = submitted("Kisaan Qadam")
    owner = make_founder("owner@example.com", startup)
    review = reviews.decide(startup, ReviewOutcome.APPROVED, by=sana, at=NOW)
    reviews.notify_due(at=NOW + timedelta(seconds=59))
    assert not Notice.objects.exists()
    assert as_user(hina).post(reverse("review_undo", args=[review.pk])).status_code == 404
    with pytest.raises(reviews.TooLateError):
        reviews.undo(review, by=hina, at=NOW)
    for _twice in range(2):
        assert [mail.to for mail in told()] == [[owner.email]]
    assert Notice.objects.get().user == owner
    assert "too late" in desk.post(reverse("review_undo", args=[review.pk]), follow=True).content.decode()
    startup.refresh_from_db()
    assert startup.status == Status.APPROVED


def test_what_has_moved_on_is_not_undone_and_is_told_in_order(sana):
    startup = submitted("Kisaan Qadam")
    owner = make_founder("owner@example.com", startup)
    review = reviews.decide(startup, ReviewOutcome.APPROVED, by=sana, at=NOW)
    reviews.suspend(startup, message="Reported.", by=sana, at=NOW)
    with pytest.raises(reviews.TooLateError):
        reviews.undo(review, by=sana, at=NOW)
    told_of = Notice.objects.filter(user=owner).order_by("pk").values_list("kind", flat=True)
    assert list(told_of) == ["profile_approved", "profile_suspended"]


# --- Several at once ---


def test_a_selection_is_approved_after_a_summary_without_what_needs_a_look(desk, sana, hina):
    ready, changed, hers = (submitted(name, day) for day, name in enumerate(("Ready", "Changed", "Hers")))
    twin, other_twin = (submitted("Twin", day, registration_number="0198") for day in (3, 4))
    candidates.refresh_due(at=NOW + timedelta(days=9))  # the worker compares companies
    reviews.assign(hers, hina, was=None, by=sana, at=NOW)
    everybody = (ready, changed, twin, other_twin, hers)
    picked = [f"startup:{one.public_id}" for one in everybody]
    summary = desk.post(reverse("reviews_approve"), {"pick": [*picked, "startup:nobody", "?"]})
    assert [each.name for each, _edited in summary.context["ready"]] == ["Ready", "Changed"]
    assert {each.name: texts for each, texts in summary.context["left"]} == {
        "Twin": [
            "It may be the same company as “Twin” (Waiting for review): same registration number, "
            "names that sound alike."
        ],
        "Hers": ["Hina Shah is assigned to this profile."],
    }
    seen = [f"startup:{one.public_id}@{one.changed_at.isoformat()}" for one in everybody]
    companies.edit(changed, changes={"pitch": "Send money"}, by=sana, at=NOW)
    answer = desk.post(reverse("reviews_approve"), {"pick": seen, "confirm": "1"}, follow=True)
    page = answer.content.decode()
    assert ("1 profile was approved." in page, "4 profiles were not approved:" in page) == (True, True)
    assert [one.name for one in Startup.objects.filter(status=Status.APPROVED)] == ["Ready"]
    assert [each.company.name for each in answer.context["decided"]] == ["Ready"]
    assert "Select at least one" in desk.post(reverse("reviews_approve"), follow=True).content.decode()


# --- Among curators ---


def test_a_profile_is_taken_given_and_freed_and_the_queue_shows_whose_it_is(desk, sana, hina):
    startup, _other = submitted("Mine"), submitted("Free", 1)
    path = reverse("review_assign", args=["startup", startup.public_id])

    def listed(who):
        rows = desk.get(reverse("reviews"), {"who": who}).context["rows"]
        return [row.profile.name for row in rows]

    desk.post(path, {"curator": sana.pk, "was": ""})
    assert (listed("mine"), listed("free"), listed("others")) == (["Mine"], ["Free"], [])
    desk.post(path, {"curator": hina.pk, "was": sana.pk})
    assert (listed("mine"), listed("free"), listed("others")) == ([], ["Free"], ["Mine"])
    late = desk.post(path, {"curator": sana.pk, "was": ""}, follow=True)
    assert "Someone else has changed this" in late.content.decode()
    desk.post(path, {"curator": "", "was": hina.pk})
    assert not ReviewAssignment.objects.exists()
    founder = make_founder("owner@example.com", startup)
    assert "Choose a curator." in desk.post(path, {"curator": founder.pk}, follow=True).content.decode()
    acts = AuditRecord.objects.filter(action="assigned").order_by("pk").values_list("details", flat=True)
    assert [act["act"] for act in acts] == ["taken", "given", "freed"]


def test_internal_notes_are_read_by_curators_only_and_go_with_the_company(desk, hina, as_user):
    startup = submitted("Kisaan Qadam")
    owner = as_user(make_founder("owner@example.com", startup))
    path = reverse("review_note", args=["startup", startup.public_id])
    desk.post(path, {"text": "Her brother runs the other one."})
    assert "Her brother runs" in as_user(hina).get(page_of(startup)).content.decode()
    assert "This field" in desk.post(path, {"text": " "}, follow=True).content.decode()
    pages = (reverse("startup_status"), reverse("own_data"), reverse("home"))
    assert not any("Her brother" in owner.get(page, follow=True).content.decode() for page in pages)
    copy = b"".join(owner.post(reverse("own_data_copy")).streaming_content)
    assert b"Her brother" not in copy
    assert "Her brother" not in str(AuditRecord.objects.get(action="noted").details)
    startup.delete()
    assert not CuratorNote.objects.exists()


# --- Two curators at once ---


@pytest.mark.django_db(transaction=True)
def test_of_two_curators_at_once_one_decides_and_one_takes(sana, hina, rounds):
    for number in range(rounds):
        decide_at_once(submitted(f"Kisaan {number}"), sana, hina)


def decide_at_once(startup, sana, hina):
    def own(act, *args, **said):
        """Return an act on a profile that is read for it alone."""
        return lambda: act(Startup.objects.get(pk=startup.pk), *args, at=NOW, **said)

    make_founder(f"{startup.public_id}@example.com", startup)
    Notice.objects.all().delete()
    taken = [own(reviews.assign, who, was=None, by=who) for who in (sana, hina)]
    assert kinds(at_once(*taken)) == ["", "RefusedError"]

    since = {"unchanged_since": startup.changed_at}  # as a selection is approved
    together = own(reviews.decide, ReviewOutcome.APPROVED, by=sana, **since)
    rejected = own(reviews.decide, ReviewOutcome.REJECTED, message="No.", by=hina)
    assert kinds(at_once(together, rejected)) == ["", "NotWaitingError"]
    review = startup.reviews.get()
    reviews.undo(review, by=review.decided_by, at=NOW)

    review = own(reviews.decide, ReviewOutcome.APPROVED, by=sana)()
    undone, second = at_once(lambda: reviews.undo(review, by=sana, at=NOW), rejected)
    startup.refresh_from_db()
    assert undone is None
    if isinstance(second, Review):
        assert startup.status == Status.REJECTED
        reviews.undo(second, by=hina, at=NOW)
    else:
        assert (kinds([second]), startup.status) == (["NotWaitingError"], Status.SUBMITTED)

    review = own(reviews.decide, ReviewOutcome.APPROVED, by=sana)()
    later = NOW + reviews.UNDO_TIME
    at_once(lambda: reviews.undo(review, by=sana, at=NOW), lambda: reviews.notify_due(at=later))
    startup.refresh_from_db()
    assert (startup.status == Status.APPROVED) is Notice.objects.exists()
