"""How often the dearest pages of a pair may be asked for."""

from profiles.limits import registry as limits
from profiles.limits.registry import Limit

ADVICE_LIMIT = limits.register("advice", company=Limit(30, 30))
BRIEF_LIMIT = limits.register(
    "brief", account=Limit(60, 60), company=Limit(120, 120)
)  # a page set for paper, the dearest answer there is
