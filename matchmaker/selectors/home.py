"""What a company's home page shows: where the profile stands, and what waits."""

from dataclasses import dataclass
from datetime import datetime

from matchmaker.choices import Side
from matchmaker.models import Interest, Ranking, ShortlistEntry
from profiles.choices import Status
from profiles.models import Membership
from profiles.selectors.reviews import queue_position
from profiles.selectors.teams import Company, company_in, invitations_of, kind_of, members_of


@dataclass(frozen=True)
class HomePage:
    """Everything on the home page of a company."""

    company: Company
    matches: int
    computed_at: datetime | None
    shortlisted: int
    interested: int
    mutual: int
    members: int
    invited: int
    queue_position: int | None

    @property
    def is_matched(self) -> bool:
        """Whether the profile takes part in matching."""
        return self.company.is_published


def page_of(membership: Membership, *, at: datetime) -> HomePage:
    """Return the home page of a member."""
    company = company_in(membership)
    side = Side(kind_of(company))
    ranking = Ranking.objects.filter(side=side, profile_id=company.pk).only("size", "computed_at").first()
    own = {kind_of(company): company}
    wanted = Interest.objects.filter(**own, side=side)
    theirs = Interest.objects.filter(**own, side=side.other).values(side.other.value)
    return HomePage(
        company=company,
        matches=ranking.size if ranking and company.is_published else 0,
        computed_at=ranking.computed_at if ranking else None,
        shortlisted=ShortlistEntry.objects.filter(**own, side=side).count(),
        interested=wanted.count(),
        mutual=wanted.filter(**{f"{side.other.value}__in": theirs}).count(),
        members=members_of(company).count(),
        invited=invitations_of(company).filter(expires_at__gt=at).count(),
        queue_position=queue_position(company) if company.status == Status.SUBMITTED else None,
    )
