"""Deals on record between a company and counterparts it reads about."""

from collections.abc import Collection, Iterable
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from matchmaker.matching.current_company.selectors import CurrentCompany
from matchmaker.matching.reasons.facts import DealRow, known_deals
from profiles.catalogue.taxonomy.selectors.terms import TermTree
from profiles.catalogue.visibility.facts import DOT
from profiles.choices import DealSource, Side
from profiles.models import Deal


def listed_deals(
    current: CurrentCompany, counterparts: Iterable[int], recorded: Iterable[DealRow], terms: TermTree
) -> dict[int, str]:
    """Return the same as `own_deals` from deals that were read before. No query."""
    wanted = current.interactions.dealt.intersection(counterparts)
    deals = sorted(recorded, key=lambda deal: (deal.closed_on, deal.pk))
    if current.side == Side.STARTUP:
        own = [
            deal for deal in deals if (deal.startup_id, deal.source) == (current.company_id, DealSource.BOTH)
        ]
        latest = {deal.investor_id: deal for deal in own}
    else:
        latest = {deal.startup_id: deal for deal in deals if deal.startup_id}
    return {
        pk: words_of(terms.names("form", [deal.form_id or 0]), deal.closed_on)
        for pk, deal in latest.items()
        if pk in wanted
    }


def own_deals(current: CurrentCompany, counterparts: Iterable[int]) -> dict[int, str]:
    """Return the latest deal with some counterparts, in words, by the counterpart's primary key."""
    other, wanted = current.side.other, current.interactions.dealt.intersection(counterparts)
    if not wanted:
        return {}
    both = {str(current.side): current.company_id, f"{other}__in": wanted}
    deals = Deal.objects.filter(known_deals(current.side), **both)
    rows = deals.select_related("form").order_by("closed_on", "pk")
    words = {}
    for deal in rows:
        counterpart = getattr(deal, f"{other}_id")
        form_names = []
        if deal.form:
            form_names.append(str(deal.form))
        words[counterpart] = words_of(form_names, deal.closed_on)
    return words


def words_of(form_names: Collection[str], closed_on: date) -> str:
    what = DOT.join([*form_names, date_format(closed_on)])
    return _("You already have a deal with them: %(what)s") % {"what": what}
