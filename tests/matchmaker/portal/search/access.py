"""Who may search, and do what with saved searches (tests/house/access.py)."""

from matchmaker.models.search import SavedSearch, SearchPage
from tests.house.access import at, each


def add_to(market):
    """Save a search of the founder."""
    market.added["saved"] = SavedSearch.objects.create(
        user=market.people["founder"], name="Pumps", page=SearchPage.SEARCH, query="q=pumps"
    )


ADDRESSES = (
    *each("search search_suggest", "ssoooooo", "ssmmmmmm"),
    # Saved searches: their person's own
    at("saved_searches", "ssoooonn", "ssmmmmnn"),
    at("saved_search_save", "ssmmmmnn", "ssggggnn"),
    *each("saved_search_open saved_search_rename saved_search_delete", "ssmmmmnn", "ssgnnnnn", pk="saved.pk"),
)
# For the walk of tests/journeys/test_accessibility.py.
PAGES = {"partner": ("/search/?q=punjab", "/saved-searches/"), "curator": ("/search/?q=indus",)}
