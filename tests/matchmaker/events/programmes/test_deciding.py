"""Decisions about many applications with the companies in view, and the proposal that follows a review."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import OverrideKind
from matchmaker.events.programmes.services.telling import notify_waiting
from matchmaker.models.pair_action import CuratorOverride
from matchmaker.models.programmes import ProgrammeReviewer, ProgrammeScore
from matchmaker.models.programmes.programme import ProgrammeApplicationState
from profiles.catalogue.consents import services as consents
from profiles.choices import Purpose, Status
from profiles.models import Notice, OutboxMail, Place, Receipt, Sector, Startup
from tests import factories
from tests.matchmaker.events.programmes.programmed import at, body, make_application, make_programme
from tests.queries import queries_of

pytestmark = pytest.mark.django_db
A = ProgrammeApplicationState
CRITERIA = [{"name": "Use", "weight": 1, "low": "No", "middle": "Some", "high": "Much"}]
PITCH = "Sensors that halve the water a field needs"


def names_on(text):
    return re.findall(r"<h2 class=\"h6\">\s*<a [^>]*><bdi>([^<]+)</bdi>", text)


@pytest.fixture
def programme(li_wei):
    """An open programme of an investor with room for many."""
    return make_programme(li_wei.membership.investor, by=li_wei, criteria=CRITERIA, place_count=70)


@pytest.fixture
def applied(programme, startup, ayesha):
    """A function that makes applications of so many other startups."""

    def make(count):
        return [
            make_application(programme, factories.make_startup(f"Startup {number}"), by=ayesha)
            for number in range(count)
        ]

    return make


def score(programme, points, by):
    """Let one reviewer give points to applications."""
    reviewer = ProgrammeReviewer.objects.create(
        programme=programme, user=by, email=by.email, declared_at=timezone.now()
    )
    for application, each in points.items():
        ProgrammeScore.objects.create(reviewer=reviewer, application=application, points=[each])


def options_on(text):
    """Return the chosen decision of each row on the page that asks for a confirmation."""
    return re.findall(r'<option value="([^"]*)" selected>', text)


# --- The company in view -----------------------------------------------------------------------------------


def test_an_application_shows_its_company_with_sector_stage_place_evidence_and_link(
    as_user, programme, startup, ayesha, li_wei
):
    factories.make_evidence(startup, claim="registration")
    row = make_application(programme, startup, by=ayesha)
    sector = str(Sector.objects.get(code="AGR01"))
    for page in (at("programme_applications", programme), at("programme_application", programme, row.pk)):
        text = body(as_user(li_wei), page)
        for words in (sector, "Punjab", "Seed", PITCH, "Registration", "Document"):
            assert words in text, words
        assert reverse("match", args=[startup.public_id]) in text
    assert Receipt.objects.filter(startup=startup, investor=programme.investor).exists()


@pytest.mark.parametrize("event", ["hidden", "suspended", "consent"])
def test_what_the_organiser_may_not_see_is_not_on_the_card(
    as_user, programme, startup, ayesha, li_wei, sana, event
):
    row = make_application(programme, startup, by=ayesha)
    if event == "hidden":
        CuratorOverride.objects.create(
            startup=startup, investor=programme.investor, kind=OverrideKind.HIDE, note="Canary", by=sana
        )
    elif event == "suspended":
        Startup.objects.filter(pk=startup.pk).update(status=Status.SUSPENDED)
    else:
        consents.give(startup, purpose=Purpose.MATCHING, by=ayesha, at=timezone.now())
        consents.withdraw(startup, purpose=Purpose.MATCHING, by=ayesha, at=timezone.now())
    listed = at("programme_applications", programme)
    for page in (listed, at("programme_application", programme, row.pk)):
        text = body(as_user(li_wei), page)
        assert "Indus Grow" in text
        assert PITCH not in text
        assert reverse("match", args=[startup.public_id]) not in text
    assert names_on(body(as_user(li_wei), f"{listed}?sector=AGR01")) == []


def test_companies_of_the_organisers_own_side_show_no_profile(as_user, programme, li_wei):
    fund = factories.make_investor("Chengsui", pitch="Canary pitch")
    partner = factories.make_partner("partner2@example.com", fund)
    make_application(programme, fund, by=partner)
    text = body(as_user(li_wei), at("programme_applications", programme))
    assert "Chengsui" in text
    assert "Canary pitch" not in text


def test_a_curator_who_organises_reads_the_card_with_a_link_to_the_review(as_user, startup, ayesha, sana):
    programme = make_programme(None, by=sana)
    make_application(programme, startup, by=ayesha)
    text = body(as_user(sana), at("programme_applications", programme))
    assert PITCH in text
    assert reverse("review", args=["startup", startup.public_id]) in text


def test_a_reviewer_sees_the_card_and_leaves_a_profile_view(as_user, programme, startup, ayesha, sana):
    row = make_application(programme, startup, by=ayesha)
    mine = factories.make_investor("Mine Ltd")
    partner = factories.make_partner("reviewer@example.com", mine)
    ProgrammeReviewer.objects.create(
        programme=programme, user=partner, email=partner.email, declared_at=timezone.now()
    )
    page, client = at("programme_review_one", programme, row.pk), as_user(partner)
    assert PITCH in body(client, page)
    assert Receipt.objects.filter(startup=startup, investor=mine).exists()
    CuratorOverride.objects.create(
        startup=startup, investor=mine, kind=OverrideKind.HIDE, note="Canary", by=sana
    )
    assert PITCH not in body(client, page)


# --- The list ----------------------------------------------------------------------------------------------


def test_the_list_is_filtered_by_side_sector_location_state_and_score(
    as_user, programme, startup, ayesha, li_wei, sana
):
    other = factories.make_startup(
        "Ravi Solar",
        place=Place.objects.get(code="PK-SD"),
        primary_sector=Sector.objects.exclude(code__startswith="AGR").filter(parent=None).first(),
    )
    fund = factories.make_investor("Chengsui")
    first = make_application(programme, startup, by=ayesha)
    second = make_application(programme, other, by=ayesha, state=A.WAITLISTED)
    make_application(programme, fund, by=factories.make_partner("partner2@example.com", fund))
    make_application(programme, sana, by=sana)
    score(programme, {first: 2, second: 5}, factories.make_user("reviewer@example.com"))
    host, page = as_user(li_wei), at("programme_applications", programme)
    assert len(names_on(body(host, page))) == 4
    for query, names in {
        "side=startup": ["Indus Grow", "Ravi Solar"],
        "side=person": ["Sana Malik"],
        "sector=AGR": ["Indus Grow"],
        "place=PK": ["Indus Grow", "Ravi Solar"],
        "place=PK-SD": ["Ravi Solar"],
        "state=waitlisted": ["Ravi Solar"],
        "score=3": ["Ravi Solar"],
        "score=2": ["Ravi Solar", "Indus Grow"],
        "score=none": ["Chengsui", "Sana Malik"],
        "side=startup&state=sent&score=none": [],
    }.items():
        assert names_on(body(host, f"{page}?{query}")) == names, query
    assert len(names_on(body(host, f"{page}?side=x&state=x&score=x&sector=x&page=x"))) == 4


def test_many_applications_cost_as_many_queries_as_a_few(as_user, programme, li_wei):
    host, page = as_user(li_wei), at("programme_applications", programme)
    counts = []
    for _more in range(2):
        for company in (factories.make_startup(), factories.make_investor()):
            make_application(programme, company, by=li_wei)
        counts.append(queries_of(host, f"{page}?state=sent"))
    assert counts[0] == counts[1]


# --- Together ----------------------------------------------------------------------------------------------


def test_sixty_five_acceptances_take_a_handful_of_acts(as_user, programme, applied, li_wei):
    rows, host = applied(65), as_user(li_wei)
    Notice.objects.all().delete()
    acts = 0
    page = at("programme_applications", programme) + "?side=startup&state=sent"
    text, acts = body(host, page), acts + 3  # two filters and Apply
    decide = re.search(r'<form method="post" action="([^"]*decide[^"]*)"', text)[1].replace("&amp;", "&")
    summary, acts = host.post(decide, {"all": "1", "act": "accept"}), acts + 2
    chosen = options_on(summary.content.decode())
    assert len(chosen) == 65
    assert not programme.applications.exclude(state=A.SENT).exists(), (
        "nothing is decided before it is confirmed"
    )
    done, acts = host.post(at("programme_decide", programme), {"decision": chosen, "confirm": "1"}), acts + 1
    assert done.status_code == 302
    assert programme.applications.filter(state=A.ACCEPTED).count() == 65
    assert acts <= 8
    notify_waiting(at=timezone.now())
    notify_waiting(at=timezone.now())
    founder = factories.make_founder("one@example.com", rows[0].startup)
    assert founder
    numbers = programme.applications.values_list("place_number", flat=True)
    assert sorted(numbers) == list(range(1, 66))


def test_each_applicant_hears_once_and_why(as_user, programme, startup, ayesha, li_wei):
    other = factories.make_startup("Ravi Solar")
    founder = factories.make_founder("ravi@example.com", other)
    rows = [make_application(programme, each, by=ayesha) for each in (startup, other)]
    host, decide = as_user(li_wei), at("programme_decide", programme)
    page = host.post(decide, {"pick": [row.pk for row in rows], "act": "decline"})
    chosen = options_on(page.content.decode())
    first = chosen[0].replace("@decline", "@accept")
    sent = {"decision": [first, chosen[1]], "confirm": "1"}
    refused = host.post(decide, sent)
    assert refused.status_code == 422
    assert options_on(refused.content.decode()) == [first, chosen[1]], "the choices are still there"
    assert not programme.applications.exclude(state=A.SENT).exists()
    host.post(decide, {**sent, "reason": "Another field"})
    assert [row.state for row in programme.applications.order_by("pk")] == [A.ACCEPTED, A.DECLINED]
    assert [row.reason for row in programme.applications.order_by("pk")] == ["", "Another field"]
    for user, kind in ((ayesha, "programme_accepted"), (founder, "programme_declined")):
        assert [each.kind for each in Notice.objects.filter(user=user)] == [kind]
        assert [each.kind for each in OutboxMail.objects.filter(recipient=user.email)] == [kind]
    host.post(decide, {**sent, "reason": "Another field"})
    assert Notice.objects.filter(user=ayesha).count() == 1, "sent twice, decided once"


def test_more_acceptances_than_places_decide_nothing(as_user, programme, applied, li_wei):
    programme.place_count = 2
    programme.save()
    rows, host = applied(3), as_user(li_wei)
    decide = at("programme_decide", programme)
    page = host.post(decide, {"pick": [row.pk for row in rows], "act": "accept"}).content.decode()
    assert "You accept more applications than there are places" in page
    answer = host.post(decide, {"decision": options_on(page), "confirm": "1"})
    assert answer.status_code == 422
    assert "All places are taken" in answer.content.decode()
    assert not programme.applications.exclude(state=A.SENT).exists()


def test_what_has_changed_since_the_summary_stays_undecided(as_user, programme, applied, li_wei):
    rows, host = applied(3), as_user(li_wei)
    decide = at("programme_decide", programme)
    page = host.post(decide, {"pick": [row.pk for row in rows], "act": "accept"}).content.decode()
    programme.applications.filter(pk=rows[0].pk).update(answers=["Something else"])
    programme.applications.filter(pk=rows[1].pk).update(state=A.WITHDRAWN, ended_at=timezone.now())
    text = host.post(decide, {"decision": options_on(page), "confirm": "1"}, follow=True).content.decode()
    assert [row.state for row in programme.applications.order_by("pk")] == [A.SENT, A.WITHDRAWN, A.ACCEPTED]
    assert "1 application is decided" in text
    assert "2 applications have changed in the meantime" in text


def test_only_the_organiser_decides_and_only_about_the_own_programme(
    as_user, programme, startup, ayesha, li_wei
):
    row = make_application(programme, startup, by=ayesha)
    fund = factories.make_investor("Chengsui")
    stranger = factories.make_partner("partner2@example.com", fund)
    theirs = make_programme(fund, by=stranger)
    sent = {"pick": [row.pk], "act": "accept"}
    assert as_user(stranger).post(at("programme_decide", programme), sent).status_code == 404
    page = as_user(stranger).post(at("programme_decide", theirs), sent, follow=True).content.decode()
    assert "Indus Grow" not in page
    chosen = f"{row.pk}@{row.version}@accept"
    as_user(stranger).post(at("programme_decide", theirs), {"decision": [chosen], "confirm": "1"})
    row.refresh_from_db()
    assert row.state == A.SENT
    for nonsense in ("", "x", "1@x", f"{row.pk}@x@accept", "9" * 30 + "@x@accept", f"{row.pk}@x@move_up"):
        as_user(li_wei).post(at("programme_decide", programme), {"decision": [nonsense], "confirm": "1"})
    row.refresh_from_db()
    assert row.state == A.SENT


def test_a_decision_that_no_longer_stands_is_not_sent(as_user, programme, applied, ayesha, li_wei):
    rows, host = applied(12), as_user(li_wei)
    founder = factories.make_founder("one@example.com", rows[0].startup)
    decide = at("programme_decide", programme)
    page = host.post(decide, {"pick": [row.pk for row in rows], "act": "waitlist"}).content.decode()
    host.post(decide, {"decision": options_on(page), "confirm": "1"})
    programme.applications.filter(pk=rows[0].pk).update(state=A.LAPSED, ended_at=timezone.now())
    assert notify_waiting(at=timezone.now()) == 12
    assert not Notice.objects.filter(user=founder).exists()


# --- The proposal of a review ------------------------------------------------------------------------------


def test_points_become_a_proposal_that_the_organiser_confirms(as_user, programme, applied, li_wei):
    programme.place_count = 2
    programme.save()
    rows, host = applied(4), as_user(li_wei)
    results = at("programme_results", programme)
    assert "Propose decisions" not in body(host, results)
    score(programme, {rows[0]: 2, rows[1]: 5, rows[2]: 4}, factories.make_user("reviewer@example.com"))
    assert "Propose decisions" in body(host, results)
    page = host.post(at("programme_decide", programme), {"act": "proposal"}).content.decode()
    assert names_on(page) == ["Startup 1", "Startup 2", "Startup 0"], "the most points first"
    chosen = options_on(page)
    assert [each.split("@")[2] for each in chosen] == ["accept", "accept", "waitlist"]
    chosen[1] = chosen[1].rsplit("@", 1)[0] + "@"  # left undecided
    host.post(at("programme_decide", programme), {"decision": chosen, "confirm": "1"})
    states = [row.state for row in programme.applications.order_by("pk")]
    assert states == [A.WAITLISTED, A.ACCEPTED, A.SENT, A.SENT]
