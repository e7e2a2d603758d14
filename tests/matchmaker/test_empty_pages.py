"""A company that is not on the lists reads on every empty page why, and what it can do meanwhile."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from profiles.choices import Status
from profiles.models import Startup, User

pytestmark = pytest.mark.django_db
As = Callable[[User | None], Client]


@pytest.mark.parametrize(
    ("fields", "title", "way_on"),
    [
        ({"status": Status.DRAFT}, "Your profile is not submitted yet", "/startup/basics/"),
        ({"status": Status.SUBMITTED}, "Your profile is waiting for review", "/startup/status/"),
        ({"status": Status.RETURNED}, "Your profile came back with questions", "/startup/status/"),
        ({"status": Status.REJECTED}, "Your profile was not accepted", "/startup/status/"),
        ({"stale_at": timezone.now()}, "Your profile is off the lists", "/profile/still-true/"),
        ({"matching_consent": False}, "You have not agreed to matching", "/startup/consent/"),
    ],
)
def test_empty_pages_of_who_is_not_on_the_lists_say_why(
    as_user: As, ayesha: User, startup: Startup, fields: dict[str, Any], title: str, way_on: str
) -> None:
    Startup.objects.filter(pk=startup.pk).update(**fields)
    client = as_user(ayesha)
    for path in map(reverse, ("matches", "introductions", "shortlist")):
        main = client.get(path).content.decode().partition("<main")[2]
        assert main.count(f"<h2>{title}</h2>") == 1, path
        assert main.count(f'<a class="btn btn-primary" href="{way_on}">') == 1, path
        assert 'href="/matches/"' not in main, path
