"""Mails that tell a company's people what was decided about it, each in their own language."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from profiles.choices import Status
from profiles.integrations import mail
from profiles.models import Membership, Review
from profiles.selectors.policy import side_of
from profiles.selectors.teams import Company, company_in, members_of


def tell_decision(review: Review) -> int:
    """Mail everybody in the company that a curator has decided; the reasons stay behind the sign-in.

    Returns how many mails could not be sent: the decision stands without them.
    """
    company = company_in(review)
    return sum(not _told(member, company, review) for member in members_of(company))


def _told(member: Membership, company: Company, review: Review) -> bool:
    """Mail one person and return whether the mail went out."""
    with override(member.user.language):
        named = {"company": company.name, "status": Status(review.outcome).label}
        link = settings.SITE_URL.rstrip("/") + reverse(f"{side_of(company)}_status")
        context = {"company": company, "outcome": review.outcome, "link": link}
        try:
            mail.send(
                to=member.user.email,
                subject=_("%(company)s on Corridor: %(status)s") % named,
                text=render_to_string("profiles/mail/decision.txt", context),
            )
        except mail.MailNotSentError:
            return False
    return True
