"""Telling a company's people what happened, each in their own language."""

from collections.abc import Callable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import override

from profiles.accounts.selectors import Company, company_in, members_of
from profiles.choices import ReviewOutcome
from profiles.events import EventKind
from profiles.models import Review, User
from profiles.notifications.services import notices
from profiles.notifications.services.notices import PersonalWords

DECISIONS = {
    ReviewOutcome.APPROVED: EventKind.PROFILE_APPROVED,
    ReviewOutcome.RETURNED: EventKind.PROFILE_RETURNED,
    ReviewOutcome.REJECTED: EventKind.PROFILE_REJECTED,
}


def send_decision(review: Review) -> None:
    """Tell the company's people that a curator has decided; the reasons stay behind the sign-in."""
    company = company_in(review)
    send_to_company(
        DECISIONS[ReviewOutcome(review.outcome)],
        company,
        path=reverse(f"{company.side}_status"),
        event=str(review.pk),
        at=review.decided_at,
    )


def send_to_company(
    kind: EventKind,
    company: Company,
    *,
    path: str,
    event: str,
    at: datetime,
    but: User | None = None,
    personal: Callable[[User], PersonalWords] | None = None,
) -> None:
    """Tell everybody in the company, but for one, if the caller's transaction commits.

    `event` names the record that this tells of, so that nobody is told of it twice; `path` leads to it.
    `personal` makes what reads differently for each person: moments in their own time zone, say.
    """
    for member in members_of(company):
        if member.user != but:
            own = personal(member.user) if personal else PersonalWords()
            words = {"company": name_in(company, member.user.language), **own.words}
            notices.tell_person(
                kind, member.user, path=path, event=event, at=at, words=words, calendar=own.calendar
            )


def name_in(company: Company, language: str) -> str:
    """Return the company's name as a reader of this language sees it."""
    with override(language):
        return company.name
