"""Blocks, suspensions, leaving a team, closed accounts and new passwords reach every part of a programme."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker import models
from matchmaker.deals.conversations.services import block_company
from matchmaker.events.programmes.services import applications, cohort, jury, people
from matchmaker.models.programmes.people import MemberState
from matchmaker.models.programmes.programme import (
    ProgrammeApplicationAct,
    ProgrammeApplicationState,
    ProgrammeState,
)
from matchmaker.transitions import WrongStateError
from profiles.choices import Role, Side, Status
from profiles.models import Investor, Membership, Notice, OutboxMail, Startup
from profiles.people.accounts.services import closing, teams
from tests import factories
from tests.matchmaker.events.missions.day_of import DayOf
from tests.matchmaker.events.missions.missioned import make_meeting
from tests.matchmaker.events.programmes.programmed import at, body, make_application, make_programme

pytestmark = pytest.mark.django_db
A = ProgrammeApplicationState
CRITERIA = [{"name": "Use", "weight": 1, "low": "No", "middle": "Some", "high": "Much"}]
SENT = {"points_0": "5", "words": ""}


def told(user):
    kinds = Notice.objects.filter(user=user).values_list("kind", flat=True)
    return set(kinds), set(OutboxMail.objects.filter(recipient=user.email).values_list("kind", flat=True))


@pytest.fixture
def programme(li_wei):
    """An open co-hackathon of the investor."""
    return make_programme(li_wei.membership.investor, by=li_wei, place_count=20, criteria=CRITERIA)


def block(startup, investor, side, by):
    block_company(startup, investor, side=side, by=by, at=timezone.now())


@pytest.mark.parametrize("blocks", [Side.STARTUP, Side.INVESTOR])
@pytest.mark.parametrize("as_person", [False, True])
def test_after_a_block_an_open_application_is_not_decided(
    as_user, programme, startup, ayesha, li_wei, blocks, as_person
):
    row = make_application(programme, ayesha if as_person else startup, by=ayesha, answers=["Canary answer"])
    block(startup, programme.investor, blocks, ayesha if blocks == Side.STARTUP else li_wei)
    with pytest.raises(WrongStateError):
        applications.decide(
            row, ProgrammeApplicationAct.DECLINE, reason="Canary reason", by=li_wei, at=timezone.now()
        )
    assert as_user(li_wei).get(at("programme_application", programme, row.pk)).status_code == 404
    assert "Ended without a decision" in body(as_user(ayesha), at("programme", programme))
    asks = "programme_lapsed" in told(ayesha)[0]
    assert asks == (blocks == Side.INVESTOR), "only who did not block is told, and not of the block"


def test_who_blocks_the_organiser_gives_up_the_place_and_hears_no_more(
    as_user, programme, startup, ayesha, li_wei
):
    row = make_application(programme, startup, by=ayesha, state=A.ACCEPTED)
    after = make_application(programme, factories.make_startup("Ravi Fields"), by=ayesha, state=A.WAITLISTED)
    block(startup, programme.investor, Side.STARTUP, ayesha)
    before = told(ayesha)
    cohort.announce(programme, text="Canary announcement", by=li_wei, at=timezone.now())
    row.refresh_from_db()
    after.refresh_from_db()
    assert (row.state, after.state) == (A.WITHDRAWN, A.ACCEPTED)
    assert told(ayesha) == before
    assert as_user(ayesha).get(at("programme_cohort", programme)).status_code == 404


def test_a_place_that_was_promised_stays_when_the_organiser_blocks(programme, startup, ayesha, li_wei):
    row = make_application(programme, startup, by=ayesha, state=A.ACCEPTED)
    block(startup, programme.investor, Side.INVESTOR, li_wei)
    row.refresh_from_db()
    assert (row.state, told(ayesha)[0]) == (A.ACCEPTED, set())


def test_a_co_organiser_counts_as_an_organiser_when_blocked(programme, startup, ayesha, li_wei, sana):
    fund = factories.make_investor("Chengsui")
    partner = factories.make_partner("partner2@example.com", fund)
    programme.hosts.create(email=partner.email, user=partner, investor=fund, accepted_at=timezone.now())
    row = make_application(programme, startup, by=ayesha)
    block(startup, fund, Side.STARTUP, ayesha)
    row.refresh_from_db()
    assert row.state == A.LAPSED


def asked(address):
    return {"what": "list", "list-addresses": address}


def test_who_has_blocked_the_organiser_is_asked_to_review_by_no_mail(
    as_user, programme, startup, ayesha, li_wei
):
    block(startup, programme.investor, Side.STARTUP, ayesha)
    answer = as_user(li_wei).post(at("programme_jury", programme), asked(ayesha.email), follow=True)
    assert "1 person is invited." in answer.content.decode(), "the answer does not tell of the block"
    assert told(ayesha) == (set(), set())


@pytest.mark.parametrize("blocks_first", [True, False])
def test_an_invitation_of_who_is_blocked_reaches_nobody(as_user, sana, startup, ayesha, li_wei, blocks_first):
    """Neither by mail nor on the page; the other side finds it as any invitation that waits."""
    programme = make_programme(None, by=sana, place_count=20)
    investor = li_wei.membership.investor
    ours = make_application(programme, startup, by=ayesha, state=A.ACCEPTED)
    theirs = make_application(programme, investor, by=li_wei, state=A.ACCEPTED)
    said = {"by": li_wei, "at": timezone.now()}
    values = {"name": "Canary team", "about": "Canary text", "place_count": 3}
    team = people.found_team(theirs, values=values, **said)
    if blocks_first:
        block(startup, investor, Side.STARTUP, ayesha)
    people.invite(team, ours, lead=theirs, **said)
    assert told(ayesha)[0] == (set() if blocks_first else {"team_invited"})
    if not blocks_first:
        block(startup, investor, Side.STARTUP, ayesha)
        assert not team.members.filter(state=MemberState.INVITED).exists()
    page = at("programme_teams", programme)
    assert "Canary t" not in body(as_user(ayesha), page)
    assert ("Invited" in body(as_user(li_wei), page)) == blocks_first


def test_a_suspended_organiser_reads_nothing_of_applicants_and_cancels(
    as_user, programme, startup, ayesha, li_wei
):
    row = make_application(programme, startup, by=ayesha, answers=["Canary answer"])
    host, reviewer = as_user(li_wei), factories.make_founder("reviewer@example.com", None)
    pages = [
        ("get", at("programme_application", programme, row.pk)),
        *(
            ("get", at(f"programme_{name}", programme))
            for name in ("applications", "results", "sheet", "jury", "cohort", "teams")
        ),
        ("post", at("programme_export", programme, "csv")),
    ]
    assert [getattr(host, how)(page).status_code for how, page in pages] == [200] * len(pages)
    host.post(at("programme_jury", programme), asked(reviewer.email))
    as_user(reviewer).post(at("programme_review_list", programme))
    review = at("programme_review_one", programme, row.pk)
    assert "Canary answer" in body(as_user(reviewer), review)
    Investor.objects.update(status=Status.SUSPENDED)
    assert [getattr(host, how)(page).status_code for how, page in pages] == [404] * len(pages)
    host.post(at("programme_jury", programme), asked("friend@example.com"))
    assert programme.reviewers.count() == 1
    assert as_user(reviewer).get(review).status_code == 404, "nor do those whom it has asked"
    shown = body(host, at("programme", programme))
    assert ("Cancel the programme" in shown, at("programme_applications", programme) in shown) == (
        True,
        False,
    )
    assert programme.title in body(host, reverse("own_programmes"))
    host.post(at("programme_move", programme), {"act": "cancel"})
    programme.refresh_from_db()
    assert programme.state == ProgrammeState.CANCELLED


def test_a_suspended_reviewer_reads_nothing_more(as_user, programme, startup, ayesha):
    fund = factories.make_investor("Chengsui")
    reviewer = factories.make_partner("reviewer@example.com", fund)
    row = make_application(programme, startup, by=ayesha)
    review = reviewing(programme, reviewer)
    client = as_user(reviewer)
    pages = [at("programme_review_list", programme), at("programme_review_one", programme, row.pk)]
    assert [client.get(page).status_code for page in pages] == [200, 200]
    Investor.objects.filter(pk=fund.pk).update(status=Status.SUSPENDED)
    assert [client.get(page).status_code for page in pages] == [404, 404]
    with pytest.raises(WrongStateError):
        jury.score(review, row, points=[5], words="", by=reviewer, at=timezone.now())


def reviewing(programme, user):
    return models.ProgrammeReviewer.objects.create(
        programme=programme, user=user, email=user.email, declared_at=timezone.now()
    )


@pytest.mark.parametrize("asked", ["before", "after"])
def test_who_leaves_the_team_for_a_moment_does_not_review_its_application(
    as_user, programme, startup, ayesha, asked
):
    reviewer = factories.make_user("reviewer@example.com", Role.STARTUP)
    member = Membership.objects.create(user=reviewer, startup=startup)
    if asked == "before":
        reviewing(programme, reviewer)
    teams.leave(member, at=timezone.now())
    if asked == "after":
        reviewing(programme, reviewer)
    own = make_application(programme, startup, by=ayesha, answers=["Canary answer"])
    client = as_user(reviewer)
    for page in (at("programme_review_list", programme), at("programme_review_one", programme, own.pk)):
        assert "Indus Grow" not in body(client, page)
        assert client.post(page, SENT).status_code == 404
    assert not models.ProgrammeScore.objects.exists()


@pytest.mark.parametrize("kind", ["person", "startup", "left"])
def test_who_reviews_does_not_apply(as_user, programme, startup, ayesha, kind):
    """Neither as a person nor with a team of now or before, once the applications can be read."""
    reviewer = ayesha
    if kind == "left":
        reviewer = factories.make_user("reviewer@example.com", Role.STARTUP)
        teams.leave(Membership.objects.create(user=reviewer, startup=startup), at=timezone.now())
    row = models.ProgrammeReviewer.objects.create(programme=programme, user=reviewer, email=reviewer.email)
    client = as_user(ayesha)
    page = at("programme_apply", programme, "person" if kind == "person" else "startup")
    assert client.get(page).status_code == 200, "whoever is asked may still apply"
    row.declared_at = timezone.now()
    row.save()
    sent = {"answer_0": "Canary answer", "send": "yes"}
    assert [client.get(page).status_code, client.post(page, sent).status_code] == [404, 404]
    assert "review the applications" in body(client, at("programme", programme))
    assert not models.ProgrammeApplication.objects.exists()


@pytest.mark.parametrize("as_person", [False, True])
def test_who_applies_does_not_review(as_user, programme, startup, ayesha, as_person):
    rival = make_application(programme, factories.make_startup("Ravi Fields"), by=ayesha)
    review = reviewing(programme, ayesha)
    own = make_application(programme, ayesha if as_person else startup, by=ayesha)
    client, page = as_user(ayesha), at("programme_review_list", programme)
    for each in (page, at("programme_review_one", programme, rival.pk)):
        assert client.get(each).status_code == 404
    with pytest.raises(WrongStateError):
        jury.score(review, rival, points=[1], words="", by=ayesha, at=timezone.now())
    applications.withdraw_application(own, by=ayesha, at=timezone.now())
    assert client.get(page).status_code == 200, "who has withdrawn does"


@pytest.fixture
def subscribed(as_user, programme, startup):
    """A member who takes part for the company and has subscribed to the agenda."""
    user = factories.make_user("member@example.com", Role.STARTUP)
    Membership.objects.create(user=user, startup=startup)
    make_application(programme, startup, by=user, state=A.ACCEPTED)
    times = {"starts_at": programme.starts_at, "ends_at": programme.ends_at}
    models.ProgrammeSession.objects.create(programme=programme, title="Canary session", **times)
    feed = as_user(user).get(at("programme_cohort", programme)).context["cohort"]["feed"]
    path = feed[feed.index("/programmes/") :]
    assert "Canary session" in body(as_user(None), path)
    return user, path


EVENTS = {
    "leaves": lambda user, by: teams.leave(user.membership, at=timezone.now()),
    "is suspended": lambda user, by: Startup.objects.update(status=Status.SUSPENDED),
    "is closed": lambda user, by: closing.close(user, reason="Spam", by=by, at=timezone.now()),
    "has a new password": lambda user, by: (user.set_password("a new one 2026"), user.save()),
}


@pytest.mark.parametrize("event", EVENTS)
def test_the_address_of_the_agenda_ends(as_user, subscribed, programme, ayesha, sana, event):
    user, path = subscribed
    colleague = as_user(ayesha).get(at("programme_cohort", programme)).context["cohort"]["feed"]
    EVENTS[event](user, sana)
    assert as_user(None).get(path).status_code == 404
    goes_on = as_user(None).get(colleague[colleague.index("/programmes/") :]).status_code == 200
    assert goes_on == (event != "is suspended"), "a colleague's own address goes on"


@pytest.mark.parametrize("event", EVENTS)
def test_the_address_of_a_schedule_ends(as_user, startup, li_wei, ayesha, sana, event):
    today = DayOf()
    ours, theirs = today.delegation(startup), today.delegation(li_wei.membership.investor)
    make_meeting(today.mission, ours, theirs, slot=1)
    user = factories.make_user("member@example.com", Role.STARTUP)
    Membership.objects.create(user=user, startup=startup)
    page = as_user(user).get(today.at("mission_day", ours.public_id))
    paths = re.findall(r'"(/[^"]*schedules/[^"]+)"', page.content.decode())
    assert len(paths) == 2
    assert [as_user(None).get(path).status_code for path in paths] == [200, 200]
    ours.refresh_from_db()
    assert ours.token not in page.content.decode() + "".join(body(as_user(None), path) for path in paths)
    EVENTS[event](user, sana)
    assert [as_user(None).get(path).status_code for path in paths] == [404, 404]


@pytest.mark.parametrize("kind", ["hackathon", "mission"])
def test_who_applies_reads_who_will_see_the_name_and_no_one_else_sees_it(
    as_user, programme, startup, ayesha, li_wei, kind
):
    """The promise of the page on which one applies, of a company whose profile hides its name."""
    programme.kind = kind
    programme.save()
    Startup.objects.filter(pk=startup.pk).update(name_en="Canary Fields", visibility={"name": "mutual"})
    guest = factories.make_partner("guest@example.com", factories.make_investor("Chengsui"))
    make_application(programme, guest.membership.investor, by=guest, state=A.ACCEPTED)
    apply = body(as_user(ayesha), at("programme_apply", programme, "startup"))
    assert "If you are accepted, everyone who takes part sees this name" in " ".join(apply.split())
    row = make_application(programme, startup, by=ayesha)
    cohort_page, match = at("programme_cohort", programme), reverse("match", args=[startup.public_id])
    strangers = (
        as_user(None),
        as_user(factories.make_partner("s@example.com", factories.make_investor("X"))),
    )
    assert "Canary Fields" not in body(as_user(guest), match)
    assert "Canary Fields" not in body(as_user(guest), cohort_page)
    models.ProgrammeApplication.objects.filter(pk=row.pk).update(
        state=A.ACCEPTED, place_number=2, decided_at=timezone.now()
    )
    assert "Canary Fields" in body(as_user(guest), cohort_page)
    for stranger in strangers:
        pages = [stranger.get(page) for page in (at("programme", programme), cohort_page)]
        assert not any("Canary Fields" in each.content.decode() for each in pages)
    assert not models.ProgrammeTeam.objects.exists()
