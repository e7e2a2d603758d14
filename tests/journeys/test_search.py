"""An investor finds a startup by keyboard, narrows what is found, and keeps the search."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from matchmaker.models.search import SavedSearch
from matchmaker.portal.search import services as search
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def test_find_by_keyboard_and_keep_the_search(page, become, li_wei, screenshot):
    startup = factories.make_startup("Paani Paimana", name_ur="پانی پیمانہ")
    factories.make_startup("Paani Ghar")
    search.index_everything(at=timezone.now())
    become(page, user=li_wei)
    page.goto("/notices/")
    page.keyboard.press("/")
    page.keyboard.insert_text("pemana")  # all at once: what is found does not change under the arrow key
    expect(page.locator("#search-found a").first).to_be_visible()
    expect(page.locator("#search-count")).to_contain_text("1 result")
    screenshot(page, "search-box")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/matches/{startup.public_id}/")

    page.goto("/search/")
    page.get_by_label("What are you looking for?").last.fill("paani")
    expect(page.locator(".search-result")).to_have_count(2)
    expect(page).to_have_url(re.compile(r"/search/\?q=paani"))
    expect(page.locator("#id_kind")).to_be_hidden()  # two results need no filter
    page.goto("/search/?q=paani&kind=need")
    expect(page.get_by_text("No results match these filters.")).to_be_visible()
    page.locator("#id_kind").select_option("startup")
    expect(page.locator(".search-result")).to_have_count(2)
    screenshot(page, "search-page")
    page.locator("#id_save_name").fill("Water")
    page.get_by_role("button", name="Save this search").click()
    expect(page.locator("#messages")).to_contain_text("The search has been saved.")
    assert SavedSearch.objects.get().query == "q=paani&kind=startup"
