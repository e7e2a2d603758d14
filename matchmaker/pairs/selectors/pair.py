"""One pair: the company of the reader, a counterpart that exists for it, and their introduction."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects

from matchmaker.choices import PinKind, Side
from matchmaker.lists.selectors.counterparts import counterparts
from matchmaker.lists.selectors.current_company import CurrentCompany
from matchmaker.models import Introduction, Pin
from matchmaker.models.introduction_table import OPEN
from profiles.models import Deal, Investor, Need, Offer, Startup, Thesis
from profiles.visibility import access
from profiles.visibility.access import see
from profiles.visibility.visible_profile import VisibleProfile, pitch_of


@dataclass(frozen=True)
class Pair:
    """A startup and an investor, seen from one of them."""

    member: CurrentCompany
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
        return self.counterpart.pk in self.member.interactions.mutual

    @property
    def title(self) -> str:
        """What the member may call the counterpart."""
        return str(self.seen.title)

    @property
    def pitch(self) -> str:
        """What the counterpart says of itself in one sentence, in the reader's language if it has one."""
        return pitch_of(self.seen)


OWN_ROWS: dict[Side, tuple[Prefetch[Any], ...]] = {
    Side.STARTUP: (Prefetch("needs", Need.objects.select_related("type")),),
    Side.INVESTOR: (
        Prefetch("theses", Thesis.objects.prefetch_related("sectors", "stages", "places", "forms")),
        Prefetch("offers", Offer.objects.select_related("type")),
        Prefetch("deals", Deal.objects.select_related("sector", "stage", "place")),
    ),
}


def pair_of(member: CurrentCompany, public_id: str, *, whole: bool = False) -> Pair | None:
    """Return the pair with this counterpart; None where it does not exist for the member.

    A pair exists while both profiles are approved and agree to matching, and no curator hides it; where one
    is off the lists, while an introduction is open. `whole` loads everything that a page about it shows: the
    counterpart's profile, and of the own company what stands beside it.
    """
    company: Any = member.company
    theirs = counterparts(member).filter(public_id=public_id)
    if whole:
        theirs = access.with_related(theirs)
        prefetch_related_objects([company], *OWN_ROWS[member.side])
    found = theirs.first()
    if found is None:
        return None
    return Pair(member, company, found) if member.side == Side.STARTUP else Pair(member, found, company)


def known_to(side: Side) -> Q:
    """Return which introductions of its own a side knows of: what it asked, and what has reached it.

    A request that waits in the queue is known to its asker only.
    """
    return Q(asked_by=side) | Q(delivered_at__isnull=False)


def introductions_between(pair: Pair) -> "QuerySet[Introduction]":
    """Return the pair's introductions that the member's side knows of, newest first."""
    both = Introduction.objects.filter(startup=pair.startup, investor=pair.investor)
    return both.filter(known_to(pair.member.side)).order_by("-asked_at", "-pk")


def open_introduction(pair: Pair) -> Introduction | None:
    """Return the pair's open introduction, if the member's side knows of one. One query."""
    return introductions_between(pair).filter(state__in=OPEN).first()


def may_act_on(startup: Startup, investor: Investor) -> bool:
    """Return whether the two may still act on each other, by what their rows say now.

    Both are published and no curator keeps them apart. Where one is off the lists for want of a confirmation,
    an open introduction goes on.
    """
    hidden = Pin.objects.filter(
        startup=startup, investor=investor, kind=PinKind.HIDE, released_at__isnull=True
    )
    if not (startup.takes_part and investor.takes_part) or hidden.exists():
        return False
    if startup.is_published and investor.is_published:
        return True
    return Introduction.objects.filter(startup=startup, investor=investor, state__in=OPEN).exists()
