"""What a company's home page shows: where the profile stands, and what waits."""

from dataclasses import dataclass
from datetime import datetime

from matchmaker.choices import Side
from matchmaker.models import Interest, Ranking, ShortlistEntry
from profiles.models import Membership
from profiles.selectors.standing import Standing, standing
from profiles.selectors.teams import Company, company_in, invitations_of, kind_of, members_of


@dataclass(frozen=True)
class HomePage:
    """Everything on the home page of a company. `matches` is None until the first ranking is there."""

    company: Company
    standing: Standing
    matches: int | None
    shortlisted: int
    interested: int
    mutual: int
    members: int
    invited: int


def page_of(membership: Membership, *, at: datetime) -> HomePage:
    """Return the home page of a member."""
    company = company_in(membership)
    side = Side(kind_of(company))
    ranking = Ranking.objects.filter(side=side, profile_id=company.pk).only("size").first()
    own = {kind_of(company): company}
    said_yes = Interest.objects.filter(**own, side=side)
    heard_yes = Interest.objects.filter(**own, side=side.other).values(side.other.value)
    return HomePage(
        company=company,
        standing=standing(company),
        matches=ranking.size if ranking else None,
        shortlisted=ShortlistEntry.objects.filter(**own, side=side).count(),
        interested=said_yes.count(),
        mutual=said_yes.filter(**{f"{side.other.value}__in": heard_yes}).count(),
        members=members_of(company).count(),
        invited=invitations_of(company).filter(expires_at__gt=at).count(),
    )
