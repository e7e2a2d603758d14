"""The curators' desk, as its pages answer."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import Factor, OverrideKind, RunState, Side
from matchmaker.desk.today import services as overrides
from matchmaker.matching.ranking.definitions import DEFAULTS
from matchmaker.matching.ranking.services import runs, weights
from matchmaker.models.pair_action import CuratorOverride, Interest, Pass
from matchmaker.models.ranking import RankingRun, Weights
from profiles.choices import Status
from profiles.models import AuditRecord
from profiles.platform.audit.services import seal_new_records
from tests.factories import MOMENT, make_founder, make_investor, make_startup
from tests.mails import told

OURS = DEFAULTS[Side.INVESTOR]
SHIFTED = {"sector": OURS["sector"] - 100, "stage": OURS["stage"] + 100}


def points(**changed):
    """Return the weights form as the page sends it."""
    filled = {f"for_investor-{name}": value for name, value in DEFAULTS[Side.INVESTOR].items()}
    filled |= {f"for_startup-{name}": value for name, value in DEFAULTS[Side.STARTUP].items()}
    filled |= {f"for_investor-{name}": value for name, value in changed.items()}
    return {name: str(value) for name, value in filled.items()} | {"note": "Stage matters more"}


def waiting():
    """Return a startup that waits for a curator, and the page of its review."""
    startup = make_startup("Waiting", status=Status.SUBMITTED, reviewed_at=None)
    return startup, reverse("review", args=["startup", startup.public_id])


def decide(desk, address, fields, **options):
    """Open a review's page and decide there."""
    return desk.post(address, {"seen": desk.get(address).context["seen"], **fields}, **options)


def test_the_team_is_mailed_the_decision_in_its_language_without_the_reasons(desk):
    startup, address = waiting()
    owner = make_founder("owner@example.com", startup, language="zh-hans")
    subject = "【Corridor】Waiting：企业资料被退回修改"

    decide(desk, address, {"outcome": "returned", "reason-pitch": "Say what you sell."})

    assert startup.reviews.get().reasons == {"pitch": "Say what you sell."}
    mails = told()
    assert [(sent.to, sent.subject) for sent in mails] == [([owner.email], subject)]
    assert reverse("startup_status") in mails[0].body
    assert "Say what you sell." not in mails[0].body


def test_a_rejection_without_words_keeps_what_was_typed(desk):
    _startup, address = waiting()

    answer = decide(desk, address, {"outcome": "rejected", "reason-pitch": "Too vague"})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "message": ["Give a reason. The owner will read it."],
        "outcome": [
            "You have written notes next to some fields. Return the profile with these notes, or delete "
            "them first."
        ],
    }
    assert answer.context["form"]["reason-pitch"].value() == "Too vague"


def test_a_pin_ends_after_today(desk, startup):
    address = reverse("pairing", args=[startup.public_id, make_investor().public_id])
    today = timezone.localdate()

    answer = desk.post(address, {"kind": "hide", "note": "Conflict", "expires_on": today.isoformat()})

    assert answer.context["form"].errors == {"expires_on": ["Choose a date after today."]}
    assert not CuratorOverride.objects.exists()


def test_a_page_of_a_pairing_names_the_pin(desk, startup, sana):
    investor = make_investor()
    overrides.curator_override(
        startup, investor, kind=OverrideKind.HIDE, note="Conflict", expires_on=None, by=sana, at=MOMENT
    )
    page = desk.get(reverse("pairing", args=[startup.public_id, investor.public_id]))
    pair = page.context["pair"]

    assert page.content.decode().count("hidden from both sides") == 1
    assert [(str(rule.label), rule.passed) for rule in pair["rules"][:3]] == [
        ("Both are approved and agreed to matching", True),
        ("Neither side has decided against it", True),
        ("No curator has hidden this pairing", False),
    ]


def test_new_weights_are_a_new_version_and_a_new_ranking(desk):
    answer = desk.post(reverse("weights_apply"), points(**SHIFTED))

    assert answer.headers["Location"] == reverse("runs")
    newest = Weights.objects.all()[0]
    assert (newest.for_investor["sector"], newest.for_investor["stage"]) == tuple(SHIFTED.values())
    assert RankingRun.objects.get().state == RunState.WAITING
    assert AuditRecord.objects.filter(action="weights").count() == 1


def test_weights_that_do_not_make_1000_are_refused_beside_the_column(desk):
    answer = desk.post(reverse("weights_apply"), points(sector=OURS["sector"] + 1))

    assert answer.context["form"].errors == {
        "for_investor-activity": ["This column adds up to 1001 points. It must add up to 1000."]
    }
    assert not Weights.objects.exists()


def test_a_bar_is_as_long_as_its_points_however_many_are_typed(desk):
    def drawn(most):
        page = desk.post(reverse("weights_apply"), points(sector=most)).content.decode()
        assert f"A full bar is {max(most, 400)} points." in page
        bars = re.findall(r'viewBox="0 0 (\d+) 6".*?class="bar-fill" width="(\d+)"', page, re.DOTALL)
        return [(whole, long) for whole, long in bars if long == str(most)]

    assert drawn(390) == [("400", "390")]
    assert drawn(470) == [("470", "470")]


def test_the_defaults_can_be_rolled_back_to(desk, sana):
    changed = {**OURS, **SHIFTED}
    weights.apply(for_investor=changed, for_startup=DEFAULTS[Side.STARTUP], note="Try", by=sana, at=MOMENT)
    first = Weights.objects.order_by("pk")[0]

    desk.post(reverse("weights_roll_back", args=[first.pk]))

    assert Weights.objects.all()[0].for_investor == DEFAULTS[Side.INVESTOR]
    acts = [line.sentence for line in desk.get(reverse("audit")).context["lines"]]
    assert "Sana Malik restored version 1 of the weights: “Defaults”" in acts
    assert "Sana Malik changed the weights: “Try”" in acts


@pytest.mark.parametrize(
    "bad",
    [
        {**DEFAULTS[Side.INVESTOR], "sector": -1},
        {name: 0 for name in Factor.values},
        {**DEFAULTS[Side.INVESTOR], "luck": 0},
        {},
    ],
)
def test_the_service_refuses_senseless_weights(bad, sana):
    with pytest.raises(weights.BadWeightsError):
        weights.apply(for_investor=bad, for_startup=DEFAULTS[Side.STARTUP], note="x", by=sana, at=MOMENT)


def test_a_sector_cannot_take_another_ones_name(desk):
    answer = desk.post(
        reverse("sector", args=["AGR01"]), {"name_en": "Telemedicine", "name_ur": "", "name_zh": ""}
    )

    assert answer.context["form"].errors == {"name_en": ["Another sector already has this name."]}


@pytest.mark.attack
def test_the_export_carries_the_whole_trail_without_formulas(desk, sana):
    _startup, address = waiting()
    decide(desk, address, {"outcome": "rejected", "message": "=HYPERLINK(1)"})
    sana.email = "=cmd@example.com"
    sana.save()

    body = b"".join(desk.get(reverse("audit_export")).streaming_content).decode()
    header, row = body.splitlines()
    assert header == "id,at,actor,action,subject,details,previous_hash,hash"
    assert row.split(",")[2:4] == ["'=cmd@example.com", "rejected"]


def test_the_trail_names_companies_and_finds_them_by_name(desk, startup, sana):
    investor = make_investor("Lotus Ventures", name_zh="莲花创投")
    overrides.curator_override(
        startup, investor, kind=OverrideKind.HIDE, note="Conflict", expires_on=None, by=sana, at=MOMENT
    )
    runs.request(by=sana, at=MOMENT, reason="Test")

    found = desk.get(reverse("audit"), {"subject": "莲花"}).context["lines"]
    everything = desk.get(reverse("audit")).context["lines"]

    named = [[name for name, _path in line.links] for line in (*found, *everything)]
    assert named == [[startup.name, "Lotus Ventures"], [], [startup.name, "Lotus Ventures"]]
    assert desk.get(reverse("audit"), {"subject": "nobody of this name"}).context["lines"] == []


def test_the_trail_can_be_checked_from_the_page(desk, startup, sana):
    overrides.curator_override(
        startup, make_investor(), kind=OverrideKind.HIDE, note="Conflict", expires_on=None, by=sana, at=MOMENT
    )
    seal_new_records()
    verdict = desk.get(reverse("audit"), {"check": "1"}).context["verdict"]

    assert (verdict.holds, verdict.length) == (True, 1)


def test_today_shows_the_oldest_first(desk):
    make_startup("Newer", status=Status.SUBMITTED, reviewed_at=None)
    make_investor("Older", status=Status.SUBMITTED, reviewed_at=None, submitted_at=MOMENT - timedelta(days=3))
    today = desk.get(reverse("desk")).context["today"]

    assert [row.profile.name for row in today["waiting"]] == ["Older", "Newer"]


@pytest.mark.django_db(transaction=True)
def test_two_who_look_at_once_make_one_first_version():
    def look(_turn):
        try:
            return int(weights.current().pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(look, range(8)))
    assert (found, Weights.objects.count()) == ({1}, 1)


def test_versions_count_up_one_by_one(sana):
    said = {"for_investor": OURS, "for_startup": DEFAULTS[Side.STARTUP], "note": "Again"}
    assert [weights.apply(**said, by=sana, at=MOMENT).pk for _turn in range(2)] == [2, 3]


# --- Attention ---------------------------------------------------------------------------------------------


def done(at=MOMENT, **found):
    """A whole re-ranking that found this."""
    return RankingRun.objects.create(state=RunState.DONE, finished_at=at, **found)


def unseen(profile, reason):
    return {"side": profile._meta.model_name, "profile": profile.pk, "reason": reason}


def test_before_the_first_ranking_nothing_is_said_of_attention(desk):
    page = desk.get(reverse("attention"))

    assert (page.context["attention"]["as_of"], page.context["attention"]["lines"]) == (None, [])
    assert page.content.decode().count("Available after the first re-ranking.") == 1


def test_the_newest_run_says_who_is_unseen_and_why(desk, startup):
    investor, gone = make_investor(), make_startup("Gone")
    done(MOMENT - timedelta(days=1), unseen=[unseen(make_startup("Seen by now"), "no_place")])
    full = [unseen(each, "no_place") for each in (investor, gone)]
    done(unseen=[unseen(startup, "nobody_eligible"), *full], unseen_startups=2, unseen_investors=1)
    gone.delete()

    answer = desk.get(reverse("attention"))
    page = answer.context["attention"]

    assert page["as_of"] == MOMENT
    assert "of them: the first of each side" not in answer.content.decode()
    assert [(line["name"], line["reason"]) for line in page["lines"]] == [
        ("Indus Grow", "No eligible counterpart: every pair fails a required condition"),
        ("Pearl River Capital", "Every list that could show it is full"),
    ]
    today = desk.get(reverse("desk")).context["today"]["attention"]
    assert (today["unseen_startups"], today["unseen_investors"], today["crowded"]) == (2, 1, 0)


def test_of_many_who_are_unseen_some_are_named_and_the_page_says_so(desk, startup):
    done(unseen=[unseen(startup, "no_place")], unseen_startups=20_000, unseen_investors=4)
    text = desk.get(reverse("attention")).content.decode()
    assert "(20004)" in text
    assert "This page shows 1 of them: the first of each side." in text
    assert desk.get(reverse("desk")).context["today"]["attention"]["unseen_startups"] == 20_000


def ask(by, side, asked, *askers):
    """Let `askers`, who are on this side, say that they are interested."""
    for asker in askers:
        Interest.objects.create(side=side, by=by, **{str(side): asker, str(side.other): asked})


def test_whoever_has_more_requests_than_it_can_answer_is_named(desk, sana, startup):
    """Not who stands on many lists, nor who has answered, nor who is asked by those that have left."""
    investor, busy = make_investor(capacity=1), make_startup("Busy", capacity=2)
    others = [make_investor(f"Investor {at}") for at in range(6)]
    ask(sana, Side.INVESTOR, busy, *others[:5])
    ask(sana, Side.INVESTOR, startup, *others[: startup.capacity])
    ask(sana, Side.STARTUP, investor, startup, busy)
    answered = make_startup("Answered", capacity=1)
    ask(sana, Side.INVESTOR, answered, *others[:3])
    ask(sana, Side.STARTUP, others[0], answered)
    Pass.objects.create(side=Side.STARTUP, startup=answered, investor=others[1], reason="sector", by=sana)
    gone = make_startup("Asked by who has left", capacity=1)
    left = make_investor("Left", status=Status.REJECTED)
    ask(sana, Side.INVESTOR, gone, others[0], left)

    page = desk.get(reverse("attention"), {"kind": "crowded"})

    lines = page.context["attention"]["lines"]
    assert [(line["name"], line["requests"], line["capacity"]) for line in lines] == [
        ("Busy", 5, 2),
        ("Pearl River Capital", 2, 1),
    ]
    assert page.content.decode().count("5 requests waiting; can answer 2 per month") == 1
    assert desk.get(reverse("desk")).context["today"]["attention"]["crowded"] == 2


def test_attention_comes_in_pages_at_the_same_cost(desk, same_queries):
    rows = [unseen(make_startup(f"Startup {at}"), "no_place") for at in range(27)]

    for found, number, shown in ((rows[:1], "1", 1), (rows[:3], "1", 3), (rows, "2", 2)):
        done(unseen=found)
        with same_queries():
            page = desk.get(reverse("attention"), {"page": number}).context["attention"]
        assert len(page["lines"]) == shown
