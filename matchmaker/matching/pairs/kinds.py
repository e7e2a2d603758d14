"""How often the dearest pages of a pair may be asked for."""

from profiles.platform.limits.services import register_limit

ADVICE_LIMIT = register_limit("advice", company=(30, 30))
# A page set for paper, the dearest answer there is
BRIEF_LIMIT = register_limit("brief", account=(60, 60), company=(120, 120))
