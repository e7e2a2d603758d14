"""Sessions: what ended one ends it everywhere."""

from datetime import timedelta

import pytest
from django.conf import settings as project
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from profiles.models import Membership, User
from tests.factories import PASSWORD
from tests.house.access import ACCESS, ACTORS

pytestmark = [pytest.mark.django_db, pytest.mark.attack]
FOUNDER = ACTORS.index("founder")


def sign_out(client, user):
    client.post(reverse("account_logout"))


def change_password(client, user):
    fields = {"oldpassword": PASSWORD, "password1": "a-new-long-phrase", "password2": "a-new-long-phrase"}
    client.post(reverse("account_change_password"), fields)


def close_account(client, user):
    User.objects.filter(pk=user.pk).update(is_active=False)


def let_it_expire(client, user):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize("end", [sign_out, change_password, close_account, let_it_expire])
def test_an_ended_session_opens_nothing(market, end, tally):
    user = market.people["founder"]
    assert user
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    old = client.cookies[project.SESSION_COOKIE_NAME].value
    assert client.get(reverse("home")).status_code == 200
    end(client, user)
    thief = Client()
    for address in [each for each in ACCESS if each.get[0] == "s"]:
        thief.cookies.clear()
        thief.cookies[project.SESSION_COOKIE_NAME] = old
        answer = thief.get(address.path(market))
        tally.check(answer.status_code == 302 and "login" in answer.headers["Location"], f"{address}")
    tally.settle()


def test_a_removed_member_opens_nothing_of_the_company(market, tally):
    client = market.client("founder")
    own = [
        one
        for one in ACCESS
        if one.get[FOUNDER] == "o" and one.name.startswith(("startup_", "match", "advice"))
    ]
    assert {client.get(address.path(market)).status_code for address in own} == {200}
    Membership.objects.filter(user=market.people["founder"]).delete()
    for address in own:
        body = client.get(address.path(market)).content.decode()
        shown = [name for name in (market.startup.name_en, market.investor.name_en) if name in body]
        tally.check(not shown, f"{address}: {shown}")
    tally.settle()


def test_a_sign_in_begins_a_new_session(market):
    """A session that someone planted before is not the one that is signed in."""
    client = Client()
    client.get(reverse("set_language"))
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies[project.SESSION_COOKIE_NAME] = planted = session.session_key
    client.post(reverse("account_login"), {"login": market.people["founder"].email, "password": PASSWORD})
    assert client.cookies[project.SESSION_COOKIE_NAME].value != planted
    assert not Session.objects.filter(session_key=planted).exists()
