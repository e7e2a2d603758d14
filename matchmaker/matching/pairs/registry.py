"""What becomes of advice, and the limits of costly pages."""

from matchmaker.matching.pairs import (
    kinds,  # noqa: F401  registers itself
    services,
)
from matchmaker.registry import MINUTE, SOON, register_periodic_task
from profiles.platform import erasure, merging
from profiles.platform.erasure import GOES, Decision

merging.register({"matchmaker.Advice": merging.MADE_ANEW})
erasure.register({"matchmaker.Advice": Decision(GOES, company="{side}")})

register_periodic_task("answer_advice", services.answer_due, SOON)
register_periodic_task("refresh_advice", services.refresh_advice, MINUTE)
