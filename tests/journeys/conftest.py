"""Browsers of people who are signed in."""

import pytest
from django.conf import settings

from profiles.models import User
from tests.journeys.screens import LAPTOP


@pytest.fixture
def become(live_server, as_user):
    """A function that signs someone in to a browser without its form."""

    def take_session(page, user):
        name = settings.SESSION_COOKIE_NAME
        value = as_user(user).cookies[name].value
        page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])

    return take_session


@pytest.fixture
def opened(browser, live_server, become):
    """A function that opens a browser, for someone who is signed in or for a visitor."""
    contexts = []

    def open_for(user=None, *, language="en", screen=LAPTOP, scripts=True, **options):
        context = browser.new_context(
            base_url=live_server.url,
            viewport=screen,
            java_script_enabled=scripts,
            locale="en-GB",
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}
        context.add_cookies([cookie])
        page = context.new_page()
        if user:
            User.objects.filter(pk=user.pk).update(language=language)
            become(page, user)
        return page

    yield open_for
    for context in contexts:
        context.close()
