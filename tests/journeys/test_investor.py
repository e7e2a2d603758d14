"""An investor's evening, in a real browser: browse, filter, understand, shortlist, pass, say interested."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from matchmaker.models.pair_action import Pass, ShortlistEntry
from profiles.models import Need, NeedType, PartnershipForm
from tests.journeys.screens import PHONE, follow, picture
from tests.matchmaker import ranked

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def market(li_wei):
    """Four startups that are ranked; the first needs what Li Wei's fund offers."""
    startups = [ranked.make_startup(at) for at in range(4)]
    mentorship = NeedType.objects.get(code="mentorship")
    Need.objects.create(startup=startups[0], type=mentorship)
    li_wei.membership.investor.offers.create(type=mentorship, description="Two partners a month")
    ranked.rank_whole()
    return startups


@pytest.fixture
def lists(page, become, li_wei, market):
    """The browser on the list after Li Wei signed in."""
    become(page, user=li_wei)
    page.goto(reverse("home"))
    page.get_by_role("navigation", name="Main menu").get_by_role("link", name="Matches").click()
    expect(page.get_by_role("heading", name="Matches", exact=True)).to_be_visible()
    page.wait_for_load_state()  # a key pressed before the scripts are there sends a form as without them
    return page


def show_filters(lists):
    lists.get_by_role("link", name="Filter and sort").press("Enter")
    expect(lists.get_by_label("Sort by")).to_be_visible()


def of(deed, name):
    """What a screen reader calls a button or link of one card."""
    return re.compile(rf"^{deed}\s*: {name}$")


def test_keys_on_the_way_to_the_next_pair_do_nothing_to_the_one_before(lists):
    lists.get_by_role("link", name=re.compile("See why")).first.click()
    expect(lists.locator("[data-keys]")).to_be_visible()
    lists.wait_for_load_state()
    here, both = lists.url, "new KeyboardEvent('keydown', {key, bubbles: true})"
    lists.evaluate(f"for (const key of 'js') document.body.dispatchEvent({both})")
    expect(lists).not_to_have_url(here)
    expect(lists.get_by_text("2 of 4")).to_be_visible()
    assert not ShortlistEntry.objects.exists()


def test_a_list_is_filtered_without_leaving_the_page(lists, screenshot):
    picture(lists, screenshot, "investor-list")
    expect(lists.locator("article")).to_have_count(3)

    show_filters(lists)
    expect(lists.get_by_role("link", name="Filter and sort")).to_be_focused()
    lists.get_by_label("Needs", exact=True).select_option("mentorship")

    expect(lists.locator("article")).to_have_count(1)
    expect(lists.get_by_role("link", name="Startup 0", exact=True)).to_be_visible()
    expect(lists.get_by_text(re.compile(r"1 of \d (recommended|less likely)"))).to_be_visible()
    expect(lists).to_have_url(re.compile("need=mentorship"))
    lists.reload()
    expect(lists.locator("article")).to_have_count(1)

    lists.get_by_role("link", name="Clear").click()
    expect(lists.locator("article")).to_have_count(3)

    for width in (992, 1060, 1139, 1240):  # the header stays on one line of a small laptop
        lists.set_viewport_size({"width": width, "height": 800})
        assert lists.get_by_role("banner").bounding_box()["height"] < 70, width


def test_a_match_says_why_and_goes_on_the_shortlist_with_a_note(lists, screenshot):
    lists.get_by_role("button", name=of("Shortlist", "Startup 0")).click()
    expect(lists.get_by_role("button", name=of("Shortlisted", "Startup 0"))).to_be_visible()
    expect(lists.get_by_text("Added to your shortlist.")).to_be_visible()
    assert ShortlistEntry.objects.count() == 1

    follow(lists.get_by_role("link", name=of("See why", "Startup 0")))
    lists.get_by_role("link", name="Factor by factor").press("Enter")
    expect(lists.locator("summary", has_text="Factor by factor")).to_be_focused()
    expect(lists.get_by_text("Points out of 1000 for each side.")).to_be_visible()
    lists.get_by_role("heading", name="Needs and offers").click()
    expect(lists.get_by_role("cell", name="Two partners a month")).to_be_visible()
    picture(lists, screenshot, "investor-match")

    lists.get_by_text("Your note").click()
    lists.get_by_label("Note (only your company sees it)").fill("Ask about the second season")
    follow(lists.get_by_role("button", name="Save the note"))
    lists.get_by_role("navigation", name="Main menu").get_by_role("link", name="Deals").click()
    expect(lists.get_by_text("Ask about the second season").first).to_be_visible()
    picture(lists, screenshot, "investor-shortlist")


def test_a_pass_asks_why_and_can_be_taken_back(lists, screenshot):
    first, second = lists.get_by_role("article").get_by_role("heading").all_inner_texts()[:2]
    lists.get_by_role("link", name=of("See why", first)).click()
    for key, name in (("", first), ("j", second), ("k", first)):
        if key:
            lists.keyboard.press(key)
        expect(lists.get_by_role("heading", name=name, level=1)).to_be_visible()
    lists.keyboard.press("?")
    expect(lists.get_by_text("next new match")).to_be_visible()
    lists.keyboard.press("?")
    expect(lists.get_by_text("next new match")).to_be_hidden()
    lists.keyboard.press("n")
    expect(lists.get_by_text("Done for today: you have looked at all 3 new matches.")).to_be_visible()
    lists.go_back()
    expect(lists.get_by_role("heading", name=first, level=1)).to_be_visible()
    words = lists.get_by_label("In your words")
    lists.keyboard.press("x")
    expect(words).to_be_visible()
    lists.keyboard.press("Escape")
    expect(words).to_be_hidden()
    lists.keyboard.press("x")
    picture(lists, screenshot, "investor-pass")
    words.fill("jk")  # in a field these are letters
    lists.get_by_label("Too early or too late").check()
    lists.get_by_role("button", name="Pass", exact=True).click()
    expect(lists.get_by_text("You passed. You can undo this here or under “Passed on”.")).to_be_visible()
    assert Pass.objects.get().reason == "stage"

    lists.get_by_role("navigation", name="Main menu").get_by_role("link", name="Matches").click()
    expect(lists.get_by_role("article")).to_have_count(3)

    lists.get_by_role("navigation", name="Matches").get_by_role("link", name="Passed on").click()
    lists.get_by_role("button", name=of("Undo", first)).click()
    expect(lists.get_by_text("Undone. Your list is being ranked again.")).to_be_visible()
    assert Pass.objects.count() == 0


def test_everything_works_without_scripts(opened, li_wei, market):
    page = opened(li_wei, scripts=False)
    page.goto(reverse("matches"))
    page.get_by_role("link", name="Filter and sort").click()
    page.get_by_label("Needs", exact=True).select_option("mentorship")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("article")).to_have_count(1)

    page.get_by_role("button", name=of("Shortlist", "Startup 0")).click()
    expect(page.get_by_role("button", name=of("Shortlisted", "Startup 0"))).to_be_visible()
    expect(page.get_by_role("article")).to_have_count(1)

    page.goto(reverse("directory"))
    page.get_by_role("button", name=of("Shortlisted", "Startup 0")).click()
    expect(page.get_by_role("button", name=of("Shortlist", "Startup 0"))).to_be_visible()


def test_the_list_works_from_the_keyboard_alone(lists):
    show_filters(lists)
    lists.get_by_label("Sort by").focus()
    lists.keyboard.press("End")
    expect(lists).to_have_url(re.compile("sort=name"))
    expect(lists.get_by_label("Sort by")).to_be_focused()

    lists.get_by_role("link", name="Less likely (1)").press("Enter")
    expect(lists.get_by_role("heading", name="Less likely (1)")).to_be_visible()
    lists.get_by_role("button", name=of("Shortlist", "Startup 2")).focus()
    lists.keyboard.press("Enter")
    expect(lists.get_by_role("button", name=of("Shortlisted", "Startup 2"))).to_be_focused()


# From the tick to the word beside it, and from the line of the label down to theirs, in pixels.
APART = """cell => {
  const tick = cell.querySelector("svg"), text = tick.nextSibling, word = document.createRange();
  word.setStart(text, text.data.search(/[^ \\n]/));
  word.setEnd(text, text.data.length);
  const [left, right] = [tick.getBoundingClientRect(), word.getBoundingClientRect()];
  return [right.left - left.right, right.top - cell.getBoundingClientRect().top];
}"""


def test_a_phone_shows_why_each_one_fits_and_what_is_offered(opened, li_wei, market):
    page = opened(li_wei, screen=PHONE)
    first, second = market[:2]
    longest = PartnershipForm.objects.get(code="strategic")
    li_wei.membership.investor.deals.create(startup=first, closed_on=timezone.localdate(), form=longest)
    for address in (reverse("matches"), reverse("match", args=[first.public_id])):
        page.goto(address)
        expect(page.get_by_text(f"You already have a deal with them: {longest}")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]

    page.goto(f"{reverse('shortlist_compare')}?with={first.public_id}&with={second.public_id}")
    row = page.locator("tr").filter(has=page.get_by_text("Reasons", exact=True))
    for startup in (first, second):
        expect(row.get_by_text(startup.name_en)).to_be_visible()
    expect(row.locator("li").first).to_be_visible()

    page.goto(f"{reverse('match', args=[first.public_id])}?more=needs")
    gap, down = page.locator("td").filter(has_text="Two partners a month").evaluate(APART)
    assert gap >= 2
    assert down < 12


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_a_card_is_a_short_row_on_a_phone_and_opens_in_place(opened, li_wei, market, javascript):
    phone = opened(li_wei, screen=PHONE, scripts=javascript)
    phone.goto(reverse("matches"))
    card = phone.get_by_role("article").first
    why, name = card.get_by_role("link", name=re.compile("See why")), card.get_by_role("heading").inner_text()
    assert card.bounding_box()["height"] < 240
    expect(card.get_by_role("listitem").first).to_be_visible()  # a reason
    expect(why).to_be_hidden()
    card.locator("summary").click()
    expect(why).to_be_visible()
    expect(card.get_by_role("button", name=of("Shortlist", name))).to_be_visible()
    phone.set_viewport_size({"width": 1280, "height": 800})
    other = phone.get_by_role("article").nth(1)
    expect(other.get_by_role("link", name=re.compile("See why"))).to_be_visible()
