"""The deals on record between a company and those whom it reads about."""

from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from matchmaker.choices import Side
from matchmaker.lists.selectors.cards import CurrentCompany
from matchmaker.reasons.facts import known_deals


def own_deals(current: CurrentCompany, counterparts: Iterable[int]) -> dict[int, str]:
    """Return the latest deal with some counterparts, in words, by the counterpart's primary key.

    One query; none where there is no deal with any of them.
    """
    other, wanted = current.side.other, current.interactions.dealt.intersection(counterparts)
    if not wanted:
        return {}
    deals = known_deals(current.side, current.company_id).filter(**{f"{other}__in": wanted})
    found = deals.select_related("form").order_by("closed_on", "pk")
    return {
        deal.investor_id if other == Side.INVESTOR else deal.startup_id: _(
            "You already have a deal with them: %(what)s"
        )
        % {"what": " · ".join([*([str(deal.form)] if deal.form else []), date_format(deal.closed_on)])}
        for deal in found
    }
