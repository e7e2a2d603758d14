"""What becomes of advice, and the limits of costly pages."""

from matchmaker.matching.pairs import kinds  # noqa: F401  registers itself
from profiles.platform import erasure, merging
from profiles.platform.erasure import GOES, Decision

merging.register({"matchmaker.Advice": merging.MADE_ANEW})
erasure.register({"matchmaker.Advice": Decision(GOES, company="{side}")})
