"""What can truly be said about a pair, factor by factor: one statement each, made from its facts.

A level decides how much a statement weighs and, for descriptions, which of three it is; never what is said of
anything else. tests/matchmaker/matches/test_statements.py checks every kind against the records.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from matchmaker.choices import Factor
from matchmaker.matches.selectors import thesis_statements
from matchmaker.matches.selectors.pair_facts import PairFacts
from matchmaker.matches.selectors.sentence_kinds import SentenceKind, Tone
from matchmaker.matches.selectors.sentences import COUNTED
from matchmaker.matches.selectors.statement import Statement, unstated
from profiles.taxonomy.selectors import amount_bands
from profiles.visibility.visible_profile import Money, joined

MOST = 3  # words in one sentence
CLOSELY, PARTLY = 204, 102  # levels from which two descriptions are much alike, or partly
BY_THESIS = frozenset({Factor.SECTOR, Factor.STAGE, Factor.PLACE, Factor.TICKET, Factor.FORMS})
FULL = 204  # a level below this is worth a word where everything is as the thesis says


@dataclass(frozen=True)
class PairLevels:
    """What the engine found for a pair: levels of 0 to 255, both sides' weights, and who left a text out."""

    levels: Mapping[str, int]
    weights: tuple[Mapping[str, int], Mapping[str, int]]
    not_stated_startup: Iterable[str]
    not_stated_investor: Iterable[str]


def statements_of(facts: PairFacts, measured: PairLevels) -> list[Statement]:
    """Return one statement for each factor, in the order of the factors."""
    found = []
    for factor in Factor:
        level = measured.levels[factor]
        said = _text(measured) if factor == Factor.TEXT else SAY[factor](facts)
        count, deals = said.deals or (0, 0)
        lowers = bool(deals) and said.is_whole and level < FULL
        tells = lowers or (count and said.kind in COUNTED)
        weight = sum(side.get(factor, 0) for side in measured.weights)
        found.append(
            replace(
                said,
                deals=(count, deals) if tells else None,
                lowers=lowers,
                is_one_of_several=_is_one_of_several(said, facts),
                gained=level * weight,
                lost=(255 - level) * weight,
            )
        )
    return found


def _is_one_of_several(said: Statement, facts: PairFacts) -> bool:
    """Return whether a thesis speaks against the pair in what another of the investor's may allow."""
    if not facts.others:
        return False
    if said.factor == Factor.NEEDS:  # money is brought by a thesis, all else by the investor
        return bool((facts.startup.needs - facts.partner.offers) & facts.capital)
    if said.tone != Tone.AGAINST or said.factor not in BY_THESIS:
        return False
    by_others = (SAY[said.factor](replace(facts, partner=other)) for other in facts.others)
    return said.factor == Factor.TICKET or any(other.tone != Tone.AGAINST for other in by_others)


def _ticket(facts: PairFacts) -> Statement:
    ask, ticket, factor = facts.startup.ask, facts.partner.ticket, Factor.TICKET
    if not facts.startup.seeks_capital:
        return Statement(factor, SentenceKind.NO_ROUND, Tone.NEUTRAL, {})
    if facts.startup.hides_ask:
        return Statement(factor, SentenceKind.ROUND_HIDDEN, Tone.NEUTRAL, {})
    span = facts.partner.ticket_bands
    if ask is None or ticket is None or span is None:
        return unstated(factor, by_startup=ask is None)
    low, high = amount_bands.limits(*ask)
    words = {"round": Money(low, high, "USD")}  # put in words only if the sentence is told
    if span[1] < ask[0]:
        words["most"] = Money(ticket.high, ticket.high, ticket.currency)
        kind = SentenceKind.TICKET_REACHES if ticket.high_usd == low else SentenceKind.TICKET_BELOW
        return Statement(factor, kind, Tone.AGAINST, words)
    if span[0] > ask[1]:
        words["least"] = Money(ticket.low, ticket.low, ticket.currency)
        kind = SentenceKind.TICKET_BEGINS if ticket.low_usd == high else SentenceKind.TICKET_ABOVE
        return Statement(factor, kind, Tone.AGAINST, words)
    words["ticket"] = ticket
    is_whole = span[0] <= ask[0] and span[1] >= ask[1]
    return Statement(factor, SentenceKind.TICKET_MEETS, Tone.GOOD if is_whole else Tone.PARTIAL, words)


def _needs(facts: PairFacts) -> Statement:
    needs, offers, factor = facts.startup.needs, facts.partner.offers, Factor.NEEDS
    if not needs or not offers:
        return unstated(factor, by_startup=not needs)
    met = needs & offers
    words = {"what": _some(facts, "need", met or needs), "met": len(met), "count": len(needs)}
    if not met:
        return Statement(factor, SentenceKind.NEEDS_NONE, Tone.AGAINST, words)
    if met == needs:
        return Statement(factor, SentenceKind.NEEDS_ALL, Tone.GOOD, words)
    return Statement(factor, SentenceKind.NEEDS_SOME, Tone.PARTIAL, words)


def _forms(facts: PairFacts) -> Statement:
    ours, theirs, factor = facts.startup.forms, facts.partner.forms, Factor.FORMS
    if not ours or not theirs:
        return unstated(factor, by_startup=not ours)
    if common := ours & theirs:
        return Statement(factor, SentenceKind.FORMS_BOTH, Tone.GOOD, {"what": _some(facts, "form", common)})
    return Statement(factor, SentenceKind.FORMS_NONE, Tone.AGAINST, {})


def _some(facts: PairFacts, kind: str, pks: Iterable[int]) -> str:
    """Return a few words as an enumeration that says whether there are more."""
    names = facts.terms.names(kind, pks)
    return joined(names) if len(names) <= MOST else f"{joined(names[:MOST])} …"


def _activity(facts: PairFacts) -> Statement:
    count = facts.partner.deals
    if facts.partner.leaves_deals_out:
        return Statement(Factor.ACTIVITY, SentenceKind.DEALS_LEFT_OUT, Tone.NEUTRAL, {})
    if count:
        return Statement(Factor.ACTIVITY, SentenceKind.DEALS, Tone.PARTIAL, {"count": count})
    return Statement(Factor.ACTIVITY, SentenceKind.NO_DEALS, Tone.AGAINST, {})


def _text(measured: PairLevels) -> Statement:
    factor, level = Factor.TEXT, measured.levels[Factor.TEXT]
    for missing, by_startup in ((measured.not_stated_startup, True), (measured.not_stated_investor, False)):
        if factor in missing:
            return unstated(factor, by_startup=by_startup)
    if level >= CLOSELY:
        return Statement(factor, SentenceKind.TEXTS_CLOSE, Tone.GOOD, {})
    if level >= PARTLY:
        return Statement(factor, SentenceKind.TEXTS_PARTLY, Tone.PARTIAL, {})
    return Statement(factor, SentenceKind.TEXTS_APART, Tone.AGAINST, {})


SAY: dict[Factor, Callable[[PairFacts], Statement]] = {
    Factor.SECTOR: thesis_statements.say_sector,
    Factor.STAGE: thesis_statements.say_stage,
    Factor.TICKET: _ticket,
    Factor.PLACE: thesis_statements.say_place,
    Factor.NEEDS: _needs,
    Factor.FORMS: _forms,
    Factor.ACTIVITY: _activity,
}
