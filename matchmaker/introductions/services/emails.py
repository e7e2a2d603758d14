"""Mails about pairs."""

from django.urls import reverse

from matchmaker.models import Interest
from profiles.accounts.services.notifications import send_to_company
from profiles.choices import MailKind
from profiles.models import User


def send_mutual(interest: Interest, *, by: User) -> None:
    """Mail both companies' people, but for who has just said so, that both are interested.

    Who the other is stands behind the sign-in.
    """
    startup, investor = interest.startup, interest.investor
    for company, other in ((startup, investor), (investor, startup)):
        send_to_company(
            MailKind.MUTUAL_INTEREST,
            company,
            path=reverse("match", args=[other.public_id]),
            event=interest.pk,
            at=interest.at,
            but=by,
        )
