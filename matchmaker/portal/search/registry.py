"""How the index follows what others change, and what becomes of its tables."""

from matchmaker.portal.search import (
    kinds,  # noqa: F401  registers itself
    services,
)
from matchmaker.searchable import searchable_changed
from profiles.platform import erasure
from profiles.platform.erasure import ABOUT_NOBODY, GOES, Decision

searchable_changed.connect(services.index_soon, dispatch_uid="index_soon")
erasure.register(
    {
        "matchmaker.SearchEntry": Decision(GOES, because="leads to a profile, and goes with it"),
        "matchmaker.SearchTerm": Decision(GOES, because="words of a profile in another spelling"),
        "matchmaker.SearchWord": ABOUT_NOBODY,
    },
    services.erase_company,
)
