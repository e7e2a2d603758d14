"""Secret addresses end with the way in which their person signed in: who knew the old password knows them."""

import pytest
from django.urls import reverse

from matchmaker.models.programmes.programme import ApplicationState
from tests.matchmaker.events.missions.day_of import DayOf
from tests.matchmaker.events.programmes.programmed import make_application
from tests.matchmaker.portal.webhooks.test_new_sign_in import (
    change_it_on_the_server,
    change_password,
    close_and_reopen,
    reset_factor,
    reset_forgotten_password,
    sign_out,
)

pytestmark = [pytest.mark.django_db, pytest.mark.attack]
CHANGES = [
    change_password,
    change_it_on_the_server,
    reset_forgotten_password,
    reset_factor,
    sign_out,
    close_and_reopen,
]


def addresses(delegation, *applications):
    """Return the addresses that open a schedule and agendas without signing in."""
    schedule = [reverse(name, args=[delegation.token]) for name in ("mission_day_open", "mission_feed")]
    return schedule + [reverse("programme_feed", args=[each.token]) for each in applications]


@pytest.mark.parametrize("change", CHANGES)
def test_a_person_gets_new_secret_addresses_and_others_keep_theirs(
    change, as_user, startup, ayesha, li_wei, sana
):
    today, visitor = DayOf(), as_user(None)
    ours, theirs = today.delegation(li_wei.membership.investor), today.delegation(startup)
    own = make_application(today.programme, li_wei, by=li_wei, state=ApplicationState.ACCEPTED)
    rows = [ours, ours.application, own, theirs, theirs.application]
    old, others = addresses(*rows[:3]), addresses(*rows[3:])
    assert {visitor.get(each).status_code for each in old + others} == {200}
    change(li_wei, sana)
    for row in rows:
        row.refresh_from_db()
    assert {visitor.get(each).status_code for each in old} == {404}
    assert {visitor.get(each).status_code for each in addresses(*rows[:3]) + others} == {200}
