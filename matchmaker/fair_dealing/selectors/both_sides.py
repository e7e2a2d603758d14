"""The two sides of a pair as each may see the other: what a page about fair dealing is made of.

Facts come only from what the *other* side may see of a profile, for both sides and whoever looks. So both
read the same checks, and a hidden field changes nobody's page.
"""

from dataclasses import dataclass, replace
from functools import cached_property

from matchmaker.choices import Side
from matchmaker.pairs.selectors.pair import Pair
from profiles.models import Investor, Startup
from profiles.taxonomy.selectors.terms import TermTree
from profiles.visibility.access import Viewer, country_of, preview, see
from profiles.visibility.visible_profile import VisibleProfile


@dataclass(frozen=True)
class BothSides:
    """A pair, each profile as the side across the table may see it."""

    pair: Pair

    @property
    def side(self) -> Side:
        """The side of whoever looks."""
        return self.pair.member.side

    @cached_property
    def is_mutual(self) -> bool:
        """Whether both sides said yes."""
        return self.pair.is_mutual

    @cached_property
    def startup(self) -> VisibleProfile:
        """The startup as this partner may see it."""
        return self._seen(self.pair.startup, self.pair.investor)

    @cached_property
    def investor(self) -> VisibleProfile:
        """The partner as this startup may see it."""
        return self._seen(self.pair.investor, self.pair.startup)

    def _seen(self, profile: Startup | Investor, other: Startup | Investor) -> VisibleProfile:
        reader = None if profile.side == self.side else self.pair.member.viewer
        return seen_across(profile, other, is_mutual=self.is_mutual, reader=reader)


def seen_across(
    profile: Startup | Investor,
    other: Startup | Investor,
    *,
    is_mutual: bool,
    reader: Viewer | None = None,
) -> VisibleProfile:
    """Return a profile as the company across the table may see it; `reader` keeps what was read of it."""
    mutual = frozenset({profile.pk}) if is_mutual else frozenset()
    viewer = preview(Side(profile.side).other, mutual=mutual, country=country_of(other))
    return see(profile, replace(viewer, shown=reader.shown) if reader else viewer)


def stated_words(seen: VisibleProfile, field: str, terms: TermTree) -> str:
    """Return a field in words of the active language, a country by its name; empty where not stated."""
    value = seen.display[field]
    place = terms.find("place", value) if value and seen.declared(field).is_place else None
    return place.name if place else value
