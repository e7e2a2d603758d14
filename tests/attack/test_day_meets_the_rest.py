"""The day of a mission meets suspensions, withdrawals and what was said elsewhere."""

from datetime import timedelta

import pytest
from django.urls import reverse

from matchmaker.events.missions.selectors.papers import paper
from matchmaker.events.missions.services import clock
from matchmaker.events.programmes.selectors.programmes import address_of
from matchmaker.events.programmes.selectors.secrets import secret_of
from matchmaker.events.programmes.services import hosts
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.missions import Delegation
from matchmaker.models.missions.mission import MissionState
from matchmaker.models.missions.plan import MeetingState
from profiles.choices import Role, Status
from profiles.integrations.qr_codes import qr_svg
from profiles.models import AuditRecord, Investor, LimitBucket, Membership, OutboxMail, Startup
from profiles.people.accounts.services import teams
from tests import factories
from tests.matchmaker.events.missions.day_of import DayOf
from tests.matchmaker.events.missions.missioned import make_meeting

pytestmark = pytest.mark.django_db
PAST, NEXT = 0, 3  # slots


@pytest.fixture
def today(startup, ayesha, li_wei):
    """Ayesha's and Li Wei's delegations on the day."""
    made = DayOf()
    made.ours, made.theirs = made.delegation(startup), made.delegation(li_wei.membership.investor)
    return made


def test_a_yes_that_was_withdrawn_is_not_said_again_by_the_site(as_user, today, ayesha, li_wei):
    meeting = make_meeting(today.mission, today.ours, today.theirs, slot=PAST, state=MeetingState.CONFIRMED)
    us, them = as_user(ayesha), as_user(li_wei)
    today.act(us, meeting, "go_on")
    us.post(reverse("match_interest", args=[li_wei.membership.investor.public_id]), {"wanted": "0"})
    assert Introduction.objects.get().state == IntroductionState.WITHDRAWN
    today.act(them, meeting, "go_on")
    states = sorted(Introduction.objects.values_list("asked_by", "state"))
    assert states == [("investor", "asked"), ("startup", "withdrawn")], "who withdrew is asked, as anybody"


def test_a_suspended_company_reads_no_more_of_who_comes(as_user, today, ayesha):
    today.mission.state = MissionState.WISHES
    today.mission.wishes_until, today.mission.published_at = today.now + timedelta(days=1), None
    today.mission.save()
    wishes = today.at("mission_wishes", today.ours.public_id)
    assert today.theirs.name in as_user(ayesha).get(wishes).content.decode()
    Startup.objects.update(status=Status.SUSPENDED)
    answer = as_user(ayesha).get(wishes)
    assert today.theirs.name not in answer.content.decode()
    as_user(ayesha).post(wishes, {f"wish-{today.theirs.public_id}": "must"})
    assert not today.ours.wishes.exists()


def test_a_suspended_participant_reads_no_more_than_the_public_page(today, client, ayesha, as_user):
    make_meeting(today.mission, today.ours, today.theirs, slot=NEXT, state=MeetingState.CONFIRMED)
    pages = [
        reverse(name, args=[secret_of(today.ours, ayesha)]) for name in ("mission_day_open", "mission_feed")
    ]
    member = as_user(ayesha)
    own = [today.at("programme_cohort"), today.at("mission"), today.at("mission_day", today.ours.public_id)]
    assert [client.get(page).status_code for page in pages] == [200, 200]
    assert [member.get(page).status_code for page in own] == [200, 200, 200]
    Startup.objects.update(status=Status.SUSPENDED)
    assert [client.get(page).status_code for page in pages] == [404, 404]
    assert [member.get(page).status_code for page in own] == [404, 404, 404]
    left = member.get(today.at("programme")).content.decode()
    assert today.at("programme_withdraw", "startup") in left, "the place can be given up"
    assert today.at("programme_cohort") not in left


def test_a_meeting_that_has_been_is_not_called_off_afterwards(today, li_wei):
    past = make_meeting(today.mission, today.ours, today.theirs, slot=PAST, state=MeetingState.CONFIRMED)
    Startup.objects.update(status=Status.SUSPENDED)
    clock.advance(at=today.now)
    past.refresh_from_db()
    assert past.state == MeetingState.CONFIRMED
    assert not OutboxMail.objects.filter(kind="mission_meeting_off").exists()


def test_a_suspended_organiser_changes_no_schedule_and_mails_nobody(as_user, today):
    make_meeting(today.mission, today.ours, today.theirs, slot=NEXT)
    Delegation.objects.filter(pk=today.theirs.pk).update(missing_at=today.now)
    host, page = as_user(today.host), today.at("mission_changes")
    kept = host.post(page, {"act": "propose"}).url
    Investor.objects.filter(pk=today.company.pk).update(status=Status.SUSPENDED)
    host.post(kept, {})
    host.post(page, {"act": "propose"})
    assert today.mission.meetings.get().state == MeetingState.PLANNED
    assert today.mission.plans.count() == 1
    assert not OutboxMail.objects.filter(kind="mission_changed").exists()


def test_who_has_left_the_team_reads_its_schedule_no_more(today, startup, ayesha, li_wei, client):
    leaving = factories.make_user("leaving@example.com", Role.STARTUP)
    membership = Membership.objects.create(user=leaving, startup=startup)
    known = [feed(today.ours, leaving), feed(today.ours, today.host)]  # the organiser handed a paper out
    assert [client.get(each).status_code for each in known] == [200, 200]
    teams.remove(membership, by=ayesha, at=today.now)
    assert [client.get(each).status_code for each in known] == [404, 404]
    for delegation, user in ((today.ours, ayesha), (today.theirs, li_wei)):
        delegation.refresh_from_db()
        assert client.get(feed(delegation, user)).status_code == 200


def feed(delegation, user):
    return reverse("mission_feed", args=[secret_of(delegation, user)])


@pytest.mark.parametrize("event", ["role", "team", "suspension"])
def test_who_organises_no_more_reads_no_schedule_by_the_papers(event, today, client):
    rest = factories.make_investor("Hall of Trade")
    owner, printer = (factories.make_partner(f"{name}@example.com", rest) for name in ("owner", "printer"))
    helps = today.programme.hosts.create(email=owner.email, user=owner, investor=rest, accepted_at=today.now)
    code = qr_svg(address_of("mission_day_open", secret_of(today.ours, printer)))
    pages = paper(today.mission, "schedules", 1, by=printer)["pages"]
    assert code in [page["qr"] for page in pages]
    assert client.get(feed(today.ours, printer)).status_code == 200
    if event == "role":
        hosts.end_host(helps, by=today.host, at=today.now)
    elif event == "team":
        teams.remove(printer.membership, by=owner, at=today.now)
    else:
        Investor.objects.filter(pk=rest.pk).update(status=Status.SUSPENDED)
    assert client.get(feed(today.ours, printer)).status_code == 404
    assert client.get(feed(today.ours, today.host)).status_code == 200


def test_a_calendar_of_everybody_leaves_a_record_as_the_papers_do(as_user, today):
    make_meeting(today.mission, today.ours, today.theirs, slot=NEXT)
    as_user(today.host).post(today.at("mission_papers", "calendar", 1))
    assert AuditRecord.objects.filter(action="mission", details__done="papers").count() == 1


def test_a_plan_that_fails_is_counted_and_a_team_shares_its_planner(as_user, today):
    placed = [[today.ours.pk, today.theirs.pk, 0, 0, None]]  # of a slot that is gone
    fields = {"state": "done", "by": today.host, "placed": placed}
    plans = [today.mission.plans.create(**fields, mends=mends) for mends in (True, False)]
    host = as_user(today.host)
    host.post(today.at("mission_proposal", plans[0].pk))
    assert set(limits_used()) == {"mission_changes:account", "mission_changes:company"}
    today.mission.published_at, today.mission.state = None, MissionState.PLANNING
    today.mission.save()
    host.post(today.at("mission_plan", plans[1].pk), {"act": "publish"})
    host.post(today.at("mission_plans"))
    kinds = {"mission", "mission_changes", "mission_plan"}
    assert set(limits_used()) == {f"{kind}:{of}" for kind in kinds for of in ("account", "company")}


def limits_used():
    """Return what has been counted, for accounts and companies."""
    keys = LimitBucket.objects.filter(key__startswith="mission").values_list("key", flat=True)
    return [key.rpartition(":")[0] for key in keys]
