"""What a company's home page shows: where the profile stands, and what waits."""

from dataclasses import dataclass
from datetime import datetime

from matchmaker.choices import Side
from matchmaker.home.selectors.agenda import Agenda, agenda
from matchmaker.introductions.selectors import kept_count
from matchmaker.lists.selectors.cards import CurrentCompany as Member
from matchmaker.lists.selectors.cards import has_no_active_thesis, own_list
from matchmaker.pairs.selectors.pair import Replies, replies_of
from profiles.accounts.selectors import Company, invitations_of, members_of
from profiles.companies.selectors import ProfileStatus, status_of
from profiles.models import User


@dataclass(frozen=True)
class HomePage:
    """Everything on the home page of a company.

    `matches` is None until the first ranking is there.
    """

    company: Company
    status: ProfileStatus
    matches: int | None
    shortlisted: int
    interested: int
    mutual: int
    agenda: Agenda
    members: int
    invited: int
    replies: Replies
    is_idle: bool  # an investor's without a thesis in use

    @property
    def side(self) -> Side:
        """Which side the company is on."""
        return self.company.side

    @property
    def shows_agenda(self) -> bool:
        """Whether the page says what waits: always once the profile takes part, else while something does."""
        agenda = self.agenda
        return self.company.takes_part or bool(agenda.resting or agenda.unread)


def home_page(member: Member, user: User, *, at: datetime) -> HomePage:
    """Return the home page of a member; the same queries whatever waits."""
    company, side, relations = member.company, member.side, member.interactions
    listed = own_list(member)
    return HomePage(
        company=company,
        status=status_of(company),
        matches=len(relations.shown(listed.stored.entries)) if listed else None,
        shortlisted=kept_count(relations),
        interested=len(relations.interested),
        mutual=len(relations.mutual),
        agenda=agenda(member, user, at=at),
        members=members_of(company).count(),
        invited=invitations_of(company).filter(expires_at__gt=at).count(),
        replies=replies_of(side, company, at=at),
        is_idle=has_no_active_thesis(company),
    )
