"""Who may search, and do what with saved searches (tests/house/access.py)."""

from matchmaker.models.search import SavedSearch, SearchPage
from tests.house.access import at


def add_to(market):
    """Save a search of the founder."""
    market.added["saved"] = SavedSearch.objects.create(
        user=market.people["founder"], name="Pumps", page=SearchPage.SEARCH, query="q=pumps"
    )


ADDRESSES = (
    at("search", "ssoooooo", "ssmmmmmm"),
    at("search_suggest", "ssoooooo", "ssmmmmmm"),
    # Saved searches: their person's own
    at("saved_searches", "ssoooonn", "ssmmmmnn"),
    at("saved_search_save", "ssmmmmnn", "ssggggnn"),
    at("saved_search_open", "ssmmmmnn", "ssgnnnnn", pk="saved.pk"),
    at("saved_search_rename", "ssmmmmnn", "ssgnnnnn", pk="saved.pk"),
    at("saved_search_delete", "ssmmmmnn", "ssgnnnnn", pk="saved.pk"),
)
# For the walk of tests/journeys/test_accessibility.py.
PAGES = {"partner": ("/search/?q=punjab", "/saved-searches/"), "curator": ("/search/?q=indus",)}
