"""Which of a pair's statements are told as reasons, which as cautions, and how sure the score is."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from matchmaker.choices import Factor, Side
from matchmaker.matches.selectors.sentence_kinds import Tone
from matchmaker.matches.selectors.statement import Statement

# An investor's own activity is the same for every startup, so it is no reason to prefer one.
NO_REASON: dict[Side, frozenset[Factor]] = {
    Side.INVESTOR: frozenset({Factor.ACTIVITY}),
    Side.STARTUP: frozenset(),
}


def reasons(said: Sequence[Statement], reader: Side, *, limit: int = 3) -> list[str]:
    """Return the sentences that speak most for the pair, at most `limit`.

    What is stated comes first, what brings most before the rest; then what is computed of descriptions.
    """
    good = [each for each in said if each.tone in (Tone.GOOD, Tone.PARTIAL)]
    good = [each for each in good if each.factor not in NO_REASON[reader]]
    good.sort(key=lambda each: (each.factor == Factor.TEXT, -each.gained))
    return [each.sentence(reader) for each in good[:limit]]


def against(said: Sequence[Statement], reader: Side) -> list[str]:
    """Return the sentences that speak against the pair: what is stated first, the costliest of that.

    That two descriptions are little alike is computed, and says less than a ticket below the round.
    """
    bad = [each for each in said if each.tone == Tone.AGAINST and each.factor not in NO_REASON[reader]]
    bad.sort(key=lambda each: (each.factor == Factor.TEXT, -each.lost))
    return [each.sentence(reader) for each in bad]


CONFIDENCE = (
    (75, "high", pgettext_lazy("confidence", "high")),
    (50, "medium", pgettext_lazy("confidence", "medium")),
)
LOW = ("low", pgettext_lazy("confidence", "low"))


def confidence_words(percent: int) -> tuple[str, Promise]:
    """Return the code and the word for a confidence of 0 to 100."""
    for least, code, label in CONFIDENCE:
        if percent >= least:
            return code, label
    return LOW
