"""A curator acts on all results of a filter: summed up, carried out company by company, undone."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from profiles import models
from profiles.choices import Purpose, Role, SelectedOutcome, SelectionState, Status
from profiles.companies.claims import services as claims
from profiles.curation.reviews import services as reviews
from profiles.curation.selections import services
from profiles.platform.notifications.services import stop_address
from tests.factories import make_founder, make_investor, make_startup, make_user

pytestmark = pytest.mark.django_db
NOW = timezone.now()
APPROVE, INVITE = "approve", "invite"


@pytest.fixture
def waiting(sana):
    """Twelve startups of an import that wait for a decision."""
    day = NOW - timedelta(days=1)
    return [
        submitted(f"Sona Kheti {number:02}", sana, submitted_at=day + timedelta(minutes=number))
        for number in range(12)
    ]


def submitted(name, by, **fields):
    values = {"status": Status.SUBMITTED, "submitted_at": NOW - timedelta(days=1), "reviewed_at": None}
    values |= {"changed_at": NOW - timedelta(days=1), "contact_email": f"{name.replace(' ', '')}@kheti.pk"}
    startup = make_startup(name, is_unclaimed=True, **values | fields)
    startup.needs.create(type=models.NeedType.objects.exclude(code="capital")[0])
    for purpose in Purpose.values:
        models.Consent.objects.create(startup=startup, purpose=purpose, text_version="1", given_by=by)
    return startup


def address(act=APPROVE, query="?queue=new&side=startup"):
    return reverse("selection_new", args=[act]) + query


def confirm(desk, act=APPROVE, query="?queue=new&side=startup"):
    """Read the summary, and confirm it."""
    seen = desk.get(address(act, query)).context["seen"]
    return desk.post(address(act, query), {"seen": seen})


def worked(desk, **chosen):
    """Confirm a selection and have the worker carry it out; return it and the answer of its page."""
    answer = confirm(desk, **chosen)
    assert answer.status_code == 302, answer.content.decode()
    services.work_due(at=timezone.now())
    made = models.Selection.objects.get(pk=answer.headers["Location"].strip("/").rpartition("/")[2])
    return made, desk.get(answer.headers["Location"]).content.decode()


def outcomes(selection):
    rows = selection.rows.select_related("startup", "investor")
    return {row.company.name: (row.outcome, row.reason) for row in rows}


def test_all_results_of_a_filter_are_approved_each_with_its_own_record(desk, waiting, sana):
    make_investor("Pearl River", status=Status.SUBMITTED, reviewed_at=None)
    page = desk.get(reverse("reviews") + "?queue=new&side=startup").content.decode()
    assert address().replace("&", "&amp;") in page
    summary = desk.get(address())
    assert summary.context["count"] == 12
    assert summary.context["found"].names == [f"Sona Kheti {number:02}" for number in range(10)]
    assert not models.Selection.objects.exists(), "a summary does nothing"

    made, _page = worked(desk)

    assert set(models.Startup.objects.values_list("status", flat=True)) == {Status.APPROVED}
    assert (made.state, made.done, made.size) == (SelectionState.DONE, 12, 12)
    assert {outcome for outcome, _reason in outcomes(made).values()} == {SelectedOutcome.DONE}
    approvals = models.AuditRecord.objects.filter(action="approved", actor=sana).values_list(
        "subject", flat=True
    )
    assert set(approvals) == {f"startup:{each.public_id}" for each in waiting}
    (record,) = models.AuditRecord.objects.filter(action="selected")
    assert (record.details["act"], record.details["count"]) == (APPROVE, 12)
    assert "12" in desk.get(reverse("selections")).content.decode()


def test_what_cannot_be_approved_is_left_out_and_says_why(desk, waiting, sana):
    changed, decided, bare, foreign, suspended = waiting[:5]
    answer = confirm(desk)
    other = make_user("hina@example.com", Role.CURATOR, full_name="Hina Shah")
    models.Startup.objects.filter(pk=changed.pk).update(changed_at=timezone.now() + timedelta(seconds=1))
    reviews.decide(decided, "rejected", message="A duplicate.", by=sana, at=timezone.now())
    models.Startup.objects.filter(pk=bare.pk).update(pitch="", stage=None)
    foreign.reviewassignments.create(curator=other, at=NOW)
    models.Startup.objects.filter(pk=suspended.pk).update(status=Status.SUSPENDED)
    services.work_due(at=timezone.now())

    made = models.Selection.objects.get()
    left = {name: reason for name, (outcome, reason) in outcomes(made).items() if outcome == "left"}
    assert set(left) == {each.name for each in (changed, decided, bare, foreign, suspended)}
    assert "changed since the summary" in left[changed.name]
    assert "already been made" in left[decided.name]
    assert left[bare.name].startswith("Missing: ")
    assert "Hina Shah" in left[foreign.name]
    assert models.Startup.objects.filter(status=Status.APPROVED).count() == 7
    page = desk.get(answer.headers["Location"]).content.decode()
    assert "changed since the summary" in page
    assert made.state == SelectionState.DONE


def test_another_count_is_shown_before_anything_is_done(desk, waiting, sana):
    seen = desk.get(address()).context["seen"]
    submitted("Late Kheti", sana)
    answer = desk.post(address(), {"seen": seen})
    assert answer.status_code == 409
    assert "found 12 companies before, and finds 13 now" in " ".join(answer.content.decode().split())
    assert not models.Selection.objects.exists()
    assert desk.post(address(), {"seen": answer.context["seen"]}).status_code == 302
    assert models.Selection.objects.get().size == 13


def test_a_summary_of_another_filter_confirms_nothing(desk, waiting):
    seen = desk.get(address()).context["seen"]
    assert desk.post(address(query="?queue=new"), {"seen": seen}).status_code == 422
    assert desk.post(address(), {"seen": f"{seen}x"}).status_code == 422
    assert not models.Selection.objects.exists()
    assert desk.get(address(query="?queue=asked")).status_code == 404, "no one decides about these"
    assert desk.get(address(query="?queue=resubmitted")).status_code == 302, "there are none"


def test_approvals_are_undone_together_and_no_one_was_told(desk, waiting, sana, as_user):
    owner = make_founder("owner@example.com", waiting[0])
    made, page = worked(desk)
    assert "Undo this selection" in page
    assert desk.get(reverse("reviews")).context["decided"] == [], "the list of single decisions stays short"
    other = make_user("hina@example.com", Role.CURATOR)
    as_user(other).post(reverse("selection_undo", args=[made.pk]))
    made.refresh_from_db()
    assert made.state == SelectionState.DONE, "only who made it may undo it"

    models.Startup.objects.filter(pk=waiting[1].pk).update(status=Status.SUSPENDED)
    reviews.notify_due(at=timezone.now() + timedelta(minutes=30))
    as_user(sana).post(reverse("selection_undo", args=[made.pk]))
    services.work_due(at=timezone.now())

    made.refresh_from_db()
    assert made.state == SelectionState.UNDONE
    assert models.Startup.objects.filter(status=Status.SUBMITTED).count() == 11
    assert not models.Review.objects.exclude(startup=waiting[1]).exists()
    assert not models.Notice.objects.filter(user=owner).exists()
    assert "too late to undo" in outcomes(made)[waiting[1].name][1]


def test_an_hour_later_teams_are_told_and_nothing_is_undone(desk, waiting, sana):
    owner = make_founder("owner@example.com", waiting[0])
    made, _page = worked(desk)
    later = timezone.now() + timedelta(hours=1, minutes=1)
    reviews.notify_due(at=later)
    assert models.Notice.objects.filter(user=owner).count() == 1
    with pytest.raises(services.TooLateError):
        services.undo(made, by=sana, at=later)


def test_all_unclaimed_companies_of_a_filter_are_invited_by_one_act(desk, waiting, sana):
    invited, asked, silent, stopped, owned = waiting[:5]
    claims.invite(invited, email="first@kheti.pk", by=sana, at=timezone.now())
    nadia = make_user("nadia@example.com", Role.STARTUP)
    claims.ask(asked, by=nadia, at=timezone.now())
    models.Startup.objects.filter(pk=silent.pk).update(contact_email="")
    stop_address(stopped.contact_email, reason="bounced", at=timezone.now())
    answer = confirm(desk, INVITE, "?side=startup&q=kheti")
    models.Startup.objects.filter(pk=owned.pk).update(is_unclaimed=False)
    services.work_due(at=timezone.now())

    made = models.Selection.objects.get()
    left = {name: reason for name, (outcome, reason) in outcomes(made).items() if outcome == "left"}
    assert set(left) == {each.name for each in (invited, asked, silent, stopped, owned)}
    assert models.Claim.objects.filter(sent_at__isnull=False).count() == 8
    assert models.OutboxMail.objects.filter(kind="claim_invitation").count() == 8
    assert models.AuditRecord.objects.filter(action="claim_sent").count() == 8
    assert models.Claim.objects.get(startup=asked).asked_by == nadia
    page = desk.get(answer.headers["Location"]).content.decode()
    assert "It has no contact email." in page

    desk.post(reverse("selection_undo", args=[made.pk]))
    services.work_due(at=timezone.now())
    assert set(models.Claim.objects.values_list("startup", flat=True)) == {invited.pk, asked.pk}


def test_one_address_gets_no_more_emails_than_its_limit(desk, sana, waiting):
    models.Startup.objects.update(contact_email="all@kheti.pk")
    for number in range(12, 15):
        submitted(f"Sona Kheti {number}", sana, contact_email="all@kheti.pk")
    made, _page = worked(desk, act=INVITE, query="?side=startup")
    mails = models.OutboxMail.objects.filter(recipient="all@kheti.pk").count()
    left = [reason for outcome, reason in outcomes(made).values() if outcome == "left"]
    assert (mails, len(left)) == (12, 3)
    assert set(left) == {"Its address has had too many emails from you. Try again later."}
    assert models.Claim.objects.count() == 12, "no invitation without its email"


def test_a_killed_worker_is_followed_by_the_next_and_nothing_is_done_twice(desk, waiting, monkeypatch):
    confirm(desk)
    monkeypatch.setattr(services, "MOST_SECONDS", 0)
    services.work_due(at=timezone.now())  # it stops after one company, as when its time is over
    assert models.Selection.objects.get().done == 1
    monkeypatch.undo()
    models.Selection.objects.update(leased_until=timezone.now() + timedelta(minutes=1))
    services.work_due(at=timezone.now())
    assert models.Selection.objects.get().done == 1, "another worker has it"
    services.work_due(at=timezone.now() + timedelta(minutes=2))
    assert models.Selection.objects.get().done == 12
    assert models.AuditRecord.objects.filter(action="approved").count() == 12


def test_a_selection_that_is_always_interrupted_ends(desk, waiting):
    confirm(desk)
    models.Selection.objects.update(attempts=services.MOST_ATTEMPTS)
    services.work_due(at=timezone.now())
    made = models.Selection.objects.get()
    assert made.state == SelectionState.DONE
    assert {reason for _outcome, reason in outcomes(made).values()} == {"This was interrupted too often."}
    assert not models.Startup.objects.filter(status=Status.APPROVED).exists()
