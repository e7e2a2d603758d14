"""What each role's home page says to do next."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import PassReason
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.pair_action import Interest, Pass, ShortlistEntry
from profiles.choices import Side, Status
from profiles.models import Notice, Startup, User
from tests.factories import make_founder, make_investor, make_startup
from tests.matchmaker import lists
from tests.matchmaker.introduced import make_introduction

pytestmark = pytest.mark.django_db
HOME = "/home/"


def answer(response):
    return response.status_code, response.headers.get("Location", "")


class TestHome:
    @pytest.mark.parametrize("status", [Status.SUBMITTED, Status.RETURNED, Status.REJECTED, Status.APPROVED])
    def test_it_says_what_to_do_next(self, ayesha, startup, as_user, status):
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
        assert ('href="/startup/consent/"' in page, 'href="/matches/"' in page) == (True, False)
        assert page.count(">Your profile<") == 1

    def test_it_counts_matches_shortlist_and_interest(self, ayesha, startup, as_user):
        first, second = make_investor("First"), make_investor("Second")
        strong, weak = make_investor("Strong"), make_investor("Weak")
        entries = [lists.entry(one.pk, 1) for one in (first, second, strong)]
        lists.store(Side.STARTUP, startup.pk, [*entries, lists.entry(weak.pk, 1, levels=(0,) * 8)])
        ours = {"side": Side.STARTUP, "startup": startup, "by": ayesha}
        for investor in (first, second):
            ShortlistEntry.objects.create(investor=investor, **ours)
            Interest.objects.create(investor=investor, **ours)
        Pass.objects.create(investor=second, reason=PassReason.TEAM, **ours)
        for investor in (second, make_investor("Wants us")):
            Interest.objects.create(**{**ours, "side": Side.INVESTOR}, investor=investor)
        page = as_user(ayesha).get(HOME).context["page"]
        assert (page["matches"], page["shortlisted"], page["interested"], page["mutual"]) == (2, 2, 2, 1)
        assert len(as_user(ayesha).get("/shortlist/").context["shortlist"]["kept"]) == page["shortlisted"]

    def test_it_tells_of_those_whose_yes_has_no_answer(self, ayesha, startup, as_user):
        for name in ("Waiting", "Passed on", "Answered", "Gone"):
            investor = make_investor(name, matching_consent=name != "Gone")
            state = {"Passed on": "declined", "Answered": "mutual"}.get(name, "asked")
            make_introduction(
                startup, investor, by=ayesha, side=Side.INVESTOR, state=IntroductionState(state)
            )
        agenda = as_user(ayesha).get(HOME).context["page"]["agenda"]
        told = [row.text for row in agenda["waiting"]]
        assert (agenda["to_answer"], told) == (1, ["Waiting requests an introduction"])

    def test_what_waits_is_counted_whole_and_what_was_promised_comes_by_its_day(
        self, ayesha, startup, as_user
    ):
        now, day = timezone.now(), timedelta(days=1)
        for number in range(7):
            asker, asked_at = make_investor(f"Asker {number}"), now - number * day
            make_introduction(startup, asker, by=ayesha, side=Side.INVESTOR, at=asked_at)
        make_introduction(startup, make_investor("Asked"), by=ayesha, side=Side.STARTUP, at=now)
        client = as_user(ayesha)
        with CaptureQueriesContext(connection) as many:
            page = client.get(HOME)
        agenda = page.context["page"]["agenda"]
        assert (agenda["to_answer"], len(agenda["waiting"]), agenda["more"]) == (7, 5, 2)
        assert agenda["waiting"][0].text == "Asker 6 requests an introduction"
        assert [row.text for row in agenda["coming"]] == ["Asked has promised an answer"]
        assert "2 more requests are waiting" in page.content.decode()
        Introduction.objects.exclude(pk=Introduction.objects.latest("pk").pk).delete()
        with CaptureQueriesContext(connection) as few:
            client.get(HOME)
        assert len(many) == len(few)

    def test_a_notice_of_what_waits_is_not_told_twice(self, ayesha, startup, as_user):
        for kind in ("request_received", "request_declined"):
            Notice.objects.create(user=ayesha, kind=kind, key=f"{kind}:1", path="/introductions/")
        page = as_user(ayesha).get(HOME)
        assert [event.act for _notice, event in page.context["page"]["agenda"]["unread"]] == [
            "See your requests"
        ]

    def test_curators_and_operators_start_at_their_desks(self, sana, as_user):
        operator = User.objects.create_superuser("root@example.com", "a-long-pass-phrase")
        assert answer(as_user(sana).get(HOME)) == (302, reverse("desk"))
        assert answer(as_user(operator).get(HOME)) == (302, reverse("admin:index"))
