"""Reviewers of programmes: what they never see, in which order, and what the organiser gets."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from matchmaker.events.programmes.services import jury
from matchmaker.events.programmes.services.applications import withdraw_application
from matchmaker.models.programmes import (
    Programme,
    ProgrammeApplication,
    ProgrammeProposal,
    ProgrammeReviewer,
    ProgrammeScore,
)
from matchmaker.models.programmes.programme import ProgrammeApplicationState, ProgrammeState
from matchmaker.portal.own_data.selectors import copy_for
from matchmaker.transitions import WrongStateError
from profiles.choices import Role
from profiles.models import Investor, Membership, Notice, OutboxMail
from profiles.refusals import RefusedError
from tests import factories
from tests.matchmaker.events.programmes.programmed import at, body, make_application, make_programme
from tests.sealing import seal_and_verify

pytestmark = pytest.mark.django_db
CRITERIA = [
    {"name": "Use", "weight": 3, "low": "None", "middle": "Some", "high": "Much"},
    {"name": "Team", "weight": 1, "low": "One side", "middle": "Both", "high": "Both, and tried"},
]
FORM = {f"{name}_{at}": value for at, each in enumerate(CRITERIA, start=1) for name, value in each.items()}


@pytest.fixture
def programme(li_wei):
    """An open programme with criteria."""
    return make_programme(li_wei.membership.investor, by=li_wei, criteria=CRITERIA, place_count=9)


def reviewer_of(programme, user, *, has_declared=True):
    declared = timezone.now() if has_declared else None
    return ProgrammeReviewer.objects.create(
        programme=programme, user=user, email=user.email, declared_at=declared
    )


def test_a_reviewer_never_sees_whom_they_are_connected_with(as_user, programme, ayesha, startup, sana):
    """A colleague, the same group, and what was declared: on no page."""
    mine, sister, far = (factories.make_investor(name) for name in ("Mine Ltd", "Sister Ltd", "Far Ltd"))
    Investor.objects.filter(pk__in=(mine.pk, sister.pk)).update(group_name="Canary Group")
    Investor.objects.filter(pk=sister.pk).update(group_name="canary group")
    reviewer = factories.make_partner("reviewer@example.com", mine, full_name="Oneself")
    colleague = factories.make_partner("colleague@example.com", None, full_name="Colleague")
    Membership.objects.create(user=colleague, investor=mine)
    connected = [sister, colleague, far]
    rows = [make_application(programme, each, by=ayesha, answers=["Canary answer"]) for each in connected]
    open_one = make_application(programme, startup, by=ayesha)
    row, client = reviewer_of(programme, reviewer, has_declared=False), as_user(reviewer)
    listed = at("programme_review_list", programme)
    page_of_open = at("programme_review_one", programme, open_one.pk)
    assert client.get(page_of_open).status_code == 404, "before the conflicts are declared"
    assert [name in body(client, listed) for name in ("Far Ltd", "Indus Grow")] == [True, True]
    client.post(listed, {"conflict": [rows[-1].pk, "9" * 30, "x"]})

    page = body(client, listed)
    names = ("Sister Ltd", "Colleague", "Far Ltd", "Canary answer")
    assert [name for name in names if f"<bdi>{name}</bdi>" in page] == []
    sent = {"points_0": "5", "points_1": "5", "words": ""}
    for each in rows:
        address = at("programme_review_one", programme, each.pk)
        assert (client.get(address).status_code, client.post(address, sent).status_code) == (404, 404)
    assert client.post(page_of_open, sent).status_code == 302
    assert ProgrammeScore.objects.get().reviewer == row
    client.post(listed, {"conflict": [open_one.pk]})  # a connection that comes later takes the score along
    assert not ProgrammeScore.objects.exists()
    assert client.get(page_of_open).status_code == 404


APPLICANTS = ["the company", "the founder", "a colleague"]


@pytest.mark.parametrize("then", APPLICANTS)
@pytest.mark.parametrize("first", APPLICANTS)
def test_a_conflict_holds_when_they_apply_again(as_user, programme, startup, ayesha, sana, first, then):
    """As the company, as one of its people, or as another of them; a stranger's application stays open."""
    colleague = factories.make_user("colleague@example.com", Role.STARTUP)
    Membership.objects.create(user=colleague, startup=startup)
    applicants = dict(zip(APPLICANTS, (startup, ayesha, colleague), strict=True))
    stranger = make_application(programme, factories.make_startup("Ravi Fields"), by=ayesha)
    before = make_application(programme, applicants[first], by=ayesha)
    reviewer, client = reviewer_of(programme, sana), as_user(sana)
    listed = at("programme_review_list", programme)
    client.post(listed, {"conflict": [before.pk]})
    withdraw_application(before, by=ayesha if first != "a colleague" else colleague, at=timezone.now())

    again = make_application(programme, applicants[then], by=ayesha, answers=["Canary answer"])
    page, sent = at("programme_review_one", programme, again.pk), {"points_0": "5", "points_1": "5"}
    assert f"<bdi>{again.name}</bdi>" not in body(client, listed)
    assert [client.get(page).status_code, client.post(page, sent).status_code] == [404, 404]
    with pytest.raises(WrongStateError):
        jury.score(reviewer, again, points=[5, 5], words="", by=sana, at=timezone.now())
    assert client.get(at("programme_review_one", programme, stranger.pk)).status_code == 200


def test_a_conflict_with_a_proposal_is_one_with_both(as_user, programme, startup, ayesha, sana):
    second = factories.make_partner("second@example.com", factories.make_investor("Far Ltd"))
    joint = make_application(programme, ayesha, by=ayesha)
    ProgrammeProposal.objects.create(application=joint, email=second.email, partner=second)
    client, listed = as_user(sana), at("programme_review_list", programme)
    reviewer_of(programme, sana)
    client.post(listed, {"conflict": [joint.pk]})
    make_application(programme, second.membership.investor, by=second)
    assert "Far Ltd" not in body(client, listed)


def test_own_points_come_before_those_of_others(as_user, programme, startup, ayesha, sana, li_wei):
    application = make_application(programme, startup, by=ayesha)
    other = factories.make_partner("two@example.com", factories.make_investor("Far Ltd"), full_name="Two")
    for each in (sana, other):
        reviewer_of(programme, each)
    first, second, host = as_user(sana), as_user(other), as_user(li_wei)
    page = at("programme_review_one", programme, application.pk)
    assert "1: None" in body(first, page)
    first.post(page, {"points_0": "5", "points_1": "1", "words": "Canary note"})
    assert "Canary note" not in body(second, page)
    assert second.post(page, {"points_0": "6", "points_1": "1"}).status_code == 422
    second.post(page, {"points_0": "2", "points_1": "2", "words": ""})
    text = body(second, page)
    for words in ("Canary note", "3.0", "2 scores, from 2.0 to 4.0", "Scores differ widely"):
        assert words in text  # 5 × 3 + 1 is 4.0 of 5, 2 and 2 is 2.0
    assert "from 2.0 to 4.0" in body(host, at("programme_results", programme))
    pages = (at("programme", programme), reverse("own_programmes"), reverse("notices"))
    applicant = as_user(ayesha)
    assert not any("Canary note" in body(applicant, each) for each in pages)
    assert "Canary note" not in str(copy_for(ayesha))
    assert "Canary note" in str(copy_for(sana))
    assert applicant.get(page).status_code == 404


def test_criteria_are_complete_and_stay_once_somebody_has_scored(
    as_user, programme, startup, ayesha, li_wei, sana
):
    host, page = as_user(li_wei), at("programme_criteria", programme)
    assert host.post(page, {**FORM, "high_1": ""}).status_code == 422
    assert host.post(page, {}).status_code == 422
    assert host.post(page, {**FORM, "name_1": "Usefulness"}).status_code == 302
    assert Programme.objects.get().criteria[0]["name"] == "Usefulness"
    application, row = make_application(programme, startup, by=ayesha), reviewer_of(programme, sana)
    jury.score(row, application, points=[1, 2], words="", by=sana, at=timezone.now())
    assert host.get(page).status_code == 404
    with pytest.raises(
        RefusedError, match="Someone has already scored by these criteria, so they can no longer be changed"
    ):
        jury.write_criteria(programme, criteria=CRITERIA, by=li_wei, at=timezone.now())
    assert "Someone has already scored" in body(host, at("programme_jury", programme))


def test_asking_a_reviewer_tells_nobody_whether_an_address_has_an_account(as_user, programme, li_wei, ayesha):
    host, page = as_user(li_wei), at("programme_jury", programme)
    answers = []
    for email in (ayesha.email.upper(), "later@example.com"):
        answers.append(
            host.post(page, {"what": "list", "list-addresses": email}, follow=True).content.decode()
        )
    assert ["1 person is invited." in each for each in answers] == [True, True]
    assert "Ayesha Khan" not in answers[-1]
    mails = OutboxMail.objects.filter(kind="programme_review_asked").values_list("recipient", flat=True)
    assert list(mails) == [ayesha.email]
    later = factories.make_partner("later@example.com", None)
    review = at("programme_review_list", programme)
    assert as_user(later).get(review).status_code == 200
    row = ProgrammeReviewer.objects.get(user=ayesha)
    host.post(at("programme_reviewer_remove", programme, row.pk))
    assert as_user(ayesha).get(review).status_code == 404
    assert Notice.objects.filter(user=ayesha, kind="programme_review_asked").count() == 1
    as_user(later).post(reverse("account_delete"), {"is_sure": "on"})
    assert not ProgrammeReviewer.objects.exists()


def test_the_table_for_the_jury_runs_no_formula(as_user, programme, startup, ayesha, li_wei, sana):
    application = make_application(programme, startup, by=ayesha, answers=["=HYPERLINK(1)"])
    make_application(
        programme, ayesha, by=ayesha, state=ProgrammeApplicationState.DRAFT, answers=["Canary draft"]
    )
    row = reviewer_of(programme, sana)
    jury.score(row, application, points=[5, 1], words="@SUM(1)", by=sana, at=timezone.now())
    host = as_user(li_wei)
    plain = host.post(at("programme_export", programme, "csv")).getvalue().decode("utf-8-sig")
    header, line = csv.reader(io.StringIO(plain))
    assert (line[0], line[3], line[4:8]) == ("Indus Grow", "'=HYPERLINK(1)", ["1", "4.0", "4.0", "4.0"])
    assert (header[3], len(header)) == ("What do you bring?", len(line))
    book = load_workbook(io.BytesIO(host.post(at("programme_export", programme, "xlsx")).content))
    assert book.active["D2"].data_type == "s"
    sheet = body(host, at("programme_sheet", programme))
    assert "=HYPERLINK(1)" in sheet
    assert "Canary draft" not in sheet + plain
    assert host.post(at("programme_export", programme, "pdf")).status_code == 404
    assert as_user(sana).post(at("programme_export", programme, "csv")).status_code == 404
    assert seal_and_verify().holds
    assert "exported the applications" in body(as_user(sana), reverse("audit"))


@pytest.mark.parametrize("who", ["the organiser as a person", "a co-organiser that was declined"])
def test_who_organises_decides_and_exports_nothing_about_themselves(
    as_user, programme, startup, ayesha, li_wei, who
):
    state = ProgrammeApplicationState.SENT
    if is_person := who == "the organiser as a person":
        own = make_application(programme, li_wei, by=li_wei, answers=["Canary own"])
    else:
        state = ProgrammeApplicationState.DECLINED
        own = make_application(programme, startup, by=ayesha, state=state, answers=["Canary own"])
        programme.hosts.create(email=ayesha.email, user=ayesha, startup=startup, accepted_at=timezone.now())
    host = as_user(li_wei if is_person else ayesha)
    assert host.get(at("programme_application", programme, own.pk)).status_code == 404
    for name in ("programme_applications", "programme_results", "programme_sheet"):
        assert "Canary own" not in body(host, at(name, programme))
    assert ProgrammeApplication.objects.get().state == state


def test_nobody_scores_when_it_is_over(as_user, programme, startup, ayesha, sana):
    application = make_application(programme, startup, by=ayesha)
    reviewer_of(programme, sana)
    Programme.objects.update(state=ProgrammeState.CANCELLED, ended_at=timezone.now())
    assert as_user(sana).get(at("programme_review_one", programme, application.pk)).status_code == 404
