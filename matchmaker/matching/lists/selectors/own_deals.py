"""Deals on record between a company and counterparts it reads about."""

from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from matchmaker.matching.lists.selectors.cards import CurrentCompany
from matchmaker.matching.reasons.facts import known_deals
from profiles.catalogue.visibility.facts import DOT
from profiles.models import Deal


def own_deals(current: CurrentCompany, counterparts: Iterable[int]) -> dict[int, str]:
    """Return the latest deal with some counterparts, in words, by the counterpart's primary key."""
    other, wanted = current.side.other, current.interactions.dealt.intersection(counterparts)
    if not wanted:
        return {}
    deals = known_deals(current.side, current.company_id).filter(**{f"{other}__in": wanted})
    rows = deals.select_related("form").order_by("closed_on", "pk")
    return {getattr(deal, f"{other}_id"): deal_in_words(deal) for deal in rows}


def deal_in_words(deal: Deal) -> str:
    form = [str(deal.form)] if deal.form else []
    what = DOT.join([*form, date_format(deal.closed_on)])
    return _("You already have a deal with them: %(what)s") % {"what": what}
