"""A new password ends the secret addresses of its person: who knew the old one knows them."""

import pytest
from django.urls import reverse

from matchmaker.events.programmes.selectors.secrets import secret_of
from profiles.models import Membership
from tests import factories
from tests.matchmaker.events.missions.day_of import DayOf
from tests.matchmaker.portal.webhooks.test_new_sign_in import (
    change_it_on_the_server,
    change_password,
    close,
    reset_forgotten_password,
)

pytestmark = [pytest.mark.django_db, pytest.mark.attack]


def addresses(delegation, user):
    """Return the addresses that open a schedule and an agenda for one person without signing in."""
    return [
        reverse("mission_feed", args=[secret_of(delegation, user)]),
        reverse("programme_feed", args=[secret_of(delegation.application, user)]),
    ]


@pytest.mark.parametrize(
    "change", [change_password, change_it_on_the_server, reset_forgotten_password, close]
)
def test_a_person_gets_new_secret_addresses_and_a_colleague_keeps_theirs(change, as_user, li_wei, sana):
    today, visitor = DayOf(), as_user(None)
    delegation = today.delegation(li_wei.membership.investor)
    colleague = factories.make_user("colleague@example.com", li_wei.role)
    Membership.objects.create(user=colleague, investor=li_wei.membership.investor)
    own, others = addresses(delegation, li_wei), addresses(delegation, colleague)
    assert {visitor.get(each).status_code for each in own + others} == {200}
    change(li_wei, sana)
    li_wei.refresh_from_db()
    assert {visitor.get(each).status_code for each in own} == {404}
    assert {visitor.get(each).status_code for each in others} == {200}
    if li_wei.is_active:
        assert {visitor.get(each).status_code for each in addresses(delegation, li_wei)} == {200}
