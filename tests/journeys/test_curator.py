"""A curator's day, in a real browser: decide about a profile, find and suggest a pair, change the weights."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from matchmaker.choices import OverrideKind
from matchmaker.desk.what_if import services as what_if
from matchmaker.models.pair_action import CuratorOverride
from profiles.choices import Status
from profiles.companies.steps import services as companies
from profiles.curation.imports import services as imports
from profiles.curation.selections import services as selections
from profiles.models import Deal, PartnershipForm, Startup
from tests.factories import MOMENT, make_investor, make_startup
from tests.journeys.screens import picture
from tests.matchmaker import ranked

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(page, become, sana):
    """The browser after Sana signed in."""
    become(page, user=sana)
    page.goto(reverse("desk"))
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    return page


def test_three_profiles_are_decided_with_few_keys(desk, screenshot):
    names, keys = ("Kisaan Qadam", "Thal Kisan", "Ravi Fields"), 0
    for name in names:
        make_startup(name, status=Status.SUBMITTED, reviewed_at=None)

    def press(*pressed):
        nonlocal keys
        for each in pressed:
            desk.keyboard.press(each)
            keys += 1

    desk.goto(reverse("reviews") + "?queue=new")
    desk.locator("main .rows a").first.press("Enter")
    keys += 1
    expect(desk.get_by_text("1 of 3")).to_be_visible()
    picture(desk, screenshot, "curator-review")
    press("?")
    expect(desk.get_by_text("write a note next to a field")).to_be_visible()
    press("a")
    expect(desk.get_by_text("1 of 2")).to_be_visible()
    press("u")
    expect(desk.get_by_text("Undone. The profile is waiting for a decision again")).to_be_visible()
    expect(desk.get_by_text("1 of 3")).to_be_visible()
    press("a")
    expect(desk.get_by_text("1 of 2")).to_be_visible()
    press("n")
    desk.keyboard.insert_text("Say what you sell.")
    keys += len("Say what you sell.")
    press("Escape", "r")
    expect(desk.get_by_text("1 of 1")).to_be_visible()
    press("m")
    desk.keyboard.insert_text("A duplicate.")
    keys += len("A duplicate.")
    press("Escape", "x")
    expect(desk.get_by_text("No profiles are waiting")).to_be_visible()
    assert sorted(Startup.objects.values_list("status", flat=True)) == ["approved", "rejected", "returned"]
    assert keys < 60
    assert len(desk.get_by_role("button", name="Undo").all()) == 3


def test_an_edit_is_read_word_by_word_before_anybody_else_reads_it(desk, startup, ayesha, screenshot):
    edited = {"pitch": "Sensors that save half the water", "summary_zh": "节电灌溉"}
    companies.edit(startup, changes=edited, by=ayesha, at=timezone.now())
    desk.reload()

    desk.get_by_role("link", name="Indus Grow").first.click()
    changed = desk.locator("#edit")
    expect(changed.locator("del").first).to_contain_text("halve")
    expect(changed.locator("ins").first).to_contain_text("save half")
    expect(desk.get_by_text("Not changed by the edit")).to_be_visible()
    expect(desk.get_by_text("Soil sensors and valves")).to_be_hidden()
    picture(desk, screenshot, "curator-edit")
    desk.get_by_role("button", name="Approve").click()

    expect(desk.get_by_text("Indus Grow was approved.")).to_be_visible()
    startup.refresh_from_db()
    assert (startup.pitch, startup.summary_zh) == (edited["pitch"], edited["summary_zh"])


def test_two_companies_are_found_and_suggested_to_each_other(startup, desk, screenshot):
    """From the directory, whose view is kept, to a suggestion; by keyboard where a form is sent."""
    make_investor("Bamboo Harvest")
    make_investor("Pearl River Capital", status=Status.DRAFT)
    ranked.rank_whole()

    desk.get_by_role("link", name="Directory").click()
    desk.get_by_role("link", name="Investor or partner (2)").click()
    desk.get_by_text("Filters and columns").click()
    desk.get_by_label("Status").first.select_option("Draft")
    desk.get_by_role("button", name="Apply").press("Enter")
    expect(desk.get_by_role("link", name="Pearl River Capital")).to_be_visible()
    desk.get_by_text("Your views (0)").click()
    desk.get_by_label("Name of the view").fill("Drafts")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("The view “Drafts” has been saved.")).to_be_visible()
    picture(desk, screenshot, "curator-directory")
    desk.get_by_role("link", name="Pearl River Capital").click()
    expect(desk.get_by_text("This profile has not been submitted")).to_be_visible()

    desk.get_by_role("link", name="Pairs").click()
    desk.get_by_label("Startup").fill("indus")
    desk.get_by_label("Investor or partner").fill("bamboo")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("It is shown at position 1.").first).to_be_visible()
    picture(desk, screenshot, "curator-pairing")
    desk.get_by_role("link", name="Suggest this pairing").click()
    desk.get_by_label("Note to both sides").fill("You met at the irrigation fair")
    desk.get_by_label("Until").fill((timezone.localdate() + timedelta(days=14)).isoformat())
    desk.get_by_role("button", name="Suggest to both").press("Enter")

    expect(desk.get_by_text("Suggested. Both sides are being ranked again.")).to_be_visible()
    picture(desk, screenshot, "curator-suggestion")
    assert CuratorOverride.objects.get().kind == OverrideKind.SUGGEST


def test_a_sector_is_merged_by_keyboard_and_brought_back(startup, desk, screenshot):
    desk.goto(reverse("taxonomy"))
    desk.locator("summary", has_text="Agritech and food").press("Enter")
    desk.get_by_role("link", name="Smart irrigation and water management").press("Enter")
    desk.get_by_label("Successor").select_option("ENE05")
    merge = desk.locator("#merge")
    merge.get_by_role("button", name="Preview").press("Enter")
    expect(desk.locator("#preview")).to_contain_text("1 startup")
    picture(desk, screenshot, "curator-merge")

    desk.get_by_role("button", name="Count the pairs that change").press("Enter")
    expect(desk.get_by_role("progressbar")).to_be_visible()
    what_if.work_out(at=timezone.now())
    expect(desk.get_by_role("heading", name="Lists of startups")).to_be_visible()
    picture(desk, screenshot, "curator-what-if")

    desk.goto(reverse("sector", args=["AGR01"]))
    desk.get_by_label("Successor").select_option("ENE05")
    merge.get_by_role("button", name="Preview").press("Enter")
    expect(desk.locator("#preview")).to_be_in_viewport()
    merge.get_by_role("button", name="Merge and retire").press("Enter")
    expect(desk.get_by_text("Merged; 1 profile moved.")).to_be_visible()
    desk.locator("a[href$='/undo/']").press("Enter")
    desk.get_by_role("button", name="Undo this change").press("Enter")
    expect(desk.get_by_text("undone", exact=True)).to_be_visible()
    startup.refresh_from_db()
    assert startup.primary_sector.code == "AGR01"


def test_a_rule_is_built_and_counted_before_it_is_saved(startup, li_wei, desk, screenshot):
    equity = PartnershipForm.objects.get(code="equity")
    day = MOMENT.date()
    Deal.objects.create(investor=li_wei.membership.investor, startup=startup, form=equity, closed_on=day)
    desk.goto(reverse("governance_rule", args=["GOV-PK-13"]))

    desk.get_by_label("Add a condition about").select_option("form")
    desk.get_by_role("button", name="Add").press("Enter")
    desk.get_by_role("checkbox", name="Equity investment").check()

    expect(desk.get_by_text("would appear for 1 more pairs")).to_be_visible()
    picture(desk, screenshot, "curator-rule")
    desk.locator("#rule-form").get_by_role("button", name="Save").press("Enter")
    expect(desk.get_by_text("one of: Equity investment")).to_be_visible()


def test_an_imported_list_is_approved_and_invited_with_a_few_clicks(desk, tmp_path, screenshot, capsys):
    """From a file on the disk to invitations for all of its companies, whatever their number."""
    head = "name_en,pitch,summary_en,place,primary_sector,stage,languages,seeks_capital,ask_min,ask_max"
    head += ",ask_audience,forms,contact_email,contact_whatsapp,matching,showing,cross_border"
    row = "Sona Kheti {0},Grain dried by the sun,We dry grain for farms.,PK-LHE,AGR01,seed,ur,yes,1000,2000"
    row += ",matched,equity,hello@kheti{0}.example,+92 300 12345{0:02},yes,yes,yes"
    file = tmp_path / "list.csv"
    file.write_text("\n".join([head, *(row.format(number) for number in range(30))]), encoding="utf-8")
    clicks = 0

    def click(target):
        nonlocal clicks
        target.click()
        clicks += 1

    desk.goto(reverse("imports"))
    clicks += 2  # More, Imports
    desk.get_by_label("What the rows contain").select_option("startups")
    desk.get_by_label("File").set_input_files(file)
    clicks += 2
    click(desk.locator("main form button[type=submit]").first)
    click(desk.get_by_label("Submit"))
    for name in ["Check the rows", "Import now"]:
        click(desk.get_by_role("button", name=name))
        expect(desk.get_by_role("progressbar")).to_be_visible()
        imports.work_next(at=timezone.now())
        expect(desk.get_by_role("progressbar")).to_have_count(0)  # the page loads itself again
        desk.wait_for_load_state()

    click(desk.get_by_role("link", name="Reviews"))
    click(desk.get_by_role("link", name="Approve all 30 results…"))
    picture(desk, screenshot, "curator-approve-all")
    click(desk.get_by_role("button", name="Approve 30 profiles"))
    expect(desk.get_by_role("progressbar")).to_be_visible()
    selections.work_due(at=timezone.now())
    expect(desk.get_by_role("progressbar")).to_have_count(0)
    desk.wait_for_load_state()
    expect(desk.get_by_text("Left out, and why")).to_have_count(0)

    desk.goto(reverse("unclaimed"))
    clicks += 2  # Today, Unclaimed companies
    click(desk.get_by_role("link", name="Invite all 30 results…"))
    click(desk.get_by_role("button", name="Invite 30 companies"))
    expect(desk.get_by_role("progressbar")).to_be_visible()
    selections.work_due(at=timezone.now())
    assert set(Startup.objects.values_list("status", "claims__email")) == {
        ("approved", f"hello@kheti{number}.example") for number in range(30)
    }
    with capsys.disabled():
        print(f"\nA list is imported, approved and invited: {clicks} clicks")
    assert clicks <= 20
