"""Who looks at the pages of the matches, and what the company has said so far."""

from dataclasses import dataclass, replace

from django.contrib.auth.models import AnonymousUser

from matchmaker.choices import Side
from matchmaker.selectors.acts import Acts, acts_of
from profiles.models import User
from profiles.selectors import access


@dataclass(frozen=True)
class Member:
    """A person of a company, as the matches know it."""

    viewer: access.Viewer
    side: Side
    company_id: int
    acts: Acts


def member_of(user: User | AnonymousUser) -> Member | None:
    """Return the person's company and its acts; None for who has no company. Two queries."""
    viewer = access.viewer_of(user)
    if viewer.side is None:
        return None
    side = Side(viewer.side)
    company_id = viewer.startup_id if side == Side.STARTUP else viewer.investor_id
    acts = acts_of(side, company_id)
    seeing = replace(viewer, mutual=acts.mutual, interested=acts.interested)
    return Member(seeing, side, company_id or 0, acts)


def viewer_of(user: User | AnonymousUser) -> access.Viewer:
    """Return the viewer with whom interest is mutual, for every page that shows profiles."""
    member = member_of(user)
    return member.viewer if member else access.viewer_of(user)
