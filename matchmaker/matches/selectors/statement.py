"""One true thing about one factor of a pair, and how it reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from matchmaker.choices import Factor, Side
from matchmaker.matches.selectors.sentence_kinds import SentenceKind, Tone
from matchmaker.matches.selectors.sentences import COUNTED, LOWER, SENTENCES, Sentences


@dataclass(frozen=True)
class Statement:
    """One true thing about one factor of one pair. `gained` and `lost` are points × 255 of both sides."""

    factor: Factor
    kind: SentenceKind
    tone: Tone
    words: Mapping[str, Any]
    deals: tuple[int, int] | None = None  # of the recorded deals so many were so
    is_whole: bool = False  # whether all that the startup states is as the thesis says
    lowers: bool = False  # whether only the record keeps it from the full points
    is_one_of_several: bool = False  # whether one thesis speaks against the pair, and another may not
    gained: int = 0
    lost: int = 0

    def sentence(self, reader: Side, sentences: Sentences = SENTENCES) -> str:
        """Return it in words, for the side that reads it."""
        main = str(sentences[self.kind][reader == Side.STARTUP] % self.words)
        if self.is_one_of_several:
            main = _("%(sentence)s (by the thesis that fits best)") % {"sentence": main}
        if self.deals is None:
            return main
        return pgettext("between two clauses", "; ").join((main, self._record(reader)))

    def _record(self, reader: Side) -> str:
        """Return what the recorded deals add to the thesis."""
        count, deals = self.deals or (0, 0)
        sentences = COUNTED.get(self.kind, LOWER)
        said = str(sentences[reader == Side.STARTUP] % {"count": count, "deals": deals})
        if self.lowers and self.kind in COUNTED:
            return _("%(record)s, which lowers the points") % {"record": said}
        return said


def unstated(factor: Factor, *, by_startup: bool) -> Statement:
    """Return that one side states nothing."""
    kind = SentenceKind.STARTUP_STATES_NONE if by_startup else SentenceKind.PARTNER_STATES_NONE
    return Statement(factor, kind, Tone.NEUTRAL, {})
