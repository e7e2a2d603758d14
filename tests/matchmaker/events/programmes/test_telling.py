"""Many people are told by the worker: each once, also if it is killed, and the page says that it goes on."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matchmaker.events.missions.kinds import MEETING_OFF
from matchmaker.events.missions.services import plans
from matchmaker.events.programmes.services import cohort, hosts, programmes, telling
from matchmaker.models.missions.mission import MissionState
from matchmaker.models.programmes import ProgrammeStep, ProgrammeTelling
from matchmaker.models.programmes.programme import RESUME_TIME, ProgrammeApplicationState, ProgrammeState
from profiles.choices import Status
from profiles.models import Investor, Notice, OutboxMail, Startup
from tests import factories
from tests.matchmaker.events.missions.missioned import make_delegation, make_mission, make_wish
from tests.matchmaker.events.programmes.programmed import make_application, make_programme

pytestmark = pytest.mark.django_db
MANY = telling.AT_ONCE + telling.BATCH + 5


def applied(programme, count, by, state=ProgrammeApplicationState.ACCEPTED):
    """Let so many startups take part, each with one founder."""
    start = programme.applications.count()
    for number in range(start, start + count):
        company = factories.make_startup(f"Startup {number}")
        factories.make_founder(f"told{programme.pk}-{number}@example.com", company)
        make_application(programme, company, by=by, state=state)


def told(kind):
    """Return how many people were told by a notice, and how many by mail."""
    people = Notice.objects.filter(kind=kind).values_list("user", flat=True)
    mails = OutboxMail.objects.filter(kind=kind).values_list("recipient", flat=True)
    assert (len(people), len(mails)) == (len(set(people)), len(set(mails))), "nobody twice"
    return len(people), len(mails)


class KilledError(Exception):
    """The worker dies."""


def work_and_die(after):
    """Let the worker tell until so many notices are written, and kill it in the middle of the next."""
    written = 0

    def dying(execute, sql, params, many, context):
        nonlocal written
        if sql.startswith("INSERT") and 'INTO "profiles_notice"' in sql:
            written += 1
            if written > after:
                raise KilledError
        return execute(sql, params, many, context)

    with pytest.raises(KilledError), connection.execute_wrapper(dying):
        telling.notify_waiting(at=timezone.now())


def test_a_handful_is_told_at_once(li_wei):
    programme = make_programme(li_wei.membership.investor, by=li_wei, place_count=50)
    applied(programme, telling.AT_ONCE, li_wei)
    cohort.announce(programme, text="The rooms are open", by=li_wei, at=timezone.now())
    assert told("programme_announced") == (telling.AT_ONCE, telling.AT_ONCE)
    assert not ProgrammeTelling.objects.exists()


def test_a_worker_that_is_killed_half_way_has_told_each_once_in_the_end(as_user, li_wei):
    programme = make_programme(li_wei.membership.investor, by=li_wei, place_count=50)
    applied(programme, MANY, li_wei)
    page, host = reverse("programme_cohort", args=[programme.public_id]), as_user(li_wei)
    said = host.post(page, {"what": "announcement", "text": "The rooms are open"}, follow=True)
    assert told("programme_announced") == (0, 0)
    assert "We are notifying all participants." in said.content.decode()
    assert f"We are still notifying {MANY} participants or applicants" in said.content.decode()

    work_and_die(after=telling.BATCH + 3)
    assert told("programme_announced") == (telling.BATCH, telling.BATCH), "whole batches, or nothing"
    shown = host.get(reverse("programme", args=[programme.public_id])).content.decode()
    assert f"We are still notifying {MANY - telling.BATCH} participants or applicants" in shown

    telling.notify_waiting(at=timezone.now())
    telling.notify_waiting(at=timezone.now())
    assert told("programme_announced") == (MANY, MANY)
    assert "We are still notifying" not in host.get(page).content.decode()
    assert not ProgrammeTelling.objects.exists()


@pytest.mark.parametrize(
    "event", ["organiser suspended", "co-organiser removed", "co-organiser suspended", "cancelled"]
)
def test_an_announcement_is_told_only_while_it_may_be_said(li_wei, startup, ayesha, event):
    programme = make_programme(li_wei.membership.investor, by=li_wei, place_count=50)
    host = programme.hosts.create(
        email=ayesha.email, user=ayesha, startup=startup, accepted_at=timezone.now()
    )
    applied(programme, telling.AT_ONCE + 1, li_wei)
    cohort.announce(programme, text="The rooms are open", by=ayesha, at=timezone.now())
    if event == "organiser suspended":
        Investor.objects.update(status=Status.SUSPENDED)
    elif event == "co-organiser removed":
        hosts.end_host(host, by=li_wei, at=timezone.now())
    elif event == "co-organiser suspended":
        Startup.objects.filter(pk=startup.pk).update(status=Status.SUSPENDED)
    else:
        programmes.cancel_programme(programme, by=li_wei, at=timezone.now())
    rows = programme.applications.all()
    telling.notify_many(MEETING_OFF, programme, rows, event="1", at=timezone.now())
    telling.notify_waiting(at=timezone.now())
    assert told("programme_announced") == (0, 0)
    assert told(MEETING_OFF)[0] == telling.AT_ONCE + 1, "what has ended is told also then"
    assert told("programme_cancelled")[0] == (telling.AT_ONCE + 1) * (event == "cancelled")
    Investor.objects.update(status=Status.APPROVED)
    telling.notify_waiting(at=timezone.now())
    later = telling.AT_ONCE + 1 if event == "organiser suspended" else 0
    assert told("programme_announced")[0] == later, "a suspension that ends lets it go on"
    assert not ProgrammeTelling.objects.exists()


@pytest.mark.parametrize("act", ["publish", "announce", "cancel", "finish"])
def test_an_act_that_concerns_many_tells_nobody_itself(li_wei, act):
    """The request that begins it writes neither notices nor mails; the worker does."""
    state = ProgrammeState.RUNNING if act in ("finish", "cancel") else ProgrammeState.CLOSED
    said = {"place_count": 50, "state": state, "apply_by": timezone.now()}
    programme = make_programme(li_wei.membership.investor, by=li_wei, **said)
    mission = make_mission(None, by=li_wei, programme=programme, state=MissionState.PLANNING)
    states = {"finish": ProgrammeApplicationState.SENT}
    applied(programme, telling.AT_ONCE + 1, li_wei, states.get(act, ProgrammeApplicationState.ACCEPTED))
    with CaptureQueriesContext(connection) as queries:
        begin(act, programme, mission, li_wei)
    assert sum("profiles_outboxmail" in each["sql"] for each in queries) == Notice.objects.count() == 0
    telling.notify_waiting(at=timezone.now())
    assert Notice.objects.count() >= telling.AT_ONCE + 1


@pytest.mark.parametrize("act", ["cancel", "finish"])
def test_ending_a_programme_asks_as_many_queries_for_thirty_undecided_as_for_one(li_wei, act):
    queries, programmes_over = [], []
    for count in (1, 30):
        programme = make_programme(li_wei.membership.investor, by=li_wei, state=ProgrammeState.RUNNING)
        applied(programme, count, li_wei, ProgrammeApplicationState.SENT)
        with CaptureQueriesContext(connection) as asked:
            begin(act, programme, None, li_wei)
        queries.append(len(asked))
        programmes_over.append(programme)
    assert queries[0] == queries[1]
    assert told(f"programme_{KIND[act]}")[0] == 0
    telling.notify_waiting(at=timezone.now())
    assert told(f"programme_{KIND[act]}")[0] == 31
    for programme in programmes_over:
        ended = programme.applications.filter(state=ProgrammeApplicationState.LAPSED, ended_at__isnull=False)
        steps = ProgrammeStep.objects.filter(application__in=ended, act="lapse", source="sent", by=None)
        assert ended.count() == steps.count() == programme.applications.count()


KIND = {"cancel": "cancelled", "finish": "lapsed"}


def begin(act, programme, mission, by):
    """Do one of the acts that tell many."""
    now = timezone.now()
    if act == "publish":
        guest = make_delegation(mission, factories.make_investor(f"Guest {mission.pk}"), by=by)
        company = programme.applications.filter(startup__isnull=False).first().startup
        for application in programme.applications.filter(startup__isnull=False):
            make_delegation(mission, application.startup, by=by)
        make_wish(mission.delegations.get(application__startup=company), guest, by=by)
        plan = plans.plan_by_steps(mission, by=by, at=now)
        plans.publish(plan, by=by, at=now)
    elif act == "announce":
        cohort.announce(programme, text="The rooms are open", by=by, at=now)
    elif act == "cancel":
        programmes.cancel_programme(programme, by=by, at=now)
    else:
        programmes.finish_programme(programme, by=by, at=now)
        programmes.lapse_ended(at=now + RESUME_TIME)
