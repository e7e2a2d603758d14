"""What home pages and the front page say: what to do next, how many take part, one invented pair."""

import re
from datetime import timedelta
from itertools import pairwise

import pytest
from django.conf import settings as product
from django.core.cache import caches
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape, strip_tags

from matchmaker.deals.conversations import selectors as conversations
from matchmaker.deals.introductions.services import deadlines
from matchmaker.deals.meetings import services as meetings
from matchmaker.management.commands.bench_pages import MOST_QUERIES
from matchmaker.matching.ranking.services import weights
from matchmaker.models.conversation import Message
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.meeting import Meeting
from matchmaker.models.pair_action import Pass
from profiles.choices import Audience, ReviewOutcome, Side, Status
from profiles.models import Investor, Notice, OutboxMail, Review, Sector, Startup, User
from tests import factories
from tests.factories import make_founder, make_investor, make_partner, make_startup
from tests.matchmaker import ranked
from tests.matchmaker.introduced import make_introduction, make_message
from tests.matchmaker.matching import lists
from tests.sealing import seal_and_verify

pytestmark = pytest.mark.django_db


HOME = "/home/"


def answer(response):
    return response.status_code, response.headers.get("Location", "")


class TestHome:
    def test_it_says_what_to_do_next(self, ayesha, startup, as_user):
        for status in (Status.SUBMITTED, Status.RETURNED, Status.REJECTED, Status.APPROVED):
            Startup.objects.update(status=status, submitted_at=timezone.now())
            page = as_user(ayesha).get(HOME).content.decode().partition("<main")[2]
            link = "/matches/" if status == Status.APPROVED else "/startup/status/"
            assert (f'href="{link}"' in page, page.count(">Your profile<")) == (True, 1)

    def test_a_draft_leads_to_its_next_useful_field(self, as_user):
        founder = make_founder("b@example.com", make_startup("Draft", status=Status.DRAFT, pitch=""))
        page = as_user(founder).get(HOME)
        assert page.context["links"]["next"] == "/startup/basics/#div_id_pitch"
        assert page.content.decode().partition("<main")[2].count(">Your profile") == 1

    def test_without_consent_it_leads_there(self, ayesha, startup, as_user):
        Startup.objects.update(matching_consent=False)
        page = as_user(ayesha).get(HOME).content.decode().partition("<main")[2]
        assert ('href="/startup/consents/"' in page, 'href="/matches/"' in page) == (True, False)
        assert page.count(">Your profile<") == 1

    def test_it_begins_with_the_three_best_matches_each_with_its_best_reason(self, ayesha, startup, as_user):
        ranked_investors = [make_investor(f"Investor {number}") for number in range(5)]
        entries = [lists.entry(one.pk, number) for number, one in enumerate(ranked_investors)]
        lists.store(Side.STARTUP, startup.pk, entries)
        page = as_user(ayesha).get(HOME)
        best = page.context["page"]["best"]
        listed = as_user(ayesha).get("/matches/").context["matches"].cards
        assert [card.name for card in best["cards"]] == [card.name for card in listed[:3]]
        main = " ".join(page.content.decode().partition("<main")[2].split())
        for card in listed[:3]:
            assert main.count(f'href="/matches/{card.public_id}/"') >= 1
            assert escape(card.reasons[0]) in main
        assert f"See all {best['count']} recommended matches" in main
        assert re.findall(r"Step (\d) of 3", main) == ["1", "2", "3"]

    def test_with_an_introduction_it_is_about_what_waits_and_comes(self, ayesha, startup, as_user):
        investor = make_investor("First")
        lists.store(Side.STARTUP, startup.pk, [lists.entry(investor.pk, 1)])
        make_introduction(startup, investor, by=ayesha, side=Side.STARTUP)
        page = as_user(ayesha).get(HOME)
        assert page.context["page"]["best"] is None
        main = page.content.decode().partition("<main")[2].partition("</main>")[0]
        assert re.findall(r"<h2[^>]*>(.*?)</h2>", main) == ["Waiting for you", "Coming up"]

    def test_the_quota_shows_when_most_of_it_is_used(self, ayesha, startup, as_user):
        Startup.objects.update(capacity=5)
        for number in range(4):
            make_introduction(startup, make_investor(f"Asker {number}"), by=ayesha, side=Side.INVESTOR)
            page = as_user(ayesha).get(HOME).content.decode()
            assert ("Requests received in the last 30 days" in page) == (number == 3)

    def test_more_matches_take_the_same_queries(self, ayesha, startup, as_user, same_queries):
        first, second = make_investor("First"), make_investor("Second")
        client = as_user(ayesha)
        for entries in ([first], [first, second]):
            stored = [lists.entry(one.pk, number) for number, one in enumerate(entries)]
            lists.store(Side.STARTUP, startup.pk, stored)
            client.get(HOME)
            with same_queries() as queries:
                client.get(HOME)
        assert len(queries) <= MOST_QUERIES["home"] + 4  # the list and its cards, and no introduction

    def test_it_tells_of_those_whose_yes_has_no_answer(self, ayesha, startup, as_user):
        for name in ("Waiting", "Passed on", "Answered", "Gone"):
            investor = make_investor(name, matching_consent=name != "Gone")
            state = {"Passed on": "declined", "Answered": "mutual"}.get(name, "asked")
            make_introduction(
                startup, investor, by=ayesha, side=Side.INVESTOR, state=IntroductionState(state)
            )
        page = as_user(ayesha).get(HOME)
        agenda = page.context["page"]["agenda"]
        told = [row.text for row in agenda["waiting"]]
        assert (agenda["to_answer"], told) == (1, ["Waiting requests an introduction"])
        # A sentence of the page has its direction, also where it begins with a name in other letters.
        assert f"<p>{told[0]}</p>" in page.content.decode()

    def test_the_promise_and_the_close_of_a_request_are_said_together(self, ayesha, startup, as_user):
        now = timezone.now()
        asker = make_investor("Waiting")
        one = make_introduction(startup, asker, by=ayesha, side=Side.INVESTOR, at=now)
        due, closes = (date_format(timezone.localtime(at)) for at in (one.due_at, one.closes_at))
        told = f"You promised an answer by {due}. The request expires on {closes}."
        for page in (HOME, reverse("introduction", args=[asker.public_id])):
            assert told in " ".join(as_user(ayesha).get(page).content.decode().split())

    def test_what_waits_is_counted_whole_and_what_was_promised_comes_by_its_day(
        self, ayesha, startup, as_user, same_queries
    ):
        now, day = timezone.now(), timedelta(days=1)
        for number in range(7):
            asker, asked_at = make_investor(f"Asker {number}"), now - number * day
            make_introduction(startup, asker, by=ayesha, side=Side.INVESTOR, at=asked_at)
        make_introduction(startup, make_investor("Asked"), by=ayesha, side=Side.STARTUP, at=now)
        client = as_user(ayesha)
        with same_queries():
            page = client.get(HOME)
        agenda = page.context["page"]["agenda"]
        assert (agenda["to_answer"], len(agenda["waiting"]), agenda["more"]) == (7, 5, 2)
        assert agenda["waiting"][0].text == "Asker 6 requests an introduction"
        assert [row.text for row in agenda["coming"]] == ["Asked has promised an answer"]
        assert "2 more requests are waiting" in page.content.decode()
        Introduction.objects.exclude(pk=Introduction.objects.latest("pk").pk).delete()
        with same_queries():
            client.get(HOME)

    def test_it_never_says_that_nothing_waits_above_what_does(self, ayesha, startup, as_user):
        nothing = "No one is waiting for your answer."
        client, partner = as_user(ayesha), make_investor("Pearl River Capital")
        talk = make_introduction(startup, partner, by=ayesha, state=IntroductionState.MUTUAL)
        assert nothing in client.get(HOME).content.decode()
        wei = make_partner("wei@example.com", partner)
        make_message(talk, Side.INVESTOR, by=wei)
        make_message(talk, Side.INVESTOR, by=wei)
        page = client.get(HOME)
        (row,) = page.context["page"]["agenda"]["waiting"]
        assert (row.text, row.url) == (
            "2 new messages from Pearl River Capital",
            reverse("conversation", args=[partner.public_id]),
        )
        assert nothing not in page.content.decode()
        Message.objects.all().delete()
        Startup.objects.update(status=Status.RETURNED)
        page = client.get(HOME)
        assert [row.text for row in page.context["page"]["agenda"]["waiting"]] == [
            "A curator asks you to change your profile"
        ]
        assert nothing not in page.content.decode()

    def test_a_notice_of_what_waits_is_not_told_twice(self, ayesha, startup, as_user):
        for kind in ("request_received", "message", "request_declined"):
            Notice.objects.create(user=ayesha, kind=kind, key=f"{kind}:1", path="/deals/")
        page = as_user(ayesha).get(HOME)
        assert [event.act for _notice, event in page.context["page"]["agenda"]["unread"]] == [
            "See your requests"
        ]

    def test_curators_and_operators_start_at_their_desks(self, sana, as_user):
        operator = User.objects.create_superuser("root@example.com", "a-long-pass-phrase")
        assert answer(as_user(sana).get(HOME)) == (302, reverse("desk"))
        assert answer(as_user(operator).get(HOME)) == (302, reverse("admin:index"))


class TestWaiting:
    """What a member reads between the submission and the review."""

    @pytest.fixture
    def client(self, ayesha, startup, as_user):
        Startup.objects.update(status=Status.SUBMITTED, submitted_at=timezone.now(), reviewed_at=None)
        return as_user(ayesha)

    def reviewed(self, sana, days, *, ago=1):
        decided = timezone.now() - timedelta(days=ago)
        for number, took in enumerate(days):
            Review.objects.create(
                startup=make_startup(f"Reviewed {number} {ago}"),
                outcome=ReviewOutcome.APPROVED,
                decided_by=sana,
                decided_at=decided,
                waited_since=decided - timedelta(days=took),
            )

    def words(self, client):
        return " ".join(strip_tags(client.get(HOME).content.decode()).split())

    def test_the_time_of_a_review_comes_from_five_or_more(self, client, sana):
        self.reviewed(sana, [1, 1, 2, 2])
        assert "reviews took at most" not in self.words(client)
        self.reviewed(sana, [6], ago=40)
        told = self.words(client)
        assert "Half of the last 5 reviews took at most 2 days, nineteen of twenty at most 6." in told

    def test_it_counts_who_fits_and_names_no_one(self, client):
        for number in range(4):
            make_investor(f"Canary {number}")
        told = self.words(client)
        assert "fit what you wrote" not in told
        assert "fewer than 5 partners look for startups in your sector and at your stage" in told
        make_investor("Canary 4")
        make_investor("Canary elsewhere").theses.get().sectors.set(Sector.objects.filter(code="FIN"))
        make_investor("Canary that hides", matching_consent=False)
        told = self.words(client)
        assert "5 partners fit what you wrote." in told
        assert "Canary" not in told

    def test_an_investor_reads_how_many_startups_fit(self, li_wei, as_user):
        Investor.objects.update(status=Status.SUBMITTED, submitted_at=timezone.now(), reviewed_at=None)
        assert "fewer than 5 startups have the sectors and stages of your thesis" in self.words(
            as_user(li_wei)
        )
        for number in range(6):
            make_startup(f"Canary {number}")
        told = self.words(as_user(li_wei))
        assert "6 startups fit what you wrote." in told
        assert "Canary" not in told
        thesis = li_wei.membership.investor.theses.get()
        thesis.sectors.clear()
        thesis.stages.clear()
        told = self.words(as_user(li_wei))
        assert "You have not stated which sectors and stages you look for." in told
        assert "fewer than 5" not in told

    def test_the_sample_says_that_it_is_one_and_there_is_enough_to_do(self, client):
        page = client.get(HOME).content.decode().partition("<main")[2]
        assert "Sample, not a real company" in page
        links = re.findall(r'href="([^"]+)"', page)
        assert "/startup/status/" in links
        assert not [link for link in links if link.startswith("/matches/")]


@pytest.fixture(autouse=True)
def _nothing_kept():
    caches["memory"].clear()


def front(client, language="en"):
    """The answer, worked out again."""
    caches["memory"].clear()
    client.cookies[product.LANGUAGE_COOKIE_NAME] = language
    return client.get("/")


class TestFigures:
    def test_it_counts_what_is_published(self, client):
        factories.make_startup("One")
        factories.make_startup("Draft", status=Status.DRAFT)
        factories.make_startup("Withdrawn", matching_consent=False)
        factories.make_investor("Fund")
        figures = front(client).context["front"]["figures"]
        assert (figures["startups"], figures["investors"], figures["places"]) == (1, 1, 1)

    def test_the_page_is_kept_for_a_while(self, client, django_assert_num_queries):
        client.get("/")
        with django_assert_num_queries(0):
            client.get("/")

    def test_who_has_signed_in_goes_home(self, ayesha, as_user):
        answer = as_user(ayesha).get("/")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/home/")


class TestCorridor:
    def test_it_is_named_in_every_language(self, client):
        for language, places in (
            ("en", ("Pakistan", "China")),
            ("ur", ("پاکستان", "چین")),
            ("zh-hans", ("巴基斯坦", "中国")),
        ):
            heading = front(client, language).content.decode().partition("<h1")[2].partition("</h1>")[0]
            assert all(place in heading for place in places)

    def test_another_corridor_is_a_setting(self, client, settings):
        settings.STARTUP_PLACES, settings.PARTNER_PLACES = ["PK-PB", "PK-SD"], ["CN-GD"]
        page = front(client).content.decode()
        assert "Startups in Punjab, Sindh. Capital, factories and labs in Guangdong." in page
        assert "China" not in page

    def test_without_such_places_it_names_none(self, client, settings):
        settings.PARTNER_PLACES = ["XX"]
        page = front(client).content.decode()
        assert "Startups and partners, introduced across borders" in page
        assert "Pakistan" not in page


def invented(**fields):
    """A ranked pair of invented records."""
    startup = factories.make_startup("Nehr Nigraan", is_demo=True, **fields)
    investor = factories.make_investor("Qiquan Irrigation", is_demo=True)
    ranked.rank_whole()
    return startup, investor


class TestPair:
    def test_it_tells_how_it_works_and_then_shows_what_both_sides_read(self, client):
        answer = front(client)
        assert answer.context["front"]["pair"] is None
        assert "How it works" in answer.content.decode()

        invented()
        answer = front(client)
        pair = answer.context["front"]["pair"]
        assert (pair["startup"]["name"], pair["investor"]["name"]) == ("Nehr Nigraan", "Qiquan Irrigation")
        assert pair["startup"]["reads"]
        assert pair["investor"]["reads"]
        assert answer.content.decode().count("Demo record") == 1

        page = answer.content.decode()
        levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        said = re.findall(r'<meta [^>]*content="\s*([^"]*)" name="description">', page)
        assert [text.startswith("Corridor matches startups in Pakistan") for text in said] == [True]

    def test_it_is_the_best_one(self, client):
        factories.make_startup("Far from it", is_demo=True, primary_sector=None, stage=None)
        invented()
        assert front(client).context["front"]["pair"]["startup"]["name"] == "Nehr Nigraan"

    def test_the_worked_example_counts_with_the_weights_in_use(self, client, sana):
        invented()
        now = weights.current()
        points = {**now.for_startup, "sector": 320, "stage": 85}
        investors = now.for_investor
        weights.apply(for_startup=points, for_investor=investors, note="x", by=sana, at=timezone.now())
        ranked.rank_whole()
        shown = front(client).content.decode().partition('class="worked"')[2].partition("</details>")[0]

        assert "Fit for the startup" in shown  # a visitor is on neither side
        rows = re.findall(r"</span>(\d+)<span\s+class=\"of\"> / (\d+)<", shown)
        ours, theirs = rows[:-2:2], rows[1:-2:2]
        assert sorted(int(most) for _got, most in ours) == sorted(points.values())
        assert sorted(int(most) for _got, most in theirs) == sorted(investors.values())
        u, v = (sum(int(got) for got, _most in side) for side in (ours, theirs))
        assert [int(total) for total, _most in rows[-2:]] == [u, v]
        assert f"<b>{(u * v) ** 0.5 / 10:.1f}</b>" in shown
        assert {*re.findall(r"viewBox=\"0 0 (\d+) 6\"", shown)} == {str(max(investors.values()))}

    def test_it_names_no_exact_amount(self, client):
        invented(
            ask_min=231_000,
            ask_max=432_000,
            ask_min_usd=231_000,
            ask_max_usd=432_000,
            visibility={"ask": Audience.MATCHED},
        )
        answer = front(client)
        notes = [row.note for row in answer.context["front"]["pair"]["scored"].rows]
        assert "may fit your round (within USD 150,000 – 650,000)" in " ".join(notes)
        assert "231,000" not in answer.content.decode()

    def test_what_people_made_is_never_shown(self, client):
        factories.make_startup("Real Startup")
        factories.make_investor("Real Fund")
        factories.make_startup("Invented Startup", is_demo=True)
        ranked.rank_whole()
        answer = front(client)
        assert answer.context["front"]["pair"] is None
        assert "Real" not in answer.content.decode()

    def test_what_an_invented_record_hides_stays_hidden(self, client):
        startup, investor = invented(
            visibility={"name": Audience.MUTUAL, "ask": Audience.MUTUAL},
            ask_min=231_000, ask_max=432_000, website="https://canary.example", name_ur="قناری",
            contact_name="Canary Khan", contact_email="canary@canary.example", founders="Canary Twins",
            registration_number="CANARY-1", cap_table="Canary holds all",
        )  # fmt: skip
        Investor.objects.filter(pk=investor.pk).update(
            legal_name="Canary Legal", registry_id="CANARY-2", contact_name="Canary Wang"
        )
        investor.theses.update(name="Canary thesis", note="Canary note")
        for language in ("en", "ur", "zh-hans"):
            page = front(client, language).content.decode()
            assert startup.name_en not in page
            for hidden in ("canary", "قناری", "231,000", "432,000", "23.1", "43.2"):
                assert hidden not in page.lower()

    def test_more_records_take_the_same_queries(self, client, same_queries):
        invented()
        front(client)  # what is learned once for a process
        with same_queries():
            front(client)
        for at in range(2):
            factories.make_startup(f"Another {at}", is_demo=True)
            factories.make_investor(f"Another fund {at}", is_demo=True)
        ranked.rank_whole()
        front(client)
        with same_queries():
            front(client)


LOADED = (Introduction, Meeting, Message, Pass, Notice, OutboxMail)


def load():
    """Load the demonstration; return how much there is of each."""
    call_command("load_demo", "introductions", "messages", "meetings", verbosity=0)
    deadlines.advance(at=timezone.now())
    meetings.advance(at=timezone.now())
    return [model._default_manager.count() for model in LOADED]


def told(agenda):
    """Return what waits for a person and what comes, without days."""
    return [row.text for row in agenda["waiting"]], [row.text.split(":")[0] for row in agenda["coming"]]


@pytest.mark.django_db
def test_everybody_finds_something_to_answer(as_user, settings):
    settings.DEMO = True
    assert load() == load()
    assert seal_and_verify().holds

    founder, investor = (
        User.objects.get(email=settings.DEMO_ACCOUNTS[name]) for name in ("founder", "investor")
    )
    assert told(as_user(founder).get("/home/").context["agenda"]) == (
        ["Qiquan Irrigation requests an introduction"],
        ["Meeting with Chengsui Agritech", "Weizhen Microelectronics has promised an answer"],
    )
    assert told(as_user(investor).get("/home/").context["agenda"]) == (
        [
            "Did the meeting with Khait Chashm happen?",
            "Nehr Nigraan requests an introduction",
            "1 new message from Paani Paimana",
        ],
        ["Meeting with Paani Paimana"],
    )

    # The page is in the language that is chosen on it, and an introduction knows of its meeting.
    reader = as_user(founder)
    talk = reader.get(f"/introductions/{investor.membership.investor.public_id}/").content.decode()
    assert "See the meeting" in talk
    reader.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    assert "年" in reader.get("/home/").context["agenda"]["coming"][0].text

    requests = as_user(investor).get("/deals/").content.decode()
    assert "1 new message" in requests
    assert "Will not go ahead" in requests
    assert "We work up to the farm gate" in as_user(investor).get("/passed/").content.decode()
    assert [message.startup.name_en for message in conversations.waiting_first()] == ["Saibaan-e-Nau"]
    assert [report.startup.name_en for report in conversations.open_reports()] == ["Rezgari Raah"]
    curator = User.objects.get(email=settings.DEMO_ACCOUNTS["curator"])
    acts = as_user(curator).get("/desk/").context["today"]["acts"]
    assert [bool(act.sentence) for act in acts] == [True] * 8

    # What happened days ago is read, and its mails are not sent now.
    new = {person: person.notices.filter(read_at=None).count() for person in (founder, investor)}
    assert new == {founder: 1, investor: 3}
    assert OutboxMail.objects.filter(sent_at=None).count() <= 2


def test_that_no_request_waits_is_said_of_requests_alone(as_user, ayesha):
    page = as_user(ayesha).get("/deals/").content.decode()
    assert "Nothing is waiting" not in page
    assert "No introduction request is waiting for your answer." in page
