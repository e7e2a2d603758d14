"""Nothing typed is lost, in a real browser: two tabs, an ended session, a draft, and leaving by mistake.

Walked with scripts and without: what matters works in both.
"""

import time

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from profiles.companies.held_edits.selectors import newest
from profiles.models import FormDraft
from tests.factories import PASSWORD
from tests.journeys.screens import LAPTOP, PHONE
from tests.matchmaker.introduced import IntroductionState, make_introduction

pytestmark = pytest.mark.django_db(transaction=True)
PRODUCT = "/startup/product/"
# profiles/platform/drafts/test_lost_work.py has the pages without scripts.
BOTH_WAYS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


@BOTH_WAYS
def test_two_tabs_on_one_step(opened, scripts, ayesha, startup, screenshot):
    context = opened(ayesha, scripts=scripts, screen=LAPTOP if scripts else PHONE).context
    first, second = context.new_page(), context.new_page()
    first.goto(PRODUCT)
    second.goto(PRODUCT)
    first.get_by_label("Team size").fill("25")
    first.get_by_role("button", name="Save and continue").click()
    expect(first.locator("#messages")).to_contain_text("Saved")
    second.get_by_label("Team size").fill("17")
    second.get_by_role("button", name="Save and continue").click()
    panel = second.get_by_role("alert")
    expect(panel).to_contain_text("Two versions: which one do you want to keep?")
    screenshot(second, f"lost-work-two-tabs-{scripts}")
    startup.refresh_from_db()
    assert startup.team_size == 25
    expect(panel.get_by_label("Keep mine")).to_be_checked()
    panel.get_by_label("Use the saved version").check()
    panel.get_by_role("button", name="Save my choice").click()
    expect(second.locator("#messages")).to_contain_text("Saved")
    startup.refresh_from_db()
    assert startup.team_size == 25


@BOTH_WAYS
def test_a_session_that_ends_in_a_form(opened, scripts, ayesha, startup, screenshot):
    page = opened(ayesha, scripts=scripts)
    page.goto(PRODUCT)
    page.get_by_label("Founders").fill("Ayesha Khan, hydrologist")
    Session.objects.all().delete()
    page.get_by_role("button", name="Save and continue").click()
    expect(page.locator("#messages")).to_contain_text("for your account only")
    screenshot(page, f"lost-work-sign-in-{scripts}")
    page.get_by_label("Email").fill(ayesha.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"**{PRODUCT}")
    expect(page.get_by_label("Founders")).to_have_value("Ayesha Khan, hydrologist")
    screenshot(page, f"lost-work-restored-{scripts}")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.locator("#messages")).to_contain_text("Saved")
    startup.refresh_from_db()
    assert newest(startup).founders == "Ayesha Khan, hydrologist"
    assert not FormDraft.objects.unsaved().exists()


def test_a_draft_keeps_itself_and_leaving_asks(opened, ayesha, startup):
    page = opened(ayesha)
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.goto(PRODUCT)
    page.get_by_label("Founders").fill("half a sen")
    expect(page.locator(".draft-state")).to_contain_text("Draft kept at")
    with page.expect_event("dialog"):
        page.get_by_role("link", name="Preview").click(no_wait_after=True)
    expect(page.get_by_label("Founders")).to_have_value("half a sen")
    assert (asked, page.url.endswith(PRODUCT)) == (["beforeunload"], True)
    page.close(run_before_unload=False)
    again = page.context.new_page()
    again.goto(PRODUCT)
    expect(again.get_by_label("Founders")).to_have_value("half a sen")
    expect(again.get_by_text("Your unsaved draft")).to_be_visible()
    again.get_by_role("button", name="Discard draft").click()
    expect(again.get_by_label("Founders")).to_have_value("")


def test_who_was_signed_out_is_told_while_typing_and_saves_after_signing_in_beside(
    opened, ayesha, startup, screenshot
):
    page = opened(ayesha)
    page.goto(PRODUCT)
    Session.objects.all().delete()
    page.get_by_label("Founders").fill("Ayesha")
    told = page.locator(".draft-state")
    expect(told).to_contain_text("You are signed out.")
    assert FormDraft.objects.get().user == ayesha
    screenshot(page, "lost-work-signed-out")
    with page.expect_popup() as opening:
        told.get_by_role("link", name="Sign in in a new tab").click()
    sign_in_again(opening.value, ayesha)
    come_back(page)
    expect(told).to_contain_text("Draft kept at")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.locator("#messages")).to_contain_text("Saved")
    assert newest(startup).founders == "Ayesha"


def sign_in_again(page, user):
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/startup/**")


def come_back(page):
    """Say what a browser says when its user looks at this tab again; without a screen it never hides one."""
    page.bring_to_front()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_a_session_that_ends_while_a_long_text_is_read_costs_no_letter(opened, ayesha, startup):
    page = opened(ayesha)
    page.goto("/startup/basics/")
    text = "پانی " * 599 + "آخر۔"
    field = page.locator("[name='summary_ur']")
    Session.objects.all().delete()
    field.fill(text)
    expect(page.locator(".draft-state")).to_contain_text("You are signed out.")
    assert page.url.endswith("/startup/basics/")
    expect(field).to_have_value(text)
    assert FormDraft.objects.get().sent["summary_ur"] == [text]


def test_another_button_after_the_end_of_the_session_leaves_the_text_where_it_is(opened, ayesha, startup):
    page = opened(ayesha)
    page.goto(PRODUCT)
    page.get_by_label("Founders").fill("half a sen")
    Session.objects.all().delete()
    page.evaluate("htmx.ajax('POST', '/profile/read/', {swap: 'none'})")
    expect(page.locator(".draft-state")).to_contain_text("You are signed out.")
    assert page.url.endswith(PRODUCT)
    expect(page.get_by_label("Founders")).to_have_value("half a sen")


def slowly(page):
    """Let each draft leave at once and arrive a second and a half after it was sent."""
    arrived = []

    def later(route):
        time.sleep(1.5)
        route.continue_()
        arrived.append(route.request.url)

    page.route("**/drafts/", later)
    return arrived


def test_a_draft_on_a_slow_line_does_not_outlive_its_save(opened, ayesha, startup):
    page = opened(ayesha)
    slowly(page)
    for typed in ("Ayesha Khan", "Ayesha Khan, hydrologist", "Ayesha Khan and Bilal", "Ayesha Khan, Bilal"):
        page.goto(PRODUCT)
        with page.expect_request("**/drafts/"):
            page.get_by_label("Founders").fill(typed)
        page.get_by_role("button", name="Save and continue").click()
        expect(page.locator("#messages")).to_contain_text("Saved")
        page.goto(PRODUCT)
        expect(page.get_by_label("Founders")).to_have_value(typed)
        expect(page.get_by_text("Your unsaved draft")).to_have_count(0)
    assert newest(startup).founders == "Ayesha Khan, Bilal"


def test_a_draft_that_was_about_to_go_out_is_not_sent_beside_save(opened, ayesha, startup):
    page = opened(ayesha)
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    page.goto(PRODUCT)
    page.route(f"**{PRODUCT}", lambda route: None)  # the answer to Save never comes
    page.get_by_label("Founders").fill("Ayesha Khan")
    page.get_by_role("button", name="Save and continue").click(no_wait_after=True)
    page.wait_for_timeout(2500)
    assert [url for url in sent if url.endswith("/drafts/")] == []


def test_back_after_save_shows_what_is_saved(opened, ayesha, startup):
    page = opened(ayesha)
    page.goto(PRODUCT)
    page.get_by_label("Founders").fill("Ayesha Khan")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.locator("#messages")).to_contain_text("Saved")
    page.go_back()
    expect(page.get_by_label("Founders")).to_have_value("Ayesha Khan")
    page.get_by_label("Founders").fill("Ayesha Khan and Bilal")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.locator("#messages")).to_contain_text("Saved")
    assert newest(startup).founders == "Ayesha Khan and Bilal"


@pytest.mark.parametrize("button", ["Add", "Do not suggest again"])
def test_a_proposal_beside_a_form_costs_no_word_and_asks_nothing(opened, ayesha, startup, button):
    startup.summary_ur = "ہمیں سینسر کی ضرورت ہے۔"
    startup.save()
    page = opened(ayesha)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/startup/needs/")
    page.locator("[name='capacity']").fill("17")
    page.locator("[aria-labelledby='proposals']").get_by_role("button", name=button).first.click()
    expect(page.get_by_text("Your unsaved draft")).to_be_visible()
    expect(page.locator("[name='capacity']")).to_have_value("17")
    assert asked == []


def test_the_way_to_a_row_beside_a_form_costs_no_word_and_asks_nothing(opened, ayesha, startup):
    page = opened(ayesha)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/startup/needs/")
    page.locator("[name='capacity']").fill("17")
    page.get_by_role("link", name="Add a need").click()
    page.get_by_label("Kind").select_option("cloud")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[name='capacity']")).to_have_value("17")
    assert asked == []


def test_a_new_language_and_a_large_file_cost_no_word(opened, ayesha, startup, li_wei, tmp_path):
    investor = li_wei.membership.investor
    page = opened(ayesha)
    page.goto(PRODUCT)
    page.get_by_label("Founders").fill("the last words")
    page.locator("form.languages").first.get_by_role("button", name="简体中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.locator("#id_founders")).to_have_value("the last words")

    make_introduction(startup, investor, by=ayesha, state=IntroductionState.MUTUAL)
    (tmp_path / "deck.pdf").write_bytes(b"%PDF-" + bytes(9 * 1024 * 1024))
    page.get_by_role("button", name="English").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(f"/conversations/{investor.public_id}/")
    page.get_by_label("Your message").fill("Our deck")
    page.get_by_label("A file (optional)").set_input_files(tmp_path / "deck.pdf")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert").filter(has_text="larger than 8 MB")).to_be_visible()
    expect(page.get_by_label("Your message")).to_have_value("Our deck")
    assert page.url.endswith(f"/conversations/{investor.public_id}/")
