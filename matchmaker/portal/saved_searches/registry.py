"""What saved searches add to the digest, and what becomes of them."""

from matchmaker.portal.saved_searches import kinds  # noqa: F401  registers itself
from matchmaker.portal.saved_searches.selectors import digest_lines
from matchmaker.registry import register_digest_lines
from profiles.platform import erasure
from profiles.platform.erasure import GOES, Decision

register_digest_lines(digest_lines)
erasure.register({"matchmaker.SavedSearch": Decision(GOES, account="user")})
