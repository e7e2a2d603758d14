"""Acts on one programme at the same moment: a place is never held twice, and none is lost to the waitlist.

`--races N` runs each two acts N times (`make races`).
"""

from datetime import timedelta
from functools import partial
from itertools import combinations_with_replacement

import pytest
from django.utils import timezone

from matchmaker.events.programmes.services import applications, cohort, programmes, telling
from matchmaker.models.programmes import Programme, ProgrammeApplication, ProgrammeStep, ProgrammeTelling
from matchmaker.models.programmes.programme import ProgrammeApplicationAct, ProgrammeApplicationState
from profiles.models import LimitBucket, Notice
from profiles.refusals import RefusedError
from tests import factories
from tests.matchmaker.events.programmes.programmed import make_application, make_programme
from tests.racing import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]
A = ProgrammeApplicationState
PLACES = 2
ACTS = ("accept", "withdraw first", "withdraw second", "withdraw waiting", "add a place")


def begin(li_wei, companies):
    """Return a programme with both places held, two applications on the waitlist and one sent."""
    for model in (Programme, LimitBucket, Notice):
        model.objects.all().delete()
    programme = make_programme(li_wei.membership.investor, by=li_wei, place_count=PLACES)
    now = timezone.now()
    states = (A.ACCEPTED, A.ACCEPTED, A.WAITLISTED, A.WAITLISTED, A.SENT)
    for late, (company, state) in enumerate(zip(companies, states, strict=True)):
        moment = now + timedelta(seconds=late)
        make_application(programme, company, by=li_wei, state=state, at=moment)
    return programme


def do(name, programme, companies, by):
    """Act on records that are read for this act alone."""
    programme, at = Programme.objects.get(pk=programme.pk), timezone.now()
    whom = {"accept": 4, "withdraw first": 0, "withdraw second": 1, "withdraw waiting": 2}.get(name)
    if whom is None:
        values = {each: getattr(programme, each) for each in programmes.CORRECTABLE}
        programmes.correct_programme(programme, values={**values, "place_count": PLACES + 1}, by=by, at=at)
        return
    rows = ProgrammeApplication.objects.select_related("programme", "startup")
    application = rows.get(programme=programme, startup=companies[whom])
    if name == "accept":
        applications.decide(application, ProgrammeApplicationAct.ACCEPT, reason="", by=by, at=at)
    else:
        applications.withdraw_application(application, by=by, at=at)


def test_two_acts_at_once_hold_no_place_twice_and_leave_none_empty_before_the_waitlist(li_wei, rounds, tally):
    pairs = list(combinations_with_replacement(ACTS, 2))
    tally.count(len(pairs) * rounds)
    companies = [factories.make_startup(f"Startup {number}") for number in range(5)]
    for number, company in enumerate(companies):
        factories.make_founder(f"founder{number}@example.com", company)
    for one, other in pairs * rounds:
        programme = begin(li_wei, companies)
        acts = [partial(do, name, programme, companies, li_wei) for name in (one, other)]
        raised = [each for each in at_once(*acts) if isinstance(each, Exception)]
        assert all(isinstance(each, RefusedError) for each in raised), (one, other, raised)

        programme.refresh_from_db()
        rows = programme.applications.all()
        held = [row.place_number for row in rows if row.place_number is not None]
        assert len(held) == len(set(held)) <= programme.place_count
        waiting = [row for row in rows if row.state == A.WAITLISTED]
        freed = programme.place_count - len(held)
        assert not (waiting and freed), "who waits has every place that became free"
        assert all((row.state == A.ACCEPTED) == (row.place_number is not None) for row in rows)
        moved = ProgrammeStep.objects.filter(act=ProgrammeApplicationAct.MOVE_UP).values_list(
            "application", flat=True
        )
        assert len(moved) == len(set(moved)) == Notice.objects.filter(kind="programme_moved_up").count()


def test_two_workers_at_once_tell_everybody_once(li_wei, rounds):
    companies = [factories.make_startup(f"Startup {number}") for number in range(telling.AT_ONCE + 1)]
    for number, company in enumerate(companies):
        factories.make_founder(f"founder{number}@example.com", company)
    for _round in range(rounds):
        for model in (Programme, LimitBucket, Notice):
            model.objects.all().delete()
        programme = make_programme(li_wei.membership.investor, by=li_wei, place_count=50)
        for company in companies:
            make_application(programme, company, by=li_wei, state=A.ACCEPTED)
        cohort.announce(programme, text="The rooms are open", by=li_wei, at=timezone.now())
        told = at_once(*[partial(telling.notify_waiting, at=timezone.now())] * 2)
        assert sum(told) == len(companies), told
        telling.notify_waiting(at=timezone.now())
        assert not ProgrammeTelling.objects.exists()
        assert Notice.objects.filter(kind="programme_announced").count() == len(companies)
