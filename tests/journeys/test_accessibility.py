"""Every page for everyone: axe's rules, and nothing beyond the edge, on a laptop and on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from matchmaker.desk.reports.services import compute_due
from profiles.choices import Status
from profiles.models import User
from tests.factories import begin, make_founder, make_partner, make_startup
from tests.house.access import added
from tests.matchmaker import ranked

pytestmark = pytest.mark.django_db(transaction=True)
LAPTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
SCREENS = [("en", LAPTOP), ("ur", PHONE), ("zh-hans", PHONE)]


VISITOR = (
    "/", "/join/", "/accounts/login/", "/accounts/signup/?role=startup", "/accounts/password/reset/",
    "/context/", *added("visitor"),
)  # fmt: skip
FOUNDER = (
    "/home/", "/startup/basics/", "/startup/product/", "/startup/needs/", "/startup/round/",
    "/startup/consent/", "/startup/status/", "/startup/preview/", "/matches/", "/advice/",
    "/passed/", "/team/", "/settings/", "/startup/dependency/", "/startup/consents/", "/receipts/",
    "/settings/mails/",
)  # fmt: skip
PARTNER = (
    "/home/", "/investor/profile/", "/investor/theses/", "/investor/theses/new/", "/investor/offers/",
    "/investor/deals/", "/investor/deals/new/", "/investor/preview/", "/matches/", "/directory/",
    *added("partner"),
)  # fmt: skip
CURATOR = (
    "/desk/", "/desk/directory/", "/desk/reviews/", "/desk/pairings/", "/desk/taxonomy/", "/desk/weights/",
    "/desk/runs/", "/desk/audit/", "/desk/attention/", "/desk/governance/", "/desk/governance/GOV-PK-01/",
    "/desk/governance/GOV-PK-09/rule/", "/desk/taxonomy/AGR01/",
    "/desk/concentration/", "/desk/screening/", "/desk/messages/", *added("curator"),
    "/desk/reports/exposure/", "/desk/reports/weeks/", "/desk/reports/sponsor/",
)  # fmt: skip


@pytest.fixture
def opened(browser, live_server, as_user):
    """A function that returns a browser of a person, in a language, with a screen."""

    def open_for(user, language, screen):
        context = browser.new_context(
            base_url=live_server.url, viewport=screen, bypass_csp=True, reduced_motion="reduce"
        )
        cookies = {settings.LANGUAGE_COOKIE_NAME: language}
        if user:
            User.objects.filter(pk=user.pk).update(language=language)
            session = as_user(user).cookies[settings.SESSION_COOKIE_NAME].value
            cookies[settings.SESSION_COOKIE_NAME] = session
        context.add_cookies(
            [{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()]
        )
        return context

    return open_for


# One of each direction: the pages are the same, and an examination takes half a second. A small share opens
# and examines each page in one of the three languages, by turns.
EXAMINED = ("en", "ur")
TURNS = [language for language, _screen in SCREENS]
ONLY_WHAT_IS_WRONG = {"resultTypes": ["violations"]}  # axe would list all that is right as well


def faults(context, language, addresses, share):
    """What is wrong with the pages: not opened, in another language, too wide, or against a rule."""
    page, found, step = context.new_page(), [], share(small=len(TURNS), full=1)
    for address in addresses[TURNS.index(language) % step :: step]:
        answer = page.goto(address)
        state = page.evaluate("[document.documentElement.lang, document.documentElement.scrollWidth]")
        expected = [language, (page.viewport_size or LAPTOP)["width"]]
        if answer is None or answer.status != 200 or state != expected:
            found.append((address, answer and answer.status, state))
        if language in EXAMINED or step > 1:
            for rule in Axe().run(page, options=ONLY_WHAT_IS_WRONG).response["violations"]:
                found.append((address, rule["id"], [node["html"][:120] for node in rule["nodes"]]))
    context.close()
    return found


@pytest.mark.parametrize(("language", "screen"), SCREENS)
def test_pages_of_visitors(opened, language, screen, share):
    assert faults(opened(None, language, screen), language, VISITOR, share) == []


@pytest.mark.parametrize(("language", "screen"), SCREENS)
def test_pages_of_members(opened, ayesha, li_wei, language, screen, share):
    startup, investor = ayesha.membership.startup, li_wei.membership.investor
    assert startup
    assert investor
    other = make_startup("Beside it")
    ranked.rank_whole()
    pair = f"/matches/{investor.public_id}/"
    fair = ("fair-dealing/", "fair-dealing/GOV-IN-01/", "terms/")
    ours = (*FOUNDER, pair, f"{pair}pass/", *(pair + end for end in fair))
    both = f"/shortlist/compare/?with={startup.public_id}&with={other.public_id}"
    theirs = (*PARTNER, f"/matches/{startup.public_id}/", both)

    assert faults(opened(ayesha, language, screen), language, ours, share) == []
    assert faults(opened(li_wei, language, screen), language, theirs, share) == []


@pytest.mark.parametrize(("language", "screen"), SCREENS)
def test_pages_of_newcomers(opened, as_user, language, screen):
    for side, make in (("startup", make_founder), ("investor", make_partner)):
        newcomer = make(f"{side}@example.com", None)
        begin(as_user(newcomer), name_en=f"A new {side}")
        pages = ("/company/start/", f"/{side}/consents/", f"/{side}/consents/?groups", f"/{side}/status/")
        assert faults(opened(newcomer, language, screen), language, pages, lambda small, full: full) == []


@pytest.mark.parametrize(("language", "screen"), SCREENS)
def test_pages_of_curators(opened, sana, ayesha, li_wei, language, screen, share):
    startup, investor = ayesha.membership.startup, li_wei.membership.investor
    compute_due(at=timezone.now())
    waiting = make_startup("Kisaan Qadam", status=Status.SUBMITTED, reviewed_at=None)
    assert startup
    assert investor
    ranked.rank_whole()
    more = (
        f"/desk/reviews/startup/{waiting.public_id}/",
        f"/desk/pairings/?startup={startup.public_id}",
        f"/desk/pairings/{startup.public_id}/{investor.public_id}/",
    )
    assert faults(opened(sana, language, screen), language, CURATOR + more, share) == []


def test_links_of_two_letters_are_far_enough_apart_for_a_finger(opened):
    page = opened(None, "zh-hans", PHONE).new_page()
    page.goto("/help/")
    rule = {"runOnly": ["target-size"], **ONLY_WHAT_IS_WRONG}
    wrong = Axe().run(page, context=".site-footer", options=rule).response["violations"]
    assert [node["html"] for each in wrong for node in each["nodes"]] == []
    page.context.close()


def test_writing_goes_on_where_something_is_wrong(opened, ayesha):
    page = opened(ayesha, "en", LAPTOP).new_page()
    page.goto("/startup/basics/")
    page.get_by_label("Year founded").fill("1066")
    page.keyboard.press("Enter")

    expect(page.get_by_label("Year founded")).to_be_focused()
    expect(page.get_by_text("Write 1900 or more.")).to_be_visible()
    page.context.close()


def test_reading_goes_on_at_the_top_of_the_next_page(opened, li_wei):
    for at in range(12):
        make_startup(f"Startup {at}")
    page = opened(li_wei, "en", LAPTOP).new_page()
    page.goto("/directory/")
    page.get_by_role("link", name="Next").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("article")).to_have_count(2)
    expect(page.get_by_role("main")).to_be_focused()
    page.context.close()


def test_bad_input_is_told_beside_its_field_and_writing_is_not_disturbed(opened, li_wei):
    page = opened(li_wei, "en", LAPTOP).new_page()
    page.goto("/investor/theses/new/")
    page.locator("#id_ticket_min").fill("much")
    page.keyboard.press("Tab")

    expect(page.locator("#live_ticket_min")).to_have_text("Enter a number.")
    expect(page.locator("#id_ticket_max")).to_be_focused()
    page.locator("#id_ticket_min").fill("250000")
    page.keyboard.press("Tab")
    expect(page.locator("#live_ticket_min")).to_have_text("")
    expect(page.locator("#id_ticket_min")).to_have_value("250,000")
    page.context.close()


def test_long_lists_are_searched_and_show_what_is_ticked(opened, li_wei):
    page = opened(li_wei, "en", LAPTOP).new_page()
    page.goto("/investor/theses/new/")
    sectors = page.locator("#div_id_sectors")
    sectors.get_by_label("Find in this list").fill("irrig")
    sectors.get_by_label("Smart irrigation and water management").check()

    expect(sectors.get_by_role("checkbox")).to_have_count(1)
    expect(sectors.locator(".list-chosen")).to_have_text("Smart irrigation and water management")
    page.context.close()
