"""Yes and no, and the shortlist: on it, off it, with a note, for the own company only."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import OverrideKind, PassReason, Side
from matchmaker.deals.introductions.forms import PassForm
from matchmaker.deals.introductions.services import decisions
from matchmaker.deals.introductions.services import shortlist as shortlists
from matchmaker.deals.meetings import services as meetings
from matchmaker.desk.today import services as overrides
from matchmaker.matching.current_company.selectors import (
    counterparts,
    current_company,
    interactions_of,
    listed_counterparts,
)
from matchmaker.matching.pairs import services as pairs
from matchmaker.models.conversation import Message
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.pair_action import PASS_DELAY, Interest, Pass, ShortlistEntry
from matchmaker.models.ranking import RankingJob
from matchmaker.transitions import NotOpenError
from profiles.choices import Status
from profiles.models import AuditRecord, Investor, OutboxMail, Startup
from tests import factories
from tests.factories import make_founder, make_startup
from tests.mails import delivered
from tests.matchmaker import ranked
from tests.matchmaker.introduced import make_introduction

pytestmark = pytest.mark.django_db


def wanted():
    return {(job.side, job.profile_id): job.requested_version for job in RankingJob.objects.all()}


def said(startup, investor):
    """What the audit trail tells about the pair, oldest first."""
    subject = f"pair:{startup.public_id}:{investor.public_id}"
    rows = AuditRecord.objects.filter(subject=subject).order_by("pk")
    return [(row.action, row.details["done"]) for row in rows]


def pass_on(startup, investor, by):
    return decisions.pass_on(
        startup, investor, side=Side.INVESTOR, reason=PassReason.TEAM, by=by, at=timezone.now()
    )


def interest(startup, investor, side, by):
    return decisions.express_interest(startup, investor, side=side, by=by, at=timezone.now())


def test_passing_twice_is_passing_once(startup, investor, li_wei):
    first, second = pass_on(startup, investor, li_wei), pass_on(startup, investor, li_wei)

    assert first == second
    assert said(startup, investor) == [("passed", "passed")]
    assert wanted() == {(Side.INVESTOR, investor.pk): 1}


def test_the_second_yes_is_mailed_to_both_teams_but_to_who_said_it(
    startup, investor, ayesha, li_wei, as_user
):
    partner = factories.make_founder("partner@example.com", startup, language="ur")
    interest(startup, investor, Side.INVESTOR, li_wei)
    OutboxMail.objects.all().delete()  # what the first yes told
    address = reverse("match_interest", args=[investor.public_id])

    as_user(ayesha).post(address, {"wanted": "1"})
    as_user(ayesha).post(address, {"wanted": "1"})

    mails = delivered()
    assert sorted((sent.to, sent.subject) for sent in mails) == [
        ([li_wei.email], f"{investor.name_en} on Corridor: both sides are interested ({startup.name_en})"),
        ([partner.email], f"کوریڈور پر {startup.name_en}: دونوں طرف دلچسپی ہے ({investor.name_en})"),
    ]
    for sent in mails:
        own, other = (investor, startup) if sent.to == [li_wei.email] else (startup, investor)
        assert reverse("introduction", args=[other.public_id]) in sent.body
        assert other.name_en in sent.body
        assert own.name_en in sent.body


def test_interest_of_both_is_mutual_until_one_withdraws(startup, investor, li_wei, ayesha):
    for _time in range(2):
        interest(startup, investor, Side.INVESTOR, li_wei)
    interest(startup, investor, Side.STARTUP, ayesha)
    assert interactions_of(Side.INVESTOR, investor.pk).mutual == {startup.pk}

    for _time in range(2):
        decisions.withdraw_interest(startup, investor, side=Side.INVESTOR, by=li_wei, at=timezone.now())

    assert interactions_of(Side.INVESTOR, investor.pk).mutual == frozenset()
    assert said(startup, investor) == [
        ("interested", "interested"),
        ("interested", "interested"),
        ("interested", "withdrawn"),
    ]


def test_lists_after_answers_are_as_if_computed_from_nothing(db):
    startups, investors = ranked.make_market(5, 3)
    ranked.rank_whole()
    by = factories.make_partner("partner@example.com", investors[0])

    for number, startup in enumerate(startups[:3]):
        founder = factories.make_founder(f"founder.{number}@example.com", startup)
        interest(startup, investors[0], Side.STARTUP, founder)
    interest(startups[0], investors[0], Side.INVESTOR, by)
    pass_on(startups[1], investors[0], by)
    ranked.work()

    assert ranked.stored_bytes() == ranked.fresh_bytes()


@pytest.mark.parametrize("act", [pass_on, lambda s, i, by: interest(s, i, Side.INVESTOR, by)])
def test_nothing_is_decided_about_a_closed_profile(startup, investor, li_wei, act):
    Startup.objects.filter(pk=startup.pk).update(status=Status.RETURNED)

    with pytest.raises(NotOpenError):
        act(startup, investor, li_wei)

    assert (Pass.objects.count(), Interest.objects.count()) == (0, 0)


def test_a_decision_keeps_the_factors_of_its_day(li_wei, startup, investor):
    ranked.rank_whole()

    kept = pass_on(startup, investor, li_wei).factors

    assert sorted(kept) == ["for_investor", "for_startup", "levels", "score", "thesis"]
    assert kept["thesis"] == investor.theses.get().pk
    assert list(kept["for_startup"]) == list(kept["levels"])


def test_a_pass_of_a_while_ago_takes_the_pair_off_both_lists(li_wei, startup, investor):
    ranked.rank_whole()
    assert ranked.on_list(Side.STARTUP, startup) == [investor.pk]

    pass_on(startup, investor, li_wei)
    Pass.objects.update(at=timezone.now() - PASS_DELAY)
    ranked.rank_whole()

    assert ranked.on_list(Side.STARTUP, startup) == []
    assert ranked.on_list(Side.INVESTOR, investor) == []


# --- The pages ---------------------------------------------------------------------------------------------


def test_passing_asks_for_a_reason(as_user, li_wei, startup):
    client, address = as_user(li_wei), f"/matches/{startup.public_id}/pass/"

    asked = client.get(address)
    assert [choice[0] for choice in asked.context["form"].fields["reason"].choices] == PassReason.values
    assert len(PassReason.values) == 9
    assert client.post(address, {"reason": "mood"}).status_code == 422
    assert client.post(address, {"reason": "other"}).status_code == 422  # wants a word
    assert Pass.objects.count() == 0

    response = client.post(address, {"reason": "stage", "note": " Next year "})

    made = Pass.objects.get()
    assert (response.url, made.reason, made.note, made.by) == (
        f"/matches/{startup.public_id}/",
        "stage",
        "Next year",
        li_wei,
    )


def test_a_pass_can_be_taken_back_on_the_shortlist(as_user, li_wei, startup):
    pass_on(startup, li_wei.membership.investor, li_wei)
    client = as_user(li_wei)
    assert [row["reason"] for row in client.get("/passed/").context["passed"]["rows"]] == [
        "Team or track record"
    ]

    response = client.post(f"/matches/{startup.public_id}/unpass/", {"next": "/deals/"})

    assert (response.url, Pass.objects.count()) == ("/deals/", 0)
    client.post(f"/matches/{startup.public_id}/unpass/")
    assert said(startup, li_wei.membership.investor) == [("passed", "passed"), ("passed", "taken back")]


def test_the_other_side_is_not_told_of_a_pass(as_user, ayesha, li_wei, startup, investor):
    client, address = as_user(ayesha), f"/matches/{investor.public_id}/?view=plain"
    client.get(address)
    before = client.get(address).content.decode()
    pass_on(startup, investor, li_wei)

    after = client.get(address).content.decode()

    assert without_tokens(after) == without_tokens(before)


def without_tokens(page):
    return [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line]


def test_interest_after_a_pass_says_what_to_do_first(as_user, li_wei, startup):
    pass_on(startup, li_wei.membership.investor, li_wei)

    response = as_user(li_wei).post(f"/matches/{startup.public_id}/interest/", {"wanted": "1"}, follow=True)

    assert [str(message) for message in response.context["messages"]] == [
        "You passed on this pair. Undo the pass first."
    ]


def test_a_reason_that_is_no_longer_offered_keeps_its_words(monkeypatch):
    monkeypatch.setattr(PassReason.TEAM, "is_offered", False)
    assert "team" not in dict(PassReason.offered())
    assert not PassForm({"reason": "team"}).is_valid()
    assert Pass(reason="team").get_reason_display() == "Team or track record"


@pytest.mark.django_db(transaction=True)
def test_the_engine_runs_before_the_pair_is_locked(startup, investor, li_wei, monkeypatch):
    locked = []
    monkeypatch.setattr(pairs, "explain_pair", lambda *_pair: locked.append(connection.in_atomic_block))
    interest(startup, investor, Side.INVESTOR, li_wei)
    pass_on(startup, investor, li_wei)
    assert locked == [False, False]


LEAVE = {"stale_at": timezone.now()}
PAUSE = {"paused_at": timezone.now()}


@pytest.mark.parametrize("gone", [{Startup: LEAVE}, {Investor: LEAVE}, {Startup: PAUSE, Investor: PAUSE}])
def test_what_is_open_goes_on_for_both_sides(startup, li_wei, ayesha, as_user, gone):
    investor = li_wei.membership.investor
    asked = make_introduction(startup, investor, by=ayesha, why="Drip valves for Punjab")
    for model, change in gone.items():
        model.objects.update(**change)
    founder, partner = as_user(ayesha), as_user(li_wei)
    theirs, ours = investor.public_id, startup.public_id

    assert "requests an introduction" in partner.get(reverse("home")).content.decode()
    assert "Drip valves" in partner.get(reverse("introduction", args=[ours])).content.decode()
    assert partner.get(reverse("match", args=[ours])).status_code == 200
    assert (
        f'href="{reverse("introduction", args=[theirs])}"'
        in founder.get(reverse("pipeline")).content.decode()
    )
    partner.post(reverse("match_interest", args=[ours]), {"wanted": "1"})
    assert "New for you" not in partner.get(reverse("home")).content.decode()
    asked.refresh_from_db()
    assert asked.state == IntroductionState.MUTUAL

    for client, other in ((founder, theirs), (partner, ours)):
        client.post(reverse("conversation", args=[other]), {"text": "Shall we talk?"})
        for page in ("introduction", "conversation", "meeting", "fair_dealing", "fair_terms", "match"):
            assert client.get(reverse(page, args=[other])).status_code == 200, page
    assert Message.objects.count() == 2
    day = timezone.now() + timedelta(days=3)
    meeting = meetings.propose(
        asked, times=[day], minutes=30, side=Side.STARTUP, by=ayesha, at=timezone.now()
    )
    partner.post(reverse("meeting_take", args=[ours]), {"slot": str(meeting.slots.get().pk)})
    assert "Meeting with" in founder.get(reverse("home")).content.decode()

    answer = founder.post(reverse("match_pass", args=[theirs]), {"reason": "team"}, follow=True)
    assert answer.status_code == 200
    assert Introduction.objects.get().state == IntroductionState.CLOSED


def test_nothing_new_begins_off_the_lists(startup, li_wei, ayesha, as_user):
    investor, new = li_wei.membership.investor, make_startup("Chenab Cloud")
    founder = make_founder("chenab@example.com", new)
    make_introduction(startup, investor, by=ayesha)
    Investor.objects.update(**LEAVE)
    assert as_user(founder).get(reverse("match", args=[investor.public_id])).status_code == 404
    with pytest.raises(NotOpenError):
        decisions.express_interest(new, investor, side=Side.STARTUP, by=founder, at=timezone.now())
    member = current_company(ayesha)
    assert member
    assert (counterparts(member).count(), listed_counterparts(member).count()) == (1, 0)


def test_without_consent_it_rests_and_home_says_so(startup, li_wei, ayesha, as_user):
    make_introduction(startup, li_wei.membership.investor, by=ayesha)
    Startup.objects.update(matching_consent=False)
    assert as_user(li_wei).get(reverse("introduction", args=[startup.public_id])).status_code == 404
    assert "1 open introduction is on hold" in as_user(ayesha).get(reverse("home")).content.decode()


SHORTLIST = "/deals/?stage=shortlisted"


def add(startup, by):
    return shortlists.shortlist(startup, by.membership.investor, side=Side.INVESTOR, by=by, at=timezone.now())


def test_the_button_works_without_scripts(as_user, li_wei, startup):
    client, address = as_user(li_wei), f"/matches/{startup.public_id}/shortlist/"

    for _click in range(2):
        response = client.post(address, {"wanted": "1", "next": "/matches/?sector=AGR"})
    assert (response.url, ShortlistEntry.objects.count()) == ("/matches/?sector=AGR", 1)
    for elsewhere in ("https://evil.example/", "//evil.example", "javascript:alert(1)", ""):
        assert (
            client.post(address, {"wanted": "1", "next": elsewhere}).url == f"/matches/{startup.public_id}/"
        )

    client.post(address, {"wanted": "0"})
    assert ShortlistEntry.objects.count() == 0


def on_shortlist(client):
    return client.get(SHORTLIST).context["rows"]


def test_a_note_is_kept_and_changed(as_user, li_wei, startup):
    client, address = as_user(li_wei), f"/matches/{startup.public_id}/note/"

    client.post(address, {"note": "  Ask about   cotton "})
    client.post(address, {"note": "Ask about cotton"})
    assert [row.deal.entry.note for row in on_shortlist(client)] == ["Ask about cotton"]
    assert not AuditRecord.objects.filter(action="shortlisted").exists()

    client.post(address, {"note": ""})
    assert ShortlistEntry.objects.get().note == ""


def test_a_bad_note_is_refused_in_words(as_user, li_wei, startup):
    client, note = as_user(li_wei), "turned \u202e round"

    response = client.post(f"/matches/{startup.public_id}/note/", {"note": note, "next": SHORTLIST})

    assert response.status_code == 422
    assert response.context["form"]["note"].value() == note
    (told,) = response.context["form"].errors["note"]
    assert f"<strong>{told}</strong>" in response.content.decode()
    assert f'name="next" value="{SHORTLIST}"' in response.content.decode()
    assert ShortlistEntry.objects.count() == 0


def test_a_form_changes_nothing_but_the_note(as_user, li_wei, startup):
    other = factories.make_investor("Other Fund")
    fields = {"note": "Mine", "investor": other.pk, "side": "startup", "by": 0, "factors": "{}"}

    as_user(li_wei).post(f"/matches/{startup.public_id}/note/", fields)

    entry = ShortlistEntry.objects.get()
    assert (entry.investor, entry.side, entry.by) == (li_wei.membership.investor, Side.INVESTOR, li_wei)


def test_the_other_side_does_not_see_it(as_user, ayesha, li_wei, startup):
    add(startup, li_wei)

    assert on_shortlist(as_user(ayesha)) == []


def test_a_hidden_pair_keeps_its_owners_note_without_its_name(as_user, li_wei, sana, startup):
    investor = li_wei.membership.investor
    said = {"side": Side.INVESTOR, "by": li_wei, "at": timezone.now()}
    shortlists.shortlist(startup, investor, note="Ask about the valves", **said)
    overrides.curator_override(
        startup,
        investor,
        kind=OverrideKind.HIDE,
        note="Same owner",
        expires_on=None,
        by=sana,
        at=timezone.now(),
    )
    page = as_user(li_wei).get(SHORTLIST).content.decode()
    assert ("Ask about the valves" in page, startup.name_en in page) == (True, False)
