"""Mails that tell a company's people what happened, each in their own language."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from profiles.accounts.selectors import Company, company_in, members_of
from profiles.choices import MailKind, Status
from profiles.models import Review, User
from profiles.notifications import services as notifications


def send_decision(review: Review) -> None:
    """Mail the company's people that a curator has decided; the reasons stay behind the sign-in."""
    company = company_in(review)
    send_to_company(
        MailKind.REVIEW_DECISION,
        company,
        path=reverse(f"{company.side}_status"),
        event=review.pk,
        at=review.decided_at,
        status=Status(review.outcome).label,
        outcome=review.outcome,
    )


def send_to_company(
    kind: MailKind,
    company: Company,
    *,
    path: str,
    event: int,
    at: datetime,
    but: User | None = None,
    **context: object,
) -> None:
    """Mail everybody in the company, but for one, if the caller's transaction commits.

    `event` is the number of the record that this tells of, so that nobody is told of it twice. The words of
    the kind are given `company`, `link`, the address of `path`, and the context.
    """
    link = settings.SITE_URL.rstrip("/") + path
    for member in members_of(company):
        if member.user != but:
            language = member.user.language
            notifications.enqueue(
                kind,
                to=member.user.email,
                language=language,
                key=f"{event}:{member.user_id}",
                at=at,
                context={"company": name_in(company, language), "link": link, **context},
            )


def name_in(company: Company, language: str) -> str:
    """Return the company's name as a reader of this language sees it."""
    with override(language):
        return company.name
