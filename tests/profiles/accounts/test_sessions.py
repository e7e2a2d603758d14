"""Sessions: what is over or made up is nobody's."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from profiles.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("key", "status"), [(r'"\000\000\000\000made up"', 400), ('"; DROP TABLE"', 302), ("x" * 3000, 302)]
)
def test_a_made_up_session_is_nobodys(client: Client, key: str, status: int) -> None:
    answer = client.get("/home/", headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={key}"})

    assert answer.status_code == status


def test_who_was_signed_in_too_long_ago_signs_in_again(client: Client, ayesha: User) -> None:
    client.force_login(ayesha)
    assert client.get("/home/").status_code == 200

    Session.objects.update(expire_date=timezone.now())

    answer = client.get("/home/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/home/")
