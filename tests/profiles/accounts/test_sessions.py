"""Sessions are read as Django's own: what is over, unknown or made up is nobody's."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from profiles.accounts.sessions import SessionStore
from profiles.models import User

pytestmark = pytest.mark.django_db


def stored(*, ends_in: timedelta) -> str:
    """Store a session that holds something and ends after a while; return its key."""
    session = SessionStore()
    session["kept"] = "word"
    session.create()
    Session.objects.filter(pk=session.session_key).update(expire_date=timezone.now() + ends_in)
    return str(session.session_key)


def test_a_session_is_read_as_by_django() -> None:
    keys = [
        stored(ends_in=timedelta(minutes=1)),
        stored(ends_in=timedelta(0)),
        stored(ends_in=-timedelta(days=1)),
        "unknown" * 5,
        "x" * 10_000,
        "short",
        "",
        None,
    ]
    found = []
    for key in keys:
        ours, theirs = SessionStore(key), DatabaseSessions(key)
        assert (dict(ours.items()), ours.session_key) == (dict(theirs.items()), theirs.session_key)
        found.append(ours.get("kept"))
    assert found == ["word"] + [None] * 7


@pytest.mark.parametrize("key", [r'"\000\000\000\000made up"', '"; DROP TABLE"', "%00%00%00%00%00"])
def test_a_made_up_session_is_nobodys(client: Client, key: str) -> None:
    answer = client.get("/home/", headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={key}"})

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/home/")


def test_who_was_signed_in_too_long_ago_signs_in_again(client: Client, ayesha: User) -> None:
    client.force_login(ayesha)
    assert client.get("/home/").status_code == 200

    Session.objects.update(expire_date=timezone.now())

    answer = client.get("/home/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/home/")
