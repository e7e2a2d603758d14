"""Any two profiles are found; one sentence says why each side does not see the other; suggestions to both."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import OverrideKind, PassReason, Side
from matchmaker.desk.today import services as overrides
from matchmaker.models.conversation import CompanyBlock
from matchmaker.models.pair_action import PASS_DELAY, CuratorOverride, Pass
from matchmaker.models.ranking import Ranking
from profiles.choices import Importance, Status
from profiles.models import AuditRecord, Investor, Stage, Startup, Thesis
from tests.factories import make_founder, make_investor, make_partner, make_startup
from tests.matchmaker import ranked
from tests.matchmaker.matching import lists

PAIRINGS = reverse("pairings")
NOTE = "Both of you know the canal at Sahiwal"
WEAK = (140, 40, 1, 20, 0, 255, 20, 0)


def page_of(startup, investor):
    return reverse("pairing", args=[startup.public_id, investor.public_id])


def told(desk, startup, investor):
    """Return what the page of a pair says of the startup's list and of the investor's."""
    return [each.text for each in desk.get(page_of(startup, investor)).context["pair"]["standings"]]


# --- Two searches ---


def test_two_profiles_are_chosen_by_search_whatever_their_state(desk, startup, investor):
    Startup.objects.update(status=Status.DRAFT, registration_number="PK-77")
    Investor.objects.update(status=Status.SUSPENDED)

    page = desk.get(PAIRINGS, {"startup_q": "pk-77"})
    assert page.context["chosen"] == (Side.STARTUP, startup)  # the only one is chosen at once
    other = make_startup("Ravi Soil")
    page = desk.get(PAIRINGS, {"startup": startup.public_id, "startup_q": "ravi"})
    assert page.context["chosen"] == (Side.STARTUP, other)  # whoever types again looks for another one
    asked = {"startup": startup.public_id, "investor_q": investor.public_id}
    assert desk.get(PAIRINGS, asked).headers["Location"] == page_of(startup, investor)
    answer = desk.get(PAIRINGS, {"startup_q": "indus", "investor_q": "pearl"}, follow=True)
    assert answer.redirect_chain == [(page_of(startup, investor), 302)]
    assert told(desk, startup, investor) == [
        "Indus Grow is not published. Status: Draft.",
        "Pearl River Capital is suspended.",
    ]


def test_a_search_says_how_many_more_it_found_and_the_overrides_come_in_pages(desk, sana, investor):
    for number in range(26):
        startup = make_startup(f"Startup {number:02}")
        CuratorOverride.objects.create(
            startup=startup, investor=investor, kind=OverrideKind.BOOST, note="x", by=sana
        )

    page = desk.get(PAIRINGS, {"startup_q": "startup"})

    text = page.content.decode()
    assert (text.count("6 more were found."), text.count('href="?startup=')) == (1, 20)
    assert [len(page.context["page"]), len(desk.get(PAIRINGS, {"page": 2}).context["page"])] == [25, 1]


# --- Why a pair is not shown ---


def of_nobody(desk, startup, investor, text):
    """Check that both sides are told the same."""
    assert told(desk, startup, investor) == [text, text]


def test_the_sentence_names_what_keeps_a_pair_away(desk, startup, investor, ayesha, li_wei, sana):
    assert told(desk, startup, investor) == [
        "Indus Grow has not been ranked yet.",
        "Pearl River Capital has not been ranked yet.",
    ]
    ranked.rank_whole()
    of_nobody(desk, startup, investor, "It is shown at position 1.")
    day = timezone.now()
    kept_away = [
        (Startup, {"status": Status.SUSPENDED}, "Indus Grow is suspended."),
        (Startup, {"matching_consent": False}, "Indus Grow has not agreed to matching."),
        (
            Investor,
            {"stale_at": day},
            "Pearl River Capital has not confirmed its profile, so it is hidden from match lists.",
        ),
        (Thesis, {"is_active": False}, "Pearl River Capital has no active thesis now."),
    ]
    for model, fields, text in kept_away:
        row = model.objects.get()
        before = {name: getattr(row, name) for name in fields}
        model.objects.update(**fields)
        of_nobody(desk, startup, investor, text)
        model.objects.update(**before)
    pair = {"startup": startup, "investor": investor, "by": sana}
    hidden = CuratorOverride.objects.create(kind=OverrideKind.HIDE, note="x", **pair)
    of_nobody(desk, startup, investor, "A curator has hidden this pairing.")
    hidden.delete()
    block = CompanyBlock.objects.create(side=Side.STARTUP, **pair)
    of_nobody(desk, startup, investor, "Indus Grow has blocked Pearl River Capital.")
    block.delete()
    Investor.objects.update(paused_at=day)
    assert told(desk, startup, investor)[0] == (
        "Pearl River Capital is not taking new requests for now, so it is not shown on lists."
    )


def test_a_pass_is_named_and_until_it_is_told_the_pair_is_shown(desk, startup, investor, li_wei):
    ranked.rank_whole()
    made = Pass.objects.create(
        side=Side.INVESTOR, startup=startup, investor=investor, reason=PassReason.TEAM, by=li_wei
    )
    text = "Pearl River Capital passed on Indus Grow."
    ours, theirs = told(desk, startup, investor)
    assert ours.startswith("It is shown at position 1 until ")
    assert theirs == text
    Pass.objects.filter(pk=made.pk).update(at=timezone.now() - PASS_DELAY - timedelta(hours=1))
    of_nobody(desk, startup, investor, text)


def test_a_hard_rule_is_named(desk, startup, investor):
    thesis = investor.theses.get()
    thesis.stages.set(Stage.objects.filter(code="series_b"))
    Thesis.objects.update(stage_importance=Importance.MUST)
    ranked.rank_whole()

    of_nobody(desk, startup, investor, "A required condition is not met. Must-have: the stage.")
    page = desk.get(page_of(startup, investor)).context["pair"]
    assert not page["may_suggest"]
    assert page["score"] is not None


def fresh(side, profile, entries):
    """Store a list that is newer than its profiles."""
    stored = lists.store(side, profile.pk, entries)
    Ranking.objects.filter(pk=stored.pk).update(computed_at=timezone.now())


def test_below_the_end_of_the_list_score_and_threshold_are_named(desk, startup, investor):
    ranked.rank_whole()
    thesis = investor.theses.get().pk
    others = [lists.entry(make_startup(f"Other {at}").pk, thesis) for at in range(10)]
    fresh(Side.INVESTOR, investor, [*others, lists.entry(startup.pk, thesis, levels=WEAK)])

    text = told(desk, startup, investor)[1]

    assert text.startswith("It is shown at position 11, among the less likely matches: its score is ")
    assert text.endswith(", and it would be recommended with a score of 60 or more.")


def test_the_rule_that_makes_a_match_less_likely_is_named(desk, startup, investor):
    ranked.rank_whole()
    thesis = investor.theses.get().pk
    best = [lists.entry(make_startup("Best").pk, thesis, levels=[255] * 8)]
    unneeded = (*lists.GOOD[:4], 0, *lists.GOOD[5:])
    fresh(Side.INVESTOR, investor, [*best, lists.entry(startup.pk, thesis, levels=unneeded)])
    partner = make_investor("Best partner")
    best = [lists.entry(partner.pk, partner.theses.get().pk, levels=[255] * 8)]
    fresh(Side.STARTUP, startup, [*best, lists.entry(investor.pk, thesis, is_outshone=True)])

    place = "It is shown at position 2, among the less likely matches."
    name = investor.name
    assert told(desk, startup, investor) == [
        f"{place} {name} has far better ones.",
        f"{place} It meets no need.",
    ]
    fresh(
        Side.STARTUP,
        startup,
        [*best, lists.entry(investor.pk, thesis, levels=[*lists.GOOD[:2], 0, *lists.GOOD[3:]])],
    )
    assert told(desk, startup, investor)[0] == f"{place} The amounts are far apart."


def test_beyond_the_list_the_place_the_penalty_and_the_last_score_are_named(desk, startup, investor):
    ranked.rank_whole()
    thesis = investor.theses.get().pk
    others = [lists.entry(make_startup(f"Other {at}").pk, thesis) for at in range(55)]
    fresh(Side.INVESTOR, investor, [*others, lists.entry(startup.pk, thesis)])
    score = desk.get(page_of(startup, investor)).context["pair"]["score"]
    assert told(desk, startup, investor)[1] == (
        f"It is at position 56, but the list shows only 50 matches. Its score is {score}."
    )

    fresh(Side.INVESTOR, investor, others)
    Ranking.objects.filter(side=Side.STARTUP, profile_id=startup.pk).update(demand_adjustment=150_000)
    text = told(desk, startup, investor)[1]
    assert text.startswith(f"It is not among the 50 positions of the list. Its score is {score}, minus ")
    assert "for high demand. The last position has" in text


def test_a_list_that_is_older_than_an_edit_says_so(desk, startup, investor):
    ranked.rank_whole()
    fresh(Side.STARTUP, startup, [])
    Startup.objects.update(changed_at=timezone.now() + timedelta(minutes=1))
    text = "The list of Indus Grow is older than one of the two profiles. It will be ranked again soon."
    assert told(desk, startup, investor)[0] == text


# --- Suggested to both ---


def suggest(desk, startup, investor, note=NOTE, days=14):
    address = reverse("pairing_suggest", args=[startup.public_id, investor.public_id])
    until = timezone.localdate() + timedelta(days=days)
    return desk.post(address, {"note": note, "expires_on": until.isoformat()})


def test_a_suggestion_ends_after_thirty_days_unless_its_curator_says_otherwise(desk, startup, investor):
    page = desk.get(reverse("pairing_suggest", args=[startup.public_id, investor.public_id]))
    assert page.context["form"]["expires_on"].value() == timezone.localdate() + timedelta(days=30)


@pytest.fixture
def market(ayesha, li_wei, startup, investor):
    """A ranked market in which the pair stands behind ten others on the investor's list."""
    for at in range(3):
        make_startup(f"Better {at}", visibility={"ask": "matched"})
    Startup.objects.filter(pk=startup.pk).update(founded=None, team_size=None)
    ranked.rank_whole()
    return startup, investor


def read(as_user, ayesha, li_wei, startup, investor):
    """Return both sides' list and page of the pair."""
    mine = [(ayesha, investor), (li_wei, startup)]
    return [
        as_user(user).get(path).content.decode()
        for user, other in mine
        for path in ("/matches/", f"/matches/{other.public_id}/")
    ]


def test_a_suggestion_is_first_for_both_with_its_note_and_for_nobody_else(
    desk, as_user, ayesha, li_wei, market
):
    startup, investor = market
    assert suggest(desk, startup, investor).status_code == 302
    ranked.work()

    mine = read(as_user, ayesha, li_wei, startup, investor)
    rivals = (
        make_founder("f@example.com", make_startup("Rival")),
        make_partner("p@example.com", make_investor("Rival Fund")),
    )
    others = [as_user(user).get("/matches/").content.decode() for user in rivals]

    assert [page.count(NOTE) for page in mine] == [1, 1, 1, 1]
    assert [page.count("Suggested by a curator") for page in mine] == [1, 1, 1, 1]
    assert [page.count(NOTE) for page in others] == [0, 0]
    assert ranked.on_list(Side.INVESTOR, investor)[0] == startup.pk
    record = AuditRecord.objects.get(action="suggested")
    assert record.details["note"] == NOTE
    assert NOTE in desk.get(page_of(startup, investor)).content.decode()


def test_a_suggestion_ends_by_itself(desk, as_user, ayesha, li_wei, market):
    startup, investor = market
    suggest(desk, startup, investor)
    ranked.work()
    CuratorOverride.objects.update(expires_on=timezone.localdate() - timedelta(days=1))

    mine = read(as_user, ayesha, li_wei, startup, investor)
    assert [page.count(NOTE) for page in mine] == [0] * 4  # even before the lists follow

    assert overrides.expire(at=timezone.now()) == 1
    ranked.work()
    mine = read(as_user, ayesha, li_wei, startup, investor)
    assert [page.count("Suggested by a curator") for page in mine] == [0] * 4


def test_who_passes_on_a_suggestion_is_not_told_to_the_other_side(desk, as_user, ayesha, li_wei, market):
    startup, investor = market
    suggest(desk, startup, investor)
    ranked.work()
    before = as_user(ayesha).get("/matches/").content.decode()

    as_user(li_wei).post(f"/matches/{startup.public_id}/pass/", {"reason": "team", "note": "Weak founders"})
    ranked.work()

    after = as_user(ayesha).get("/matches/").content.decode()
    for page in (before, after):
        assert page.count(NOTE) == 1
        assert "Weak founders" not in page
        assert "passed" not in page[page.index("<main") :].casefold()  # a tab above it is named so


def test_what_cannot_stand_on_both_lists_is_not_suggested(desk, startup, investor, li_wei):
    assert suggest(desk, startup, investor).status_code == 422  # nothing is ranked yet
    ranked.rank_whole()
    Pass.objects.create(
        side=Side.INVESTOR, startup=startup, investor=investor, reason=PassReason.TEAM, by=li_wei
    )
    answer = suggest(desk, startup, investor)
    assert answer.context["form"].errors == {
        "__all__": ["This pairing cannot be suggested now. See its page for the reason."]
    }
    Pass.objects.all().delete()
    for wrong in ({"days": 0}, {"days": 91}, {"note": " "}):
        assert suggest(desk, startup, investor, **wrong).status_code == 422
    assert not CuratorOverride.objects.exists()
    assert suggest(desk, startup, investor).status_code == 302
    assert suggest(desk, startup, investor).status_code == 422  # there is one already


def test_after_a_boost_the_page_says_that_the_position_changes(desk, startup, investor, sana):
    ranked.rank_whole()
    before = told(desk, startup, investor)
    said = {"kind": OverrideKind.BOOST, "note": NOTE, "expires_on": None, "by": sana, "at": timezone.now()}
    overrides.curator_override(startup, investor, **said)
    coming = "A curator has put this pair first. The list will show this within a minute."
    assert told(desk, startup, investor) == [f"{text} {coming}" for text in before]
    ranked.rank_whole()
    assert told(desk, startup, investor) == ["It is shown at position 1."] * 2
