"""One pair: the member's company and a counterpart that exists for it."""

from dataclasses import dataclass
from functools import cached_property

from matchmaker.choices import Side
from matchmaker.selectors.cards import see
from matchmaker.selectors.matches import counterparts, own_rows
from matchmaker.selectors.viewer import Member
from profiles.models import Investor, Startup
from profiles.selectors import access
from profiles.selectors.seen import Seen


@dataclass(frozen=True)
class Pair:
    """A startup and an investor, seen from one of them."""

    member: Member
    startup: Startup
    investor: Investor

    @property
    def counterpart(self) -> Startup | Investor:
        """The profile across the table."""
        return self.startup if self.member.side == Side.INVESTOR else self.investor

    @property
    def company(self) -> Startup | Investor:
        """The member's own profile."""
        return self.investor if self.member.side == Side.INVESTOR else self.startup

    @cached_property
    def seen(self) -> Seen:
        """The counterpart as the member may see it."""
        return see(self.counterpart, self.member.viewer)

    @property
    def title(self) -> str:
        """What the member may call the counterpart."""
        return str(self.seen.title)


def pair_of(member: Member, public_id: str, *, whole: bool = False) -> Pair | None:
    """Return the pair with this counterpart; None where it does not exist for the member.

    A pair exists while both profiles are approved and agree to matching. `whole` loads everything that a
    page about it shows.
    """
    theirs, ours = counterparts(member).filter(public_id=public_id), own_rows(member)
    if whole:
        theirs, ours = access.with_related(theirs), access.with_related(ours)
    company, found = ours.first(), theirs.first()
    if company is None or found is None or not company.is_published:
        return None
    return Pair(member, company, found) if member.side == Side.STARTUP else Pair(member, found, company)
