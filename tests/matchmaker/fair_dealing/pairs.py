"""A pair whose two sides can say yes."""

import re
from typing import Any

from matchmaker.choices import Side
from matchmaker.introductions.services import decisions
from profiles.models import Investor, NeedType, Offer, Startup, User
from tests import factories


def say_yes(startup: Startup, investor: Investor, side: Side, by: User) -> None:
    """Say interested for one side."""
    decisions.express_interest(startup, investor, side=side, by=by, at=factories.MOMENT)


def become_mutual(startup: Startup, investor: Investor, founder: User, partner: User) -> None:
    """Let both say yes."""
    say_yes(startup, investor, Side.STARTUP, founder)
    say_yes(startup, investor, Side.INVESTOR, partner)


def offer(investor: Investor, code: str, **fields: object) -> Offer:
    """Return a new offer of this kind."""
    return Offer.objects.create(investor=investor, type=NeedType.objects.get(code=code), **fields)


def page_text(response: Any) -> str:
    """Return a page without what differs from one request to the next."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"', "", response.content.decode())
