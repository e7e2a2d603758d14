"""How often someone may search: typing asks after each pause, and no person types that long."""

from profiles.platform.limits.services import register_limit

SEARCH_LIMIT = register_limit("search", account=(600, 3600))
