"""Why one pair has its levels: for each factor a code, its operands, and whether it speaks for the pair.

Terms are keys whose meaning is not known here; a family is a term and everything wider, narrowest first.
matchmaker/matching/reasons/reasons.py has the sentence of each code.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

from matchmaker.matching.engine.definition.columns import TOP_LEVEL
from matchmaker.matching.engine.definition.factors import (
    NEXT_BAND,
    NEXT_BUCKET,
    RELATED,
    UPWARD,
    band_similarity,
    sector_similarity,
    ticket_levels,
)

Keys = frozenset[int]
NONE: Keys = frozenset()
HIGH, MEDIUM = 204, 102  # levels from which two descriptions are much alike, or partly


class Tone(StrEnum):
    GOOD = "good"
    PARTIAL = "partial"
    AGAINST = "against"
    NEUTRAL = "neutral"


@dataclass(frozen=True)
class StartupFacts:
    """What a startup states. The main sector and the home place come first; `ask` is a range of buckets."""

    sectors: tuple[int, ...] = ()
    inferred: Keys = NONE
    stage: int | None = None
    places: tuple[int, ...] = ()
    has_home: bool = True
    needs: Keys = NONE
    forms: Keys = NONE
    implied: Mapping[int, int] = field(default_factory=dict)  # unstated forms, each with what needs it
    refuses_others: bool = False  # forms that it does not state
    ask: tuple[int, int] | None = None
    ask_usd: tuple[Any, Any] = (None, None)  # the limits of those buckets
    hides_ask: bool = False
    seeks_capital: bool = False


@dataclass(frozen=True)
class PartnerFacts:
    sectors: Keys = NONE
    stages: Keys = NONE
    places: Keys = NONE
    forms: Keys = NONE
    refused_forms: Keys = NONE
    ticket: tuple[int, int] | None = None
    ticket_usd: tuple[Any, Any] = (None, None)
    offers: Keys = NONE
    deals: int = 0
    deals_in: Mapping[str, Mapping[int, int]] = field(default_factory=dict)  # by axis: sector, stage, place
    withholds_deals: bool = False  # from matching, so that none is counted here
    inferred: tuple[int, ...] = ()  # as for startups, the clearest first


@dataclass(frozen=True)
class Scales:
    families: Mapping[str, Mapping[int, tuple[int, ...]]]
    bands: Mapping[int, int]
    related: Mapping[tuple[int, int], float]
    investing: Keys = NONE  # forms by which money is invested
    money: Keys = NONE  # needs that it meets


@dataclass(frozen=True)
class Pair:
    startup: StartupFacts
    partner: PartnerFacts
    scales: Scales

    def family(self, axis: str, key: int) -> tuple[int, ...]:
        return self.scales.families[axis].get(key, ())

    def named(self, axis: str, key: int) -> int | None:
        terms: Keys = getattr(self.partner, f"{axis}s")
        return next((term for term in self.family(axis, key) if term in terms), None)

    def record(self, axis: str, key: int) -> tuple[int, int]:
        done = self.partner.deals_in.get(axis, {})
        count = sum(count for term, count in done.items() if key in self.family(axis, term))
        return count, self.partner.deals

    @property
    def flows_no_money(self) -> bool:
        ours, theirs, investing = self.startup.forms, self.partner.forms, self.scales.investing
        return bool(investing and ours and theirs) and not ours & theirs & investing

    def similarity(self, ours: int, theirs: int) -> float:
        by_hand = self.scales.related.get((ours, theirs))
        if by_hand is not None:
            return by_hand
        return sector_similarity(self.family("sector", ours), self.family("sector", theirs))


@dataclass(frozen=True)
class Reason:
    code: str
    tone: Tone
    operands: Mapping[str, Any] = field(default_factory=dict)
    record: tuple[int, int] | None = None  # of the investor's deals so many were so
    is_full: bool = False  # everything that the startup states is as the thesis says


def unstated(*, by_startup: bool) -> Reason:
    return Reason("startup_states_none" if by_startup else "partner_states_none", Tone.NEUTRAL)


def _recorded(pair: Pair, axis: str, key: int) -> Reason:
    if not pair.partner.deals_in.get(axis):
        return unstated(by_startup=False)
    count, deals = pair.record(axis, key)
    operands = {"what": key, "count": count, "deals": deals}
    return Reason(f"{axis}_record", Tone.PARTIAL if count else Tone.NEUTRAL, operands)


def sector_reason(pair: Pair) -> Reason:
    ours, partner = pair.startup.sectors, pair.partner
    if not ours:
        return unstated(by_startup=True)
    main = ours[0]
    if not partner.sectors:
        return _described_sector(pair) or _recorded(pair, "sector", main)
    met = {}
    for key in ours:
        near = pair.named("sector", key)
        if near is not None:
            met[key] = near
    if not met:
        return _outside_sector(pair)
    guesses = pair.startup.inferred
    what = main
    if main not in met:
        what = min(met, key=lambda key: key in guesses)
    code = "in" if what == met[what] else "within"
    operands = {"what": what, "near": met[what], "main": main}
    record = pair.record("sector", what)
    if what != main and what in guesses:  # what a description may be about is not one of its sectors
        return Reason(f"sector_{code}", Tone.PARTIAL, operands, record)
    if what != main:
        return Reason(f"sector_second_{code}", Tone.PARTIAL, operands, record)
    if code == "within" and partner.inferred and main not in partner.inferred:
        return Reason("sector_within_aside", Tone.PARTIAL, operands | {"told": partner.inferred}, record)
    close = {*partner.inferred, *partner.sectors} if partner.inferred else met
    is_full = all(key in met and key in close for key in ours)
    return Reason(f"sector_{code}", Tone.GOOD, operands, record, is_full)


def _described_sector(pair: Pair) -> Reason | None:
    """Return which sectors the partner's description speaks of, where its thesis names none.

    None where it speaks of none, or where deals on record say more.
    """
    ours, inferred = pair.startup.sectors, pair.partner.inferred
    if not inferred or pair.record("sector", ours[0])[0]:
        return None
    shared = [key for key in ours if key in inferred]
    if not shared:
        return Reason("sector_unspoken", Tone.NEUTRAL, {"near": inferred})
    tone = Tone.GOOD if ours[0] in shared else Tone.PARTIAL
    return Reason("sector_spoken", tone, {"what": shared[0]}, is_full=len(shared) == len(ours))


def _outside_sector(pair: Pair) -> Reason:
    """Return how the startup's sectors relate to those of a thesis that names none of them."""
    main, named = pair.startup.sectors[0], pair.partner.sectors
    names_a_part = any(main in pair.family("sector", key) for key in named)
    if (count := pair.record("sector", main)[0]) and not names_a_part:
        return Reason("sector_backed", Tone.PARTIAL, {"what": main, "count": count})
    families = pair.scales.families["sector"]
    inside = [key for key, family in families.items() if not named.isdisjoint(family)]
    inside.sort(key=lambda key: (key not in named, key))  # of equally close ones the thesis's own
    for ours in pair.startup.sectors:
        near = max(inside, key=lambda key: pair.similarity(ours, key))
        similarity = pair.similarity(ours, near)
        operands = {"what": ours, "near": near}
        if similarity >= UPWARD:
            return Reason("sector_near", Tone.PARTIAL, operands)
        if similarity >= RELATED and (ours, near) in pair.scales.related:
            return Reason("sector_related", Tone.AGAINST, operands)
        if similarity >= RELATED:
            wide = pair.family("sector", ours)[-1]
            return Reason("sector_beside", Tone.AGAINST, operands | {"wide": wide})
    return Reason("sector_out", Tone.AGAINST, {"what": main})


def stage_reason(pair: Pair) -> Reason:
    ours, named, bands = pair.startup.stage, pair.partner.stages, pair.scales.bands
    if ours is None:
        return unstated(by_startup=True)
    operands = {"what": ours}
    if ours not in bands:
        return Reason("stage_unscaled", Tone.NEUTRAL, operands)
    if not named:
        return _recorded(pair, "stage", ours)
    record = pair.record("stage", ours)
    if ours in named:
        return Reason("stage_in", Tone.GOOD, operands | {"count": len(named)}, record, is_full=True)
    alike = {
        key: float(band_similarity(abs(bands[key] - bands[ours]))) for key in sorted(named & bands.keys())
    }
    near = max(alike, key=alike.__getitem__, default=0)
    operands["near"] = near
    if alike.get(near) == 1:
        return Reason("stage_like", Tone.GOOD, operands, record, is_full=True)
    if alike.get(near) == NEXT_BAND:
        return Reason("stage_next", Tone.PARTIAL, operands, record)
    return Reason("stage_out", Tone.AGAINST if alike else Tone.NEUTRAL, {"what": ours})


def place_reason(pair: Pair) -> Reason:
    ours = pair.startup.places
    if not ours:
        return unstated(by_startup=True)
    home = ours[0]
    if not pair.partner.places:
        return _recorded(pair, "place", home)
    met = {}
    for key in ours:
        meeting = _met_place(pair, key)
        if meeting:
            met[key] = meeting
    if not met:
        return Reason("place_out", Tone.AGAINST, {"what": home})
    what, (code, operands) = next(iter(met.items()))
    operands = {"what": what, "home": home, **operands}
    record = pair.record("place", what)
    if what != home and pair.startup.has_home:
        return Reason(f"place_also_{code}", Tone.PARTIAL, operands, record)
    return Reason(f"place_{code}", Tone.GOOD, operands, record, is_full=len(met) == len(ours))


def _met_place(pair: Pair, key: int) -> tuple[str, dict[str, int]] | None:
    if (near := pair.named("place", key)) is not None:
        return ("in" if near == key else "within"), {"near": near}
    province = pair.family("place", key)[-2:-1]
    for near in sorted(pair.partner.places):
        if province and pair.family("place", near)[-2:-1] == province:
            return "province", {"near": near, "province": province[0]}
    return None


def ticket_reason(pair: Pair) -> Reason:
    startup, partner = pair.startup, pair.partner
    if not startup.seeks_capital:
        return Reason("no_round", Tone.NEUTRAL)
    if startup.hides_ask:
        return Reason("round_hidden", Tone.NEUTRAL)
    if startup.ask is None or partner.ticket is None:
        return unstated(by_startup=startup.ask is None)
    low, high = np.array(partner.ticket)
    level = int(ticket_levels(low, high, *startup.ask))
    if level > NEXT_BUCKET and pair.flows_no_money:
        says_so = not startup.forms & partner.forms  # the reason of the forms
        return Reason("ticket_no_money", Tone.NEUTRAL if says_so else Tone.AGAINST)
    if level > NEXT_BUCKET:
        return Reason("ticket_meets", Tone.GOOD if level == TOP_LEVEL else Tone.PARTIAL)
    if partner.ticket[1] < startup.ask[0]:
        touches = partner.ticket_usd[1] == startup.ask_usd[0]
        return Reason("ticket_reaches" if touches else "ticket_below", Tone.AGAINST)
    touches = partner.ticket_usd[0] == startup.ask_usd[1]
    return Reason("ticket_begins" if touches else "ticket_above", Tone.AGAINST)


def needs_reason(pair: Pair) -> Reason:
    needs, offers = pair.startup.needs, pair.partner.offers
    if not needs or not offers:
        return unstated(by_startup=not needs)
    money = pair.scales.money if pair.flows_no_money else NONE
    if not needs - money or not offers - money:
        return Reason("needs_no_money", Tone.NEUTRAL)
    met = needs & offers - money
    operands = {"what": met or needs, "met": len(met), "count": len(needs)}
    if not met:
        return Reason("needs_none", Tone.AGAINST, operands)
    if met == needs:
        return Reason("needs_all", Tone.GOOD, operands)
    return Reason("needs_some", Tone.PARTIAL, operands)


def forms_reason(pair: Pair) -> Reason:
    ours, theirs = pair.startup.forms, pair.partner.forms
    if not ours or not theirs:
        return unstated(by_startup=not ours)
    if common := ours & theirs:
        return Reason("forms_both", Tone.GOOD, {"what": common})
    implied = pair.startup.implied
    if common := frozenset(implied) & theirs:
        needs = frozenset(implied[form] for form in common)
        return Reason("forms_needed", Tone.PARTIAL, {"what": common, "need": needs})
    is_refused = pair.startup.refuses_others or ours <= pair.partner.refused_forms
    return Reason("forms_refused", Tone.AGAINST) if is_refused else Reason("forms_none", Tone.NEUTRAL)


def activity_reason(pair: Pair) -> Reason:
    if pair.partner.withholds_deals:
        return Reason("deals_left_out", Tone.NEUTRAL)
    if count := pair.partner.deals:
        return Reason("deals", Tone.PARTIAL, {"count": count})
    return Reason("no_deals", Tone.NEUTRAL)


def text_reason(level: int, *, startup_states: bool, partner_states: bool) -> Reason:
    if not startup_states or not partner_states:
        return unstated(by_startup=not startup_states)
    if level >= HIGH:
        return Reason("texts_close", Tone.GOOD)
    if level >= MEDIUM:
        return Reason("texts_partly", Tone.PARTIAL)
    return Reason("texts_apart", Tone.AGAINST)


REASONS: dict[str, Callable[[Pair], Reason]] = {
    "sector": sector_reason,
    "stage": stage_reason,
    "ticket": ticket_reason,
    "place": place_reason,
    "needs": needs_reason,
    "forms": forms_reason,
    "activity": activity_reason,
}
