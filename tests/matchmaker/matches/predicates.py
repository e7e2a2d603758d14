"""For every kind of sentence, whether it is true of a pair: worked out from the records, by other means.

A predicate gets a `Case` and says yes or no. `PREDICATES` has one for each kind; a kind without one fails
tests/matchmaker/matches/test_statements.py.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils import timezone

from matchmaker.choices import Factor
from matchmaker.matches.selectors.sentence_kinds import SentenceKind
from matchmaker.models import TextVector
from profiles.choices import Audience
from profiles.taxonomy.selectors.amount_bands import EDGES
from tests.matchmaker.matches.thesis_predicates import (
    Case,
    bands_apart,
    by_record,
    counted_deals,
    home,
    is_main,
    is_near,
    is_told_aside,
    is_within,
    main_sector,
    own_stage,
    place_also,
    place_is,
    place_out,
    place_province,
    sector_backed,
    sector_beside,
    sector_near,
    sector_out,
    sector_related,
    sector_second,
    sector_second_within,
    sector_spoken,
    sector_spoken_second,
    sector_unspoken,
    sector_within,
    sector_within_aside,
    sectors,
    stage_in,
    stage_named,
    stage_out,
    told_by_partner,
)

# --- The round and the ticket -------------------------------------------------------------------------------


def band_of(c: Case) -> tuple[Decimal, Decimal | None]:
    """The dollars between which an outsider is told that the round lies."""
    low, high = c.startup.ask_min_usd, c.startup.ask_max_usd
    floor = max((edge for edge in (0, *EDGES) if low is not None and edge <= low), default=0)
    ceiling = min((edge for edge in EDGES if high is not None and edge >= high), default=None)
    return Decimal(floor), None if ceiling is None else Decimal(ceiling)


def shows_ask(c: Case) -> bool:
    return c.startup.visibility.get("ask") == Audience.MATCHED


def has_round(c: Case) -> bool:
    low, high = band_of(c)
    told = [f"{amount:,.0f}" in str(c.word("round")) for amount in (low or None, high) if amount is not None]
    return c.startup.seeks_capital and shows_ask(c) and all(told)


def told_amount(told: object, amount: Decimal | None) -> bool:
    return amount is not None and f"{amount:,.0f}" in str(told)


def ticket_meets(c: Case) -> bool:
    low, high = band_of(c)
    least, most = c.thesis.ticket_min_usd, c.thesis.ticket_max_usd
    reaches = most is None or most > low
    return has_round(c) and reaches and (least is None or high is None or least < high)


def ticket_below(c: Case, *, touches: bool) -> bool:
    most, low = c.thesis.ticket_max_usd, band_of(c)[0]
    right = most is not None and (most == low if touches else most < low)
    return has_round(c) and right and told_amount(c.word("most"), c.thesis.ticket_max)


def ticket_above(c: Case, *, touches: bool) -> bool:
    least, high = c.thesis.ticket_min_usd, band_of(c)[1]
    right = least is not None and high is not None and (least == high if touches else least > high)
    return has_round(c) and right and told_amount(c.word("least"), c.thesis.ticket_min)


# --- Needs, forms, descriptions, deals ----------------------------------------------------------------------


def lasting(rows: Any) -> Any:
    today = timezone.localdate()
    return [row for row in rows.all() if row.expires_on is None or row.expires_on >= today]


def needed(c: Case) -> set[str]:
    names = {need.type.name for need in lasting(c.startup.needs)}
    return names | ({"Capital"} if c.startup.seeks_capital else set())


def accepted(c: Case) -> set[Any]:
    return set(c.thesis.forms.all()) - set(c.thesis.forms_out.all())


def offered(c: Case) -> set[str]:
    names = {offer.type.name for offer in lasting(c.investor.offers)}
    states_ticket = c.thesis.ticket_min_usd is not None or c.thesis.ticket_max_usd is not None
    brings = states_ticket or any(form.group == "capital" for form in accepted(c))
    return names | ({"Capital"} if brings else set())


def lists_some_of(c: Case, names: set[str]) -> bool:
    """Whether the sentence names the only ones, or three of more."""
    text: str = c.word("what")
    told = {name for name in names if name in text}
    rest = text
    for name in sorted(told, key=len, reverse=True):
        rest = rest.replace(name, "")
    whole = told == names if "…" not in rest else len(names) > 3 <= len(told)
    return bool(told) and whole and not rest.strip(" ,…")


def needs_some(c: Case) -> bool:
    both = needed(c) & offered(c)
    counts = (c.word("met"), c.word("count")) == (len(both), len(needed(c)))
    return counts and lists_some_of(c, both) and both != needed(c)


def common_forms(c: Case) -> set[str]:
    return {form.name for form in set(c.startup.forms.all()) & accepted(c)}


def has_text(c: Case, owner: str) -> bool:
    return TextVector.objects.filter(side=owner, profile_id=getattr(c, owner).pk).exists()


def texts(c: Case, low: int, high: int) -> bool:
    return has_text(c, "startup") and has_text(c, "investor") and low <= c.level < high


STARTUP_STATES: dict[Factor, Callable[[Case], bool]] = {
    Factor.SECTOR: lambda c: bool(sectors(c)),
    Factor.STAGE: lambda c: c.startup.stage is not None,
    Factor.PLACE: lambda c: bool(c.startup.place or c.startup.operating_places.exists()),
    Factor.TICKET: lambda c: band_of(c) != (0, None),
    Factor.NEEDS: lambda c: bool(needed(c)),
    Factor.FORMS: lambda c: c.startup.forms.exists(),
    Factor.TEXT: lambda c: has_text(c, "startup"),
}
PARTNER_STATES: dict[Factor, Callable[[Case], bool]] = {
    Factor.SECTOR: lambda c: (
        c.thesis.sectors.exists()
        or bool(told_by_partner(c))
        or counted_deals(c).exclude(sector=None).exists()
    ),
    Factor.STAGE: lambda c: c.thesis.stages.exists() or counted_deals(c).exclude(stage=None).exists(),
    Factor.PLACE: lambda c: c.thesis.places.exists() or counted_deals(c).exclude(place=None).exists(),
    Factor.TICKET: lambda c: c.thesis.ticket_min is not None or c.thesis.ticket_max is not None,
    Factor.NEEDS: lambda c: bool(offered(c)),
    Factor.FORMS: lambda c: bool(accepted(c)),
    Factor.TEXT: lambda c: has_text(c, "investor"),
}

PREDICATES: dict[SentenceKind, Callable[[Case], bool]] = {
    SentenceKind.STARTUP_STATES_NONE: lambda c: not STARTUP_STATES[c.said.factor](c),
    SentenceKind.PARTNER_STATES_NONE: lambda c: not PARTNER_STATES[c.said.factor](c),
    SentenceKind.SECTOR_IN: lambda c: is_main(c) and main_sector(c) in c.thesis.sectors.all(),
    SentenceKind.SECTOR_WITHIN: lambda c: sector_within(c) and not is_told_aside(c),
    SentenceKind.SECTOR_WITHIN_ASIDE: sector_within_aside,
    SentenceKind.SECTOR_SECOND: sector_second,
    SentenceKind.SECTOR_SECOND_WITHIN: sector_second_within,
    SentenceKind.SECTOR_NEAR: sector_near,
    SentenceKind.SECTOR_RELATED: sector_related,
    SentenceKind.SECTOR_BESIDE: sector_beside,
    SentenceKind.SECTOR_BACKED: sector_backed,
    SentenceKind.SECTOR_OUT: sector_out,
    SentenceKind.SECTOR_RECORD: lambda c: by_record(c, "sector", main_sector(c)),
    SentenceKind.SECTOR_SPOKEN: sector_spoken,
    SentenceKind.SECTOR_SPOKEN_SECOND: sector_spoken_second,
    SentenceKind.SECTOR_UNSPOKEN: sector_unspoken,
    SentenceKind.STAGE_IN: stage_in,
    SentenceKind.STAGE_LIKE: lambda c: stage_named(c) and bands_apart(c, c.word("near")) == 0,
    SentenceKind.STAGE_NEXT: lambda c: stage_named(c) and bands_apart(c, c.word("near")) == 1,
    SentenceKind.STAGE_OUT: stage_out,
    SentenceKind.STAGE_RECORD: lambda c: by_record(c, "stage", own_stage(c)),
    SentenceKind.STAGE_UNSCALED: lambda c: stage_named(c) and own_stage(c).match_band is None,
    SentenceKind.PLACE_IN: lambda c: place_is(c, home(c)) and home(c) in c.thesis.places.all(),
    SentenceKind.PLACE_WITHIN: lambda c: is_within(c, home(c)),
    SentenceKind.PLACE_PROVINCE: place_province,
    SentenceKind.PLACE_ALSO: lambda c: place_also(
        c, lambda c, one: place_is(c, one) and one in c.thesis.places.all()
    ),
    SentenceKind.PLACE_ALSO_WITHIN: lambda c: place_also(c, is_within),
    SentenceKind.PLACE_ALSO_PROVINCE: lambda c: place_also(c, is_near),
    SentenceKind.PLACE_OUT: place_out,
    SentenceKind.PLACE_RECORD: lambda c: by_record(c, "place", home(c)),
    SentenceKind.TICKET_MEETS: ticket_meets,
    SentenceKind.TICKET_BELOW: lambda c: ticket_below(c, touches=False),
    SentenceKind.TICKET_REACHES: lambda c: ticket_below(c, touches=True),
    SentenceKind.TICKET_ABOVE: lambda c: ticket_above(c, touches=False),
    SentenceKind.TICKET_BEGINS: lambda c: ticket_above(c, touches=True),
    SentenceKind.NO_ROUND: lambda c: not c.startup.seeks_capital,
    SentenceKind.ROUND_HIDDEN: lambda c: c.startup.seeks_capital and not shows_ask(c),
    SentenceKind.NEEDS_ALL: lambda c: needed(c) <= offered(c) and lists_some_of(c, needed(c)),
    SentenceKind.NEEDS_SOME: needs_some,
    SentenceKind.NEEDS_NONE: lambda c: not needed(c) & offered(c) and lists_some_of(c, needed(c)),
    SentenceKind.FORMS_BOTH: lambda c: lists_some_of(c, common_forms(c)),
    SentenceKind.FORMS_NONE: lambda c: c.startup.forms.exists() and bool(accepted(c)) and not common_forms(c),
    SentenceKind.TEXTS_CLOSE: lambda c: texts(c, 204, 256),
    SentenceKind.TEXTS_PARTLY: lambda c: texts(c, 102, 204),
    SentenceKind.TEXTS_APART: lambda c: texts(c, 0, 102),
    SentenceKind.DEALS: lambda c: c.word("count") == counted_deals(c).count() > 0,
    SentenceKind.NO_DEALS: lambda c: not c.investor.withheld and not c.investor.deals.exists(),
    SentenceKind.DEALS_LEFT_OUT: lambda c: bool(c.investor.withheld.get("deals")),
}
