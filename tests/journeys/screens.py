"""The screens on which the journeys are walked, and who sits before them."""

from django.conf import settings
from django.urls import reverse

from tests.factories import signed_in

PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
WIDE = "document.documentElement.scrollWidth > window.innerWidth"


def become(page, url, user):
    """Sign someone in to a browser without its form."""
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": signed_in(user).cookies[name].value, "url": url}])


def open_page(browser, url, *, screen=LAPTOP, scripts=True, **options):
    options = {"viewport": screen, "java_script_enabled": scripts, "reduced_motion": "reduce", **options}
    return browser.new_context(base_url=url, locale="en-GB", **options).new_page()


def page_for(browser, url, user, *, is_phone):
    """Return a signed-in browser: a laptop with scripts, or a phone without."""
    page = open_page(browser, url, screen=PHONE if is_phone else LAPTOP, scripts=not is_phone)
    become(page, url, user)
    return page


def go(page, name, *args):
    page.goto(reverse(name, args=args))


def follow(target):
    """Click what leads to another page, and wait until that has loaded."""
    with target.page.expect_navigation():
        target.click()


def picture(page, screenshot, name):
    """Keep pictures on a laptop's and a phone's screen, and see that nothing runs over the phone's edge."""
    screenshot(page, name)
    usual = page.viewport_size
    page.set_viewport_size(PHONE)
    screenshot(page, f"{name}-phone")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page.set_viewport_size(usual or PHONE)
