"""What a company's home page shows: where the profile stands, and what waits."""

from dataclasses import dataclass
from datetime import datetime

from matchmaker.choices import Side
from matchmaker.models import Ranking
from matchmaker.selectors.acts import Acts, acts_of
from matchmaker.selectors.replies import Replies, replies_of
from profiles.models import Investor, Membership, Startup
from profiles.selectors.access import PUBLISHED
from profiles.selectors.standing import Standing, standing
from profiles.selectors.teams import Company, company_in, invitations_of, kind_of, members_of


@dataclass(frozen=True)
class HomePage:
    """Everything on the home page of a company.

    `matches` is None until the first ranking is there; `unanswered` counts who said yes to it and waits.
    """

    company: Company
    standing: Standing
    matches: int | None
    shortlisted: int
    interested: int
    mutual: int
    unanswered: int
    members: int
    invited: int
    replies: Replies

    @property
    def side(self) -> Side:
        """Which side the company is on."""
        return Side(kind_of(self.company))


def page_of(membership: Membership, *, at: datetime) -> HomePage:
    """Return the home page of a member."""
    company = company_in(membership)
    side = Side(kind_of(company))
    ranking = Ranking.objects.filter(side=side, profile_id=company.pk).only("size").first()
    acts = acts_of(side, company.pk)
    return HomePage(
        company=company,
        standing=standing(company),
        matches=ranking.size if ranking else None,
        shortlisted=len(acts.shortlisted - acts.passed),
        interested=len(acts.interested),
        mutual=len(acts.mutual),
        unanswered=_unanswered(side, acts),
        members=members_of(company).count(),
        invited=invitations_of(company).filter(expires_at__gt=at).count(),
        replies=replies_of(side, company, at=at),
    )


def _unanswered(side: Side, acts: Acts) -> int:
    """Return how many that a member can open said yes, and have neither a yes nor a pass for it."""
    waiting = acts.wanted_by - acts.interested - acts.passed
    if not waiting:
        return 0
    across = Investor.objects if side is Side.STARTUP else Startup.objects
    return across.filter(PUBLISHED, pk__in=waiting).count()
