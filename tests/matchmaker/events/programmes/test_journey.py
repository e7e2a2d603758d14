"""A co-hackathon and a research call from the announcement to what came of it, on phones without scripts."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from matchmaker.models.programmes import PersonCard, Programme, ProgrammeOutcome
from matchmaker.models.programmes.programme import ProgrammeApplicationState
from profiles.models import Place
from tests import factories
from tests.journeys.screens import follow, go, page_for
from tests.matchmaker.events.programmes.programmed import make_application, make_programme
from tests.matchmaker.events.programmes.test_people import person

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "Water hackathon"


def end_programme(page):
    """End a programme: the page asks first."""
    page.locator("summary", has_text="End the programme").click()
    page.get_by_role("button", name="End the programme").click()
    expect(page.get_by_text("The programme has ended.")).to_be_visible()


def test_a_hackathon_is_written_read_applied_for_gets_a_mixed_team_and_an_outcome(
    browser, live_server, startup, ayesha, li_wei, sana, screenshot
):
    partner, founder = (page_for(browser, live_server.url, each, is_phone=True) for each in (li_wei, ayesha))
    curator = page_for(browser, live_server.url, sana, is_phone=False)
    place = Place.objects.get(code="PK-LHE")
    PersonCard.objects.create(
        user=ayesha, headline="Sensors", languages=["en"], place=place, audience="participants"
    )
    go(partner, "programme_create")
    partner.get_by_label("Title in English").fill(TITLE)
    partner.get_by_label("Text in English").fill("Two days on canals and sensors.")
    for name, days in (("apply_by", 10), ("starts_at", 20), ("ends_at", 22)):
        moment = timezone.now() + timedelta(days=days)
        partner.locator(f"[name={name}]").fill(moment.strftime("%Y-%m-%dT%H:%M"))
    for folded in ("Conditions for applicants", "Questions for applicants"):
        partner.locator("summary", has_text=folded).click()
    for label in ("Online", "English", "People", "Every team needs members from both sides of the border"):
        partner.get_by_label(label, exact=True).check()
    partner.get_by_label("Who pays what").fill("The organiser pays.")
    partner.get_by_label("Question 1 in English").fill("What do you bring?")
    partner.get_by_role("button", name="Save draft").click()
    follow(partner.get_by_role("button", name="Submit for review"))
    go(curator, "programme_reviews")
    curator.get_by_role("link", name=TITLE).click()
    follow(curator.get_by_role("button", name="Approve"))
    go(founder, "programmes")
    founder.get_by_role("link", name=TITLE).click()
    founder.get_by_role("link", name="Apply as a person, not for a company").click()
    founder.get_by_label("What do you bring?").fill("Sixty sensors.")
    follow(founder.get_by_role("button", name="Send application"))
    partner.reload()
    partner.get_by_role("link", name="Applications", exact=True).click()
    partner.get_by_role("link", name="Ayesha Khan").click()
    expect(partner.get_by_text("Sixty sensors.")).to_be_visible()
    follow(partner.get_by_role("button", name="Accept"))
    programme, lin = Programme.objects.get(), person("Lin", "CN-ZJ", skills=["maps"])
    make_application(programme, lin, by=lin, state=ProgrammeApplicationState.ACCEPTED)
    founder.reload()
    founder.get_by_role("link", name="Teams").click()
    founder.get_by_label("Name of the team").fill("Canal turn")
    founder.get_by_role("button", name="Start a team").click()
    follow(founder.get_by_role("button", name="Invite Lin"))
    other = page_for(browser, live_server.url, lin, is_phone=True)
    go(other, "programme_teams", programme.public_id)
    other.get_by_role("button", name="Accept the invitation").click()
    expect(other.get_by_role("heading", name="Your team: Canal turn")).to_be_visible()
    expect(other.get_by_text("This team still needs a member from the other side")).to_have_count(0)
    go(partner, "programme", programme.public_id)
    for act in ("Close applications now", "Start the programme"):
        follow(partner.get_by_role("button", name=act))
    end_programme(partner)
    go(founder, "programme", programme.public_id)
    founder.get_by_role("link", name="Outcome").click()
    founder.get_by_label("Other side").select_option(label="Lin")
    founder.get_by_label("Since (date)").fill(timezone.localdate().isoformat())
    founder.get_by_label("In your words").fill("A map of sixty sensors.")
    founder.get_by_role("button", name="Ask them to confirm it").click()
    expect(founder.get_by_text("Not confirmed")).to_be_visible()
    go(other, "programme_outcomes", programme.public_id)
    other.get_by_role("button", name="Confirm", exact=True).click()
    expect(other.get_by_text("Confirmed by both")).to_be_visible()
    assert ProgrammeOutcome.objects.get().state == "confirmed"
    pages = {"founder": founder, "partner": partner, "curator": curator, "other": other}
    for name, page in pages.items():
        screenshot(page, f"programme-{name}")
        page.context.close()


def test_two_institutions_sign_one_proposal_for_a_research_call_and_confirm_the_paper(
    browser, live_server, startup, ayesha, li_wei, screenshot
):
    host = li_wei.membership.investor
    said = {"kind": "research", "title_en": "Saline soils", "applicants": ["person"]}
    call = make_programme(host, by=li_wei, **said)
    lab = factories.make_investor("Hangzhou Lab")
    hua = factories.make_partner("hua@example.com", lab, full_name="Hua Chen")
    organiser = page_for(browser, live_server.url, li_wei, is_phone=False)
    first, second = (page_for(browser, live_server.url, each, is_phone=True) for each in (ayesha, hua))
    go(first, "programme", call.public_id)
    first.get_by_role("link", name="Apply as a person, not for a company").click()
    first.get_by_label("What do you bring?").fill("Four saline fields near Multan.")
    first.get_by_label("Email of the second principal investigator").fill(hua.email)
    first.get_by_label("Your institution").fill("Lahore Lab")
    first.get_by_label("Institution of the second").fill("Lahore lab")
    follow(first.get_by_role("button", name="Send application"))
    first.get_by_label("Institution of the second").fill("Hangzhou Lab")
    first.get_by_label("Joint supervision (who supervises which person)").fill("One student of each side.")
    follow(first.get_by_role("button", name="Send application"))
    go(organiser, "programme_applications", call.public_id)
    expect(organiser.get_by_role("link", name="Ayesha Khan")).to_have_count(0)  # one signature is none
    go(second, "own_programmes")
    second.get_by_role("link", name="Ayesha Khan").click()
    expect(second.get_by_text("Four saline fields near Multan.")).to_be_visible()
    screenshot(second, "research-proposal")
    follow(second.get_by_role("button", name="Sign the proposal"))
    organiser.reload()
    organiser.get_by_role("link", name="Ayesha Khan").click()
    expect(organiser.get_by_text("Hangzhou Lab").first).to_be_visible()
    screenshot(organiser, "research-application")
    follow(organiser.get_by_role("button", name="Accept"))
    go(organiser, "programme", call.public_id)
    for act in ("Close applications now", "Start the programme"):
        follow(organiser.get_by_role("button", name=act))
    end_programme(organiser)
    go(first, "programme_outcomes", call.public_id)
    expect(first.get_by_label("Amount")).to_be_hidden()  # a paper has none
    first.get_by_role("combobox", name="Outcome").select_option(label="Paper")
    first.get_by_label("Since (date)").fill(timezone.localdate().isoformat())
    first.get_by_label("In your words").fill("Salt in four fields.")
    follow(first.get_by_role("button", name="Ask them to confirm it"))
    go(organiser, "programme_outcomes", call.public_id)
    organiser.get_by_role("button", name="Confirm", exact=True).click()
    expect(organiser.get_by_text("Confirmed by both")).to_be_visible()
    screenshot(first, "research-outcomes")
    for page in (first, second, organiser):
        page.context.close()
