"""Mails that tell a company's people what happened, each in their own language."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from profiles.accounts.selectors import Company, company_in, members_of
from profiles.choices import Status
from profiles.integrations import mail
from profiles.models import Membership, Review, User


def tell_decision(review: Review) -> int:
    """Mail the company's people that a curator has decided; the reasons stay behind the sign-in.

    Returns how many mails could not be sent: the decision stands without them.
    """
    company = company_in(review)
    return tell(
        company,
        subject=_("%(company)s on Corridor: %(status)s"),
        status=Status(review.outcome).label,
        template="curation/mail/decision.txt",
        path=reverse(f"{company.side}_status"),
        outcome=review.outcome,
    )


def tell(
    company: Company,
    *,
    subject: Promise,
    template: str,
    path: str,
    but: User | None = None,
    **context: str | Promise,
) -> int:
    """Mail everybody in the company, but for one; return how many mails could not be sent.

    `subject` names %(company)s and what else is in the context; the template is given `company`, `link`, the
    address of `path`, and the context.
    """
    context = {"link": settings.SITE_URL.rstrip("/") + path, **context}
    people = [member for member in members_of(company) if member.user != but]
    return mail.send_each([_letter(member, company, subject, template, context) for member in people])


def _letter(
    member: Membership, company: Company, subject: Promise, template: str, context: dict[str, str | Promise]
) -> tuple[str, str, str]:
    """Return one person's mail: address, subject and text."""
    with override(member.user.language):
        known = {**context, "company": company.name}
        return member.user.email, str(subject) % known, render_to_string(template, known)
