"""What a company's home page shows: where the profile stands, and what waits."""

from dataclasses import dataclass
from datetime import datetime

from matchmaker.choices import Side
from matchmaker.matches.selectors.member import list_of
from matchmaker.matches.selectors.relations import Relations, relations_of
from matchmaker.matches.selectors.response_record import Replies, replies_of
from matchmaker.models import Introduction
from matchmaker.models.introduction_table import IntroductionState
from matchmaker.ranking.selectors.stored_lists import StoredRanking
from profiles.accounts.selectors import Company, company_in, invitations_of, members_of
from profiles.companies.selectors.status import ProfileStatus, status_of
from profiles.models import Investor, Membership, Startup


@dataclass(frozen=True)
class HomePage:
    """Everything on the home page of a company.

    `matches` is None until the first ranking is there; `unanswered` counts requests that wait for an answer.
    """

    company: Company
    status: ProfileStatus
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
        return self.company.side


def home_page(membership: Membership, *, at: datetime) -> HomePage:
    """Return the home page of a member."""
    company = company_in(membership)
    side = company.side
    relations = relations_of(side, company.pk)
    listed = list_of(side, company.pk, relations)
    return HomePage(
        company=company,
        status=status_of(company),
        matches=_listed(listed.stored, relations) if listed else None,
        shortlisted=len(relations.shortlisted - relations.passed),
        interested=len(relations.interested),
        mutual=len(relations.mutual),
        unanswered=_unanswered(side, company.pk, relations),
        members=members_of(company).count(),
        invited=invitations_of(company).filter(expires_at__gt=at).count(),
        replies=replies_of(side, company, at=at),
    )


def _listed(ranking: StoredRanking, relations: Relations) -> int:
    """Return how many the list of matches shows before anybody asks for weaker ones."""
    gone = relations.passed | relations.hidden
    return sum(relations.lists(entry) for entry in ranking.entries if entry.counterpart_id not in gone)


def _unanswered(side: Side, pk: int, relations: Relations) -> int:
    """Return how many requests that a member can open have no answer yet."""
    across = Investor.objects if side is Side.STARTUP else Startup.objects
    asked = Introduction.objects.filter(
        **{f"{side}_id": pk}, asked_by=side.other, state=IntroductionState.ASKED
    )
    there = asked.filter(**{f"{side.other}__in": across.published()})
    return there.exclude(**{f"{side.other}_id__in": relations.hidden}).count()
