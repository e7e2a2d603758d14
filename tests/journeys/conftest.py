"""Browsers of people who are signed in."""

from functools import partial

import pytest
from django.conf import settings
from django.core.cache import cache

from profiles.models import User
from tests.journeys import screens


@pytest.fixture
def become(live_server):
    """A function that signs someone in to a browser without its form."""
    return partial(screens.become, url=live_server.url)


@pytest.fixture
def opened(browser, live_server, become):
    """A function that opens a browser, for someone who is signed in or for a visitor."""
    pages = []

    def open_for(user=None, *, language="en", **options):
        page = screens.open_page(browser, live_server.url, **options)
        pages.append(page)
        cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}
        page.context.add_cookies([cookie])
        if user:
            User.objects.filter(pk=user.pk).update(language=language)
            become(page, user=user)
        return page

    yield open_for
    for page in pages:
        page.context.close()


@pytest.fixture
def mails_lead_here(settings, live_server):
    """Mails lead to the server of the test."""
    cache.clear()
    settings.SITE_URL = live_server.url
