"""What becomes of advice, and the limits of costly pages."""

from matchmaker.pairs import kinds  # noqa: F401  registers itself
from profiles import erasure
from profiles.erasure import GOES, Decision

erasure.register({"matchmaker.Advice": Decision(GOES, company="{side}")})
