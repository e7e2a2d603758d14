"""Every page for everyone: axe's rules, and nothing beyond the edge, on a laptop and on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from matchmaker.desk.reports.services import compute_due
from profiles.choices import Status
from tests.factories import begin, make_founder, make_partner, make_startup
from tests.house.access import added
from tests.journeys.screens import LAPTOP, PHONE
from tests.matchmaker import ranked
from tests.matchmaker.introduced import make_introduction

pytestmark = pytest.mark.django_db(transaction=True)
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


# One of each direction: the pages are the same, and an examination takes half a second. Without --deep, each
# page is opened and examined in one of the three languages, always the same.
EXAMINED = ("en", "ur")
ONLY_WHAT_IS_WRONG = {"resultTypes": ["violations"]}  # axe would list all that is right as well


@pytest.fixture
def faults(opened, depth, tally):
    """A function that returns what is wrong with someone's pages in all languages."""
    step = depth(len(SCREENS), deep=1)

    def of(user, addresses):
        found = []
        for at, (language, screen) in enumerate(SCREENS):
            page = opened(user, language=language, screen=screen, bypass_csp=True)
            for address in addresses[at % step :: step]:
                tally.count()
                is_examined = step > 1 or language in EXAMINED
                found += faults_of(page, address, [language, screen["width"]], is_examined=is_examined)
        return found

    return of


def faults_of(page, address, expected, *, is_examined):
    """Return what is wrong: not opened, in another language, too wide, or against a rule."""
    answer = page.goto(address)
    state = page.evaluate("[document.documentElement.lang, document.documentElement.scrollWidth]")
    if answer is None or answer.status != 200 or state != expected:
        yield address, answer and answer.status, state, expected
    rules = Axe().run(page, options=ONLY_WHAT_IS_WRONG).response["violations"] if is_examined else ()
    for rule in rules:
        yield address, expected, rule["id"], [node["html"][:120] for node in rule["nodes"]]


def test_pages_of_visitors(faults):
    assert faults(None, VISITOR) == []


def test_pages_of_members(faults, ayesha, li_wei):
    startup, investor = ayesha.membership.startup, li_wei.membership.investor
    assert startup
    assert investor
    other = make_startup("Beside it")
    make_introduction(other, investor, by=ayesha)  # a card on the board of deals
    ranked.rank_whole()
    pair = f"/matches/{investor.public_id}/"
    fair = ("fair-dealing/", "fair-dealing/GOV-IN-01/", "terms/")
    ours = (*FOUNDER, pair, f"{pair}pass/", *(pair + end for end in fair))
    both = f"/shortlist/compare/?with={startup.public_id}&with={other.public_id}"
    theirs = (*PARTNER, f"/matches/{startup.public_id}/", f"/deals/{startup.public_id}/", both)

    assert faults(ayesha, ours) == []
    assert faults(li_wei, theirs) == []


def test_pages_of_newcomers(faults, as_user):
    for side, make in (("startup", make_founder), ("investor", make_partner)):
        newcomer = make(f"{side}@example.com", None)
        begin(as_user(newcomer), name_en=f"A new {side}")
        pages = ("/company/start/", f"/{side}/consents/", f"/{side}/consents/?groups", f"/{side}/status/")
        assert faults(newcomer, pages) == []


def test_pages_of_curators(faults, sana, ayesha, li_wei):
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
    assert faults(sana, CURATOR + more) == []


def test_links_of_two_letters_are_far_enough_apart_for_a_finger(opened):
    page = opened(language="zh-hans", screen=PHONE, bypass_csp=True)
    page.goto("/help/")
    rule = {"runOnly": ["target-size"], **ONLY_WHAT_IS_WRONG}
    wrong = Axe().run(page, context=".site-footer", options=rule).response["violations"]
    assert [node["html"] for each in wrong for node in each["nodes"]] == []


def test_writing_goes_on_where_something_is_wrong(opened, ayesha):
    page = opened(ayesha)
    page.goto("/startup/basics/")
    page.get_by_label("Year founded").fill("1066")
    page.keyboard.press("Enter")

    expect(page.get_by_label("Year founded")).to_be_focused()
    expect(page.get_by_text("Write 1900 or more.")).to_be_visible()


def test_reading_goes_on_at_the_top_of_the_next_page(opened, li_wei):
    for at in range(12):
        make_startup(f"Startup {at}")
    page = opened(li_wei)
    page.goto("/directory/")
    page.get_by_role("link", name="Next").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("article")).to_have_count(2)
    expect(page.get_by_role("main")).to_be_focused()


def test_bad_input_is_told_beside_its_field_and_writing_is_not_disturbed(opened, li_wei):
    page = opened(li_wei)
    page.goto("/investor/theses/new/")
    page.locator("#id_ticket_min").fill("much")
    page.keyboard.press("Tab")

    expect(page.locator("#live_ticket_min")).to_have_text("Enter a number.")
    expect(page.locator("#id_ticket_max")).to_be_focused()
    page.locator("#id_ticket_min").fill("250000")
    page.keyboard.press("Tab")
    expect(page.locator("#live_ticket_min")).to_have_text("")
    expect(page.locator("#id_ticket_min")).to_have_value("250,000")


def test_long_lists_are_searched_and_show_what_is_ticked(opened, li_wei):
    page = opened(li_wei)
    page.goto("/investor/theses/new/")
    sectors = page.locator("#div_id_sectors")
    sectors.get_by_label("Find in this list").fill("irrig")
    sectors.get_by_label("Smart irrigation and water management").check()

    expect(sectors.get_by_role("checkbox")).to_have_count(1)
    expect(sectors.locator(".list-chosen")).to_have_text("Smart irrigation and water management")
