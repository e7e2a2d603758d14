"""What becomes of digests."""

from matchmaker.deals.digests import (
    kinds,  # noqa: F401  registers itself
    services,
)
from matchmaker.registry import MINUTE, register_periodic_task
from profiles.platform import erasure, merging
from profiles.platform.erasure import GOES, Decision

merging.register(
    {"matchmaker.DigestEntry": merging.moves(once=("user", "startup", "investor"), is_watched=False)}
)
erasure.register({"matchmaker.DigestEntry": Decision(GOES, account="user")})

register_periodic_task("send_digests", services.send_due_digests, MINUTE)
