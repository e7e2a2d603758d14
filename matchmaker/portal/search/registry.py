"""How the index follows what others change, and what becomes of its tables."""

from matchmaker.portal.search import (
    kinds,  # noqa: F401  registers itself
    services,
)
from matchmaker.registry import DAY, MINUTE, register_periodic_task
from matchmaker.searchable import searchable_changed
from profiles.platform import erasure
from profiles.platform.erasure import ABOUT_NOBODY, GOES, Decision

searchable_changed.connect(services.index_soon, dispatch_uid=services.INDEX_SOON)
erasure.register(
    {
        "matchmaker.SearchEntry": Decision(GOES, because="leads to a profile, and goes with it"),
        "matchmaker.SearchTerm": Decision(GOES, because="words of a profile in another spelling"),
        "matchmaker.SearchWord": ABOUT_NOBODY,
    },
    services.erase_company,
)

register_periodic_task("index_missing", services.index_missing, MINUTE, is_slow=True)
register_periodic_task("count_search_words", services.count_words, DAY, is_slow=True)
