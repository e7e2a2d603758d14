"""Mails about pairs."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from profiles.accounts.services.notifications import tell
from profiles.models import Investor, Startup, User


def tell_mutual(startup: Startup, investor: Investor, *, by: User) -> int:
    """Mail both companies' people, but for who has just said so, that both are interested.

    Who the other is stands behind the sign-in. Returns how many mails could not be sent.
    """
    return sum(
        tell(
            company,
            subject=_("%(company)s on Corridor: both sides are interested"),
            template="introductions/mail/mutual.txt",
            path=reverse("match", args=[other.public_id]),
            but=by,
        )
        for company, other in ((startup, investor), (investor, startup))
    )
