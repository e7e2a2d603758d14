"""From a match to a meeting and the end: one side on a laptop with scripts, the other on a phone without."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from matchmaker.deals.meetings import services as meetings
from matchmaker.models.introduction import Introduction
from matchmaker.models.meeting import Meeting, MeetingReply
from profiles.catalogue.consents.services import TEXT_VERSION
from profiles.choices import Purpose
from profiles.models import Consent, Deal
from tests import sent_files
from tests.factories import make_founder
from tests.journeys.screens import LAPTOP, PHONE, WIDE, follow
from tests.mails import delivered
from tests.matchmaker import ranked
from tests.matchmaker.deals.conversations.checks import check_all

pytestmark = pytest.mark.django_db(transaction=True)
TICK = "document.body.dispatchEvent(new Event('corridor:tick'))"
DECK = {"name": "deck.pdf", "mimeType": "application/pdf", "buffer": sent_files.pdf()}


@dataclass
class Somebody:
    """One side's browser. Pictures say on which device they were taken."""

    page: Page
    is_phone: bool
    keep: Callable[[Page, str], None]

    def picture(self, name):
        """Take one, of a page that is not wider than the screen."""
        device = "phone-without-scripts" if self.is_phone else "laptop"
        self.keep(self.page, f"introduction-{name}-{device}")
        if not self.is_phone:
            assert not self.page.evaluate(WIDE)

    def look_again(self):
        """Let the page bring what is new: by our own timer, or by loading it again."""
        if self.is_phone:
            self.page.reload()
        else:
            self.page.evaluate(TICK)

    def have_read(self):
        """Read the conversation: scripts mark it, without them a button does."""
        mark = self.page.get_by_role("button", name="new message: mark as read")
        if self.is_phone:
            mark.click()
        expect(mark).to_have_count(0)
        about = self.page.get_by_role("button", name="about this page: mark as read")
        if self.is_phone and about.count():
            about.click()


@pytest.fixture(params=["founder-on-laptop", "founder-on-phone"])
def two(browser, live_server, request, settings, screenshot):
    """The founder's browser and the investor's: a laptop with scripts and a phone without, or reversed."""
    settings.SITE_URL = live_server.url  # where mails lead
    founder_has_phone = request.param == "founder-on-phone"
    people = []
    for is_phone in (founder_has_phone, not founder_has_phone):
        context = browser.new_context(
            base_url=live_server.url,
            viewport=PHONE if is_phone else LAPTOP,
            java_script_enabled=not is_phone,
            locale="en-GB",
            reduced_motion="reduce",
        )
        people.append(Somebody(context.new_page(), is_phone, screenshot))
    yield people[0], people[1]
    for person in people:
        person.page.context.close()


def agree(company, by):
    """State a contact and agree that it crosses the border."""
    type(company).objects.filter(pk=company.pk).update(contact_email=f"hello@{company.side}.example")
    Consent.objects.create(
        **{company.side: company}, purpose=Purpose.CROSS_BORDER, text_version=TEXT_VERSION, given_by=by
    )


def test_from_a_match_to_the_end(two, become, li_wei):
    investor, startup = li_wei.membership.investor, ranked.make_startup(0)
    ayesha = make_founder("founder@example.com", startup)
    agree(startup, ayesha)
    agree(investor, li_wei)
    ranked.rank_whole()
    founder, partner = two

    become(founder.page, user=ayesha)
    ask(founder, investor)
    (mail,) = [sent for sent in delivered() if sent.to == [li_wei.email]]
    assert reverse("introduction", args=[startup.public_id]) in mail.body
    become(partner.page, user=li_wei)
    partner.page.goto(reverse("home"))
    answer(partner)
    see_what_is_open(founder)
    talk(founder, partner)
    agree_on_a_time(founder, partner)
    meetings.advance(at=timezone.now() + timedelta(days=10))
    say_how_it_went(founder, partner)
    assert Meeting.objects.get().state == "over"
    assert set(MeetingReply.objects.values_list("side", "answer")) == {
        ("startup", "go_on"),
        ("investor", "close"),
    }
    assert Introduction.objects.get().state == "closed"
    assert Deal.objects.values_list("source", "startup", "amount").get() == ("both", startup.pk, 250_000)


def ask(founder, investor):
    """The founder opens the match and asks: three answers, and what follows is told before."""
    page = founder.page
    page.goto(reverse("match", args=[investor.public_id]))
    page.get_by_role("link", name="Request an introduction").click()
    expect(page.get_by_text("0 of your 5 request slots are in use")).to_be_visible()
    expect(page.get_by_text("They have room")).to_be_visible()
    page.get_by_label("Why this partner?").fill("You finance irrigation in Punjab.")
    page.get_by_label("What do you want to achieve?").fill("A pilot on 200 ha, two seasons.")
    page.get_by_label("What do you offer as a first step?").fill("A call, and our field data.")
    founder.picture("ask")
    page.get_by_role("button", name="Request an introduction").click()
    expect(page.get_by_text("They have your request.").first).to_be_visible()


def answer(partner):
    """The investor finds it behind the bell, and answers with a line."""
    page = partner.page
    page.get_by_role("link", name="Notifications, 1 new").click()
    page.get_by_role("button", name="Read the request and answer").click()
    expect(page.get_by_text("A pilot on 200 ha, two seasons.")).to_be_visible()
    expect(page.get_by_role("link", name="Notifications, 0 new")).to_be_visible()
    expect(page.get_by_text("hello@startup.example")).to_have_count(0)
    page.get_by_label("Comment for them (optional)").fill("Gladly: call us on Tuesday.")
    partner.picture("answer")
    page.get_by_role("button", name="I’m interested").click()
    expect(page.get_by_text("hello@startup.example")).to_be_visible()


def see_what_is_open(founder):
    """The founder reads the answer and the contact."""
    page = founder.page
    page.goto(reverse("notices"))
    page.get_by_role("main").get_by_role("button", name="See who they are").click()
    expect(page.get_by_text("hello@investor.example")).to_be_visible()
    expect(page.get_by_text("Gladly: call us on Tuesday.")).to_be_visible()
    founder.picture("mutual")


def talk(founder, partner):
    """Both write: first with a file that is not taken, then with one that is saved; each sees it was read."""
    ours, theirs = founder.page, partner.page
    ours.get_by_role("link", name="Conversation").click()
    ours.get_by_label("Your message").fill("Our deck. Shall we talk about irrigation?")
    ours.get_by_label("A file (optional)").set_input_files([{**DECK, "buffer": DECK["buffer"][:-30]}])
    ours.get_by_role("button", name="Send").click()
    expect(ours.get_by_text("We are checking the file")).to_be_visible()
    check_all()
    founder.look_again()
    expect(ours.get_by_text("This file is damaged")).to_be_visible()
    ours.get_by_label("Your message").fill("Once more: our deck. Shall we talk about irrigation?")
    ours.get_by_label("A file (optional)").set_input_files([DECK])
    ours.get_by_role("button", name="Send").click()
    expect(ours.get_by_text("We are checking the file")).to_be_visible()
    check_all()
    founder.look_again()
    expect(ours.get_by_role("button", name="deck.pdf")).to_be_visible()
    expect(ours.get_by_label("Your message")).to_have_value("")

    theirs.goto(reverse("pipeline"))
    theirs.get_by_role("link", name="1 new message").click()
    with theirs.expect_download() as saving:
        theirs.get_by_role("button", name="deck.pdf").click()
    assert saving.value.suggested_filename == "deck.pdf"
    partner.have_read()
    theirs.get_by_label("Your message").fill("Gladly. 下周二可以吗？")
    partner.picture("conversation")
    theirs.get_by_role("button", name="Send").click()
    expect(theirs.get_by_text("Gladly. 下周二可以吗？")).to_be_visible()

    founder.look_again()
    expect(ours.get_by_text("Gladly. 下周二可以吗？")).to_be_visible()
    founder.have_read()
    expect(ours.get_by_text("Read on")).to_be_visible()
    theirs.reload()
    expect(theirs.get_by_text("Read on")).to_be_visible()


def agree_on_a_time(founder, partner):
    """The founder offers two times, the investor takes the later one and says where."""
    ours, theirs = founder.page, partner.page
    ours.goto(reverse("pipeline"))
    expect(ours.get_by_role("link", name="Notifications, 0 new")).to_be_visible()
    ours.locator(".deals th a").click()
    ours.get_by_role("link", name="Arrange a meeting").click()
    day = f"{timezone.now() + timedelta(days=9):%Y-%m-%d}"
    ours.get_by_label("Day and time").fill(f"{day}T15:00")
    ours.get_by_label("Second option (optional)").fill(f"{day}T17:30")
    ours.get_by_label("Duration").select_option("45")
    ours.get_by_role("button", name="Propose these times").click()
    expect(ours.get_by_text("They have your times. They can choose one or propose others.")).to_be_visible()

    theirs.goto(reverse("home"))
    theirs.get_by_role("main").get_by_role("link", name="See the times and choose one").click()
    expect(theirs.get_by_text("18:00–18:45")).to_be_visible()
    partner.picture("times")
    theirs.get_by_role("button", name="Choose this time").last.click()
    expect(theirs.get_by_text("20:30–21:15")).to_be_visible()
    theirs.get_by_label("Place or link (optional)").first.fill("https://meet.example/corridor")
    follow(theirs.get_by_role("button", name="Save"))

    ours.reload()
    expect(ours.get_by_role("link", name="https://meet.example/corridor")).to_be_visible()
    founder.picture("agreed")
    with ours.expect_download() as entry:
        ours.get_by_role("link", name="Calendar entry").click()
    assert "LOCATION:https://meet.example/corridor" in entry.value.path().read_text(encoding="utf-8")


def propose(page, stage, step, who):
    """Propose a stage with what comes next."""
    page.get_by_label("Current stage").select_option(label=stage)
    page.get_by_role("textbox", name="Next step").fill(step)
    page.get_by_label("Who does it").select_option(label=who)
    page.get_by_label("By when").fill(f"{timezone.now() + timedelta(days=20):%Y-%m-%d}")
    page.get_by_role("button", name="Propose this stage").click()
    expect(page.get_by_text("We have sent your proposal.")).to_be_visible()


def reach_a_deal(founder, partner):
    """A sample, terms and a signed deal: each proposed by one and confirmed by the other."""
    ours, theirs = founder.page, partner.page
    expect(ours.get_by_label("Current stage")).to_have_value("sample")
    propose(ours, "Sample or pilot", "We send three samples", "We do")
    founder.picture("stage-proposed")
    theirs.goto(reverse("home"))
    theirs.get_by_role("main").get_by_role("link", name="Confirm or dispute").click()
    expect(theirs.get_by_text("We send three samples").first).to_be_visible()
    partner.picture("stage-to-confirm")
    theirs.get_by_role("button", name="Confirm", exact=True).click()
    expect(theirs.get_by_text("Confirmed. Both sides can see it.")).to_be_visible()

    ours.goto(reverse("home"))
    ours.get_by_role("main").get_by_role("link", name="See the next step").click()
    follow(ours.get_by_role("button", name="Mark as done"))
    expect(ours.get_by_role("button", name="Mark as done")).to_have_count(0)
    propose(ours, "Terms", "They send a first draft", "They do")
    expect(ours.get_by_role("heading", name="Fair terms", level=1)).to_be_visible()
    theirs.reload()
    theirs.get_by_role("button", name="Confirm", exact=True).click()
    expect(theirs.get_by_role("heading", name="Fair terms", level=1)).to_be_visible()

    theirs.goto(reverse("pipeline"))
    expect(theirs.get_by_text("Stage 4 of 6: Terms")).to_be_visible()
    partner.picture("stages-in-list")
    theirs.locator(".deals th a").click()
    theirs.get_by_role("link", name="Propose the next stage").click()
    theirs.get_by_text("Have you signed? Record the deal").click()
    theirs.get_by_label("Record the deal").check()
    theirs.get_by_label("Amount").fill("250,000")
    propose(theirs, "Signed", "Both open an account", "Both of us")
    ours.goto(reverse("home"))
    ours.get_by_role("main").get_by_role("link", name="Confirm or dispute").click()
    ours.get_by_label("Record this deal too").check()
    founder.picture("stage-signed")
    ours.get_by_role("button", name="Confirm", exact=True).click()
    expect(ours.get_by_text("Confirmed. Both sides can see it.")).to_be_visible()
    theirs.reload()
    for person in (founder, partner):
        expect(person.page.get_by_text("The deal has been recorded by both sides.")).to_be_visible()
        person.picture("stage-recorded")


def say_how_it_went(founder, partner):
    """Both are asked once; the investor closes, and the founder still reads what was written."""
    ours, theirs = founder.page, partner.page
    ours.goto(reverse("home"))
    ours.get_by_role("main").get_by_role("link", name="Answer with one click").click()
    yes = ours.get_by_role("button", name="Yes, and we continue")
    yes.wait_for()
    founder.picture("question")
    yes.click()
    expect(ours.get_by_text("Only your company sees your answer.")).to_be_visible()
    reach_a_deal(founder, partner)
    theirs.goto(reverse("home"))
    theirs.get_by_role("main").get_by_role("link", name="Answer with one click").click()
    theirs.get_by_role("button", name="Yes, and we close the introduction").click()
    expect(theirs.get_by_text("Closed").first).to_be_visible()

    ours.goto(reverse("pipeline"))
    ours.get_by_role("main").get_by_text("Closed", exact=True).first.wait_for()
    founder.picture("closed")
