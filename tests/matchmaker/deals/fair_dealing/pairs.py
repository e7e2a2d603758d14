"""A pair whose two sides can say yes."""

import re
from dataclasses import dataclass

from django.test import Client

from matchmaker.choices import Side
from matchmaker.deals.introductions.services import decisions
from profiles.models import Investor, NeedType, Offer, Startup, User
from tests import factories


def say_yes(startup, investor, side, by):
    """Say interested for one side."""
    decisions.express_interest(startup, investor, side=side, by=by, at=factories.MOMENT)


def become_mutual(startup, investor, founder, partner):
    """Let both say yes."""
    say_yes(startup, investor, Side.STARTUP, founder)
    say_yes(startup, investor, Side.INVESTOR, partner)


def offer(investor, code, **fields):
    """Return a new offer of this kind."""
    return Offer.objects.create(investor=investor, type=NeedType.objects.get(code=code), **fields)


def page_text(response):
    """Return a page without what differs from one request to the next."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"', "", response.content.decode())


@dataclass(frozen=True)
class Talks:
    """Two companies and their people, both signed in."""

    founder: Client
    partner: Client
    startup: Startup
    investor: Investor
    ayesha: User
    li_wei: User

    def become_mutual(self):
        become_mutual(self.startup, self.investor, self.ayesha, self.li_wei)

    def withdraw(self, side):
        by = self.ayesha if side == Side.STARTUP else self.li_wei
        decisions.withdraw_interest(self.startup, self.investor, side=side, by=by, at=factories.MOMENT)
