"""Why two match, in sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Factor, Side
from matchmaker.matching.ranking.definitions import level_reasons
from matchmaker.matching.ranking.market.term_index import BY_FIELD
from matchmaker.matching.ranking.selectors.stored_lists import ListEntry, round_tenths
from matchmaker.matching.reasons.facts import Keys, PairFacts
from matchmaker.matching.reasons.sentences import COUNTED, SENTENCES
from profiles.catalogue.visibility.visible_profile import Money, VisibleProfile, joined

Texts = Mapping[str, Promise]


@dataclass(frozen=True)
class ListPosition:
    number: int
    score: int
    points: int
    why: str = ""


def list_position(score_tenths: int, demand_adjustment_tenths: int, entry: ListEntry | None) -> ListPosition:
    """Return the position of a pair by its score and handicap, in tenths; `entry` where it is on the list."""
    taken = 0 if entry and entry.is_boosted else demand_adjustment_tenths
    score, number = round_tenths(score_tenths), round_tenths(score_tenths - taken)
    points, why = score - number, ""  # the one sentence that explains the order; empty where the score does
    if entry and entry.is_boosted:
        why = gettext("A curator put this pair first on both lists.")
    elif entry and entry.is_guaranteed_exposure:
        why = gettext("It was not in anyone else’s top 20, so it is shown here.")
    elif points:
        sentence = ngettext(
            "It is shown or asked for far more often than it can answer, so it is ranked %(points)d point "
            "below its score of %(score)d.",
            "It is shown or asked for far more often than it can answer, so it is ranked %(points)d points "
            "below its score of %(score)d.",
            points,
        )
        why = sentence % {"points": points, "score": score}
    return ListPosition(number, score, points, why)


@dataclass(frozen=True)
class NeedRow:
    need: str
    urgency: str
    detail: str
    offer: str
    is_met: bool
    is_out_of_reach: bool = False  # money is offered, but by no form that both accept


@dataclass(frozen=True)
class FormRow:
    name: str
    accepted_by: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class RecordRow:
    label: str | Promise
    stated: str
    fitting: int
    deals: int


def named_offers(known: PairFacts) -> Keys:
    """Return the kinds that the partner offers, as its page names them."""
    brings_none = known.flows_no_money and not known.partner.forms & known.scales.investing
    return known.partner.offers - (known.capital - known.offered if brings_none else frozenset())


def needs_met(known: PairFacts) -> Keys:
    met = known.startup.needs & named_offers(known)
    return met - known.capital if known.flows_no_money else met


def needs_of(
    startup: VisibleProfile, investor: VisibleProfile, thesis: VisibleProfile | None, facts: PairFacts
) -> tuple[list[NeedRow], list[str]]:
    """Return every current need with the offer that meets it, and the offers that meet none."""
    needs = {need.type.pk: need for need in startup.needs}
    offers = {offer.type.pk: offer for offer in investor.offers if offer.type.pk in facts.partner.offers}
    terms = facts.terms.by_pk["need"]
    told, met, rows = named_offers(facts), needs_met(facts), []
    for pk in sorted(facts.startup.needs, key=lambda pk: (pk not in met, terms[pk].order)):
        urgency = detail = offered = ""
        if need := needs.get(pk):  # none where it follows from the round
            urgency, detail = need.display["urgency"], _listed(need.description, need.quantity)
        if offer := offers.get(pk):
            offered = _listed(offer.description, offer.display["maturity"], offer.capacity)
        if pk in met & facts.capital and thesis and thesis.ticket:
            offered = offered or str(thesis.ticket)
        rows.append(NeedRow(terms[pk].name, urgency, detail, offered, pk in met, pk in told - met))
    return rows, [str(offer.type) for pk, offer in offers.items() if pk not in facts.startup.needs]


def _listed(*parts: str) -> str:
    return " · ".join(filter(None, parts))


def forms_of(facts: PairFacts) -> list[FormRow]:
    """Return every form that one of the two accepts, the common ones first; one not stated is no refusal."""
    ours, theirs, terms = facts.startup.forms, facts.partner.forms, facts.terms
    groups = (("both", ours & theirs), ("startup", ours - theirs), ("partner", theirs - ours))
    return [FormRow(name, who) for who, forms in groups for name in terms.names("form", forms)]


def thesis_of(investor: VisibleProfile, thesis_id: int | None) -> VisibleProfile | None:
    """Return the thesis that matched; the first in use where that is not known."""
    active: list[VisibleProfile] = [thesis for thesis in investor.theses if thesis.is_active]
    for thesis in active:
        if thesis.pk == thesis_id:
            return thesis
    return active[0] if active else None


# The kind of term, the part of PartnerFacts, and what it is called.
CRITERIA: tuple[tuple[str, str, str | Promise], ...] = (
    ("sector", "sectors", _("Sectors")),
    ("stage", "stages", _("Stages")),
    ("place", "places", _("Locations")),
    ("form", "forms", _("Partnership types")),
)


def record_rows(investor: VisibleProfile, facts: PairFacts) -> list[RecordRow]:
    """Return the pair's thesis against the record, criterion by criterion; empty where either is missing."""
    rows, terms = [], facts.terms
    for kind, name, label in CRITERIA:
        stated: Keys = getattr(facts.partner, name)
        terms_of_deals = [getattr(deal, kind) for deal in investor.deals or ()]
        pks = [term.pk for term in terms_of_deals if term is not None]
        if stated and pks:
            fitting = sum(not stated.isdisjoint(terms.family(kind, pk)) for pk in pks)
            rows.append(RecordRow(label, joined(terms.names(kind, stated)), fitting, len(investor.deals)))
    return rows


Tone = level_reasons.Tone
MOST = 3  # needs or forms in one sentence
BY_THESIS = frozenset({Factor.SECTOR, Factor.STAGE, Factor.PLACE, Factor.TICKET, Factor.FORMS})
KINDS = {Factor.NEEDS: "need", Factor.FORMS: "form"}  # of terms, where not named as the factor
NUMBERS = frozenset({"count", "deals", "met"})
APART = frozenset({"needs_all", "needs_some"})  # codes that say less where the two work in other fields
# Codes that count deals of the investor with others.
COUNTING = frozenset({"sector_backed", "sector_record", "stage_record", "place_record"})
NO_COMMON_FORM = frozenset({"ticket_no_money", "ticket_close_no_money", "forms_refused"})
HALF_ALIKE = 128  # of 255
# Of ranges that meet, what is said where the amounts within them do not.
CLOSE = {"ticket_meets": "ticket_close", "ticket_no_money": "ticket_close_no_money"}
# … and what is said to a reader who sees a range of which the ticket covers only a part.
MAY_MEET = {"ticket_meets": "ticket_may_meet", "ticket_no_money": "ticket_may_no_money"}
# Of ranges that overlap at an end, what is said where the amounts within them do not.
BEYOND = {"ticket_reaches": "ticket_below", "ticket_begins": "ticket_above"}
CODES_OF_RANGES = frozenset({*CLOSE, *BEYOND})
# An investor's own activity is the same for every startup, so it is no reason to prefer one.
NO_REASON: dict[Side, frozenset[Factor]] = {
    Side.INVESTOR: frozenset({Factor.ACTIVITY}),
    Side.STARTUP: frozenset(),
}


@dataclass(frozen=True)
class PairLevels:
    levels: Mapping[str, int]
    weights: tuple[Mapping[str, int], Mapping[str, int]]
    not_stated_startup: Iterable[str]
    not_stated_investor: Iterable[str]


@dataclass(frozen=True)
class FactorReason:
    """One true thing about one factor of one pair. `gained` and `lost` are points × 255 of both sides."""

    factor: Factor
    code: str
    tone: Tone
    words: Mapping[str, Any] = field(default_factory=dict)
    record: tuple[int, int] | None = None  # of the recorded deals so many were so
    lowers: bool = False  # whether only the record keeps it from the full points
    leaves_out_own: bool = False  # whether the two have a deal, which its counts leave out
    is_one_of_several: bool = False  # whether one thesis speaks against the pair, and another may not
    gained: int = 0
    lost: int = 0

    def sentence(self, reader: Side, texts: Texts | None = None) -> str:
        texts = texts or SENTENCES[reader]
        main = str(texts[self.code] % self.words)
        if self.leaves_out_own and self.code in COUNTING:
            main = gettext("%(sentence)s (without the deal between you)") % {"sentence": main}
        if self.is_one_of_several:
            main = gettext("%(sentence)s (by the thesis that fits best)") % {"sentence": main}
        if self.record is None:
            return main
        count, deals = self.record
        record = str(texts[COUNTED.get(self.code, "record_lowers")] % {"count": count, "deals": deals})
        if self.leaves_out_own:
            record = gettext("%(sentence)s (without the deal between you)") % {"sentence": record}
        if self.lowers and self.code in COUNTED:
            record = gettext("%(record)s, which lowers the points") % {"record": record}
        return pgettext("between two clauses", "; ").join((main, record))


def pair_reasons(facts: PairFacts, measured: PairLevels) -> list[FactorReason]:
    """Return one reason for each factor, in the order of the factors."""
    return [_reason(factor, facts, measured) for factor in Factor]


def _reason(factor: Factor, facts: PairFacts, measured: PairLevels) -> FactorReason:
    level = measured.levels[factor]
    if factor == Factor.TEXT:
        reason = level_reasons.text_reason(
            level,
            startup_states=factor not in measured.not_stated_startup,
            partner_states=factor not in measured.not_stated_investor,
        )
        if reason.tone == Tone.AGAINST and not facts.shares_language:
            reason = replace(reason, code="texts_foreign", tone=Tone.NEUTRAL)
    else:
        reason = level_reasons.REASONS[factor](facts)
    if factor == Factor.NEEDS and reason.code in APART and _works_apart(reason.operands, facts, measured):
        reason = replace(reason, code=f"{reason.code}_apart", tone=Tone.PARTIAL)
    if reason.operands.get("deals") == 0:  # all the deals on record are those of the two
        reason = level_reasons.unstated(by_startup=False)
    count, deals = reason.record or (0, 0)
    lowers = bool(deals) and reason.is_full and level < level_reasons.HIGH
    weight = sum(side.get(factor, 0) for side in measured.weights)
    code, words = reason.code, _words(factor, reason.operands, facts)
    if factor == Factor.TICKET:
        code, words = _ticket_code(code, facts), _money(facts)
    return FactorReason(
        factor,
        code,
        reason.tone,
        words,
        record=(count, deals) if lowers or (count and reason.code in COUNTED) else None,
        lowers=lowers,
        leaves_out_own=bool(facts.own_deals),
        is_one_of_several=_is_one_of_several(factor, reason, facts),
        gained=level * weight,
        lost=(255 - level) * weight,
    )


def _works_apart(operands: Mapping[str, Any], facts: PairFacts, measured: PairLevels) -> bool:
    terms = facts.terms.by_pk["need"]
    closest = max(measured.levels[Factor.SECTOR], measured.levels[Factor.TEXT])
    return closest < HALF_ALIKE and any(terms[pk].code in BY_FIELD for pk in operands["what"])


def _is_one_of_several(factor: Factor, reason: level_reasons.Reason, facts: PairFacts) -> bool:
    """Return whether a thesis opposes the pair in something that another thesis of the investor may allow."""
    if not facts.others:
        return False
    if factor == Factor.NEEDS:  # money is brought by a thesis, all else by the investor
        wanted = facts.startup.needs & facts.capital
        return bool(wanted) and (facts.flows_no_money or not wanted <= facts.partner.offers)
    if reason.tone != Tone.AGAINST or factor not in BY_THESIS:
        return False
    by_others = [level_reasons.REASONS[factor](replace(facts, partner=other)) for other in facts.others]
    if factor == Factor.SECTOR:
        return any((other.code, other.operands) != (reason.code, reason.operands) for other in by_others)
    return factor == Factor.TICKET or any(other.tone != Tone.AGAINST for other in by_others)


def _ticket_code(code: str, facts: PairFacts) -> str:
    """Return the code that is true of the shown amounts.

    The engine compares ranges, so two amounts of one range need not meet.
    """
    ask = facts.asked
    if ask is None or code not in CODES_OF_RANGES:
        return code
    (least, most), low, high = facts.partner.ticket_usd, ask.low_usd, ask.high_usd
    if ask.is_band:  # whatever the amounts within it are, so that the sentence tells nothing of them
        is_covered = (least or 0) <= (low or 0) and (most is None or (high is not None and high <= most))
        return code if is_covered else MAY_MEET.get(code, code)
    gaps = []
    if low is not None and most is not None:
        gaps.append(low - most)
    if least is not None and high is not None:
        gaps.append(least - high)
    if not gaps:
        return code
    if code in CLOSE:
        return CLOSE[code] if max(gaps) >= 0 else code
    return BEYOND[code] if max(gaps) > 0 else code


def _money(facts: PairFacts) -> dict[str, Money | None]:
    words: dict[str, Money | None] = {"round": facts.asked}
    if ticket := facts.ticket:
        words["ticket"] = ticket
        words["least"] = Money(ticket.low, ticket.low, ticket.currency)
        words["most"] = Money(ticket.high, ticket.high, ticket.currency)
    return words


def _words(factor: Factor, operands: Mapping[str, Any], facts: PairFacts) -> dict[str, Any]:
    words = {}
    for name, value in operands.items():
        words[name] = value if name in NUMBERS else _name(facts, factor, name, value)
    return words


def _name(facts: PairFacts, factor: Factor, operand: str, terms: int | tuple[int, ...] | Keys) -> str:
    kind = "need" if operand == "need" else KINDS.get(factor, factor)
    by_pk = facts.terms.by_pk[kind]
    if isinstance(terms, frozenset):
        names = facts.terms.names(kind, terms)
        return joined(names) if len(names) <= MOST else f"{joined(names[:MOST])} …"
    if isinstance(terms, tuple):
        return joined(by_pk[pk].name for pk in terms)
    name = by_pk[terms].name
    if factor != Factor.SECTOR:
        return name
    if operand in ("what", "main") and terms in facts.startup.inferred:
        return gettext("%(fields)s (may be the sector, from the description)") % {"fields": name}
    wide = facts.named("sector", terms) if operand == "near" else None
    if wide is None or wide == terms:
        return name
    return gettext("%(field)s, part of %(sector)s") % {"field": name, "sector": by_pk[wide].name}


def labels_of(factors: Iterable[str]) -> tuple[str, ...]:
    return tuple(str(Factor(factor).label) for factor in factors)


def in_favour(factor_reasons: Iterable[FactorReason]) -> list[FactorReason]:
    """Return what supports the pair: stated facts first, by weight, then what texts suggest."""
    good = (
        reason for reason in factor_reasons if reason.tone in (Tone.GOOD, Tone.PARTIAL) and not reason.lowers
    )
    return sorted(good, key=lambda reason: (reason.factor == Factor.TEXT, -reason.gained))


def in_doubt(factor_reasons: Iterable[FactorReason]) -> list[FactorReason]:
    """Return what opposes the pair: no common form first, then stated facts by cost, then texts."""
    bad = (reason for reason in factor_reasons if reason.tone == Tone.AGAINST or reason.lowers)
    return sorted(
        bad,
        key=lambda reason: (reason.code not in NO_COMMON_FORM, reason.factor == Factor.TEXT, -reason.lost),
    )


def lacks_common_form(factor_reasons: Iterable[FactorReason]) -> bool:
    return any(reason.code in NO_COMMON_FORM and reason.tone == Tone.AGAINST for reason in factor_reasons)


def reasons(factor_reasons: Iterable[FactorReason], reader: Side, *, limit: int = 3) -> list[str]:
    good = [reason for reason in in_favour(factor_reasons) if reason.factor not in NO_REASON[reader]]
    return [reason.sentence(reader) for reason in good[:limit]]


def against(factor_reasons: Iterable[FactorReason], reader: Side) -> list[str]:
    return [
        reason.sentence(reader)
        for reason in in_doubt(factor_reasons)
        if reason.factor not in NO_REASON[reader]
    ]
