"""Learning from decisions: nothing moves without evidence, a curator and a reason on record."""

from datetime import timedelta
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from matchmaker.choices import Factor, PassReason, Side
from matchmaker.matching.ranking.selectors import desk
from matchmaker.matching.ranking.services import weights
from matchmaker.models.pair_action import Interest, Pass
from matchmaker.models.ranking import RankingRun, Weights
from profiles.models import AuditRecord, Investor
from tests.factories import MOMENT, make_investor, make_startup

DECISIONS = 160


@pytest.fixture
def by_needs(sana):
    """Investors who say yes where their offers meet the needs, whatever else; startups who said nothing."""
    make_record(lambda levels, random: levels["needs"] + random.normal(0, 20) > 128, by=sana)


def make_record(says_yes, *, by):
    """Let investors decide about as many pairs, each by its levels and by chance."""
    startups = [make_startup(f"S{n}") for n in range(DECISIONS // 4)]
    investors = [make_investor(f"I{n}") for n in range(4)]
    random = np.random.default_rng(11)
    for number in range(DECISIONS):
        levels = dict(zip(Factor.values, random.integers(0, 256, 8).tolist(), strict=True))
        pair = {"side": Side.INVESTOR, "startup": startups[number // 4], "investor": investors[number % 4]}
        decide(pair, levels, yes=says_yes(levels, random), by=by, number=number)


def decide(pair, levels, *, yes, by, number):
    row = {**pair, "by": by, "at": MOMENT + timedelta(hours=number)}
    row["factors"] = {"levels": levels, "score": sum(levels.values()) * 1000 // (255 * 8)}
    if yes:
        Interest.objects.create(**row)
    else:
        Pass.objects.create(**row, reason=PassReason.SECTOR)


def test_with_no_decisions_nothing_is_learned(db):
    lessons = weights.study()
    assert [(lesson.side, lesson.reason, lesson.decisions) for lesson in lessons] == [
        (Side.INVESTOR, weights.TOO_FEW, 0),
        (Side.STARTUP, weights.TOO_FEW, 0),
    ]
    assert lessons[0].points == weights.current().for_investor


def test_the_side_that_decided_learns_and_knows_its_chances_and_the_other_does_not(by_needs):
    investors, startups = weights.study()
    assert investors.adopt
    assert investors.loss < investors.loss_before
    assert max(investors.points, key=investors.points.get) == Factor.NEEDS
    assert sum(investors.points.values()) == 1000
    assert (startups.reason, startups.points) == (weights.TOO_FEW, startups.before)

    low, high = weights.chance(Side.INVESTOR, 0.3), weights.chance(Side.INVESTOR, 0.7)
    assert 0 < low < high < 1
    assert weights.odds_of_acceptance(Side.INVESTOR, 0.7) == max(1, round(1 / high))
    assert weights.chance(Side.STARTUP, 0.5) is None
    assert weights.odds_of_acceptance(Side.STARTUP, 0.6) is None


def test_studying_changes_nothing_and_applying_is_on_record_and_teaches_once(by_needs, sana):
    lessons = weights.study()
    assert Weights.objects.count() <= 1
    made = weights.apply_lessons(lessons, by=sana, at=MOMENT)
    assert weights.current() == made
    assert made.for_investor == lessons[0].points
    assert made.lessons == [lessons[0].facts]
    assert AuditRecord.objects.get(action="weights").details["lessons"] == made.lessons
    assert RankingRun.objects.count() == 1

    again = {lesson.side: lesson for lesson in weights.study()}
    assert [lesson.adopt for lesson in again.values()] == [False, False]
    assert again[Side.INVESTOR].points == made.for_investor
    with pytest.raises(weights.NothingLearnedError):
        weights.apply_lessons(list(again.values()), by=sana, at=MOMENT)

    weights.roll_back(Weights.objects.order_by("pk")[0], by=sana, at=MOMENT)
    assert weights.current().for_investor == lessons[0].before


def test_a_no_for_the_team_says_nothing_of_the_factors(startup, sana):
    levels = dict.fromkeys(Factor.values, 128)
    investors: list[Investor] = [make_investor(f"I{n}") for n in range(len(PassReason))]
    for investor, reason in zip(investors, PassReason, strict=True):
        Pass.objects.create(
            side=Side.INVESTOR, startup=startup, investor=investor, reason=reason, by=sana, at=MOMENT,
            factors={"levels": levels, "score": 500},
        )  # fmt: skip
    rows = desk.by_side(Side.INVESTOR)
    assert len(rows.accepted) == 5
    assert not rows.accepted.any()


def test_a_decision_without_frozen_factors_is_left_out(startup, sana):
    Interest.objects.create(side=Side.STARTUP, startup=startup, investor=make_investor(), by=sana, at=MOMENT)
    assert desk.by_side(Side.STARTUP).levels.shape == (0, 8)


def test_the_command_shows_the_lesson_and_applies_it_for_a_curator(by_needs, sana):
    out = StringIO()
    call_command("learn_weights", stdout=out)
    assert "foretells unseen decisions better" in out.getvalue()
    assert "too few decisions to learn from" in out.getvalue()
    with pytest.raises(CommandError, match="Name the curator"):
        call_command("learn_weights", apply=True, stdout=StringIO())
    call_command("learn_weights", apply=True, by=sana.email, stdout=out)
    assert f"Applied as v{weights.current().pk}" in out.getvalue()


def test_why_a_version_was_made_is_told_in_the_readers_language(by_needs, sana):
    lesson = weights.study()[0]
    learned = weights.apply_lessons(weights.study(), by=sana, at=MOMENT)
    back = weights.roll_back(Weights.objects.get(pk=1), by=sana, at=MOMENT)
    again = weights.roll_back(learned, by=sana, at=MOMENT)
    losses = f"{lesson.loss_before:.3f} → {lesson.loss:.3f}"

    told = f"Learned from decisions (Investor or partner: {lesson.decisions} decisions, log-loss {losses})"
    assert learned.why == told
    assert (back.why, again.why) == (
        "Restored version 1: Defaults",
        f"Restored version {learned.pk}: {learned.why}",
    )
    with override("zh-hans"):
        assert back.why == "恢复到 v1：默认"
        assert (
            learned.why == f"从用户选择中学习 (投资方或合作方：{lesson.decisions} 个决定，对数损失 {losses})"
        )
    with override("ur"):
        assert back.why == "واپس v1 پر: ڈیفالٹ"


def test_the_run_that_new_weights_ask_for_tells_why_as_they_do(sana, as_user):
    first = weights.current()
    weights.roll_back(first, by=sana, at=MOMENT)
    sana.language = "zh-hans"
    sana.save()

    page = as_user(sana).get("/desk/runs/", headers={"accept-language": "zh-hans"})

    assert [run.weights_id for run in page.context["runs"]] == [2]
    assert page.content.decode().count("恢复到 v1：默认") == 1
