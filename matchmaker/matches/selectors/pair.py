"""One pair: the member's company and a counterpart that exists for it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from matchmaker.choices import Side
from matchmaker.matches.selectors.member import Member
from profiles.models import Investor, Startup
from profiles.visibility import access
from profiles.visibility.access import see
from profiles.visibility.visible_profile import VisibleProfile, pitch_of


@dataclass(frozen=True)
class Pair:
    """A startup and an investor, seen from one of them."""

    member: Member
    startup: Startup
    investor: Investor

    @property
    def both(self) -> tuple[Startup, Investor]:
        """The two companies, the startup first."""
        return self.startup, self.investor

    @property
    def counterpart(self) -> Startup | Investor:
        """The profile across the table."""
        return self.startup if self.member.side == Side.INVESTOR else self.investor

    @property
    def company(self) -> Startup | Investor:
        """The member's own profile."""
        return self.investor if self.member.side == Side.INVESTOR else self.startup

    @cached_property
    def seen(self) -> VisibleProfile:
        """The counterpart as the member may see it."""
        return see(self.counterpart, self.member.viewer)

    @property
    def is_mutual(self) -> bool:
        """Whether both sides said yes."""
        return self.counterpart.pk in self.member.relations.mutual

    @property
    def title(self) -> str:
        """What the member may call the counterpart."""
        return str(self.seen.title)

    @property
    def pitch(self) -> str:
        """What the counterpart says of itself in one sentence, in the reader's language if it has one."""
        return pitch_of(self.seen)


def pair_of(member: Member, public_id: str, *, whole: bool = False) -> Pair | None:
    """Return the pair with this counterpart; None where it does not exist for the member.

    A pair exists while both profiles are approved and agree to matching, and no curator hides it; where one
    is off the lists, while an introduction is open. `whole` loads everything that a page about it shows.
    """
    company: Any = member.company
    theirs = counterparts(member).filter(public_id=public_id)
    if whole:
        theirs = access.with_related(theirs)
        company = access.with_related(type(company).objects.filter(pk=company.pk)).get()
    found = theirs.first()
    if found is None:
        return None
    return Pair(member, company, found) if member.side == Side.STARTUP else Pair(member, found, company)


@dataclass(frozen=True)
class Finder:
    """All that decides which profiles exist for a member, and nothing else, so that queries are prepared."""

    side: Side
    viewer: access.Viewer
    takes_part: bool
    is_published: bool
    introduced: frozenset[int]
    hidden: frozenset[int]


def finder_of(member: Member) -> Finder:
    """Return the member as the queries of counterparts know it."""
    company, relations = member.company, member.relations
    viewer = access.to_find_profiles(member.viewer)
    return Finder(
        member.side, viewer, company.takes_part, company.is_published, relations.introduced, relations.hidden
    )


def counterparts(member: Member) -> QuerySet[Any]:
    """Return the profiles across the table that exist for this member: not those that a curator hides.

    For a company that is not approved, or agrees to matching no longer, there are none; for one that is off
    the lists, those with whom an introduction is open.
    """
    return counterparts_of(finder_of(member))


def counterparts_of(finder: Finder) -> QuerySet[Any]:
    """Return the profiles across the table that exist for a finder (see `counterparts`)."""
    on_side = access.startups_for if finder.side == Side.INVESTOR else access.investors_for
    found: QuerySet[Any] = on_side(finder.viewer)
    if not finder.takes_part:
        return found.none()
    if not finder.is_published:
        found = found.filter(pk__in=finder.introduced)
    return found.exclude(pk__in=finder.hidden) if finder.hidden else found


def listed_counterparts(member: Member) -> QuerySet[Any]:
    """Return those of them that a list may name: nobody who is off the lists."""
    return on_lists(counterparts(member))


def on_lists(profiles: QuerySet[Any]) -> QuerySet[Any]:
    """Keep the profiles that a list may name: nobody who is off the lists."""
    return profiles.filter(stale_at__isnull=True)
