"""How often somebody may ask for a translation that is not kept yet."""

from profiles.platform.limits.services import register_limit

TRANSLATION_LIMIT = register_limit("translation", account=(30, 30), company=(60, 60))
