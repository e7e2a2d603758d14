"""What is told as a reason: what speaks for this pair, not what is so with anybody."""

from matchmaker.choices import Factor, Side
from matchmaker.matches.selectors.reasons import Judgement, Strength, against, reasons


def judged(factor: Factor, strength: Strength, what: str = "it") -> Judgement:
    return Judgement(factor, strength, gained=1000, lost=1000, what=what)


def test_as_with_anybody_is_no_reason_beside_a_better_one() -> None:
    needs = judged(Factor.NEEDS, Strength.FAIR, "Hardware")
    stage = judged(Factor.STAGE, Strength.FAIR, "Seed")

    assert reasons([stage, needs], Side.STARTUP) == ["They offer a part of what you need: Hardware"]
    assert reasons([stage], Side.STARTUP) == ["They invest at your stage, Seed, about as much as others do"]


def test_a_field_that_nobody_named_is_not_said_to_be_looked_for() -> None:
    sector = judged(Factor.SECTOR, Strength.WEAK, "Smart irrigation")

    assert against([sector], Side.STARTUP) == [
        "Your field, Smart irrigation, is one they seldom or never look for"
    ]
