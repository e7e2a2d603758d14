"""Who looks at the pages of the matches, and what the company has said so far."""

from dataclasses import dataclass, replace

from matchmaker.choices import Side
from matchmaker.matches.selectors.relations import Relations, relations_of
from matchmaker.ranking.selectors.stored_lists import StoredRanking, in_order, stored_ranking
from profiles.accounts.selectors import membership_of
from profiles.models import Investor, Startup, User
from profiles.visibility import access


@dataclass(frozen=True)
class Member:
    """A person of a company, as the matches know it."""

    viewer: access.Viewer
    side: Side
    company: Startup | Investor
    relations: Relations

    @property
    def company_id(self) -> int:
        """The primary key of the company."""
        return self.company.pk


def member_of(user: User) -> Member | None:
    """Return the person's company and its relations; None for who has no company. Two queries."""
    membership = membership_of(user)
    if membership is None:
        return None
    company = membership.startup or membership.investor
    side = Side.STARTUP if membership.startup_id else Side.INVESTOR
    if company is None:
        return None
    relations = relations_of(side, company.pk)
    viewer = access.viewer_in(user, membership, mutual=relations.mutual, interested=relations.interested)
    return Member(viewer, side, company, relations)


def list_of(member: Member) -> StoredRanking | None:
    """Return the company's list in the order in which it reads it; None before the first ranking."""
    stored = stored_ranking(member.side, member.company_id)
    if stored is None:
        return None
    return replace(stored, entries=in_order(stored.entries, member.relations.untouched))
