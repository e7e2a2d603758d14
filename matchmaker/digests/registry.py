"""What becomes of digests."""

from matchmaker.digests import kinds  # noqa: F401  registers itself
from profiles import erasure
from profiles.erasure import GOES, Decision

erasure.register({"matchmaker.DigestEntry": Decision(GOES, account="user")})
