"""The match page: the fit by factor, and the facts beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Factor, Side
from matchmaker.matching.current_company.selectors import state_of
from matchmaker.matching.lists.selectors.closed import Refusal, refusal_of
from matchmaker.matching.lists.selectors.own_deals import listed_deals
from matchmaker.matching.lists.selectors.own_list import OwnList, own_list
from matchmaker.matching.lists.selectors.suggestions import suggestions_for
from matchmaker.matching.pairs.selectors.pair import Pair, open_introduction
from matchmaker.matching.ranking.definitions import Explanation, GateResult
from matchmaker.matching.ranking.selectors import stored_lists
from matchmaker.matching.ranking.selectors.explained import explain_entry, explain_pair, is_fresh
from matchmaker.matching.ranking.selectors.stored_lists import round_tenths
from matchmaker.matching.reasons import reasons
from matchmaker.matching.reasons.facts import PairFacts, PairKey, Recorded, facts_from, read_recorded
from matchmaker.matching.reasons.reasons import (
    FormRow,
    ListPosition,
    NeedRow,
    PairLevels,
    RecordRow,
    forms_of,
    list_position,
    named_offers,
    needs_met,
    needs_of,
    pair_reasons,
    record_rows,
    thesis_of,
)
from matchmaker.models.introduction import Introduction
from matchmaker.models.pair_action import ShortlistEntry
from matchmaker.registry import Label, record_of
from profiles.catalogue.taxonomy.selectors.terms import TermTree, all_terms
from profiles.catalogue.visibility import facts
from profiles.catalogue.visibility.access import see
from profiles.catalogue.visibility.facts import Fact, RowList
from profiles.catalogue.visibility.policy import matchable
from profiles.catalogue.visibility.visible_profile import VisibleProfile, joined, label
from profiles.models import Thesis


@dataclass(frozen=True)
class FactorRow:
    label: str
    startup: int
    startup_max: int
    investor: int
    investor_max: int
    not_stated: bool
    note: str = ""


@dataclass(frozen=True)
class GateRow:
    label: str | Promise
    passed: bool
    note: str | Promise = ""


GATE_LABELS: dict[str, Promise] = {
    "refused_by_startup": _("The startup has no exclusion that applies to the partner"),
    "refused_by_investor": _("The partner has no exclusion that applies to the startup"),
    "sector": _("Must-have: a shared sector, or a related one"),
    "stage": _("Must-have: the stage"),
    "ticket": _("Must-have: the amount"),
    "place": _("Must-have: the location"),
    "forms": _("Must-have: a shared partnership type"),
}


APPROVED = _("A curator has approved both profiles, and both companies have agreed to matching")
WHEN_APPROVED = _(
    "Yours on %(own)s, theirs on %(theirs)s. A curator compared each profile with its website, the email "
    "addresses of its team, and companies with a similar name or number. A curator may not have read later "
    "edits yet."
)


def approved_row(pair: Pair) -> GateRow:
    days = {"own": pair.member.company.reviewed_at, "theirs": pair.counterpart.reviewed_at}
    words = {name: date_format(timezone.localtime(at)) for name, at in days.items() if at}
    return GateRow(APPROVED, True, WHEN_APPROVED % words if len(words) == len(days) else "")


def gate_rows(gates: Sequence[GateResult]) -> list[GateRow]:
    return [GateRow(GATE_LABELS[gate.name], gate.passed) for gate in gates if gate.applies]


def factor_rows(explained: Explanation, notes: Sequence[str] = ()) -> list[FactorRow]:
    unstated = {*explained.not_stated_by_startup, *explained.not_stated_by_investor}
    pairs = zip(explained.for_startup.parts, explained.for_investor.parts, strict=True)
    return [
        FactorRow(
            label=str(Factor(ours.factor).label),
            startup=ours.tenths,
            startup_max=ours.weight,
            investor=theirs.tenths,
            investor_max=theirs.weight,
            not_stated=ours.factor in unstated,
            note=notes[at] if notes else "",
        )
        for at, (ours, theirs) in enumerate(pairs)
    ]


COUNTS_FOR_MORE = {
    Side.STARTUP: _("you do not name a specific sub-sector, so your description counts for more"),
    Side.INVESTOR: _("they do not name a specific sub-sector, so their description counts for more"),
}


@dataclass(frozen=True)
class Scored:
    rows: list[FactorRow]
    total_startup: int
    total_investor: int
    fit_startup: int
    fit_investor: int
    score: int
    exact_score: float
    reasons: list[str]
    against: list[str]
    not_stated: tuple[str, ...]
    not_stated_own: tuple[str, ...]
    rules: list[GateRow]
    optional: list[str]


@dataclass(frozen=True)
class MatchPage:
    pair: Pair
    startup: VisibleProfile
    investor: VisibleProfile
    state: str
    portrait: list[Fact]
    scored: Scored | None
    own: OwnList | None
    listed: stored_lists.ListEntry | None
    stored: stored_lists.StoredRanking | None
    standing: ListPosition | None
    thesis: VisibleProfile | None
    known: PairFacts
    entry: ShortlistEntry | None
    introduction: Introduction | None
    refusal: Refusal | None  # why nothing can be begun now, in words
    suggestion: str  # what the curator who suggests the pair writes to both sides
    deal: str  # the latest deal on record between the two, as far as the reader may know

    @property
    def place(self) -> int | None:
        """Its number on the reader's list; None where the list does not show it."""
        shown = self.pair.member.interactions.shown(self.stored.entries) if self.stored else []
        pk = self.pair.counterpart.pk
        return shown.index(pk) + 1 if pk in shown else None

    @property
    def met(self) -> int:
        return len(needs_met(self.known))

    # What is folded is read when it is asked for.

    @cached_property
    def needs_and_spare(self) -> tuple[list[NeedRow], list[str]]:
        return needs_of(self.startup, self.investor, self.thesis, self.known)

    @property
    def needs(self) -> list[NeedRow]:
        return self.needs_and_spare[0]

    @property
    def spare_offers(self) -> list[str]:
        return self.needs_and_spare[1]

    @cached_property
    def forms(self) -> list[FormRow]:
        return forms_of(self.known)

    @cached_property
    def record(self) -> list[RecordRow]:
        return record_rows(self.investor, self.known) if self.thesis else []

    @property
    def side(self) -> Side:
        return self.pair.member.side.other

    @cached_property
    def sections(self) -> list[tuple[Label, list[str]]]:
        """What the counterpart has on record."""
        return record_of(self.pair.counterpart)

    @cached_property
    def data_card(self) -> list[Fact]:
        return facts.data_card(self.startup, self.investor, self.known.terms)

    @cached_property
    def parts(self) -> list[RowList]:
        return facts.parts_of(self.pair.seen, self.side)

    @cached_property
    def withheld(self) -> list[str]:
        return facts.withheld(self.pair.seen, self.side)

    @property
    def changed(self) -> dict[str, Any]:
        """What the counterpart has changed since a curator read it; `words` is empty if nothing."""
        seen = self.pair.seen
        return {"words": facts.changed_words(seen), "fields": facts.changed_labels(seen)}

    @property
    def own_thesis(self) -> str:
        is_investor = self.pair.member.side == Side.INVESTOR
        several = sum(bool(thesis.is_active) for thesis in self.investor.theses) > 1 if is_investor else False
        return str(self.thesis.name) if several and self.thesis else ""

    @property
    def lead(self) -> str:
        pitch = self.pair.pitch
        begins = (self.pair.seen.summary or "").startswith(pitch.removesuffix("…"))
        return "" if begins else pitch

    @property
    def has_said(self) -> dict[str, bool]:
        interactions, pk = self.pair.member.interactions, self.pair.counterpart.pk
        return {
            "passed": pk in interactions.passed,
            "interested": pk in interactions.interested,
            "mutual": pk in interactions.mutual,
            "shortlisted": pk in interactions.shortlisted,
            "liked_by": pk in interactions.liked_by,
            "blocked": pk in interactions.blocked,
        }

    @cached_property
    def facts(self) -> list[Fact]:
        return facts.facts_of(self.pair.seen, self.side, self.known.terms, without=FIRST[self.side])


def match_page(pair: Pair, *, is_plain: bool = False) -> MatchPage:
    """Return the page of a pair; without numbers if nothing is scored or `is_plain`."""
    member, pk = pair.member, pair.counterpart.pk
    startup, investor = see(pair.startup, member.viewer), see(pair.investor, member.viewer)
    terms, own_lists = all_terms(), None if is_plain else own_list(member)
    recorded = _recorded(pair)
    stored = own_lists.stored if own_lists else None
    listed = stored.of(pk) if stored else None
    waits = getattr(pair.counterpart, "is_waiting", True)
    entry = listed if stored and is_fresh(stored, *pair.both, is_other_waiting=waits) else None
    thesis = thesis_of(investor, entry.thesis_id if entry else None)
    known = _facts(pair, thesis, terms, recorded)
    explained = _explained(pair, stored, entry, known) if stored and entry else None
    if explained is None and not is_plain:
        explained = explain_pair(pair.startup, pair.investor)
        thesis = thesis_of(investor, explained.thesis if explained else None)
        known = _facts(pair, thesis, terms, recorded)
    introduction = open_introduction(pair) if pk in member.interactions.introduced else None
    return MatchPage(
        pair=pair,
        startup=startup,
        investor=investor,
        state=state_of(pk, member),
        portrait=portrait(pair, thesis, known),
        scored=_scored(pair, explained, known) if explained else None,
        own=own_lists,
        listed=listed if explained else None,
        stored=stored if explained else None,
        standing=list_position(explained.score_tenths, _demand_adjustment(explained, pair, listed), listed)
        if explained
        else None,
        thesis=thesis,
        known=known,
        entry=_shortlist_entry(pair) if pk in member.interactions.shortlisted else None,
        introduction=introduction,
        refusal=None if introduction else _refusal(pair, own_lists),
        suggestion=suggestions_for(member.side, member.company_id, [listed] if listed else []).get(pk, ""),
        deal=listed_deals(member, [pk], recorded.deals, terms).get(pk, ""),
    )


def _refusal(pair: Pair, own: OwnList | None) -> Refusal | None:
    member, pk = pair.member, pair.counterpart.pk
    if own and pk in own.listed:
        return own.closed.get(pk)
    return refusal_of(member.side, member.company_id, pk)


def _in_use(pair: Pair) -> list[Thesis]:
    active = (thesis for thesis in pair.investor.theses.all() if thesis.is_active)
    return [thesis for thesis in active if not (thesis.is_over or thesis.is_to_come)]


def _recorded(pair: Pair) -> Recorded:
    startup, investor, viewer = pair.startup.pk, pair.investor.pk, pair.member.viewer
    return read_recorded([startup], [investor], on=timezone.localdate(), current=_in_use(pair), viewer=viewer)


def _facts(pair: Pair, thesis: VisibleProfile | None, terms: TermTree, recorded: Recorded) -> PairFacts:
    key = PairKey(pair.startup, pair.investor, thesis.pk if thesis else 0)
    theses = {each.pk: each for each in pair.investor.theses.all() if each.is_active}
    (known,) = facts_from(recorded, [key], terms, theses, pair.member.viewer)
    return known


def _explained(
    pair: Pair, stored: stored_lists.StoredRanking, entry: stored_lists.ListEntry, facts: PairFacts
) -> Explanation | None:
    """Return the explanation that follows from a stored entry; None where none does."""
    thesis = next((each for each in pair.investor.theses.all() if each.pk == entry.thesis_id), None)
    if thesis is None:
        return None
    is_broad = not (facts.names_field and matchable(pair.startup, "sectors"))
    return explain_entry(entry, pair.member.side, stored, pair.startup, thesis, is_broad=is_broad)


def _shortlist_entry(pair: Pair) -> ShortlistEntry | None:
    entries = ShortlistEntry.objects.filter(side=pair.member.side, is_listed=True)
    return entries.filter(startup=pair.startup, investor=pair.investor).first()


def _demand_adjustment(explained: Explanation, pair: Pair, listed: stored_lists.ListEntry | None) -> int:
    member = pair.member
    if pair.counterpart.pk in member.interactions.exempt_from_penalty or (listed and listed.is_boosted):
        return 0
    ours, theirs = explained.startup_demand_adjustment_tenths, explained.investor_demand_adjustment_tenths
    return int(theirs if member.side == Side.STARTUP else ours)


def _scored(pair: Pair, explained: Explanation, facts: PairFacts) -> Scored:
    reader = pair.member.side
    by_startup, by_investor = explained.not_stated_by_startup, explained.not_stated_by_investor
    fits = explained.for_startup, explained.for_investor
    weights = [{part.factor: part.weight for part in fit.parts} for fit in fits]
    levels = {part.factor: part.level for part in explained.for_startup.parts}
    measured = PairLevels(levels, (weights[0], weights[1]), by_startup, by_investor)
    factor_reasons = pair_reasons(facts, measured)
    notes = {reason.factor: reason.sentence(reader) for reason in factor_reasons}
    if Factor.TEXT not in by_startup and not facts.names_field:
        parts = notes[Factor.TEXT], str(COUNTS_FOR_MORE[reader])
        notes[Factor.TEXT] = pgettext("between two clauses", "; ").join(parts)
    return Scored(
        rows=factor_rows(explained, [notes[factor] for factor in Factor]),
        total_startup=explained.for_startup.tenths,
        total_investor=explained.for_investor.tenths,
        fit_startup=round_tenths(explained.for_startup.tenths),
        fit_investor=round_tenths(explained.for_investor.tenths),
        score=round_tenths(explained.score_tenths),
        exact_score=explained.score_tenths / 10,
        reasons=reasons.reasons(factor_reasons, reader),
        against=reasons.against(factor_reasons, reader),
        not_stated=reasons.labels_of(by_investor if reader == Side.STARTUP else by_startup),
        not_stated_own=reasons.labels_of(by_startup if reader == Side.STARTUP else by_investor),
        rules=[approved_row(pair), *gate_rows(explained.gates)],
        optional=[str(Factor(gate.name).label) for gate in explained.gates if not gate.applies],
    )


# What stands among the first facts, and so not a second time among all others.
FIRST = {Side.STARTUP: ("sectors", "stage", "place", "ask"), Side.INVESTOR: ("kind", "place")}


def portrait(pair: Pair, thesis: VisibleProfile | None, known: PairFacts) -> list[Fact]:
    """Return the first facts about the counterpart; hidden fields are left out."""
    seen, side = pair.seen, pair.member.side.other
    fields = [seen.declared(name) for name in FIRST[side] if not seen.hides(name)]
    names, by_pk = known.terms.names, known.terms.by_pk["need"]
    main = pair.startup.primary_sector_id
    others = {*known.startup.sectors} - known.startup.inferred - {main}
    sectors = joined([*names("sector", [main] if main else []), *names("sector", others)])
    told = {"sectors": sectors}
    first = [facts.fact(seen, field, known.terms, told.get(field.name)) for field in fields]

    def shown(name: str, label: str, words: list[str]) -> Fact:
        return Fact(label, "" if seen.hides(name) else joined(words))

    if side is Side.STARTUP:
        wanted = sorted(
            known.startup.needs,
            key=lambda pk: (pk in known.urgency, -known.urgency.get(pk, 0), by_pk[pk].order),
        )
        return [
            *first,
            shown("needs", gettext("Looks for"), [by_pk[pk].name for pk in wanted]),
            shown("forms", gettext("Partnership types"), names("form", known.startup.forms)),
        ]
    offers = shown("offers", gettext("Offers"), names("need", named_offers(known)))
    if thesis is None:
        return [*first, offers]
    is_read = thesis.pk in {each.pk for each in _in_use(pair)}
    return [*first, *_sought(thesis, known, is_read=is_read), offers]


def _sought(thesis: VisibleProfile, pair: PairFacts, *, is_read: bool) -> list[Fact]:
    """Return what a thesis looks for, by what was read of it for the reasons where that was."""
    partner = pair.partner
    read = {"sectors": ("sector", partner.sectors), "stages": ("stage", partner.stages)}
    read["forms"] = ("form", partner.forms)

    def names(part: str) -> str:
        if is_read and not thesis.hides(part):
            return joined(pair.terms.names(*read[part]))
        return joined(getattr(thesis, part) or ())

    return [
        facts.Fact(gettext("Looks for"), names("sectors")),
        facts.Fact(gettext("Stages"), names("stages")),
        facts.Fact(capfirst(label(thesis, "ticket")), str(thesis.ticket or "")),
        facts.Fact(gettext("Partnership types"), names("forms")),
    ]
