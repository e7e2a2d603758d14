"""The limit on new translations."""

from profiles.platform.limits.services import register_limit

TRANSLATION_LIMIT = register_limit("translation", account=(30, 30), company=(60, 60))
